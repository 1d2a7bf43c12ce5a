"""Migrations that drop, rename or copy what older code knows and make it again, judged by hand."""

from tests.database.breaking.breaking_sql import NO_KEY, TYPE, USERS, Row

AGAIN = "drop table users; create table users (id serial primary key, email text not null, plan varchar(20){})"
SWAP = "alter table users rename to users_old; create table users "
MOODS = "create type mood as enum ('sad', 'glad'); create domain pos as int check (value > 0); create sequence s; create table t (id int not null default nextval('s'), k serial, m mood, p pos, q mood[])"
VALUE = (("dropped", "mood.glad"),)
WRITE = "insert into users (email, age) values ('a@b', 1)"
MADE_AGAIN = [
    Row(AGAIN.format(", age int")),
    Row(AGAIN.format(", age int, note text, hits int not null default 0 check (hits >= 0)")),
    Row(AGAIN.format(" unique, age int"), (("constrained", "users.users_plan_key"),)),
    Row(AGAIN.format(", age int not null"), (("required", "users.age"),), statement="insert into users (email) values ('a')"),
    Row(AGAIN.format(", age int, tenant int not null"), (("required", "users.tenant"),), statement=WRITE),
    Row(AGAIN.format(", age int check (age >= 18)"), (("constrained", "users.users_age_check"),), statement=WRITE),
    Row(AGAIN.format(", age int, tenant int check (tenant > 0)")),
    Row(AGAIN.format(", age int") + "; alter table users add column tenant int not null", (("required", "users.tenant"),), statement=WRITE),
    Row(AGAIN.format(""), (("narrowed", "users"),), statement=WRITE),
    Row("drop table users; create table users (id int primary key, email text not null, plan varchar(20), age int)", (("default-dropped", "users.id"),), statement=WRITE),
    Row("drop table users; create table users (id serial, email text not null, plan varchar(20), age int)", NO_KEY, statement="insert into users (id, email) values (1, 'a') on conflict (id) do nothing"),
    Row(f"{AGAIN.format(', age int')}; alter table users enable row level security", (("hidden", "users"),)),
    Row(SWAP + "(like users_old including all)"),
    Row(SWAP + "(like users_old including all, tenant int not null)", (("required", "users.tenant"),), statement=WRITE),
    Row(SWAP + "(like users_old including indexes)", (("default-dropped", "users.id"),), statement=WRITE),
    Row(SWAP + "as select id, email from users_old", (("narrowed", "users"), *NO_KEY), statement=WRITE),
    Row(SWAP + "as select * from users_old", NO_KEY),
    Row("alter table users rename to users_old; select id, email into users from users_old", (("narrowed", "users"), *NO_KEY), statement=WRITE),
    Row("create table users_new (like users including all); alter table users_new alter column age set not null; alter table users rename to users_old; alter table users_new rename to users", (("required", "users.age"),), statement="insert into users (email) values ('a')"),
    Row("drop type mood cascade; create type mood as enum ('sad'); alter table people add column mood mood", VALUE, TYPE, "insert into people (mood) values ('glad')"),
    Row("alter table people alter column mood type text; drop type mood; create type mood as enum ('glad', 'sad', 'mad'); alter table people alter column mood type mood using mood::mood", (), TYPE),
    Row("alter type mood rename to mood_old; create type mood as enum ('sad'); alter table people alter column mood type mood using mood::text::mood; drop type mood_old", VALUE, TYPE, "insert into people (mood) values ('glad')"),
    Row("create type mood_new as enum ('sad'); alter table people alter column mood type mood_new using mood::text::mood_new; alter type mood rename to mood_old; alter type mood_new rename to mood; drop type mood_old", VALUE, TYPE, "insert into people (mood) values ('glad')"),
    Row("create type mood_new as enum ('sad', 'glad', 'mad'); alter table people alter column mood type mood_new using mood::text::mood_new; alter type mood rename to mood_old; alter type mood_new rename to mood; drop type mood_old", (), TYPE),
    Row("drop type mood cascade", (("dropped", "mood"), ("dropped", "t.m"), ("dropped", "t.q")), MOODS, "select m from t"),
    Row("drop domain pos cascade", (("dropped", "pos"), ("dropped", "t.p")), MOODS, "select p from t"),
    Row("drop sequence s cascade", (("dropped", "s"), ("default-dropped", "t.id")), MOODS, "insert into t (p) values (1)"),
    Row("drop sequence t_k_seq cascade", (("dropped", "t_k_seq"), ("default-dropped", "t.k")), MOODS, "insert into t (p) values (1)"),
    Row("alter table t alter p type int; drop domain pos; create domain pos as int check (value > 5); alter table t alter p type pos", (("constrained", "pos"),), MOODS, "insert into t (p) values (3)"),
    Row("alter table t alter p type int; drop domain pos; create domain pos as int check (value > 0); alter table t alter p type pos", (), MOODS),
    Row("drop type pair; create type pair as (a int)", (("dropped", "pair.b"),), f"{USERS}; create type pair as (a int, b int)", "select (row(1, 2)::pair).b"),
]  # fmt: skip
