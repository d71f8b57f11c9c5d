-- A label of an enum can be used once the transaction that adds it has ended.
alter type data.account_role add value 'clerk' before 'admin';
