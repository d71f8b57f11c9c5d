-- A canary sits wherever a text of a table can be, as far as its checks let it; once its person is
-- erased it is nowhere. A new table, or a new column, cannot be forgotten: this looks at them all.
begin;
select plan(11);

-- Rows of these are nobody's, or those of staff.
create temp table nobodys (name) as
values ('calendar_link'), ('chain_link'), ('clinic'), ('delivery'), ('doctor'), ('event_reader'),
    ('hours'), ('manage_token'), ('payment_provider'), ('report_day'), ('report_money'),
    ('report_state'), ('setting'), ('slot'), ('stale_day'), ('stale_doctor'), ('stale_money'),
    ('time_off'), ('webhook');
-- What these texts say is chosen by a provider or by us, and is part of the books.
create temp table nobodys_column (name) as
values ('change.entity'), ('change.actor_role'), ('change.request_id'), ('message.kind'),
    ('payment.provider'), ('provider_event.provider'), ('provider_event.event_id'),
    ('provider_event.provider_reference'), ('payment.currency'), ('payment.captured_currency'),
    ('booking.currency'), ('provider_event.currency'), ('waitlist_entry.owner');

-- Ann, with a row in every other table.
select tests.account('Canary', email => 'canary@example.com') as ann,
    tests.account(role => 'doctor') as sun \gset
select tests.doctor(account => :sun) as doctor \gset
select tests.slot(:doctor, now() - interval '1 day', capacity => 9) as slot,
    tests.slot(:doctor) as full_slot
\gset
-- One that she made as a guest, and claimed.
select tests.booking(:slot, patient_name => 'Canary', patient_email => 'canary@example.com',
    status => 'COMPLETED') as booking \gset
update data.booking set account_id = :ann, manage_token_hash = null where id = :booking;
select tests.booking(:slot, :ann, status => 'CANCELLED', patient_name => 'Canary',
    patient_email => 'canary@example.com') as cancelled \gset
select tests.waitlist_entry(:full_slot, :ann, patient_name => 'Canary',
    patient_email => 'canary@example.com') as entry \gset
select p.id as payment from data.payment as p where p.booking_id = :booking \gset
insert into data.refund (payment_id, captured_amount, portion, reason)
select p.id, p.captured_amount, numrange(0, 1), 'Canary' from data.payment as p
where p.id = :payment;
select tests.payment(:cancelled, 'FAILED') as desk \gset
insert into data.provider_event (
    provider, event_id, payment_id, outcome, amount, currency, payment_status
)
values ('acme', 'evt 1', :payment, 'SUCCEEDED', 50, 'USD', 'SUCCEEDED');
select tests.record(:ann, :doctor, body => '{"text": "canary"}') as record \gset
insert into data.session (account_id, expires_at) values (:ann, now() + interval '1 day');
insert into data.refresh_token (token_hash, session_id, expires_at)
select sha256(''), s.id, s.expires_at from data.session as s;
select core.write_message('change', 'canary@example.com', 'canary', 'canary', 'canary', 'canary',
    account_id => :ann) as message \gset
insert into data.account_token (token_hash, account_id, purpose, email, expires_at)
values (sha256(''), :ann, 'RESET', 'canary@example.com', now() + interval '1 hour');
insert into data.reset_request (email) values ('Canary@example.com');
insert into data.reminder (booking_id, due_at) values (:booking, now());
insert into data.privacy_request (patient_id, kind) values (:ann, 'EXPORT');

-- Texts of all kinds, of tables that hold a person.
create temp view held as
select
    c.relname as name, a.attname as column_name, t.typname as kind,
    coalesce(b.typname, t.typname) as type
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type as t on t.oid = a.atttypid
left join pg_type as b on b.oid = nullif(t.typbasetype, 0)
where c.relnamespace = 'data'::regnamespace and c.relkind in ('r', 'p')
    and c.relname not in (select n.name from nobodys as n);
create function pg_temp.rows_of(name text) returns bigint
language plpgsql
as $$
declare
    v_count bigint;
begin
    execute format('select count(*) from data.%I', name) into v_count;
    return v_count;
end;
$$;
create function pg_temp.canaries() returns text
language plpgsql
as $$
declare
    v_name text;
    v_count bigint;
    v_found text[] := '{}';
begin
    for v_name in select distinct h.name from held as h order by 1 loop
        execute format(
            'select count(*) from data.%I as t
                where to_jsonb(t)::text ~* ''canary|555 0123''', v_name
        ) into v_count;
        if v_count > 0 then
            v_found := v_found || format('%s: %s', v_name, v_count);
        end if;
    end loop;
    return array_to_string(v_found, ', ');
end;
$$;
select is_empty(
    'select distinct h.name from held as h where pg_temp.rows_of(h.name) = 0',
    'Ann is in every table that can hold a person'
);

-- Triggers are left out, checks are not: a canary of the kind that a column takes.
create temp table put as
select h.name, h.column_name, k.canary
from held as h
cross join lateral (
    select case
        when h.type in ('jsonb', 'json') then $$'{"text": "canary"}'$$
        when h.column_name = 'new_email' then $$'new.canary@example.com'$$
        when h.kind = 'email' then $$'canary@example.com'$$
        when h.kind = 'phone' then $$'555 0123'$$
        else $$'canary'$$
    end as canary
) as k
where h.type in ('text', 'varchar', 'bpchar', 'name', 'citext', 'json', 'jsonb', 'xml')
    and h.name || '.' || h.column_name not in (select n.name from nobodys_column as n)
    and h.column_name !~ '_hash$' and h.name <> 'change' and h.name <> 'record_word';
set local session_replication_role = replica;
select format(
    'update data.%I set %I = %s %s', p.name, p.column_name, p.canary,
    case p.name
        when 'account' then 'where id = ' || :'ann' when 'payment' then 'where id = ' || :'desk'
    end
)
from put as p \gexec
update data.payment set provider = 'desk', method = 'CASH', taken_by_role = 'clerk'
where id = :desk;
set local session_replication_role = origin;
select matches(
    pg_temp.canaries(),
    'account: .*booking: .*change: .*message: .*payment: .*record: .*refund: .*waitlist_entry: ',
    'in every table'
);
select isnt_empty('select from put', 'and many columns');

create temp table before as
select
    (select count(*) from data.booking) as bookings, (select sum(b.amount) from data.booking as b)
    as amount, (select count(*) from data.payment) as payments,
    (select sum(p.captured_amount) from data.payment as p) as captured,
    (select sum(f.amount) from data.refund as f) as refunded,
    (select jsonb_agg(l order by l.account, l.clinic_id) from report.balance as l) as balance,
    (select count(*) from data.record) as records;

-- Somebody else, who gave the same address.
select tests.booking(:slot, patient_name => 'Dove', patient_email => 'canary@example.com') as other
\gset
update data.booking set patient_name = 'Dove' where id = :other;
insert into data.privacy_request (patient_id, kind) values (:ann, 'ERASURE');
set role slotkeeper_owner;
select core.erase_person(:ann);
reset role;

select is(
    (select b.patient_name || ' ' || b.patient_email from data.booking as b where b.id = :other),
    'Dove canary@example.com', 'an address is not proof of a person'
);
select isnt_empty(
    format('select from tests.changes() as c where c.entity = ''booking'' and c.entity_id = %s
        and c.after is not null', :other),
    'nor of a history'
);
set local session_replication_role = replica;
delete from data.change as c where c.entity = 'booking' and c.entity_id = :other;
delete from data.payment as p where p.booking_id = :other;
delete from data.booking as b where b.id = :other;
set local session_replication_role = origin;
select is(pg_temp.canaries(), '', 'the canary is nowhere');
select results_eq(
    'select bookings, amount, payments, captured, refunded, records, balance from before',
    'select
        (select count(*) from data.booking), (select sum(b.amount) from data.booking as b),
        (select count(*) from data.payment), (select sum(p.captured_amount) from data.payment as p),
        (select sum(f.amount) from data.refund as f), (select count(*) from data.record),
        (select jsonb_agg(l order by l.account, l.clinic_id) from report.balance as l)',
    'counts and money are what they were'
);
select is_empty('select from data.record_word', 'no word is left');
select is_empty(format('select from data.session where account_id = %s', :ann), 'nor a login');
select ok(
    (
        select a.status = 'ERASED' and a.email like '________-%@erased.invalid'
        from data.account as a where a.id = :ann
    ),
    'the account stays, as nobody''s, under an address that nobody could have taken before'
);
select is(
    (select w.waiting from data.waitlist_entry as w where w.id = :entry), false,
    'who waited waits no more'
);

select * from finish();
rollback;
