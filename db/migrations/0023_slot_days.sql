-- Whoever makes many slots at once says on which day each starts; a day far from it, which reports
-- could not count, is none.
alter table data.slot add constraint slot_local_date_near_start check (
    abs(local_date - (start_time at time zone 'UTC')::date) <= 1
);
