begin;
select plan(2);

select tests.account() as ann, tests.doctor() as doctor \gset
select tests.record(
    :ann, :doctor, body => '{"Key": "a RASH", "deep": [{"er": "rash, 37.5 \u0027 %"}], "n": 42}'
) as record \gset
select is(
    array(
        select w.word from data.record_word as w
        where w.patient_id = :ann and w.record_id = :record order by 1
    ),
    '{37.5,42,a,rash}', 'texts and numbers, as deep as they are, each word once'
);
select is(
    tests.record(:ann, :doctor, body => jsonb_build_object('text', repeat('x', 60000))) > 0, true,
    'what is too long for a word is none'
);

select * from finish();
rollback;
