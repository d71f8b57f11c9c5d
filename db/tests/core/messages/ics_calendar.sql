begin;
select plan(1);

select is(
    core.ics_calendar('PUBLISH', '{BEGIN:VEVENT,END:VEVENT}'),
    E'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Slotkeeper//EN\r\nMETHOD:PUBLISH\r\n'
    'BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n', 'lines become a calendar'
);

select * from finish();
rollback;
