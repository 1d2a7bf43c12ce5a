"""Keys by expressions, defaults that are refused, foreign keys and functions beside others."""

from tests.database.breaking.breaking_sql import Row

USERS = "create table users (id serial primary key, email text not null unique, plan varchar(20) not null default 'free' check (plan in ('free', 'paid')))"
ORDERS = f"{USERS}; create table orders (id serial primary key, user_id int, constraint buyer foreign key (user_id) references users (id) on delete cascade)"
TOTAL = f"{USERS}; create function total(u int) returns int language sql as 'select 1'"
AGAIN = "alter table orders drop constraint buyer; alter table orders add constraint buyer foreign key (user_id) references users (id)"
UNIQUE = (("constrained", "users.x"),)
DEFAULT = (("constrained", "users.plan default"),)
TWO = "insert into users (email) values ('A@b'), ('a@b')"
LATER_SQL = [
    Row("create unique index x on users (lower(email))", UNIQUE, USERS, TWO),
    Row("create unique index x on users (left(email, 1))", UNIQUE, USERS, "insert into users (email) values ('ab'), ('ac')"),
    Row("create unique index x on users (email, lower(plan))", (), USERS),
    Row("create unique index x on users (email) where plan = 'paid'", (), USERS),
    Row("alter table users add column code text; create unique index x on users (lower(code))", (), USERS),
    Row(
        "alter table users add column code text; create unique index x on users (coalesce(code, ''))",
        UNIQUE,
        USERS,
        "insert into users (email) values ('a'), ('b')",
    ),
    Row("alter table users alter column plan set default 'unpaid'", DEFAULT, USERS, "insert into users (email) values ('a')"),
    Row("alter table users alter column plan set default 'paid'", (), USERS),
    Row(
        "alter table users drop constraint users_plan_check; alter table users alter column plan set default 'a plan that is too long'",
        DEFAULT,
        USERS,
        "insert into users (email) values ('a')",
    ),
    Row(f"{AGAIN} on delete restrict", (("constrained", "orders.buyer"),), ORDERS),
    Row(AGAIN, (("constrained", "orders.buyer"),), ORDERS),
    Row(f"{AGAIN} on delete cascade", (), ORDERS),
    Row(f"{AGAIN} on delete set null", (), ORDERS),
    Row(f"{AGAIN} on delete cascade", (), ORDERS.replace(" on delete cascade", "")),
    Row(
        "create or replace function total(u int, since date default null) returns int language sql as 'select 1'",
        (("narrowed", "total"),),
        TOTAL,
        "select total(1)",
    ),
    Row(
        "create function total(u int, since date default null) returns int language sql as 'select 1'; drop function total(int)",
        (),
        TOTAL,
    ),
    Row("create function total(u int, since date) returns int language sql as 'select 1'", (), TOTAL),
]  # fmt: skip
DOCS = "create table docs (id serial primary key, slug text constraint slug_once unique)"
ADD = f"{DOCS}; create function add_doc(p_title text) returns text language sql as 'select p_title'"
LATER_SQL += [
    # NULL is told apart as any other value.
    Row("create unique index x on docs (slug) nulls not distinct", (("constrained", "docs.x"),), DOCS, "insert into docs (slug) values (null), (null)"),
    Row(
        "alter table docs drop constraint slug_once, add constraint slug_once unique nulls not distinct (slug)",
        (("constrained", "docs.slug_once"),),
        DOCS,
        "insert into docs (slug) values (null), (null)",
    ),
    Row("alter table docs add column n int unique nulls not distinct", (("constrained", "docs.docs_n_key"),), DOCS, "insert into docs (slug) values ('a'), ('b')"),
    Row("create unique index x on docs (id) nulls not distinct", (), DOCS),
    # What a caller names, and gets.
    Row(
        "drop function add_doc(text); create function add_doc(title text) returns text language sql as 'select title'",
        (("narrowed", "add_doc"),),
        ADD,
        "select add_doc(p_title => 'a')",
    ),
    Row(
        "drop function add_doc(text); create function add_doc(p_title text, more text default null) returns text language sql as 'select p_title'",
        (),
        ADD,
    ),
    Row(
        "drop function add_doc(text); create function add_doc(p_title text) returns setof text language sql as 'select p_title'",
        (("narrowed", "add_doc"),),
        ADD,
    ),
    Row(
        "drop function add_doc(text); create procedure add_doc(p_title text) language sql as 'select 1'",
        (("narrowed", "add_doc"),),
        ADD,
        "select add_doc('a')",
    ),
    Row(
        "drop function two(int); create function two(a int, out x int) language sql as 'select 1'",
        (("narrowed", "two"),),
        "create function two(a int, out x int, out y int) language sql as 'select 1, 2'",
        "select y from two(1)",
    ),
]  # fmt: skip
