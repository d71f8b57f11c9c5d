create or replace function core.mail_confirmation(change data.change) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_after jsonb := mail_confirmation.change.after;
begin
    return core.mail_visit(
        mail_confirmation.change, mail_confirmation.change.entity_id, 'confirmation',
        'Your appointment is confirmed', 'your appointment is confirmed:',
        case
            when v_after ->> 'payment_terms' = 'AT_VISIT' and (v_after ->> 'amount')::numeric > 0
                then format('To be paid: %s %s.', v_after ->> 'amount', v_after ->> 'currency')
        end
    );
end;
$$;

comment on function core.mail_confirmation is 'Mails that a booking is confirmed.';
