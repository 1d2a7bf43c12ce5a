"""Migrations that take rights away, or what filled a column, judged by hand."""

from tests.database.breaking.breaking_sql import USERS, Row

FILLS = "create function fill() returns trigger language plpgsql as $$ begin new.slug := 'a'; new.note := 'b'; return new; end $$"
FILLED = f"create table users (id serial primary key, slug text not null, note text); {FILLS}; create trigger t before insert on users for each row execute function fill()"
ANEW = "create trigger {} {} insert on users for each row execute function {}()"
SLUG = (("default-dropped", "users.slug"),)
WRITE = "insert into users (note) values ('c')"
APP = "create role app; grant app to current_user; create table users (id int); grant select, insert on users to app"
LOST = (("revoked", "users"),)
BY_COLUMN = "create role app; grant app to current_user; create table users (id int, note text); grant select (id, note) on users to app"
RAISES = "create table users (id int); create function g() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$; create trigger g before insert on users for each row execute function g()"
SILENT = f"{RAISES}; alter table users disable trigger g"
OF_DOMAIN = "create domain d as int not null default 1; create table u (x d, y int)"
UNFILLED = (("default-dropped", "u.x"),)
LOST_NOTE = (("revoked", "users"),)
GIVEN_AND_TAKEN = [
    Row("alter table users drop column note, add column note text", LOST_NOTE, BY_COLUMN),
    Row("alter table users drop column note; alter table users add column note text; grant select (note) on users to app", (), BY_COLUMN),
    Row("alter table users drop column note; alter table users add column note text; grant select on users to app", (), BY_COLUMN),
    Row("alter table users drop column note; alter table users add column note text", (), BY_COLUMN + "; grant select on users to app"),
    Row("alter table users add column new_note text; grant select (new_note) on users to app; alter table users drop column note; alter table users rename new_note to note", (), BY_COLUMN),
    Row("alter table users add column new_note text; alter table users drop column note; alter table users rename new_note to note", LOST_NOTE, BY_COLUMN),
    Row("alter table users drop column note", (("dropped", "users.note"),), BY_COLUMN),
    Row("alter table users add column more text; alter table users drop column more", (), BY_COLUMN),
    Row("alter table users enable trigger g", (("constrained", "users.trigger g"),), SILENT, "insert into users values (1)"),
    Row("alter table users enable trigger all", (("constrained", "users.trigger g"),), SILENT),
    Row("alter table users enable always trigger g", (("constrained", "users.trigger g"),), SILENT),
    Row("alter table users enable trigger g", (), SILENT.replace("raise exception 'no'", "return new")),
    Row("alter table users disable trigger g; update users set id = 1; alter table users enable trigger g", (), RAISES),
    Row("alter table users disable trigger g; update users set id = 1; alter table users enable trigger g", (), SILENT.replace("disable", "enable")),
    Row("alter domain d drop default", UNFILLED, OF_DOMAIN, "insert into u (y) values (1)"),
    Row("alter domain d drop default; alter domain d set default 2", (), OF_DOMAIN),
    Row("alter domain d drop default; alter table u alter x set default 3", (), OF_DOMAIN),
    Row("alter domain d drop default", (), OF_DOMAIN.replace("d, y", "d default 4, y")),
    Row("alter domain d drop default", (), OF_DOMAIN.replace("not null ", "")),
    Row("alter domain d drop default", UNFILLED, OF_DOMAIN.replace("not null ", "").replace("x d", "x d not null")),
    Row("drop trigger t on users", SLUG, FILLED, WRITE),
    Row("drop function fill() cascade", SLUG, FILLED, WRITE),
    Row("alter table users disable trigger t", SLUG, FILLED, WRITE),
    Row("create or replace function fill() returns trigger language plpgsql as $$ begin new.note := 'c'; return new; end $$", SLUG, FILLED, WRITE),
    Row("drop trigger t on users; " + ANEW.format("t", "after", "fill"), SLUG, FILLED, WRITE),
    Row("drop trigger t on users; " + ANEW.format("t2", "before", "fill"), (), FILLED),
    Row("drop trigger t on users; alter table users alter slug set default 'x'", (), FILLED),
    Row("drop trigger t on users; alter table users alter slug drop not null", (), FILLED),
    Row(ANEW.format("t", "before", "fill").replace("create", "create or replace"), (), FILLED),
    Row("revoke all on users from app", LOST, APP),
    Row("revoke all on users from app; grant select on users to app", LOST, APP),
    Row("revoke all on users from app; grant insert, select on users to app", (), APP),
    Row("revoke all on users from app; grant all on users to app", (), APP),
    Row("revoke insert on users from app; grant select on users to app", LOST, APP),
    Row("revoke update on users from app", LOST, APP),
    Row("revoke select on users from app; grant select (id) on users to app", LOST, APP),
    Row("revoke all on users from anon; grant select on users to anon", LOST),
    Row("revoke all on users from anon; grant select, insert, update, delete, truncate, references, trigger on users to anon"),
    Row("revoke admin from app", (("revoked", ""),)),
    Row("drop role app", (("revoked", ""),)),
    Row("grant admin to app"),
    Row("revoke all on users from app", LOST, f"{USERS}; grant select on users to app"),
]  # fmt: skip

#: A role that every server has, so that a row can be proven.
SHARED = "grant usage on schema public to public; create table t (id int, a text); create view v as select id, a from t; create function f() returns int language sql as 'select 1'; create sequence q; create schema s; grant select on t, v to pg_monitor; grant usage on sequence q to pg_monitor; grant execute on function f() to pg_monitor; grant usage on schema s to pg_monitor"
AGAIN_V = "drop view v; create view v as select id, a from t"
AGAIN_F = "drop function f(); create function f() returns int language sql as 'select 2'"
SWAPPED = "alter table t rename to t_old; create table t (like t_old including all); drop table t_old cascade"
DEFAULTS = f"{SHARED}; alter default privileges {{}} grant select on tables to pg_monitor"
AS_ROLE = "set local role pg_monitor; select {}"
CLOSED = "revoke all on function f() from public; grant execute on function f() to pg_monitor"
AHEAD = "alter default privileges in schema public grant select on tables to pg_monitor"
NOT_AHEAD = AHEAD.replace("grant", "revoke").replace(" to ", " from ")
NO_VIEW, NO_CALL = (("revoked", "v"),), (("revoked", "f"),)
WITHOUT_RIGHTS = [
    Row(AGAIN_V, NO_VIEW, SHARED, AS_ROLE.format("id from v")),
    Row("drop table t cascade; create table t (id int, a text); create view v as select id, a from t", (("revoked", "t"), ("revoked", "v")), SHARED, AS_ROLE.format("id from t")),
    Row(SWAPPED, (("revoked", "t"), ("dropped", "v")), SHARED, AS_ROLE.format("id from t")),
    Row("alter table t rename to people; create view t as select id, a from people", (("revoked", "t"),), SHARED, AS_ROLE.format("id from t")),
    Row(f"{AGAIN_F}; revoke all on function f() from public", NO_CALL, SHARED, AS_ROLE.format("f()")),
    Row(AGAIN_F, NO_CALL, f"{SHARED}; alter default privileges revoke execute on functions from public", AS_ROLE.format("f()")),
    Row("alter function f() rename to g; create function f() returns int language sql as 'select 2'; revoke all on function f() from public", NO_CALL, SHARED, AS_ROLE.format("f()")),
    Row("drop sequence q; create sequence q", (("revoked", "q"),), SHARED, AS_ROLE.format("nextval('q')")),
    Row("drop schema s; create schema s", (("revoked", "s"),), SHARED),
    Row(AGAIN_V, NO_VIEW, DEFAULTS.format("in schema s"), AS_ROLE.format("id from v")),
    Row(f"{AGAIN_V}; grant select on v to pg_monitor; revoke all on v from pg_monitor", NO_VIEW, SHARED, AS_ROLE.format("id from v")),
    Row(AGAIN_V, NO_VIEW, f"{SHARED}; revoke all on v from pg_monitor; grant select on all tables in schema public to pg_monitor", AS_ROLE.format("id from v")),
    Row(f"{AGAIN_V}; {AHEAD}", NO_VIEW, SHARED, AS_ROLE.format("id from v")),
    Row(f"{AHEAD}; {AGAIN_V}", (), SHARED),
    Row(f"{AGAIN_V}; {AHEAD}; {AGAIN_V}", (), SHARED),
    Row(f"{AHEAD}; {AGAIN_V}; {NOT_AHEAD}", (), SHARED),
    Row(f"{AGAIN_F}; revoke all on function f() from public; alter default privileges grant execute on functions to pg_monitor", NO_CALL, SHARED, AS_ROLE.format("f()")),
    Row("create or replace view v as select id, a from t where id > 0", (), SHARED),
    Row("drop view v", (("dropped", "v"),), SHARED),
    Row(f"{AGAIN_V}; grant select on v to pg_monitor", (), SHARED),
    Row(f"{AGAIN_V}; grant select on v to public", (), SHARED),
    Row(f"{AGAIN_V}; grant select (id, a) on v to pg_monitor", (), SHARED.replace("select on t, v", "select (id) on v")),
    Row(f"{AGAIN_V}; grant select on all tables in schema public to pg_monitor", (), SHARED),
    Row(f"{AGAIN_V}; alter view v owner to pg_monitor", (), SHARED),
    Row(f"{AGAIN_V}; grant select on v to pg_read_all_stats", (), SHARED + "; grant pg_read_all_stats to pg_monitor"),
    Row(AGAIN_V, (), DEFAULTS.format("")),
    Row(AGAIN_V, (), DEFAULTS.format("in schema public")),
    Row(AGAIN_V, (), SHARED.replace("pg_monitor", "authenticated")),
    Row(AGAIN_V, (), f"{SHARED}; revoke all on v from pg_monitor"),
    Row(AGAIN_V, (), f"{SHARED}; {AGAIN_V}"),
    Row(AGAIN_F, (), SHARED),
    Row(f"{AGAIN_F}; revoke all on function f() from public; grant execute on function f() to pg_monitor", (), SHARED),
    Row("drop sequence q; create sequence q; grant usage on sequence q to pg_monitor", (), SHARED.replace("usage on sequence", "all on sequence")),
    Row("create table t_new (like t including all); grant select on t_new to pg_monitor; drop view v; alter table t rename to t_old; alter table t_new rename to t; create view v as select id, a from t; grant select on v to pg_monitor; drop table t_old", (), SHARED),
    Row("alter table t set schema s; create view t as select id, a from s.t; grant select on t to pg_monitor", (), SHARED),
    Row("revoke all on function touch() from public", (), "create function touch() returns trigger language plpgsql as $$ begin return new; end $$"),
    Row(f"{CLOSED}", (), f"{SHARED}; {CLOSED}"),
    Row(f"create or replace function f() returns int language sql as 'select 3'; {CLOSED}", (), f"{SHARED}; {CLOSED}"),
    Row(CLOSED, (("revoked", "f"),), SHARED),
    Row(CLOSED, (("revoked", "f"),), f"{SHARED}; {CLOSED}; grant execute on function f() to public"),
    Row(CLOSED, (("revoked", "f"),), f"{SHARED}; {CLOSED}; {AGAIN_F}"),
    Row("revoke all on t from anon", (), f"{SHARED}; revoke all on t from anon"),
    Row("revoke select on t from anon", (), f"{SHARED}; revoke all on t from anon"),
    Row("revoke all on t from anon", (("revoked", "t"),), f"{SHARED}; revoke insert on t from anon"),
    Row("revoke all on t from anon", (("revoked", "t"),), f"{SHARED}; revoke all on t from anon; grant select on t to anon"),
    Row("revoke all on schema s from public", (), f"{SHARED}; revoke all on schema s from public"),
]  # fmt: skip
