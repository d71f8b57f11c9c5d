begin;
select plan(2);

select is(core.public_link('/x'), null, 'no link where the installation does not know its address');
update data.setting set public_url = 'https://example.org/clinic';
select is(
    core.public_link('/x?y=1'), 'https://example.org/clinic/x?y=1', 'else it begins with that'
);

select * from finish();
rollback;
