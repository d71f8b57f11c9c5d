-- What nobody can have forgotten, whoever writes it.
begin;
select plan(2);

select is(
    tests.constraint_against(format('insert into data.reset_request (email) values (%L)', c.email)),
    c.refused_by, c.sentence
)
from (
    values
    ('nobody@example.com', null, 'whose password it is need not be known'),
    ('nobody', 'email_form', 'but where to write')
) as c (email, refused_by, sentence);

select * from finish();
rollback;
