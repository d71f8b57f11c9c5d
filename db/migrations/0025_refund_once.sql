-- Readers find refunds by refund_payment_idx, which is faster; the planner took this one.
alter table data.refund
    drop constraint refund_once,
    add constraint refund_once exclude using gist ((payment_id + 0) with =, portion with &&);
