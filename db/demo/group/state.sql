-- Which clinics the demo group has, how many bookings the demo has, and how many are none of its:
-- nobody else's address can be at a domain that ends in .example.
select
    array(
        select substring(a.email, '^desk1\.(\d+)@demo\.example$')::integer as number
        from data.account as a
        where a.email like 'desk1.%@demo.example'
    ) as clinics,
    count(*) filter (where b.patient_email like '%@demo.example') as bookings,
    count(*) filter (where b.patient_email not like '%@demo.example') as others
from data.booking as b;
