begin;
select plan(10);

select tests.clinic() as clinic, gen_random_uuid() as salt \gset
create function pg_temp.digest(fields jsonb, salt uuid) returns bytea
language sql
as $$
select core.digest_change(jsonb_populate_record(c, digest.fields), digest.salt)
from data.change as c order by c.id desc limit 1
$$;
select is(pg_temp.digest('{"request_id": "x"}', :'salt'), pg_temp.digest('{}', :'salt'),
    'of before and after, and of nothing else');
select isnt(pg_temp.digest('{"after": {}}', :'salt'), pg_temp.digest('{}', :'salt'), 'after');
select isnt(pg_temp.digest('{"before": {}}', :'salt'), pg_temp.digest('{}', :'salt'), 'before');
select isnt(pg_temp.digest('{}', gen_random_uuid()), pg_temp.digest('{}', :'salt'),
    'the same is another with other salt');
-- What links of older versions hold.
select is(
    pg_temp.digest(s.said, :'salt'),
    sha256(uuid_send(:'salt') || convert_to(
        jsonb_build_array(s.said -> 'before', s.said -> 'after')::text, 'UTF8'
    )),
    'JSON is digested as it always was'
)
from (
    values (jsonb '{"before": {"b": "Zoë \"\n", "a": [1.50, null]}, "after": {"id": 12345678901}}')
) as s (said);

-- A booking, which is kept by types.
create function pg_temp.digest_booking(salt uuid, before jsonb, after jsonb) returns bytea
language sql
as $$
select pg_temp.digest(jsonb_build_object(
    'after', null, 'booking_before', digest_booking.before, 'booking_after', digest_booking.after
), digest_booking.salt)
$$;
select is(
    pg_temp.digest_booking(:'salt', null, '{"id": 7, "patient_name": "Ann, (Lee)"}'),
    sha256(uuid_send(:'salt') || convert_to('>(7,,,,,,,,,"Ann, (Lee)"', 'UTF8')),
    'nulls at its end do not count, as there may be more'
);
select is(
    pg_temp.digest_booking(:'salt', '{"id": 7, "slot_id": 8}', '{"revision": 1}'),
    sha256(uuid_send(:'salt') || convert_to('(7,8>(' || repeat(',', 29) || '1', 'UTF8')),
    'before and after'
);
select isnt(
    pg_temp.digest_booking(:'salt', null, '{"id": 7}'),
    pg_temp.digest_booking(:'salt', '{"id": 7}', null), 'not one for the other'
);
select isnt(
    pg_temp.digest_booking(:'salt', null, '{"id": 7, "reason": "a"}'),
    pg_temp.digest_booking(:'salt', null, '{"id": 7, "patient_phone": "a"}'), 'each in its place'
);
select isnt(
    pg_temp.digest_booking(:'salt', '{"patient_name": "x>(y"}', null),
    pg_temp.digest_booking(:'salt', '{"patient_name": "x"}', '{"id": null}'), 'in its bounds'
);

select * from finish();
rollback;
