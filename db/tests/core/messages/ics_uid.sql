begin;
select plan(3);

select core.ics_uid('booking', 1) as uid \gset
select is(core.ics_uid('booking', 1), :'uid', 'the same whenever it is asked for');
select is(
    (select count(distinct core.ics_uid(u.entity, u.id))
    from (values ('booking', 1), ('booking', 2), ('doctor', 1)) as u (entity, id)), 3::bigint,
    'another one for everything else'
);
update data.setting set token_secret = sha256('another');
select isnt(core.ics_uid('booking', 1), :'uid', 'and in every other installation');

select * from finish();
rollback;
