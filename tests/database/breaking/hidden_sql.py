"""Migrations of several schemas whose harm stands between the lines, judged by hand."""

from tests.database.breaking.breaking_sql import Row

BLOG = """
create schema app; create schema billing;
create table app.users(id bigserial primary key, handle text not null, email text, locale text not null default 'en', role text not null default 'member', deleted_at timestamptz, age smallint, constraint users_handle_key unique (handle), constraint age_ok check (age >= 18));
create table app.posts(id bigserial primary key, author_id bigint not null references app.users(id) deferrable initially deferred, title varchar(200) not null, body text, status text not null default 'draft' constraint st check (status in ('draft','live','gone')), likes int not null default 0, fts tsvector generated always as (to_tsvector('simple', coalesce(title, ''))) stored, words int not null generated always as (length(title)) stored, published_at timestamptz);
create unique index posts_slug on app.posts (lower(title)) where published_at is null;
create table app.comments(id bigserial primary key, post_id bigint references app.posts(id) on delete cascade, body text not null, ip inet, meta jsonb default '{}');
create table billing.invoices(id uuid primary key default gen_random_uuid(), user_id bigint references app.users(id) on delete set null, cents bigint not null check (cents >= 0), currency char(3) not null default 'EUR', paid boolean not null default false, no int generated always as identity);
create table events(id bigint not null, at timestamptz not null, kind text) partition by range (at);
create table events_default partition of events default;
create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
create view app.live_posts as select id, title, author_id from app.posts where status = 'live';
create view app.everything as select p.id, p.title, u.handle from app.posts p join app.users u on u.id = p.author_id;
create function app.put_everything() returns trigger language plpgsql as 'begin update app.posts set title = new.title where id = old.id; return new; end';
create trigger put instead of update on app.everything for each row execute function app.put_everything();
create function app.slug(t text, sep text default '-') returns text language sql immutable as $$ select replace(lower(t), ' ', sep) $$;
create function app.stats(out posts bigint, out users bigint) language sql as $$ select (select count(*) from app.posts), (select count(*) from app.users) $$;
create function app.list_posts(n int) returns setof app.posts language sql as $$ select * from app.posts limit n $$;
create function app.audit() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger audit before insert or update on billing.invoices for each row execute function app.audit();
create type app.status as enum ('a','b','c'); create type app.pair as (x int, y int); create domain app.slugtype as text check (value ~ '^[a-z-]+$');
create table app.pages(id serial primary key, st app.status default 'a', slug app.slugtype, at app.pair);
create sequence app.ticket increment by 10;
create materialized view app.tops as select author_id, count(*) as n from app.posts group by 1; create unique index on app.tops (author_id);
insert into app.users(handle, age) values ('u1', 20), ('u2', 30); insert into app.posts(author_id, title) values (1, 'A b');
"""

HIDDEN_HARM = [
    Row(
        "alter table app.users alter column email set not null",
        (("required", "app.users.email"),),
        BLOG,
    ),
    Row("update app.users set email = handle || '@x' where email is null", (), BLOG),
    Row(
        "alter table app.users drop constraint age_ok, add constraint age_ok check (age >= 21)",
        (("constrained", "app.users.age_ok"),),
        BLOG,
    ),
    Row(
        "alter table app.users drop constraint age_ok, add constraint age_ok check (age >= 16)",
        (),
        BLOG,
    ),
    Row(
        "alter table app.users drop constraint age_ok, add constraint age_ok check (age between 10 and 200 or age >= 18)",
        (),
        BLOG,
    ),
    Row(
        "alter table app.users drop constraint age_ok, add constraint age_ok check (age >= 18 and age <= 99)",
        (("constrained", "app.users.age_ok"),),
        BLOG,
        "insert into app.users(handle, age) values ('q', 120)",
    ),
    Row(
        "alter table app.posts drop constraint st, add constraint st check (status = any (array['draft','live','gone','held']))",
        (),
        BLOG,
    ),
    Row(
        "alter table app.posts drop constraint st, add constraint st check (status in ('live','gone'))",
        (("constrained", "app.posts.st"),),
        BLOG,
    ),
    Row(
        "alter table app.posts drop constraint posts_author_id_fkey, add constraint posts_author_id_fkey foreign key (author_id) references app.users(id)",
        (("constrained", "app.posts.posts_author_id_fkey"),),
        BLOG,
        "begin; insert into app.posts(author_id, title) values (77, 'x'); insert into app.users(id, handle) values (77, 'x'); commit",
    ),
    Row(
        "alter table app.comments drop constraint comments_post_id_fkey; alter table app.comments add constraint comments_post_id_fkey foreign key (post_id) references app.posts(id) on delete cascade on update cascade",
        (),
        BLOG,
    ),
    Row(
        "alter table app.comments drop constraint comments_post_id_fkey; alter table app.comments add constraint comments_post_id_fkey foreign key (post_id) references app.posts(id) on delete restrict",
        (("constrained", "app.comments.comments_post_id_fkey"),),
        BLOG,
        "with c as (insert into app.comments(post_id, body) values (1, 'x') returning 1) select 1; delete from app.posts where id = 1",
    ),
    Row(
        "drop index app.posts_slug; create unique index posts_slug on app.posts (lower(title)) where published_at is null and status = 'draft'",
        (("constrained", "app.posts.unique key posts_slug"),),
        BLOG,
    ),
    Row(
        "drop index app.posts_slug; create unique index posts_slug on app.posts (lower(title))",
        (
            ("constrained", "app.posts.posts_slug"),
            ("constrained", "app.posts.unique key posts_slug"),
        ),
        BLOG,
        "with p as (update app.posts set published_at = now()) select 1; insert into app.posts(author_id, title, published_at) values (1, 'a B', now())",
    ),
    Row(
        "alter table app.posts alter column fts drop expression",
        (("retyped", "app.posts.fts"),),
        BLOG,
    ),
    Row(
        "alter table app.posts alter column words drop expression",
        (("default-dropped", "app.posts.words"),),
        BLOG,
        "insert into app.posts(author_id, title) values (1, 'new one')",
    ),
    Row(
        "alter table app.posts drop column fts; alter table app.posts add column fts tsvector",
        (("retyped", "app.posts.fts"),),
        BLOG,
    ),
    Row(
        "alter table billing.invoices add constraint paid_has_user check (not paid or user_id is not null) not valid",
        (("constrained", "billing.invoices.paid_has_user"),),
        BLOG,
        "insert into billing.invoices(cents, paid) values (1, true)",
    ),
    Row("alter table billing.invoices add column note text check (note <> '')", (), BLOG),
    Row(
        "alter table billing.invoices alter column cents type int",
        (("retyped", "billing.invoices.cents"),),
        BLOG,
    ),
    Row("alter table billing.invoices alter column no set generated by default", (), BLOG),
    Row(
        "alter table billing.invoices alter column no drop identity",
        (("default-dropped", "billing.invoices.no"),),
        BLOG,
        "insert into billing.invoices(user_id, cents) values (1, 5)",
    ),
    Row(
        "alter table billing.invoices set schema app",
        (("renamed", "billing.invoices"),),
        BLOG,
        "select * from billing.invoices",
    ),
    Row(
        "create schema archive; create table archive.old(id int); drop schema archive cascade",
        (),
        BLOG,
    ),
    Row(
        "create or replace function app.audit() returns trigger language plpgsql as $$ begin if new.paid is null then raise exception 'paid'; end if; return new; end $$",
        (("constrained", "billing.invoices.trigger app.audit"),),
        BLOG,
    ),
    Row(
        "create or replace function app.audit() returns trigger language plpgsql as $$ begin new.currency = null; return new; end $$",
        (("constrained", "billing.invoices.trigger app.audit"),),
        BLOG,
        "insert into billing.invoices(user_id, cents) values (1, 5)",
    ),
    Row(
        "create or replace function app.audit() returns trigger language plpgsql as $$ begin begin insert into app.comments(body) values ('x'); exception when others then raise warning 'no audit: %', sqlerrm; end; return new; end $$",
        (),
        BLOG,
    ),
    Row(
        "create or replace function app.audit() returns trigger language plpgsql as $$ begin insert into app.comments(body) values (new.id::text); return new; end $$",
        (),
        BLOG,
    ),
    Row(
        "create or replace function app.audit() returns trigger language plpgsql as $$ begin insert into app.comments(ip) values ('::1'); return new; end $$",
        (("constrained", "billing.invoices.trigger app.audit"),),
        BLOG,
        "insert into billing.invoices(user_id, cents) values (1, 5)",
    ),
    Row(
        "create or replace function app.audit() returns trigger language plpgsql as $$ declare u app.users; begin select * into strict u from app.users where id = new.user_id and role = 'admin'; return new; end $$",
        (("constrained", "billing.invoices.trigger app.audit"),),
        BLOG,
        "insert into billing.invoices(user_id, cents) values (1, 5)",
    ),
    Row(
        "create or replace function app.slug(t text, sep text default '-') returns text language plpgsql immutable as $$ begin raise exception 'app.slug is retired' using hint = 'use slugify'; end $$",
        (("narrowed", "app.slug"),),
        BLOG,
        "select app.slug('a')",
    ),
    Row(
        "drop function app.slug(text, text); create function app.slug(t text, sep text) returns text language sql immutable as $$ select t $$",
        (("narrowed", "app.slug"),),
        BLOG,
        "select app.slug('a')",
    ),
    Row(
        "drop function app.stats(); create function app.stats(out posts bigint) language sql as $$ select count(*) from app.posts $$",
        (("narrowed", "app.stats"),),
        BLOG,
        "select users from app.stats()",
    ),
    Row(
        "create function app.slug(t text) returns text language sql as $$ select t $$",
        (("narrowed", "app.slug"),),
        BLOG,
    ),
    Row(
        "create function app.slug(n bigint) returns text language sql as $$ select n::text $$",
        (),
        BLOG,
    ),
    Row(
        "drop trigger put on app.everything",
        (("unwritable", "app.everything"),),
        BLOG,
        "update app.everything set title = 'x' where id = 1",
    ),
    Row(
        "drop trigger put on app.everything; create trigger put2 instead of update on app.everything for each row execute function app.put_everything()",
        (),
        BLOG,
    ),
    Row(
        "create or replace view app.live_posts as select p.id, p.title, p.author_id from app.posts p join app.users u on u.id = p.author_id where p.status = 'live'",
        (("unwritable", "app.live_posts"),),
        BLOG,
        "update app.live_posts set title = 'x'",
    ),
    Row(
        "alter view app.live_posts set (check_option = cascaded)",
        (("unwritable", "app.live_posts"),),
        BLOG,
        "insert into app.live_posts(title, author_id) values ('z', 1)",
    ),
    Row("alter view app.live_posts set (security_barrier = true)", (), BLOG),
    Row(
        "create or replace view app.live_posts as select id, title, author_id, body from app.posts where status = 'live'",
        (),
        BLOG,
    ),
    Row(
        "alter type app.pair add attribute z int",
        (("constrained", "app.pair"),),
        BLOG,
        "insert into app.pages(at) values (row(1,2)::app.pair)",
    ),
    Row(
        "alter type app.status rename to page_status",
        (("renamed", "app.status"),),
        BLOG,
        "select 'a'::app.status",
    ),
    Row("alter type app.status add value if not exists 'd' before 'c'", (), BLOG),
    Row(
        "alter domain app.slugtype add constraint short check (length(value) < 5)",
        (("constrained", "app.slugtype"),),
        BLOG,
        "insert into app.pages(slug) values ('abcdef')",
    ),
    Row(
        "alter sequence app.ticket increment by 1",
        (("constrained", "app.ticket.app.ticket step"),),
        BLOG,
    ),
    Row("alter sequence app.ticket increment by 100", (), BLOG),
    Row("alter table events detach partition events_2025", (("emptied", "events"),), BLOG),
    Row(
        "drop table events_default",
        (("dropped", "events_default"),),
        BLOG,
        "insert into events values (1, '2030-01-01')",
    ),
    Row(
        "create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01')",
        (),
        BLOG,
    ),
    Row("alter extension pgcrypto set schema app", (("renamed", ""),), BLOG),
    Row("drop extension pgcrypto", (("dropped", "pgcrypto"),), BLOG),
    Row("create extension if not exists citext", (), BLOG),
    Row(
        "alter table app.users alter column role drop default",
        (("default-dropped", "app.users.role"),),
        BLOG,
        "insert into app.users(handle) values ('zz')",
    ),
    Row("alter table app.users alter column role set default 'guest'", (), BLOG),
    Row(
        "alter table app.users alter column role set default null",
        (("default-dropped", "app.users.role"),),
        BLOG,
        "insert into app.users(handle) values ('zz')",
    ),
    Row(
        "create policy own on app.users using (true); alter table app.users enable row level security; drop policy own on app.users",
        (("hidden", "app.users"),),
        BLOG,
    ),
    Row("create policy own on app.users using (true)", (), BLOG),
    Row(
        "create rule no_del as on delete to app.comments do instead nothing",
        (("constrained", "app.comments.rule no_del"),),
        BLOG,
    ),
    Row("comment on table app.users is 'drop table x'; analyze app.users", (), BLOG),
    Row("delete from app.comments where 1 = 1", (("emptied", "app.comments"),), BLOG),
    Row(
        "delete from app.comments where id in (select id from app.comments where body = '')",
        (),
        BLOG,
    ),
    Row(
        "refresh materialized view app.tops with no data",
        (("emptied", "app.tops"),),
        BLOG,
        "select * from app.tops",
    ),
    Row("refresh materialized view concurrently app.tops", (), BLOG),
    Row("alter role app_user nologin", (("revoked", ""),), BLOG),
    Row("alter table app.users owner to auditor", (("revoked", ""),), BLOG),
    Row(
        "alter publication supabase_realtime drop table app.posts", (("hidden", "app.posts"),), BLOG
    ),
    Row("alter publication supabase_realtime add table app.posts", (), BLOG),
    Row("revoke usage on schema app from app_user", (("revoked", "app"),), BLOG),
    Row("grant usage on schema app to app_user", (), BLOG),
    Row(
        "alter table app.users rename to people",
        (("renamed", "app.users"), ("narrowed", "app.stats")),
        BLOG,
        "select * from app.users",
    ),
    Row(
        "alter table app.users rename to people; create view app.users as select * from app.people",
        (),
        BLOG,
    ),
    Row(
        "alter table app.users rename to people; create view app.users as select id, handle, email, locale, role, deleted_at from app.people",
        (("narrowed", "app.users"),),
        BLOG,
        "select age from app.users",
    ),
    Row(
        "alter table app.users rename column email to mail; alter table app.users add column email text generated always as (mail) stored",
        (("retyped", "app.users.email"),),
        BLOG,
    ),
]
