create or replace function core.digest_change(change data.change, salt uuid) returns bytea
language sql stable
return sha256(
    uuid_send(digest_change.salt) || case
        when num_nonnulls(
            (digest_change.change).booking_before, (digest_change.change).booking_after
        ) = 0 then convert_to(
            json_build_array(
                (digest_change.change).before, (digest_change.change).after
            )::text,
            'UTF8'
        )
        -- Nulls at the end do not count: the type may get more columns.
        else coalesce(
            rtrim(convert_to((digest_change.change).booking_before::text, 'UTF8'), ',)'), ''
        ) || '>' || coalesce(
            rtrim(convert_to((digest_change.change).booking_after::text, 'UTF8'), ',)'), ''
        )
    end
);

comment on function core.digest_change is
'A salted digest of before and after, which stays when they are erased: without the salt nobody
finds out by it what they said. Instants are in the session''s time zone and DateStyle.';
