"""
Migrations of SQL that an attacker chose, judged by hand.

Where the attacker said otherwise, PostgreSQL or the rule of doubt decided: a table that no
migration makes may be there, integers that become larger reach some drivers as texts, and NULL may
be written to a column that gets `set not null`.
"""

from tests.database.breaking.breaking_sql import RAISING, USERS, Row

SKIPS = "create function skip() returns trigger language plpgsql as $$ begin return null; end $$"
TRIGGER = "create trigger t before insert on users for each row execute function skip()"
#: A new column whose default passes its own check.
HARMLESS_CHECKS = (
    "int not null default 1 check (z > 0)",
    "int not null check (z > 0) default 1",
    "text default 'a' check (z in ('a', 'b'))",
    "text not null default 'a' check (length(z) < 20)",
    "text not null default 'a' check (z <> '')",
    "boolean not null default false check (z is not null)",
    "numeric(10,2) not null default 0.00 check (z >= 0)",
    "int not null default 0 check (z between 0 and 100)",
    "int not null default -1 check (z >= -1)",
    "jsonb not null default '{}'::jsonb check (jsonb_typeof(z) = 'object')",
    "text not null default 'a'::text check (z = any (array['a'::text, 'b'::text]))",
    "int not null default 5 check (z > 3 and not (z = 4))",
)

ATTACKED = [
    *(Row(f"alter table users add column z {each}") for each in HARMLESS_CHECKS),
    Row(
        "alter table users add column z int default 0 check (z > 0)",
        (("constrained", "users.users_z_check"),),
    ),
    Row("alter table users add z int not null default 5; alter table users add check (z > 0)"),
    Row(
        "alter table users add z int default 0; alter table users add constraint c check (z > 0) not valid",
        (("constrained", "users.c"),),
        statement="insert into users (email) values ('a@b')",
    ),
    Row("alter table users add constraint c check (true)"),
    Row(
        "alter table users add x text not null default null",
        (("required", "users.x"),),
        statement="insert into users (email) values ('a@b')",
    ),
    Row(
        f"{SKIPS}; {TRIGGER}",
        (("constrained", "users.trigger t"),),
    ),
    Row(f"{SKIPS.replace('return null', 'return new')}; {TRIGGER}"),
    Row(
        f"{SKIPS.replace('return null', 'if new.age > 1 then return null; end if; return new')}; {TRIGGER}",
        (("constrained", "users.trigger t"),),
    ),
    Row(f"{SKIPS}; {TRIGGER.replace('before', 'after')}"),
    Row("alter table users rename email to mail; alter table users rename mail to email"),
    Row(
        "alter table users rename email to mail; alter table users drop column mail",
        (("renamed", "users.email"),),
    ),
    Row(
        "alter table users rename email to mail; alter table users rename mail to post",
        (("renamed", "users.email"),),
    ),
    Row("alter table users rename to people; alter table people rename to users"),
    Row("create unique index u on users (id, email)"),
    Row(
        "alter table users drop constraint users_pkey; alter table users add primary key (id)",
    ),
    Row(
        "alter table users drop constraint users_pkey",
        (("constrained", "users.primary key users_pkey"),),
        statement="insert into users (id, email) values (1, 'a@b') on conflict (id) do nothing",
    ),
    Row(
        "create unique index concurrently i on users (id); alter table users drop constraint users_pkey, add constraint users_pkey primary key using index i",
    ),
    Row(
        "drop index users_email_once",
        (("constrained", "users.unique key users_email_once"),),
        f"{USERS}; create unique index users_email_once on users (email)",
        "insert into users (email) values ('a@b') on conflict (email) do nothing",
    ),
    Row(
        "alter table users drop constraint users_email_key",
        (("constrained", "users.unique key users_email_key"),),
        f"{USERS}; alter table users add unique (email)",
        "insert into users (email) values ('a@b') on conflict (email) do nothing",
    ),
    Row(
        "drop index users_email_once; create unique index another on users (email)",
        (),
        f"{USERS}; create unique index users_email_once on users (email)",
    ),
    Row(
        "drop index users_email_once; create unique index another on users (lower(email))",
        (("constrained", "users.unique key users_email_once"), ("constrained", "users.another")),
        f"{USERS}; create unique index users_email_once on users (email)",
    ),
    Row("drop index users_age", (), f"{USERS}; create index users_age on users (age)"),
    Row("drop index an_index_of_somebody", (), "create table users (id int)"),
    Row("drop index users_email_uniq", (("constrained", "unique key users_email_uniq"),)),
    Row(
        "create unique index ours on users (email); drop index ours",
    ),
    Row("alter table users force row level security", (("hidden", "users"),)),
    Row(
        "alter table users enable row level security; alter table users force row level security; create policy p on users using (true)"
    ),
    Row(
        "alter table users alter id set generated always",
        (("constrained", "users.id identity"),),
        "create table users (id int generated by default as identity primary key, email text)",
        "insert into users (id, email) values (7, 'a@b')",
    ),
    Row(
        "alter table users alter id set increment by 2",
        (),
        "create table users (id int generated by default as identity primary key, email text)",
    ),
    Row("alter role app set search_path to other", (("unread", "app."),)),
    Row("alter role app set statement_timeout to '5s'"),
    Row("alter database d set default_transaction_read_only = on", (("unread", "d."),)),
    Row("alter table users alter plan type varchar"),
    Row("select 'a\\'; drop table users; --'", (("dropped", "users"),)),
    Row("select E'a\\'; drop table users; --'"),
    Row("alter table users alter age type bigint", (("retyped", "users.age"),)),
    Row("drop table never_there", (("dropped", "never_there"),)),
    Row(
        "alter table users alter plan set not null",
        (("required", "users.plan"),),
        statement="insert into users (email, plan) values ('a@b', null)",
    ),
    Row(
        "create or replace function refuse() returns trigger language plpgsql as $$ begin return null; end $$",
        (("constrained", "users.trigger refuse"),),
        f"{USERS}; {RAISING.replace('raise exception', 'raise notice')}; create trigger t before insert on users for each row execute function refuse()",
    ),
]
