begin;
select plan(2);

select is_empty(
    $$select a.attempts, b.pause
      from (values (1, interval '1 minute'), (2, '2 minutes'), (5, '16 minutes'), (10, '6 hours'),
          (1000, '6 hours')) as a (attempts, about)
      cross join lateral (
          select core.backoff(a.attempts) as pause from generate_series(1, 100)
      ) as b
      where b.pause not between a.about * 0.5 and a.about * 1.5$$,
    'twice as long each time, up to six hours'
);
select cmp_ok(
    (select count(distinct core.backoff(1)) from generate_series(1, 100)), '>', 90::bigint,
    'each time another while'
);

select * from finish();
rollback;
