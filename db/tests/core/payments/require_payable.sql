begin;
select plan(12);

select
    tests.account() as ann,
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun
\gset
select tests.slot(tests.doctor(account => :sun), capacity => 20) as slot \gset
select
    tests.booking(:slot, :ann) as anns,
    tests.booking(:slot, manage_token => 'right') as guests,
    tests.booking(:slot, :sun) as suns,
    tests.booking(:slot, :ann) as run_out,
    tests.booking(:slot, :ann) as declined
\gset
select tests.run_out(:run_out), tests.payment(:declined, 'FAILED');
update data.booking as b set status = 'FAILED' where b.id = :declined;
-- As the caller would be within an api function, whose owner may look into core.
create function pg_temp.require(booking_id bigint, manage_token text default null) returns void
language sql security definer
as 'select core.require_payable(b, manage_token) from data.booking as b where b.id = booking_id';
\set require 'select pg_temp.require(%s)'

select tests.act_as('patient', :ann);
select is(tests.refusal_of(format(:'require', :anns)), null, 'who booked may pay');
select tests.act_as('anon');
select is(
    tests.refusal_of(format('select pg_temp.require(%s, ''right'')', :guests)), null,
    'and who holds the manage token'
);
select tests.act_as('admin', :eve);
select is(tests.refusal_of(format(:'require', :anns)), null, 'and an admin');
select tests.act_as('doctor', :sun);
select is(
    tests.refusal_of(format(:'require', :anns)),
    'PT403 forbidden A booking is paid by the one who made it or by an admin.', 'but not its doctor'
);
select is(tests.refusal_of(format(:'require', :suns)), null, 'unless the doctor booked it');
select tests.act_as_nobody();
select
    is(
        tests.refusal_of(format(:'require', b.id)),
        format('PT409 already_paid Booking %s has nothing left to pay.', b.id),
        format('nothing is due of what is %s', b.status)
    )
from (
    select tests.booking(:slot, status => s.status) as id, s.status
    from (values ('CONFIRMED'), ('CHECKED_IN'), ('COMPLETED'), ('NO_SHOW')) as s (status)
) as b;
select is(
    tests.refusal_of(format(:'require', :run_out)),
    format('PT409 booking_expired The hold of booking %s has run out.', :run_out),
    'hole 4: a hold that has run out is not paid'
);
select is(
    tests.refusal_of(format(:'require', :declined)),
    format('PT409 booking_not_active Booking %s is already FAILED.', :declined),
    'what was declined is not paid'
);
select throws_ok(
    format(:'require', tests.booking(:slot, status => 'CANCELLED')), 'PT409', 'booking_not_active',
    'what was cancelled is not paid'
);

select * from finish();
rollback;
