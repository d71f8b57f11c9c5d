-- A small application to read catalogs from. web_reader and web_clerk stand for two web roles of
-- this database alone; neither may enter the schema stock.
create schema api;
create schema auth;
create schema stock;
alter default privileges revoke execute on functions from public;
comment on schema api is
'A library.

Open to all.

books: What is on the
    shelves.
visits: Who came.';
grant usage on schema api to web_reader, web_clerk;
grant usage on schema auth to slotkeeper_server;

create domain stock.title as text check (char_length(value) >= 1 and char_length(value) <= 20);
comment on domain stock.title is 'A title. Example: Ulysses.';
create domain stock.card as text;
comment on domain stock.card is 'A card for the catalog. Media type: text/x-card.';
create domain stock.isbn as text check (value ~ '^\d{13}$');
create domain stock.copies as smallint check (value between 1 and 99);
comment on domain stock.copies is 'How many copies. Example: 3.';
create domain stock.price as numeric(6, 2) check (value >= 0);
create domain stock.page_size as integer not null check (value > 0 and value <= 100);
create domain stock.weekday as integer not null check (value >= 1 and value <= 7);
create type stock.shelf as enum ('FICTION', 'SCIENCE', 'O''ther "one"');
create domain stock.open_shelf as stock.shelf;
comment on domain stock.open_shelf is 'Where anybody may read. Offered: FICTION, SCIENCE.';
create type stock.hours as (
    weekday stock.weekday, opens time, note text, fine numeric (4, 1)
);
comment on column stock.hours.opens is '! When it opens.';

create table stock.book (
    id bigint generated always as identity primary key,
    title stock.title not null,
    shelf stock.shelf,
    price stock.price,
    copies stock.copies,
    note text,
    bought date,
    tags text[]
);
create table stock.visit (claims text not null);

create view api.book as
select b.id, b.title, b.shelf, b.price, b.copies, b.note, b.bought, b.tags
from stock.book as b;
comment on view api.book is 'A book on a shelf.';
comment on column api.book.id is '! Identifies the book.';
comment on column api.book.title is '! What is on its cover.';
comment on column api.book.price is '! What it costs.';

-- Fails unless the caller is already known.
create function stock.caller() returns text
language plpgsql stable set search_path = '' as $$
begin
    if coalesce(current_setting('request.jwt.claims', true), '') = '' then
        raise exception 'nobody_called';
    end if;
    return current_setting('request.jwt.claims')::json ->> 'sub';
end;
$$;

-- Looks at as many books as a page has, at least at two, whatever their shelf.
create function api.list_books(
    shelf stock.shelf default null, "limit" stock.page_size default 2, after bigint default null
) returns setof api.book
language plpgsql stable security definer set search_path = '' as $$
declare
    v_last bigint := coalesce(list_books.after, 0) + greatest(list_books.limit, 2);
    v_count integer;
begin
    perform stock.caller();
    return query
    select b.* from api.book as b
    where b.id > coalesce(list_books.after, 0) and b.id <= v_last
        and (list_books.shelf is null or b.shelf = list_books.shelf)
    order by b.id
    limit list_books.limit;
    get diagnostics v_count = row_count;
    if v_count < list_books.limit and exists (select from stock.book as b where b.id = v_last) then
        perform set_config('page.next', v_last::text, true);
    end if;
end;
$$;
comment on function api.list_books is
'GET /api/books
Topic: books
Alias: rack = shelf

Books by id. Oldest first.';
grant execute on function api.list_books to web_reader, web_clerk;

create function api.get_card(book_id bigint) returns stock.card
language plpgsql stable security definer set search_path = '' as $$
begin
    perform stock.caller();
    return (select format(E'%s\r\n"é"', b.title) from stock.book as b where b.id = get_card.book_id);
end;
$$;
comment on function api.get_card is
'GET /api/books/{book_id}/card.txt
Topic: books

A book as a card.';
grant execute on function api.get_card to web_reader;

create function api.get_book(book_id bigint, card_token text default null) returns api.book
language plpgsql stable security definer set search_path = '' as $$
declare
    v_book api.book;
begin
    perform stock.caller();
    select b.* into v_book from api.book as b where b.id = get_book.book_id;
    if not found then
        raise exception 'book_not_found' using errcode = 'PT404', detail = 'There is no such book.';
    end if;
    return v_book;
end;
$$;
comment on function api.get_book is
'GET /api/books/{book_id}
GET /api/volumes/{book_id}
Topic: books

One book.

404 book_not_found: there is none
    of this id.';
grant execute on function api.get_book to web_reader, web_clerk;

create function api.add_book(
    title stock.title,
    isbn stock.isbn default null,
    shelf stock.shelf default 'FICTION',
    price stock.price default 0,
    copies stock.copies default 1,
    note text default 'none',
    bought date default null,
    tags text[] default '{}',
    idempotency_key uuid default null
) returns api.book
language sql volatile security definer set search_path = '' as $$
    insert into stock.book (title, shelf, price, copies, note, bought, tags)
    select
        add_book.title, add_book.shelf, add_book.price, add_book.copies, add_book.note,
        add_book.bought, add_book.tags
    where stock.caller() is not null
    returning *;
$$;
comment on function api.add_book is
'POST /api/books 201
Alias: bookTitle = title
Alias: name = title
Alias: novel = FICTION

Puts a book on a shelf.

400 invalid_title: the title is silly.
400 missing_parameter: a title has no ISBN.
409 book_exists: it is there already.';
grant execute on function api.add_book to web_clerk;

create function api.caller() returns text
language sql stable security definer set search_path = '' as 'select stock.caller()';
comment on function api.caller is 'GET /api/caller';
grant execute on function api.caller to web_reader, web_clerk;

create function api.callers() returns setof text
language sql stable security definer set search_path = '' as 'select stock.caller()';
comment on function api.callers is 'GET /api/callers';
grant execute on function api.callers to web_reader;

create function api.visit() returns void
language sql volatile security definer set search_path = ''
as 'insert into stock.visit values (stock.caller())';
comment on function api.visit is 'POST /api/visits';
grant execute on function api.visit to web_reader;

create function api.visit_secretly() returns text
language plpgsql stable security definer set search_path = '' as $$
begin
    return api.visit()::text;
end;
$$;
comment on function api.visit_secretly is 'GET /api/visits';
grant execute on function api.visit_secretly to web_reader;

create function api.echo(
    small smallint, whole integer, big bigint, amount numeric, price stock.price, flag boolean,
    words text, short varchar, day date, instant timestamptz, clock time, id uuid, doc jsonb,
    shelf stock.shelf, shelves stock.shelf[], numbers integer[], texts text[], hours stock.hours,
    week stock.hours[]
) returns json
language sql volatile security definer set search_path = '' as $$
    select json_build_object(
        'small', echo.small, 'whole', echo.whole, 'big', echo.big, 'amount', echo.amount,
        'price', echo.price, 'flag', echo.flag, 'words', echo.words, 'short', echo.short,
        'day', echo.day, 'instant', echo.instant, 'clock', echo.clock, 'id', echo.id,
        'doc', echo.doc, 'shelf', echo.shelf, 'shelves', echo.shelves, 'numbers', echo.numbers,
        'texts', echo.texts, 'hours', echo.hours, 'week', echo.week
    )
$$;
comment on function api.echo is 'PUT /api/echo';
grant execute on function api.echo to web_reader;

create type auth.session as (id bigint, error text);
create function auth.register(
    name stock.title, secret_hash bytea, shelf stock.open_shelf default null
)
returns auth.session
language sql volatile security definer set search_path = ''
as $$select length(register.secret_hash)::bigint, register.name::text$$;
comment on function auth.register is
'POST /api/readers 201
Topic: visits

Makes a reader.

400 name_taken: there is one.';
grant execute on function auth.register to slotkeeper_server;
create function auth.credentials(email text) returns table (account_id bigint, secret_hash text)
language sql stable security definer set search_path = ''
as $$select 7, stock.caller() where credentials.email = 'ann@example.org'$$;
grant execute on function auth.credentials to slotkeeper_server;
-- Private: the server may not call it.
create function auth.helper() returns trigger language plpgsql as 'begin return null; end';
