"""What functions, defaults and foreign keys lose that stay as they are, judged by hand."""

from tests.database.breaking.breaking_sql import Row

BANK = """
create table accounts (id bigserial primary key, email text not null, slug text not null, balance numeric not null default 0, plan text not null default 'free', parent_id bigint references accounts(id), updated_at timestamptz not null default now());
create table entries (id bigserial primary key, account_id bigint not null references accounts(id), amount numeric not null, memo text, posted boolean not null default false);
create table lines (id bigserial primary key, entry_id bigint references entries(id), note text);
create table tags (account_id bigint not null references accounts(id) on delete cascade, tag text not null, primary key (account_id, tag));
create function stamp() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;
create trigger stamps before update on accounts for each row execute function stamp();
create function balance_of(a bigint) returns numeric language plpgsql stable as $$ declare r accounts; begin select * into r from accounts where id = a; return r.balance; end $$;
create function plan_of(a bigint) returns text language sql stable as $$ select plan from accounts where id = a $$;
create function memo_of(a bigint) returns text language plpgsql as $$ declare m entries.memo%type; begin for m in select e.memo from entries e where e.account_id = a loop return m; end loop; return null; end $$;
create function label_of(a accounts) returns text language sql as $$ select a.email || ' ' || a.plan $$;
create function move(a bigint, p text) returns void language plpgsql as $$ begin update accounts set plan = p where id = a; insert into entries (account_id, amount, memo) values (a, 0, p); end $$;
create function tried(a bigint) returns text language plpgsql as $$ begin return (select plan from accounts where id = a); exception when others then return null; end $$;
create function next_code() returns text language sql as $$ select 'C' || floor(random() * 1000)::text $$;
create table codes (id serial primary key, code text not null default next_code(), used_by bigint);
create function tell_entry() returns trigger language plpgsql as $$ begin perform pg_notify('entries', new.memo); return new; end $$;
create trigger notes after insert on entries for each row execute function tell_entry();
create domain must as text not null;
create domain name as text;
insert into accounts (email, slug) values ('a', 'a');
"""
NEW_ENTRY = "insert into entries (account_id, amount) values (1, 1)"
TOLD = ("constrained", "entries.trigger tell_entry")
PLAN = (
    ("dropped", "accounts.plan"),
    ("narrowed", "plan_of"),
    ("narrowed", "label_of"),
    ("narrowed", "move"),
)
RENAMED_PLAN = (("renamed", "accounts.plan"), *PLAN[1:])
MEMO = (("narrowed", "memo_of"), ("narrowed", "move"))

BODIES = [
    Row("alter table accounts drop column plan", PLAN, BANK, "select plan_of(1)"),
    Row("alter table accounts rename column plan to tier", RENAMED_PLAN, BANK, "select move(1, 'x')"),
    Row("alter table accounts rename column plan to tier; create or replace function plan_of(a bigint) returns text language sql stable as $$ select tier from accounts where id = a $$", (("renamed", "accounts.plan"), *PLAN[2:]), BANK),
    Row("alter table accounts rename column plan to tier; alter table accounts add column plan text", (), BANK),
    Row("alter table accounts drop column balance", (("dropped", "accounts.balance"), ("narrowed", "balance_of")), BANK, "select balance_of(1)"),
    Row("alter table accounts drop column slug", (("dropped", "accounts.slug"),), BANK),
    Row("alter table entries drop column memo", (("dropped", "entries.memo"), *MEMO, TOLD), BANK, NEW_ENTRY),
    Row("alter table entries rename column memo to remark", (("renamed", "entries.memo"), *MEMO, TOLD), BANK, NEW_ENTRY),
    Row("drop trigger notes on entries; alter table entries rename column memo to remark", (("renamed", "entries.memo"), *MEMO), BANK),
    Row("alter table entries disable trigger notes; alter table entries rename column memo to remark", (("renamed", "entries.memo"), *MEMO), BANK),
    Row("create or replace function tell_entry() returns trigger language plpgsql as $$ begin return new; end $$; alter table entries rename column memo to remark", (("renamed", "entries.memo"), *MEMO), BANK),
    Row("create or replace function tell_entry() returns trigger language plpgsql as $$ begin perform pg_notify('entries', to_jsonb(new) ->> 'memo'); return new; end $$", (), BANK),
    Row("create or replace function tell_entry() returns trigger language plpgsql as $$ begin perform pg_notify('entries', new.channel); return new; end $$", (TOLD,), BANK, NEW_ENTRY),
    Row("alter table entries add column channel text; create or replace function tell_entry() returns trigger language plpgsql as $$ begin perform pg_notify('entries', new.channel); return new; end $$", (), BANK),
    Row("create or replace function tell_entry() returns trigger language plpgsql as $$ begin if tg_table_name = 'other' then perform pg_notify('entries', new.channel); end if; return new; end $$", (), BANK),
    Row("create function count_row() returns trigger language plpgsql as $$ begin update accounts set entries = entries + 1 where id = new.account; return new; end $$; create trigger counts after insert on entries for each row execute function count_row()", (("constrained", "entries.trigger count_row"),), BANK, NEW_ENTRY),
    Row("drop table lines; drop table entries", (("dropped", "lines"), ("dropped", "entries"), *MEMO), BANK, "select memo_of(1)"),
    Row("drop function next_code() cascade", (("dropped", "next_code"), ("default-dropped", "codes.code")), BANK, "insert into codes (used_by) values (1)"),
    Row("drop function next_code() cascade; alter table codes alter column code set default 'C'", (("dropped", "next_code"),), BANK),
    Row("truncate entries cascade", (("emptied", "entries"), ("emptied", "lines")), BANK),
    Row("truncate accounts cascade", tuple(("emptied", name) for name in ("accounts", "entries", "lines", "tags")), BANK),
    Row("truncate lines cascade", (("emptied", "lines"),), BANK),
    Row("truncate lines", (("emptied", "lines"),), BANK),
    Row("alter table entries rename to entries_old; create table entries (id bigserial primary key, account_id bigint not null, amount numeric not null, memo text, posted boolean not null default false); insert into entries (account_id, amount, memo, posted) select account_id, amount, memo, posted from entries_old", (("constrained", "lines.lines_entry_id_fkey"),), BANK, f"with one as (select 1) {NEW_ENTRY}; insert into lines (entry_id) select max(id) from entries"),
    Row("create table entries_new (like entries including all); insert into entries_new select * from entries; alter table entries rename to entries_old; alter table entries_new rename to entries", (("constrained", "lines.lines_entry_id_fkey"),), BANK),
    Row("create table entries_new (like entries including all); alter table entries rename to entries_old; alter table entries_new rename to entries; alter table lines drop constraint lines_entry_id_fkey; alter table lines add constraint lines_entry_id_fkey foreign key (entry_id) references entries(id)", (), BANK),
    Row("create table entries_new (like entries including all); alter table entries rename to entries_old; alter table entries_new rename to entries; drop table entries_old cascade", (), BANK),
    Row("alter table entries rename to bookings; create view entries as select * from bookings", (), BANK),
    Row("drop table codes; create table codes (id serial primary key, code text not null default next_code(), used_by bigint); insert into codes (id, code) values (1, 'a')", (("constrained", "codes.id_given_out"),), BANK, "insert into codes (used_by) values (1)"),
    Row("drop table codes; create table codes (id serial primary key, code text not null default next_code(), used_by bigint); insert into codes (id, code) values (1, 'a'); select setval('codes_id_seq', 1)", (), BANK),
    Row("alter table codes add column kind must; alter domain must drop not null", (), BANK),
    Row("alter table codes add column kind must", (("required", "codes.kind"),), BANK, "insert into codes (used_by) values (1)"),
    Row("alter table codes add column kind must not null; alter domain must drop not null", (("required", "codes.kind"),), BANK, "insert into codes (used_by) values (1)"),
    Row("alter table codes add column kind name; alter domain name set not null; alter domain name drop not null", (), BANK),
    Row("alter table entries add column currency text not null", (("required", "entries.currency"), ("narrowed", "move")), BANK, "select move(1, 'x')"),
    Row("alter table entries alter column memo set not null", (("required", "entries.memo"),), BANK),
    Row("alter table entries add column currency text not null; create or replace function move(a bigint, p text) returns void language sql as $$ insert into entries (account_id, amount, currency) values (a, 0, 'x') $$", (("required", "entries.currency"),), BANK),
    Row("alter table accounts alter column plan drop default", (("default-dropped", "accounts.plan"),), BANK),
    Row("revoke all on entries from public", (), BANK),
    Row("revoke all on all tables in schema public from public; revoke references, trigger on entries from app", (), BANK),
    Row("revoke select on entries from public", (("revoked", "entries"),), BANK + "grant select on entries to public;"),
    Row("revoke select on entries from app", (("revoked", "entries"),), BANK),
]  # fmt: skip
