-- 0026 left them to the functions of before it.
alter table data.booking drop column holds_seats, drop column live;
