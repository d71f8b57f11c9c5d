alter domain data.label
add constraint label_one_line check (value ~ '^[^\u0001-\u001f\u007f-\u009f\u2028\u2029]*$')
not valid;
comment on domain data.label is
'A line of up to 200 characters that is not blank. Example: Ann Lee.';

create domain data.icalendar as text;
comment on domain data.icalendar is 'A calendar (RFC 5545). Media type: text/calendar.';

create table data.manage_token (
    token_hash data.token_hash not null constraint manage_token_pkey primary key,
    booking_id bigint not null
    constraint manage_token_booking_fkey references data.booking on delete cascade,
    created_at timestamptz not null default clock_timestamp()
);
comment on table data.manage_token is
'Further manage tokens of guests'' bookings, one for each mail with a link; kept for a year.';
create index manage_token_booking_idx on data.manage_token (booking_id);
create index manage_token_created_at_idx on data.manage_token (created_at);

create table data.reminder (
    booking_id bigint constraint reminder_pkey primary key
    constraint reminder_booking_fkey references data.booking on delete cascade,
    due_at timestamptz not null,
    reminded_at timestamptz
);
comment on table data.reminder is
'Confirmed bookings that are reminded of, or were: each once, 24 hours before it starts.';
create index reminder_due_at_idx on data.reminder (due_at) where reminded_at is null;

-- What was confirmed before there were mails is reminded of, too; nothing older is announced.
insert into data.reminder (booking_id, due_at)
select b.id, s.start_time - interval '24 hours'
from data.slot as s
join data.booking as b on b.slot_id = s.id
where s.start_time > clock_timestamp() + interval '24 hours' and b.status = 'CONFIRMED';
insert into data.event_reader (name, last_xid)
values ('messages', pg_snapshot_xmin(pg_current_snapshot()));

create table data.calendar_link (
    doctor_id bigint constraint calendar_link_pkey primary key
    constraint calendar_link_doctor_fkey references data.doctor on delete cascade,
    account_id bigint
    constraint calendar_link_account_fkey references data.account on delete cascade,
    token_hash data.token_hash not null,
    created_at timestamptz not null default clock_timestamp()
);
comment on table data.calendar_link is
'By which secret a doctor''s calendar is subscribed to. It ends with a new one, and where another
account becomes the doctor''s.';
comment on column data.calendar_link.account_id is 'Who acted as the doctor then; null: nobody.';
create index calendar_link_account_idx on data.calendar_link (account_id)
where account_id is not null;
