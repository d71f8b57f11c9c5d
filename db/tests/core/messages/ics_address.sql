begin;
select plan(2);

select is(
    core.ics_address('ann+a_b.c-d@example.com'), 'mailto:ann+a_b.c-d@example.com', 'as it is'
);
select is(
    core.ics_address('"a;b:<é>"@example.com'), 'mailto:%22a%3Bb%3A%3C%C3%A9%3E%22@example.com',
    'what means something in a calendar or an URI is encoded'
);

select * from finish();
rollback;
