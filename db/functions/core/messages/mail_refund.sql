create or replace function core.mail_refund(change data.change) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_refund record;
    v_sent boolean := mail_refund.change.event = 'refund.done';
begin
    select p.booking_id, format('%s %s', f.amount, p.captured_currency) as sum into v_refund
    from data.refund as f join data.payment as p on p.id = f.payment_id
    where f.id = mail_refund.change.entity_id;
    return core.mail_visit(
        mail_refund.change, v_refund.booking_id, 'refund',
        case when v_sent then 'Your refund was sent' else 'You get a refund' end,
        format(
            case when v_sent then 'we have sent you %s back, paid for:'
                else 'you get %s back, paid for:' end,
            v_refund.sum
        )
    );
end;
$$;

comment on function core.mail_refund is 'Mails that money is owed back, or was sent.';
