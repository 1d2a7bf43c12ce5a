"""Migrations that take rights away, or what filled a column, judged by hand."""

from tests.database.breaking.breaking_sql import USERS, Row

FILLS = "create function fill() returns trigger language plpgsql as $$ begin new.slug := 'a'; new.note := 'b'; return new; end $$"
FILLED = f"create table users (id serial primary key, slug text not null, note text); {FILLS}; create trigger t before insert on users for each row execute function fill()"
ANEW = "create trigger {} {} insert on users for each row execute function {}()"
SLUG = (("default-dropped", "users.slug"),)
WRITE = "insert into users (note) values ('c')"
APP = "create role app; grant app to current_user; create table users (id int); grant select, insert on users to app"
LOST = (("revoked", "users"),)
GIVEN_AND_TAKEN = [
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
