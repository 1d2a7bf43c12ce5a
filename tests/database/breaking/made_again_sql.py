"""Migrations that drop, rename or copy what older code knows and make it again, judged by hand."""

from tests.database.breaking.breaking_sql import NO_KEY, TYPE, USERS, Row

AGAIN = "drop table users; create table users (id serial primary key, email text not null, plan varchar(20){})"
SWAP = "alter table users rename to users_old; create table users "
MOODS = "create type mood as enum ('sad', 'glad'); create domain pos as int check (value > 0); create sequence s; create table t (id int not null default nextval('s'), k serial, m mood, p pos, q mood[])"
VALUE = (("dropped", "mood.glad"),)
WRITE = "insert into users (email, age) values ('a@b', 1)"
TONES = (
    "create type tone as enum ('a'); create domain loud as tone; create domain low as text; create domain lower as low; "
    "create type hue as enum ('b'); create type ink as (h hue, n int); create schema own; create type own.size as enum ('c'); "
    "create table notes (id int, s loud, l lower, has hue, g hue, i ink, z own.size); create view shown as select g from notes; "
    "alter table notes rename column has to had"
)
LOWS = "create domain low as text; create domain lower as low; create table t (id int)"

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
    Row("drop type tone cascade", (("dropped", "tone"), ("dropped", "loud"), ("dropped", "notes.s")), TONES, "select s from notes"),
    Row("drop domain low cascade", (("dropped", "low"), ("dropped", "lower"), ("dropped", "notes.l")), TONES, "select l from notes"),
    Row("drop type hue cascade", (("dropped", "hue"), ("dropped", "ink.h"), ("dropped", "notes.had"), ("dropped", "notes.g"), ("dropped", "shown")), TONES, "select had from notes"),
    Row("drop schema own cascade", (("dropped", "own"), ("dropped", "own.size"), ("dropped", "notes.z")), TONES, "select z from notes"),
    Row("alter domain lower rename to lowest; drop domain low cascade", (("dropped", "low"), ("renamed", "lower"), ("dropped", "notes.l")), TONES, "select l from notes"),
    Row("create domain fresh as low; create table f (x fresh); drop domain fresh cascade", (), TONES),
    Row("drop domain lower; drop domain low cascade", (("dropped", "low"), ("dropped", "lower")), LOWS),
    Row("drop extension citext cascade", (("dropped", "citext"), ("dropped", "t.mail")), "create extension citext; create table t (id int, mail citext)"),
]  # fmt: skip
