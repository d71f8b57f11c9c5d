create or replace function core.backoff(attempts integer) returns interval
language sql volatile
return least(
    interval '1 minute' * power(2, least(backoff.attempts, 20) - 1), interval '6 hours'
) * (0.5 + random());

comment on function core.backoff is
'How long to wait after so many attempts: from about a minute, twice as long each time, up to about
six hours; each time another while, so that what failed together is not repeated together.';
