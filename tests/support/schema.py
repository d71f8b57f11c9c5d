"""db/schema.sql: the types and tables of a migrated database, in an order for readers.

Usage: ``python -m tests.support.schema`` tells whether the file is what the migrations make;
with ``--write`` it writes the file.
"""

import difflib
import re
import sys
import textwrap

from slotkeeper.deploy import deploy

from . import databases
from .cluster import KINDS, guarded_cluster
from .databases import DB, Database

FILE = DB / "schema.sql"
HEAD = """\
-- The types and tables as the migrations make them: written by `make schema`, proven equal by
-- `make check`. Triggers stand with their functions, below db/functions/core.
"""

# Each object as (comment, text), in the order in which they were made.
TYPES = """
select
    obj_description(t.oid, 'pg_type'),
    case t.typtype
        when 'e' then format(
            E'create type data.%I as enum (\\n    %s\\n);', t.typname, (
                select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
                from pg_enum as e where e.enumtypid = t.oid
            )
        )
        when 'c' then format(
            E'create type data.%I as (\\n    %s\\n);', t.typname, (
                select string_agg(
                    format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', '
                    order by a.attnum
                )
                from pg_attribute as a
                where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
            )
        )
        else format(
            E'create domain data.%I as %s%s;', t.typname, format_type(t.typbasetype, t.typtypmod), (
                select string_agg(
                    E'\\n    ' || format('constraint %I %s', c.conname, k.text), ''
                    order by c.conname
                )
                from pg_constraint as c
                cross join lateral (select pg_get_constraintdef(c.oid, true) as text) as k
                where c.contypid = t.oid and c.contype = 'c'
            )
        )
    end
from pg_type as t
left join pg_class as r on r.oid = t.typrelid
where t.typnamespace = 'data'::regnamespace and (t.typtype in ('d', 'e') or r.relkind = 'c')
order by t.typtype = 'c', t.typtype desc, t.oid
"""
TABLES = """
select
    obj_description(t.oid, 'pg_class'), t.relname,
    (
        select array_agg(array[
            col_description(t.oid, a.attnum),
            concat_ws(
                ' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                case when a.attnotnull then 'not null' end,
                case when a.attidentity = 'a' then 'generated always as identity' end,
                case
                    when a.attgenerated = 's' then format('generated always as (%s) stored', e.text)
                    else 'default ' || e.text
                end
            )
        ] order by a.attnum)
        from pg_attribute as a
        left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
        cross join lateral (select pg_get_expr(d.adbin, d.adrelid, true) as text) as e
        where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    ),
    array(
        select format('constraint %I %s', c.conname, pg_get_constraintdef(c.oid, true))
        from pg_constraint as c
        where c.conrelid = t.oid and c.contype not in ('n', 't')
        order by array_position('{p,u,f,x,c}', c.contype::text), c.oid
    ),
    array(
        select pg_get_indexdef(i.indexrelid)
        from pg_index as i
        where i.indrelid = t.oid and not exists (
            select from pg_constraint as c
            where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x')
        )
        order by i.indexrelid
    ) || array(
        select format('alter table data.%I %s row level security', t.relname, w.what)
        from (values ('enable', t.relrowsecurity), ('force', t.relforcerowsecurity))
            as w (what, so)
        where w.so
        union all
        select concat_ws(
            ' ', 'create policy', p.polname, 'on data.' || t.relname, 'for', case p.polcmd
                when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                when 'd' then 'delete' else 'all'
            end,
            'using (' || pg_get_expr(p.polqual, p.polrelid, true) || ')',
            'with check (' || pg_get_expr(p.polwithcheck, p.polrelid, true) || ')'
        )
        from (select * from pg_policy as p where p.polrelid = t.oid order by p.oid) as p
    )
from pg_class as t
where t.relnamespace = 'data'::regnamespace and t.relkind = 'r'
order by t.oid
"""


QUOTED = re.compile(r"('(?:[^']|'')*')")
# What PostgreSQL adds to what was written.
NOISE = re.compile(r"::text\b|(?<=')::[a-z_.]+(?: with time zone)?| using btree")


def _comment(text: str | None, indent: str = "") -> str:
    if text is None:
        return ""
    prefix = f"{indent}-- "
    return textwrap.fill(text, 100, initial_indent=prefix, subsequent_indent=prefix) + "\n"


def _form(text: str, indent: str = "") -> str:
    """Return SQL as we write it: lowercase, at most 100 columns, without what goes unsaid."""
    parts = QUOTED.split(text)
    # Spaces between quotes are no place to break a line.
    parts[::2] = [re.sub(r"\s+", " ", part).lower() for part in parts[::2]]
    parts[1::2] = [part.replace(" ", "\0") for part in parts[1::2]]
    plain = NOISE.sub("", "".join(parts)).replace("timestamp with time zone", "timestamptz")
    lines = textwrap.wrap(
        plain, 100, initial_indent=indent, subsequent_indent=f"{indent}    ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join(lines).replace("\0", " ")


def _line(line: str) -> str:
    return _form(line.lstrip(), " " * (len(line) - len(line.lstrip())))


def _table(
    comment: str, name: str, columns: list[list[str | None]], rules: list[str], rest: list[str]
) -> str:
    parts = [_comment(said, "    ") + _form(str(column), "    ") for said, column in columns]
    parts += [_form(rule, "    ") for rule in rules]
    made = ",\n".join(parts)
    return f"{_comment(comment)}create table data.{name} (\n{made}\n);\n" + "".join(
        f"{_form(statement)};\n" for statement in rest
    )


def describe(database: Database) -> str:
    """Return the text of db/schema.sql for a database that was deployed."""
    database.rows("set timezone = 'UTC'")
    types = [
        _comment(said) + "\n".join(map(_line, text.splitlines())) + "\n"
        for said, text in database.rows(TYPES)
    ]
    tables = [_table(*row) for row in database.rows(TABLES)]
    return "\n".join([HEAD, *types, *tables])


def main() -> int:
    """Write the file, or print how it differs; return 1 where it does."""
    with guarded_cluster(KINDS["embedded18"]) as cluster:
        cluster.ensure_started()
        database = databases.create(cluster)
        deploy(database.admin_url, DB, databases.ROLE_SECRET, lambda _: None)
        made = describe(database)
    if "--write" in sys.argv:
        FILE.write_text(made, encoding="utf-8")
        return 0
    kept = FILE.read_text(encoding="utf-8")
    sys.stdout.writelines(
        difflib.unified_diff(
            kept.splitlines(True), made.splitlines(True), "db/schema.sql", "the migrations"
        )
    )
    return int(kept != made)


if __name__ == "__main__":
    sys.exit(main())
