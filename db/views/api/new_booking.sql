create or replace view api.new_booking as
select b.*, null::text as manage_token
from api.booking as b;

comment on view api.new_booking is 'A booking as its maker gets it.';

do $$
declare
    v_column record;
begin
    for v_column in
        select a.attname, col_description(a.attrelid, a.attnum) as comment
        from pg_attribute as a
        where a.attrelid = 'api.booking'::regclass and a.attnum > 0
    loop
        execute format(
            'comment on column api.new_booking.%I is %L', v_column.attname, v_column.comment
        );
    end loop;
end;
$$;

comment on column api.new_booking.manage_token is
'Shown only here, and only where nobody is logged in: whoever presents it may read, pay, cancel and
reschedule the booking.';
