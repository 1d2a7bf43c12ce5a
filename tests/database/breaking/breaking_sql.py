"""
Migrations of SQL, judged by hand from the side of the code that ran before them.

A row has the schema that the older code knows, the migration, and what that code cannot live with:
the kind of each change, and what it is about. Where a row has a statement, it is the older code's:
it works before the migration and fails after it, or finds other rows.

Of the 85 of `LATER`, here and of code, 72 were read as the person said who wrote them. Of the other 13
six were the person's fault: PostgreSQL or the rule of doubt says otherwise. Six were mended, and one is
not kept: an old trigger that was switched off and is switched on is not seen.
"""

from dataclasses import dataclass

USERS = "create table users (id serial primary key, email text not null, plan varchar(20), age int)"
ORDERS = f"{USERS}; create table orders (id serial primary key, user_id int references users (id), total numeric(10,2) not null default 0, status text not null default 'new' check (status in ('new', 'paid')))"
VIEW = f"{USERS}; create view members as select id, email, plan from users"
FUNCTION = "create function price(amount int, rate numeric default 1) returns numeric language sql as 'select amount * rate'"
TYPE = "create type mood as enum ('sad', 'glad'); create table people (id int, mood mood)"
RAISING = "create function refuse() returns trigger language plpgsql as $$ begin if new.age < 18 then raise exception 'too young'; end if; return new; end $$"
QUIET = "create function touch() returns trigger language plpgsql as $$ begin raise notice 'x'; new.plan := 'free'; return new; end $$"
NO_KEY = (("constrained", "users.primary key users_pkey"),)


@dataclass(frozen=True)
class Row:
    """One migration."""

    new: str
    breaks: tuple = ()
    """Pairs of kind and subject: `table.column`, a name, or the name of a rule."""
    old: str = USERS
    statement: str = ""
    tool: str = "supabase"


GONE = [
    Row("drop table users", (("dropped", "users"),), statement="select id from users"),
    Row("DROP TABLE IF EXISTS public.users CASCADE;", (("dropped", "users"),)),
    Row(
        "drop table orders; drop table users", (("dropped", "orders"), ("dropped", "users")), ORDERS
    ),
    Row('drop table "Users"', (("dropped", "Users"),), 'create table "Users" (id int)'),
    Row('create table "Users" (id int); drop table "Users"'),
    Row(
        'drop table "Users"; create table users2 (id int)',
        (("dropped", "Users"),),
        'create table "Users" (id int)',
    ),
    Row(
        'drop table users; create table "USERS" (id int, email text, plan text, age int)',
        (("dropped", "users"),),
    ),
    Row("drop table users; create index users on orders (id)", (("dropped", "users"),), ORDERS),
    Row("drop view members", (("dropped", "members"),), VIEW, "select plan from members"),
    Row(
        "drop view members; create view members as select id, email, plan, age from users", (), VIEW
    ),
    Row(
        "drop view members; create view members as select id, email from users",
        (("narrowed", "members"),),
        VIEW,
        "select plan from members",
    ),
    Row("drop view members; create view members as select * from users", (), VIEW),
    Row("create or replace view members as select id, email, plan, age from users", (), VIEW),
    Row(
        "drop view if exists members cascade; create materialized view members as select id, email, plan from users",
        (("unwritable", "members"),),
        VIEW,
        "insert into members (email) values ('a@b')",
    ),
    Row(
        "drop materialized view totals",
        (("dropped", "totals"),),
        "create materialized view totals as select 1 as n",
    ),
    Row(
        "drop function price(int, numeric)", (("dropped", "price"),), FUNCTION, "select price(1, 2)"
    ),
    Row(
        "drop function price; create function price(amount int, rate numeric default 1, extra int default 0) returns numeric language sql as 'select 1.0'",
        (),
        FUNCTION,
    ),
    Row(
        "drop function price(int, numeric); create function price(amount int) returns numeric language sql as 'select 1.0'",
        (("narrowed", "price"),),
        FUNCTION,
        "select price(1, 2)",
    ),
    Row(
        "drop function price(int, numeric); create function price(amount int, rate numeric, extra int) returns numeric language sql as 'select 1.0'",
        (("narrowed", "price"),),
        FUNCTION,
        "select price(1, 2)",
    ),
    Row(
        "drop function price(int, numeric); create function price(amount int, rate numeric default 1) returns text language sql as $$ select 'x' $$",
        (("narrowed", "price"),),
        FUNCTION,
    ),
    Row(
        "create or replace function price(amount int, rate numeric default 1) returns numeric language sql as 'select amount * rate * 2'",
        (),
        FUNCTION,
    ),
    Row(
        "alter function price(int, numeric) rename to cost",
        (("renamed", "price"),),
        FUNCTION,
        "select price(1)",
    ),
    Row("drop type mood cascade", (("dropped", "mood"), ("dropped", "people.mood")), TYPE),
    Row(
        "alter type mood rename value 'sad' to 'blue'",
        (("renamed", "mood.sad"),),
        TYPE,
        "insert into people values (1, 'sad')",
    ),
    Row("alter type mood add value 'calm'", (), TYPE),
    Row("alter type mood rename to feeling", (("renamed", "mood"),), TYPE, "select 'sad'::mood"),
    Row("create type size as enum ('s'); drop type size"),
    Row(
        "drop schema archive cascade",
        (("dropped", "archive"), ("dropped", "archive.logs")),
        "create schema archive; create table archive.logs (id int)",
        "select id from archive.logs",
    ),
    Row("create schema tmp; create table tmp.x (id int); drop schema tmp cascade"),
    Row(
        "alter table users drop column plan",
        (("dropped", "users.plan"),),
        statement="select plan from users",
    ),
    Row(
        "alter table users drop plan, drop column if exists age",
        (("dropped", "users.plan"), ("dropped", "users.age")),
    ),
    Row("alter table users drop column plan; alter table users add column plan text"),
    Row(
        "alter table users drop column plan; alter table users add column plan int",
        (("retyped", "users.plan"),),
        statement="insert into users (email, plan) values ('a', 'free')",
    ),
    Row("alter table users add column tier text; alter table users drop column tier"),
    Row(
        "alter table users rename plan to tariff",
        (("renamed", "users.plan"),),
        statement="select plan from users",
    ),
    Row(
        "alter table users rename column plan to tariff; alter table users add column plan varchar(20) generated always as (tariff) stored",
        (("retyped", "users.plan"),),
        statement="insert into users (email, plan) values ('a@b', 'x')",
    ),
    Row(
        "alter table users rename to people",
        (("renamed", "users"),),
        statement="select id from users",
    ),
    Row("alter table users rename to people; create view users as select * from people"),
    Row(
        "alter table users rename to people; create view users as select id, email from people",
        (("narrowed", "users"),),
        statement="select plan from users",
    ),
    Row("create table drafts (id int); alter table drafts rename to notes; drop table notes"),
    Row(
        "create table users_new (id int, email text, plan varchar(20), age int); insert into users_new select * from users; drop table users; alter table users_new rename to users",
        NO_KEY,
    ),
    Row(
        "create table users_new (id int, email text); drop table users; alter table users_new rename to users",
        (("narrowed", "users"), *NO_KEY),
        statement="select plan from users",
    ),
    Row(
        "create schema archive; alter table users set schema archive",
        (("renamed", "users"),),
        statement="select id from users",
    ),
    Row(
        "alter table users alter column plan type int using 1",
        (("retyped", "users.plan"),),
        statement="insert into users (email, plan) values ('a', 'free')",
    ),
    Row("alter table users alter column plan type text"),
    Row("alter table users alter column plan type varchar(50)"),
    Row(
        "alter table users alter column plan type varchar(5)",
        (("retyped", "users.plan"),),
        statement="insert into users (email, plan) values ('a', 'enterprise')",
    ),
    Row("alter table orders alter column total type numeric(12,2)", (), ORDERS),
    Row(
        "alter table orders alter column total type numeric(6,2)",
        (("retyped", "orders.total"),),
        ORDERS,
        "insert into orders (total) values (1234567)",
    ),
    Row("alter table users alter column id type bigint", (("retyped", "users.id"),)),
    Row("truncate users", (("emptied", "users"),)),
    Row("delete from users", (("emptied", "users"),)),
    Row("delete from users where age is null"),
    Row("create table queue (id int); truncate queue"),
    Row("revoke select on users from app", (("revoked", "users"),)),
    Row(
        "revoke all on users from app; grant select, insert on users to app",
        (("revoked", "users"),),
    ),
    Row("create table notes (id int); revoke all on notes from public"),
    Row(
        "create function f() returns int language sql as 'select 1'; revoke execute on function f() from public"
    ),
    Row("alter table users enable row level security", (("hidden", "users"),)),
    Row(
        "alter table users enable row level security; create policy everybody on users using (true)"
    ),
    Row(
        "alter table users enable row level security; create policy own on users using (id = 1)",
        (("hidden", "users"),),
    ),
    Row("create table notes (id int); alter table notes enable row level security"),
    Row("create policy few on users as restrictive using (id = 1)", (("hidden", "users"),)),
    Row(
        "drop policy p on users",
        (("hidden", "users"),),
        f"{USERS}; create policy p on users using (true)",
    ),
    Row(
        "drop policy p on users; create policy p on users using (id > 0)",
        (("hidden", "users"),),
        f"{USERS}; create policy p on users using (true)",
    ),
    Row(
        "alter table events detach partition events_1",
        (("emptied", "events"),),
        "create table events (id int) partition by list (id); create table events_1 partition of events for values in (1)",
    ),
]
REFUSED = [
    Row(
        "alter table users add column tier text not null",
        (("required", "users.tier"),),
        statement="insert into users (email) values ('a')",
    ),
    Row("alter table users add column tier text not null default 'x'"),
    Row("alter table users add column tier text"),
    Row("alter table users add column n serial"),
    Row("alter table users add column n int generated always as identity"),
    Row(
        "alter table users add column tier text; update users set tier = 'x'; alter table users alter column tier set not null",
        (("required", "users.tier"),),
        statement="insert into users (email) values ('a')",
    ),
    Row(
        "alter table users add column tier text; alter table users alter column tier set default 'x'; alter table users alter column tier set not null"
    ),
    Row(
        "alter table users add column tier text not null default 'x'; alter table users alter column tier drop default",
        (("required", "users.tier"),),
        statement="insert into users (email) values ('a')",
    ),
    Row(
        f"{QUIET}; alter table users add column plan2 text; create trigger t before insert on users for each row execute function touch()"
    ),
    Row(
        "alter table users alter column plan set not null",
        (("required", "users.plan"),),
        statement="insert into users (email) values ('a')",
    ),
    Row("alter table users alter column email set not null"),
    Row("alter table users alter column email drop not null"),
    Row("create table notes (id int not null); alter table notes add column body text not null"),
    Row(
        "alter table users add constraint adult check (age >= 18)",
        (("constrained", "users.adult"),),
        statement="insert into users (email, age) values ('a', 5)",
    ),
    Row(
        "alter table users add check (age >= 18) not valid",
        (("constrained", "users.users_age_check"),),
        statement="insert into users (email, age) values ('a', 5)",
    ),
    Row("alter table users add column score int check (score > 0)"),
    Row(
        "alter table users add column score int check (score is not null)",
        (("constrained", "users.users_score_check"),),
        statement="insert into users (email) values ('a')",
    ),
    Row(
        "alter table orders drop constraint orders_status_check; alter table orders add constraint orders_status_check check (status in ('new', 'paid', 'sent'))",
        (),
        ORDERS,
    ),
    Row(
        "alter table orders drop constraint orders_status_check; alter table orders add constraint orders_status_check check (status in ('paid', 'sent'))",
        (("constrained", "orders.orders_status_check"),),
        ORDERS,
        "insert into orders (status) values ('new')",
    ),
    Row("alter table orders drop constraint orders_status_check", (), ORDERS),
    Row(
        "alter table users add unique (email)",
        (("constrained", "users.users_email_key"),),
        statement="insert into users (email) values ('a'), ('a')",
    ),
    Row(
        "create unique index users_email on users (lower(email))",
        (("constrained", "users.users_email"),),
        statement="insert into users (email) values ('a'), ('A')",
    ),
    Row(
        "create unique index concurrently users_email on users (email)",
        (("constrained", "users.users_email"),),
    ),
    Row(
        "create unique index users_email on users (email); alter table users add constraint users_email unique using index users_email",
        (("constrained", "users.users_email"),),
        statement="insert into users (email) values ('a'), ('a')",
    ),
    Row("create index users_email on users (email)"),
    Row("alter table users add column code text unique"),
    Row(
        "alter table users add column code text; create unique index users_code on users (email, code)"
    ),
    Row(
        "drop index users_email; create unique index users_email on users (email)",
        (),
        f"{USERS}; create unique index users_email on users (email)",
    ),
    Row(
        "alter table users add foreign key (age) references ages (n)",
        (("constrained", "users.users_age_fkey"),),
        f"{USERS}; create table ages (n int primary key)",
        "insert into users (email, age) values ('a', 7)",
    ),
    Row(
        "create table teams (id int primary key); alter table users add column team_id int references teams (id)"
    ),
    Row(
        "alter table orders drop constraint orders_user_id_fkey; alter table orders add constraint orders_user_id_fkey foreign key (user_id) references users (id) on delete cascade",
        (),
        ORDERS,
    ),
    Row(
        "alter table users add constraint one exclude using btree (email with =)",
        (("constrained", "users.one"),),
        statement="insert into users (email) values ('a'), ('a')",
    ),
    Row(
        f"{RAISING}; create trigger t before insert on users for each row execute function refuse()",
        (("constrained", "users.trigger t"),),
        statement="insert into users (email, age) values ('a', 5)",
    ),
    Row(f"{QUIET}; create trigger t before insert on users for each row execute function touch()"),
    Row(
        f"{RAISING}; create table minors (age int); create trigger t before insert on minors for each row execute function refuse()"
    ),
    Row(
        "drop trigger t on users",
        (),
        f"{USERS}; {QUIET}; create trigger t before insert on users for each row execute function touch()",
    ),
    Row(
        "alter table orders alter column total drop default",
        (("default-dropped", "orders.total"),),
        ORDERS,
        "insert into orders (status) values ('new')",
    ),
    Row("alter table orders alter column total set default 5", (), ORDERS),
    Row(
        "alter table orders alter column total drop default; alter table orders alter column total set default 1",
        (),
        ORDERS,
    ),
    Row("alter table users alter column plan drop default"),
    Row(
        "alter table users alter column id drop default",
        (("default-dropped", "users.id"),),
        statement="insert into users (email) values ('a')",
    ),
    Row(
        "create rule none as on insert to users do instead nothing",
        (("constrained", "users.rule none"),),
    ),
    Row(
        "alter domain mail add check (value like '%@%')",
        (("constrained", "mail"),),
        "create domain mail as text; create table users (email mail)",
        "insert into users values ('a')",
    ),
    Row("create domain mail as text; alter domain mail add check (value like '%@%')"),
]
FORMS = [
    Row("-- undo: drop table users\nselect 1"),
    Row("select 'drop table users'; comment on table users is 'drop table users'"),
    Row(
        "\\ir other.sql\nalter table users drop column plan;",
        (("unread", ""), ("dropped", "users.plan")),
    ),
    Row(
        "alter table users drop column plan;\n\\include /srv/more.sql\n",
        (("unread", ""), ("dropped", "users.plan")),
    ),
    Row("\\set ON_ERROR_STOP on\n\\echo done\nselect 1;"),
    Row("/* drop table users; /* nested */ drop table users; */ select 1"),
    Row(
        "do $$ begin drop table users; end $$",
        (("dropped", "users"),),
        statement="select id from users",
    ),
    Row(
        "do $$ begin if exists (select 1) then execute 'alter table users drop column plan'; end if; end $$",
        (("dropped", "users.plan"),),
    ),
    Row("create function f() returns void language plpgsql as $$ begin drop table users; end $$"),
    Row(
        "\\set ON_ERROR_STOP on\n\\copy users from 'drop.csv'\ndrop table users;",
        (("dropped", "users"),),
    ),
    Row("COPY users (email) FROM stdin;\ndrop table users;\n\\.\nselect 1;"),
    Row(
        "create function g() returns int begin atomic select 1; select 2; end; alter table users drop plan",
        (("dropped", "users.plan"),),
    ),
    Row(
        "insert into users (email) values (E'it\\'s; drop table users;'); select $a$ drop table users; $a$"
    ),
    Row("drop table ${schema}.users", (("dropped", "users"),), tool="flyway"),
    Row(
        "-- migrate:up\nalter table users add column a int;\n-- migrate:down\nalter table users drop column a, drop column plan;",
        tool="dbmate",
    ),
    Row(
        "-- migrate:up\nalter table users drop column plan;\n-- migrate:down\nalter table users add column plan text;",
        (("dropped", "users.plan"),),
        tool="dbmate",
    ),
    Row("-- migrate:down\ndrop table users;", tool="dbmate"),
    Row(
        "-- +goose Up\n-- +goose StatementBegin\ncreate function h() returns void language plpgsql as $$ begin perform 1; end $$;\n-- +goose StatementEnd\n-- +goose Down\ndrop table users;",
        tool="goose",
    ),
    Row(
        "-- +goose Up\n-- +goose StatementBegin\ndrop table users;\n-- +goose StatementEnd\n-- +goose Down\nselect 1;",
        (("dropped", "users"),),
        tool="goose",
    ),
    Row(
        "-- Up Migration\nalter table users drop column age;\n-- Down Migration\ndrop table users;",
        (("dropped", "users.age"),),
        tool="node-pg-migrate",
    ),
    Row(
        "alter table users drop column age;\n-- +goose Down\ndrop table users;",
        (("dropped", "users.age"), ("dropped", "users")),
    ),
    Row(
        '-- AlterTable\nALTER TABLE "users" DROP COLUMN "plan",\nADD COLUMN     "tier" TEXT NOT NULL;',
        (("dropped", "users.plan"), ("required", "users.tier")),
        tool="prisma",
    ),
    Row(
        'ALTER TABLE "users" ADD COLUMN "tier" text DEFAULT \'free\' NOT NULL;--> statement-breakpoint\nCREATE INDEX "users_tier" ON "users" USING btree ("tier");',
        tool="drizzle",
    ),
    Row(
        "--! Previous: -\n--! Hash: sha1:x\nalter table users drop column plan;",
        (("dropped", "users.plan"),),
        tool="graphile-migrate",
    ),
    Row(
        "-- Deploy app:plan to pg\nBEGIN;\nALTER TABLE users DROP COLUMN plan;\nCOMMIT;",
        (("dropped", "users.plan"),),
        tool="sqitch",
    ),
    Row(
        "alter table users drop constraint if exists nothing; set local lock_timeout = '2s'; analyze users"
    ),
]
PART = "create table events (id int, at date not null) partition by range (at); create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01')"
SEQ = "create sequence invoice_no; create table invoices (n int)"
DOM = "create domain mail as text; create table users (email mail)"
LATER = [
    Row("drop sequence invoice_no", (("dropped", "invoice_no"),), SEQ),
    Row("alter sequence invoice_no rename to invoice_number", (("renamed", "invoice_no"),), SEQ),
    Row("alter sequence invoice_no restart with 1000", (), SEQ),
    Row("alter sequence invoice_no maxvalue 2147483647", (), SEQ),
    Row(
        "alter sequence invoice_no maxvalue 2147483646",
        (("constrained", "invoice_no.invoice_no end"),),
        SEQ,
    ),
    Row("drop domain mail cascade", (("dropped", "mail"), ("dropped", "users.email")), DOM),
    Row("alter table users rename constraint users_pkey to pk_users"),
    Row("alter index users_pkey rename to pk_users"),
    Row("drop index if exists users_email_idx"),
    Row(
        "alter table users drop constraint users_pkey cascade",
        (("constrained", "users.primary key users_pkey"),),
        statement="insert into users (id, email) values (1, 'a@b') on conflict (id) do nothing",
    ),
    Row("alter table users alter column age type smallint", (("retyped", "users.age"),)),
    Row("alter table users alter column age type bigint", (("retyped", "users.age"),)),
    Row("alter table users alter column email type citext", (("retyped", "users.email"),)),
    Row(
        "alter table users add column tier text; alter table users add constraint tier_there check (tier is not null) not valid",
        (("constrained", "users.tier_there"),),
    ),
    Row(
        "alter table users add constraint adult check (age >= 18) no inherit",
        (("constrained", "users.adult"),),
    ),
    Row("alter table orders validate constraint orders_status_check", (), ORDERS),
    Row("begin; drop table users; commit;", (("dropped", "users"),)),
    Row(
        "create table if not exists users (id int); drop table if exists users_old",
        (("dropped", "users_old"),),
    ),
    Row(
        "alter table if exists only public.users drop column if exists plan restrict",
        (("dropped", "users.plan"),),
    ),
    Row("drop table events_2025", (("dropped", "events_2025"),), PART),
    Row("alter table users alter column plan drop expression if exists"),
    Row("alter table users add generated_at timestamptz not null default now()"),
    Row(
        "alter table users add column slug text not null generated always as (lower(email)) stored"
    ),
    Row("alter table users replica identity full"),
    Row(
        "create or replace view members as select id, email, plan, age, 1 as extra from users",
        (),
        VIEW,
    ),
    Row("alter view members rename to people", (("renamed", "members"),), VIEW),
    Row("alter view members rename column plan to tariff", (("renamed", "members.plan"),), VIEW),
    Row("alter view members set schema archive", (("renamed", "members"),), VIEW),
    Row(
        "drop view members, users_view",
        (("dropped", "members"), ("dropped", "users_view")),
        VIEW + "; create view users_view as select 1 as n",
    ),
    Row(
        "drop procedure settle(int)",
        (("dropped", "settle"),),
        "create procedure settle(n int) language sql as 'select 1'",
    ),
    Row(
        "drop aggregate total(int)",
        (("dropped", "total"),),
        "create aggregate total(int) (sfunc = int4pl, stype = int)",
    ),
    Row("drop extension pgcrypto", (("dropped", "pgcrypto"),)),
    Row(
        "drop trigger t on users; drop function touch()",
        (),
        f"{USERS}; {QUIET}; create trigger t before insert on users for each row execute function touch()",
    ),
    Row("revoke insert, update on all tables in schema public from app", (("revoked", ""),)),
    Row(
        "alter table users force row level security; alter table users enable row level security",
        (("hidden", "users"),),
    ),
    Row(
        "alter policy p on users using (id = 1)",
        (("hidden", "users"),),
        f"{USERS}; create policy p on users using (true)",
    ),
    Row("delete from users using orders where users.id = orders.user_id", (), ORDERS),
    Row("update users set plan = 'free'"),
    Row(
        "with gone as (delete from users returning *) insert into archive select * from gone",
        (("emptied", "users"),),
    ),
    Row(
        "do $do$ begin alter table users rename column plan to tariff; exception when undefined_column then null; end $do$",
        (("renamed", "users.plan"),),
    ),
    Row(
        "create table users_v2 (like users including all); alter table users rename to users_old; alter table users_v2 rename to users"
    ),
    Row(
        "alter table users rename to users_old; create view users as select id, email, plan, age from users_old"
    ),
    Row(
        "alter table users drop column plan cascade; create view members as select id, email from users",
        (("dropped", "users.plan"), ("narrowed", "members")),
        VIEW,
    ),
    Row(
        "create constraint trigger c after insert on users deferrable for each row execute function refuse()",
        (("constrained", "users.trigger c"),),
        f"{USERS}; {RAISING}",
    ),
    Row("alter table orders alter status type text using status::text", (), ORDERS),
    Row(
        "create type status as enum ('new','paid'); alter table orders alter column status drop default, alter column status type status using status::status, alter column status set default 'new'",
        (("retyped", "orders.status"),),
        ORDERS,
    ),
    Row(
        "alter type mood drop attribute x",
        (("dropped", "mood.x"),),
        "create type mood as (x int, y int)",
    ),
    Row(
        "alter type mood alter attribute x type text",
        (("retyped", "mood.x"),),
        "create type mood as (x int, y int)",
    ),
    Row("create type mood as (x int, y int); alter type mood drop attribute x"),
    Row("with gone as (delete from users where age < 18 returning *) select count(*) from gone"),
]
SQL_ROWS = [*GONE, *REFUSED, *FORMS, *LATER]
