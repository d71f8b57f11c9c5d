"""Routes that get into trouble on purpose, put into a deployed database as `deploy` would."""

from tests.support.databases import Database
from tests.support.server import Server
from tests.support.wait import eventually

PROBES = """
create table data.probe (id integer primary key, hits integer not null default 0);
insert into data.probe (id) values (1), (2);

create function api.probe_sleep(seconds numeric) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform pg_catalog.pg_sleep(probe_sleep.seconds::double precision);
    return true;
end $$;
comment on function api.probe_sleep is 'POST /api/probe/sleep

Sleeps.';

create function api.probe_pid() returns integer
language sql stable security definer set search_path = ''
as $$ select pg_catalog.pg_backend_pid() $$;
comment on function api.probe_pid is 'GET /api/probe/pid

Tells which server process answers.';

create function api.probe_pair(first integer, second integer) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
    update data.probe as p set hits = p.hits + 1 where p.id = probe_pair.first;
    perform pg_catalog.pg_sleep(0.1);
    update data.probe as p set hits = p.hits + 1 where p.id = probe_pair.second;
    return true;
end $$;
comment on function api.probe_pair is 'POST /api/probe/pair

Updates two rows in the order given.';

create function api.probe_raise(state text, message text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
    raise exception '%', probe_raise.message
        using errcode = probe_raise.state, detail = 'A sentence.';
end $$;
comment on function api.probe_raise is 'POST /api/probe/raise

Fails as told.';

create function api.probe_text(note text default 'none') returns text
language sql stable security definer set search_path = '' as $$ select probe_text.note $$;
comment on function api.probe_text is 'GET /api/probe/text

Gives back what it was given.';

create domain data.probe_card as text;
comment on domain data.probe_card is 'A card. Media type: text/x-card.';
create function api.probe_card(note text default null) returns data.probe_card
language sql stable security definer set search_path = '' as $$ select probe_card.note $$;
comment on function api.probe_card is 'GET /api/probe/card.txt

Gives back what it was given, as it is.';

create function api.probe_write(note text) returns text
language plpgsql volatile security definer set search_path = ''
as $$ begin return probe_write.note; end $$;
comment on function api.probe_write is 'POST /api/probe/text 201

Gives back what it was given.';

create function api.probe_claims() returns text
language sql stable security definer set search_path = ''
as $$ select current_setting('request.jwt.claims') || ' ' || session_user $$;
comment on function api.probe_claims is 'GET /api/probe/claims

Tells who calls.';

create function api.probe_staff() returns boolean
language sql stable security definer set search_path = '' as $$ select true $$;
comment on function api.probe_staff is 'GET /api/probe/staff

For one role alone.';

create function api.probe_received(
    place text, headers jsonb, body bytea, note text default 'none'
) returns json
language plpgsql volatile security definer set search_path = '' as $$
begin
    return json_build_object(
        'place', probe_received.place, 'note', probe_received.note,
        'headers', probe_received.headers, 'body', encode(probe_received.body, 'hex')
    );
end $$;
comment on function api.probe_received is 'POST /api/probe/received/{place}
Receives: body, headers

Gives back what came.';

do $$
declare
    f regprocedure;
    r name;
begin
    for f in select p.oid from pg_proc as p where p.proname like 'probe!_%' escape '!' loop
        execute format('revoke all on function %s from public', f);
        for r in select rolname from pg_roles
            where rolname in ('slotkeeper_anon', 'slotkeeper_patient', 'slotkeeper_admin')
        loop
            if f::text not like '%probe_staff%' or r = 'slotkeeper_admin' then
                execute format('grant execute on function %s to %I', f, r);
            end if;
        end loop;
    end loop;
end $$;
"""


def install(database: Database) -> None:
    """Make the probes; a running server hears of it."""
    with database.connect() as connection:
        connection.execute("set role slotkeeper_owner")
        connection.execute(PROBES)
        connection.execute("reset role")
        connection.execute("notify slotkeeper_deployed")


def sleepers(database: Database) -> int:
    """How many statements are asleep at this moment."""
    found: int = database.value(
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and wait_event = 'PgSleep'"
    )
    return found


def wait_for_sleepers(database: Database, count: int) -> None:
    """Wait until so many statements are asleep."""
    eventually(lambda: sleepers(database) == count, 15, f"{count} sleeping statements")


def wait_for_route(server: Server, path: str) -> None:
    """Wait until the server knows a route."""
    eventually(lambda: server.request("GET", path).status != 404, 15, f"route {path}")
