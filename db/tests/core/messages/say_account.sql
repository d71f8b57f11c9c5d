begin;
select plan(4);

update data.setting set mail_name = 'The service';
select tests.clinic(name => 'House') as house, tests.clinic(name => 'Home') as home \gset
select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun,
    tests.account(role => 'clerk') as joe
\gset
update data.account set made_at_clinic_id = :home where id = :bob;
update data.account set clinic_id = :house where id = :joe;
select tests.doctor(account => :sun, clinic => :house) as doctor \gset
select is(
    core.say_account(a.id), format('This mail is about an account at %s.', a.at),
    'of ' || a.whose
)
from (
    values
    (:joe, 'House', 'a clerk'), (:sun, 'House', 'a doctor'),
    (:bob, 'Home', 'a patient for whom staff made it'), (:ann, 'The service', 'anybody else')
) as a (id, at, whose);

select * from finish();
rollback;
