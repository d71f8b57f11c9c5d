-- One more clinic of the demo group: `demo.clinic` says which, from 1; `demo.bookings` how many
-- bookings it gets. Chance is a hash of numbers: on one day a clinic comes out the same anywhere.

-- No trigger looks at what is made up here: it has statuses that only years of steps reach, no
-- history, and so nobody is told of it. That spares foreign keys, too, which joins keep below;
-- CHECKs and exclusion constraints go on. A superuser may say so, or who was granted it.
set local session_replication_role = replica;

-- What is made here is lost whole, if ever: nobody needs to wait for the disk.
set local synchronous_commit = off;
-- A clinic is sorted in memory.
set local work_mem = '64MB';

create or replace function pg_temp.dice(what text, number bigint) returns double precision
language sql immutable
return (hashint8extended(dice.number, hashtext(dice.what)) & 16777215)::double precision / 16777216;

create or replace function pg_temp.pick(what text, number bigint, words text[]) returns text
language sql immutable
return pick.words[1 + floor(pg_temp.dice(pick.what, pick.number) * cardinality(pick.words))::int];

create or replace function pg_temp.person(number bigint) returns text
language sql immutable
return pg_temp.pick('first name', person.number, array[
    'Amara', 'Aiko', 'Anna', 'Ben', 'Carla', 'Chen', 'Dario', 'Elif', 'Emma', 'Farid', 'Grace',
    'Hugo', 'Ida', 'Ines', 'Jonas', 'Kavya', 'Lena', 'Liam', 'Malik', 'Marta', 'Mateo', 'Mia',
    'Nadia', 'Noah', 'Olga', 'Omar', 'Priya', 'Ravi', 'Rosa', 'Sana', 'Tomas', 'Uma', 'Yusuf'
]) || ' ' || pg_temp.pick('last name', person.number, array[
    'Adams', 'Baker', 'Bauer', 'Costa', 'Diaz', 'Eriksen', 'Fischer', 'Garcia', 'Haddad', 'Ito',
    'Jensen', 'Kaya', 'Kowalski', 'Lopez', 'Martin', 'Moreau', 'Nguyen', 'Okafor', 'Patel',
    'Quinn', 'Rossi', 'Sato', 'Schmidt', 'Silva', 'Singh', 'Tanaka', 'Weber', 'Wilson', 'Yilmaz'
]);

create temporary table house on commit drop as
with profile as (
    select p.*
    from (
        values
        (1, 'Berlin', 'Europe/Berlin', 'EUR', 60, 'PREPAID', 600, 24, true),
        (2, 'London', 'Europe/London', 'GBP', 70, 'AT_VISIT', 120, 0, false),
        (3, 'New York', 'America/New_York', 'USD', 120, 'PREPAID', 120, 48, true),
        (4, 'Kolkata', 'Asia/Kolkata', 'INR', 800, 'AT_VISIT', 300, 4, true),
        (5, 'Sydney', 'Australia/Sydney', 'AUD', 110, 'PREPAID', 900, 12, false),
        (0, 'Toronto', 'America/Toronto', 'CAD', 95, 'AT_VISIT', 120, 24, true)
    ) as p (place, city, time_zone, currency, fee, payment_terms, hold, notice, overlap_allowed)
    where p.place = current_setting('demo.clinic')::bigint % 6
),
made as (
    insert into data.clinic as c (
        name, time_zone, currency, payment_terms, hold_seconds, cancellation_notice_hours,
        overlap_allowed, horizon_days, created_at
    )
    select
        concat_ws(
            ' ', p.city, 'Clinic', nullif((current_setting('demo.clinic')::bigint + 5) / 6, 1)
        ),
        p.time_zone, p.currency, p.payment_terms::data.payment_terms, p.hold, p.notice,
        p.overlap_allowed, 30, now() - interval '3 years'
    from profile as p
    returning c.*
)
select
    m.*, p.city, p.fee, current_setting('demo.clinic')::bigint as number,
    current_setting('demo.bookings')::integer as bookings,
    (now() at time zone m.time_zone)::date as today,
    -- A doctor of a large clinic has 7,500 bookings, those of two years; a patient has six, and one
    -- on a day.
    2 + current_setting('demo.bookings')::integer / 15000 as doctors,
    100 + current_setting('demo.bookings')::integer / 6 as patients
from made as m cross join profile as p;

insert into data.account (name, email, role, clinic_id, created_at)
select
    pg_temp.person(h.number * 1000 - n), format('desk%s.%s@demo.example', n, h.number), 'clerk',
    h.id, h.created_at
from house as h cross join generate_series(1, 2) as n;

-- Every second patient has an account.
create temporary table patient on commit drop as
with person as (
    select
        n as place, pg_temp.person(h.number * 1000000 + n) as name, h.created_at,
        format('patient%s.%s@demo.example', n, h.number) as email, n % 2 = 0 as has_account
    from house as h cross join generate_series(0, h.patients - 1) as n
),
made as (
    insert into data.account as a (name, email, role, created_at)
    select p.name, p.email, 'patient', p.created_at from person as p where p.has_account
    returning a.id, a.email
)
select p.place, p.name, p.email, m.id as account_id
from person as p left join made as m on m.email = p.email;

-- Every third doctor sees groups, every fifth one asks for no fee.
create temporary table hour on commit drop as
with doctor as (
    select
        n as place, h.number * 1000 + n as number,
        'Dr. ' || pg_temp.person(h.number * 1000 + n) as name,
        format('doctor%s.%s@demo.example', n, h.number) as email, n % 3 = 2 as is_group,
        case when n % 5 = 4 then 0 else h.fee + h.fee / 10 * (n % 3) end as fee,
        h.id as clinic_id, h.city, h.created_at, h.today
    from house as h cross join generate_series(1, h.doctors) as n
),
account as (
    insert into data.account as a (name, email, role, created_at)
    select d.name, d.email, 'doctor', d.created_at from doctor as d
    returning a.id, a.email
),
made as (
    insert into data.doctor as d (
        clinic_id, account_id, name, specialization, city, consultation_type, consultation_fee,
        rating, email, experience_years, created_at, listed_at, slots_until
    )
    select
        o.clinic_id, a.id, o.name,
        case
            when o.is_group then 'Physiotherapy'
            else pg_temp.pick('specialization', o.number, array[
                'General Practice', 'General Practice', 'Cardiology', 'Dermatology', 'Paediatrics',
                'Orthopaedics', 'Neurology', 'Gynaecology', 'Ophthalmology', 'Psychiatry'
            ])
        end,
        o.city,
        pg_temp.pick('consultation', o.number, '{OFFLINE,OFFLINE,BOTH,ONLINE}')
        ::data.consultation_type,
        o.fee, 3.5 + round(pg_temp.dice('rating', o.number)::numeric * 1.5, 1),
        o.email, 2 + o.number % 30, o.created_at, o.created_at, o.today + 30
    from doctor as o join account as a on a.email = o.email
    returning d.id, d.email
)
select
    m.id as doctor_id, o.place as doctor, o.fee, o.is_group, weekday, w.start_time, w.end_time,
    case when o.is_group then 60 when o.place % 3 = 0 then 20 else 30 end as minutes,
    case when o.is_group then 8 else 1 end as capacity
from doctor as o
join made as m on m.email = o.email
join (
    values
    (0, 1, 5, time '08:00', time '12:00'), (0, 1, 5, '13:00', '16:00'),
    (1, 1, 4, '09:00', '13:00'), (1, 1, 4, '14:00', '18:00'),
    (2, 2, 6, '10:00', '14:00'), (2, 2, 6, '15:00', '18:00')
) as w (pattern, first_day, last_day, start_time, end_time) on w.pattern = o.place % 3
cross join generate_series(w.first_day, w.last_day) as weekday;

insert into data.hours (
    doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity
)
select
    o.doctor_id, o.weekday, daterange(h.today - 1000, null), o.start_time, o.end_time, o.minutes,
    o.capacity
from hour as o cross join house as h;

-- Every fourth one is away for a week.
create temporary table away on commit drop as
select distinct o.doctor_id, h.today + 20 as first_day, h.today + 24 as last_day, h.time_zone
from hour as o cross join house as h
where o.doctor % 4 = 1;

insert into data.time_off (doctor_id, start_time, end_time, reason)
select
    a.doctor_id, core.day_start(a.first_day, a.time_zone),
    core.day_start(a.last_day + 1, a.time_zone), 'Holiday'
from away as a;

analyze house, patient, hour, away;
