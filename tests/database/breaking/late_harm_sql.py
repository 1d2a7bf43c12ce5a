"""Migrations of a store of tenants whose harm stands between the lines, judged by hand."""

from tests.database.breaking.breaking_sql import Row

TENANTS = """
create schema core;
create table core.tenants(id uuid primary key default gen_random_uuid(), slug text not null unique, plan text not null default 'free', seats int not null default 5, constraint seats_ok check (seats between 1 and 500));
create table core.members(tenant_id uuid not null references core.tenants(id) on delete cascade, email text not null, role text not null default 'viewer', joined_on date not null default current_date, primary key (tenant_id, email));
create table core.jobs(id bigserial primary key, tenant_id uuid references core.tenants(id), payload jsonb not null default '{}', state text not null default 'queued', attempts smallint not null default 0, run_at timestamptz, locked_by text, unique (tenant_id, locked_by));
create table core.prices(sku varchar(24) primary key, amount numeric(8,2) not null check (amount > 0), currency text not null check (currency in ('EUR','USD')), valid daterange);
create table stats(day date primary key, hits bigint not null default 0);
create view core.queue as select id, tenant_id, payload, state from core.jobs where state = 'queued';
create view core.totals as select tenant_id, count(*) as n from core.jobs group by tenant_id;
create function core.enqueue(t uuid, p jsonb) returns bigint language plpgsql as $$ declare r bigint; begin insert into core.jobs(tenant_id, payload) values (t, p) returning id into r; return r; end $$;
create function core.seats_left(t uuid) returns int language sql stable as $$ select seats - (select count(*)::int from core.members m where m.tenant_id = t) from core.tenants where id = t $$;
create function core.list_jobs(t uuid, n int default 10) returns table(id bigint, state text) language sql as $$ select id, state from core.jobs where tenant_id = t limit n $$;
create function core.norm() returns trigger language plpgsql as $$ begin new.email := lower(new.email); return new; end $$;
create trigger norm before insert or update on core.members for each row execute function core.norm();
create procedure core.purge(days int) language plpgsql as $$ begin delete from core.jobs where run_at < now() - make_interval(days => days); end $$;
create type core.level as enum ('low','mid','high'); create type core.money as (amount numeric, cur text); create domain core.pct as numeric check (value between 0 and 100);
create table core.offers(id serial primary key, level core.level not null default 'low', price core.money, off core.pct default 0);
insert into core.tenants(id, slug) values ('00000000-0000-0000-0000-000000000001', 'a');
insert into core.prices values ('x', 5, 'EUR');
"""

LATE_HARM = [
    Row(
        "alter table core.tenants add column owner_id uuid not null default gen_random_uuid(); alter table core.tenants alter column owner_id drop default",
        (("required", "core.tenants.owner_id"),),
        TENANTS,
        "insert into core.tenants(slug) values ('b')",
    ),
    Row(
        "alter table core.tenants add column owner_id uuid; update core.tenants set owner_id = gen_random_uuid() where owner_id is null",
        (),
        TENANTS,
    ),
    Row(
        "alter table core.tenants add column region text not null default 'eu'; create table core.regions(code text primary key); insert into core.regions values ('us'); alter table core.tenants add constraint reg foreign key (region) references core.regions(code) not valid",
        (("constrained", "core.tenants.reg"),),
        TENANTS,
        "insert into core.tenants(slug) values ('b')",
    ),
    Row(
        "alter table core.tenants drop constraint seats_ok, add constraint seats_ok check (seats >= 1 and seats <= 1000)",
        (),
        TENANTS,
    ),
    Row(
        "alter table core.tenants drop constraint seats_ok, add constraint seats_ok check (seats between 10 and 500) not valid",
        (("constrained", "core.tenants.seats_ok"),),
        TENANTS,
        "insert into core.tenants(slug) values ('b')",
    ),
    Row("alter table core.tenants drop constraint seats_ok", (), TENANTS),
    Row(
        "alter table core.tenants alter column seats set default 0",
        (("constrained", "core.tenants.seats default"),),
        TENANTS,
        "insert into core.tenants(slug) values ('b')",
    ),
    Row("alter table core.tenants alter column seats set default 500", (), TENANTS),
    Row(
        "alter table core.members drop constraint members_pkey, add column id bigserial primary key",
        (("constrained", "core.members.primary key members_pkey"),),
        TENANTS,
        "insert into core.members(tenant_id, email) values ('00000000-0000-0000-0000-000000000001','q') on conflict (tenant_id, email) do nothing",
    ),
    Row(
        "alter table core.members add column id bigserial; alter table core.members add constraint members_id_key unique (id)",
        (),
        TENANTS,
    ),
    Row(
        "alter table core.members drop column joined_on",
        (("dropped", "core.members.joined_on"),),
        TENANTS,
        "select joined_on from core.members",
    ),
    Row(
        "alter table core.members alter column role type varchar(100)",
        (("retyped", "core.members.role"),),
        TENANTS,
    ),
    Row(
        "alter table core.members alter column role type varchar(4) using left(role, 4)",
        (("retyped", "core.members.role"),),
        TENANTS,
        "insert into core.members(tenant_id, email) values ('00000000-0000-0000-0000-000000000001','Q@x')",
    ),
    Row("alter table core.members alter column role drop not null", (), TENANTS),
    Row(
        "alter table core.jobs drop constraint jobs_tenant_id_locked_by_key, add constraint jobs_tenant_id_locked_by_key unique nulls not distinct (tenant_id, locked_by)",
        (("constrained", "core.jobs.jobs_tenant_id_locked_by_key"),),
        TENANTS,
        "insert into core.jobs(tenant_id) values ('00000000-0000-0000-0000-000000000001'); insert into core.jobs(tenant_id) values ('00000000-0000-0000-0000-000000000001')",
    ),
    Row(
        "create unique index on core.jobs ((payload->>'key')) where state = 'queued'",
        (("constrained", "core.jobs.jobs_payload_state_key"),),
        TENANTS,
    ),
    Row("create unique index on core.jobs (tenant_id, locked_by, state)", (), TENANTS),
    Row("create index concurrently on core.jobs (run_at) where state = 'queued'", (), TENANTS),
    Row(
        "alter table core.jobs alter column attempts type int",
        (("retyped", "core.jobs.attempts"),),
        TENANTS,
    ),
    Row(
        "alter table core.jobs alter column run_at type timestamp",
        (("retyped", "core.jobs.run_at"),),
        TENANTS,
    ),
    Row(
        "alter table core.jobs rename column payload to args",
        (("renamed", "core.jobs.payload"), ("narrowed", "core.enqueue")),
        TENANTS,
        "select payload from core.jobs",
    ),
    Row(
        "alter table core.jobs rename column payload to args; alter table core.jobs rename column args to payload",
        (),
        TENANTS,
    ),
    Row(
        "create or replace function core.norm() returns trigger language plpgsql as $$ begin if new.email not like '%@%' then raise exception 'bad'; end if; new.email := lower(new.email); return new; end $$",
        (("constrained", "core.members.trigger core.norm"),),
        TENANTS,
        "insert into core.members(tenant_id, email) values ('00000000-0000-0000-0000-000000000001','noat')",
    ),
    Row(
        "create or replace function core.norm() returns trigger language plpgsql as $$ begin new.email := lower(trim(new.email)); return new; end $$",
        (),
        TENANTS,
    ),
    Row(
        "create or replace function core.norm() returns trigger language plpgsql as $$ begin new.role := nullif(new.role, 'viewer'); return new; end $$",
        (("constrained", "core.members.trigger core.norm"),),
        TENANTS,
        "insert into core.members(tenant_id, email) values ('00000000-0000-0000-0000-000000000001','Q@x')",
    ),
    Row(
        "create or replace function core.norm() returns trigger language plpgsql as $$ begin return null; end $$",
        (("constrained", "core.members.trigger core.norm"),),
        TENANTS,
    ),
    Row(
        "create or replace procedure core.purge(days int) language plpgsql as $$ begin raise exception using message = 'purge is gone'; end $$",
        (("narrowed", "core.purge"),),
        TENANTS,
        "call core.purge(3)",
    ),
    Row(
        "create or replace procedure core.purge(days int) language plpgsql as $$ begin delete from core.jobs where run_at < now() - make_interval(days => days) and state <> 'queued'; end $$",
        (),
        TENANTS,
    ),
    Row(
        "drop procedure core.purge(int); create procedure core.purge(older_than int) language plpgsql as $$ begin delete from core.jobs; end $$",
        (("narrowed", "core.purge"),),
        TENANTS,
        "call core.purge(days => 3)",
    ),
    Row(
        "drop function core.list_jobs(uuid, int); create function core.list_jobs(t uuid, n int default 10) returns table(id bigint) language sql as $$ select id from core.jobs $$",
        (("narrowed", "core.list_jobs"),),
        TENANTS,
        "select state from core.list_jobs(gen_random_uuid())",
    ),
    Row(
        "drop function core.list_jobs(uuid, int); create function core.list_jobs(t uuid, n int default 10, q text default null) returns table(id bigint, state text, run_at timestamptz) language sql as $$ select id, state, run_at from core.jobs $$",
        (),
        TENANTS,
    ),
    Row(
        "create or replace function core.list_jobs(t uuid, n int default 10, q text default null) returns table(id bigint, state text) language sql as $$ select id, state from core.jobs $$",
        (("narrowed", "core.list_jobs"),),
        TENANTS,
        "select state from core.list_jobs(gen_random_uuid())",
    ),
    Row(
        "create or replace function core.enqueue(t uuid, p jsonb) returns bigint language plpgsql as $$ begin insert into core.members(tenant_id) values (t); return 1; end $$",
        (("narrowed", "core.enqueue"),),
        TENANTS,
        "select core.enqueue('00000000-0000-0000-0000-000000000001', '{}')",
    ),
    Row(
        "create or replace function core.enqueue(t uuid, p jsonb) returns bigint language sql as $$ insert into core.jobs(tenant_id, payload) values (t, p) returning id $$",
        (),
        TENANTS,
    ),
    Row(
        "create or replace view core.queue as select id, tenant_id, payload, state from core.jobs where state = 'queued' limit 100",
        (("unwritable", "core.queue"),),
        TENANTS,
        "insert into core.queue(state) values ('x')",
    ),
    Row(
        "create or replace view core.queue as select id, tenant_id, payload, state, attempts from core.jobs where state = 'queued' and run_at is null",
        (),
        TENANTS,
    ),
    Row(
        "drop view core.totals; create view core.totals as select tenant_id, count(*) as jobs from core.jobs group by tenant_id",
        (("narrowed", "core.totals"),),
        TENANTS,
        "select n from core.totals",
    ),
    Row(
        "drop view core.totals; create materialized view core.totals as select tenant_id, count(*) as n from core.jobs group by tenant_id",
        (),
        TENANTS,
    ),
    Row(
        "drop view core.totals; create materialized view core.totals as select tenant_id, count(*) as n from core.jobs group by tenant_id with no data",
        (("emptied", "core.totals"),),
        TENANTS,
        "select n from core.totals",
    ),
    Row(
        "alter table core.prices alter column valid set not null",
        (("required", "core.prices.valid"),),
        TENANTS,
    ),
    Row(
        "alter table core.prices drop constraint prices_currency_check, add constraint prices_currency_check check (currency = 'EUR')",
        (("constrained", "core.prices.prices_currency_check"),),
        TENANTS,
        "insert into core.prices(sku, amount, currency) values ('y', 3, 'USD')",
    ),
    Row(
        "alter table core.prices drop constraint prices_currency_check, add constraint prices_currency_check check (currency in ('EUR','USD','GBP'))",
        (),
        TENANTS,
    ),
    Row(
        "alter table core.prices add constraint no_overlap exclude using gist (valid with &&)",
        (("constrained", "core.prices.no_overlap"),),
        TENANTS,
    ),
    Row(
        "alter table core.prices alter column amount type numeric(6,2)",
        (("retyped", "core.prices.amount"),),
        TENANTS,
        "insert into core.prices(sku, amount, currency) values ('y', 30000, 'USD')",
    ),
    Row(
        "alter table stats set schema core", (("renamed", "stats"),), TENANTS, "select * from stats"
    ),
    Row(
        "alter table stats drop constraint stats_pkey",
        (("constrained", "stats.primary key stats_pkey"),),
        TENANTS,
        "insert into stats values (current_date, 1) on conflict (day) do update set hits = stats.hits + 1",
    ),
    Row(
        "alter table stats drop constraint stats_pkey; alter table stats add primary key (day)",
        (),
        TENANTS,
    ),
    Row(
        "drop table stats; create table stats(day date not null, hits bigint not null default 0, source text not null, primary key (day, source))",
        (
            ("constrained", "stats.primary key stats_pkey"),
            ("constrained", "stats.stats_pkey"),
            ("required", "stats.source"),
        ),
        TENANTS,
        "insert into stats(day) values (current_date)",
    ),
    Row(
        "drop table stats; create table stats(day date primary key, hits bigint not null default 0, source text)",
        (),
        TENANTS,
    ),
    Row(
        "create type core.level2 as enum ('low','high'); alter table core.offers alter column level drop default; alter table core.offers alter column level type core.level2 using level::text::core.level2; drop type core.level; alter type core.level2 rename to level; alter table core.offers alter column level set default 'low'",
        (("dropped", "core.level"), ("retyped", "core.offers.level")),
        TENANTS,
        "insert into core.offers(level) values ('mid')",
    ),
    Row("alter type core.level add value 'max'", (), TENANTS),
    Row(
        "alter type core.money add attribute vat numeric",
        (("constrained", "core.money"),),
        TENANTS,
        "insert into core.offers(price) values (row(1,'EUR')::core.money)",
    ),
    Row(
        "alter domain core.pct add constraint not_half check (value <> 5)",
        (("constrained", "core.pct"),),
        TENANTS,
        "insert into core.offers(off) values (5)",
    ),
    Row("alter domain core.pct set default 0", (), TENANTS),
    Row("alter table core.jobs enable row level security", (("hidden", "core.jobs"),), TENANTS),
    Row(
        "create table core.secrets(id int); alter table core.secrets enable row level security",
        (),
        TENANTS,
    ),
    Row("revoke insert on core.jobs from web", (("revoked", "core.jobs"),), TENANTS),
    Row("grant insert on core.jobs to web", (), TENANTS),
    Row("alter role web nologin nobypassrls", (("revoked", ""),), TENANTS),
    Row("reassign owned by web to dba", (("revoked", ""),), TENANTS),
    Row("alter table core.jobs owner to postgres", (), TENANTS),
    Row("alter database app set timezone to 'UTC'", (("unread", "app."),), TENANTS),
    Row(
        "alter table core.jobs set (fillfactor = 70); alter table core.jobs replica identity full; vacuum analyze core.jobs",
        (),
        TENANTS,
    ),
    Row(
        "create rule stop as on insert to stats do instead nothing",
        (("constrained", "stats.rule stop"),),
        TENANTS,
    ),
    Row(
        "create or replace function core.helper() returns void language plpgsql as $$ begin raise exception 'not yet'; end $$",
        (),
        TENANTS,
    ),
    Row(
        "drop operator class if exists x using btree; drop operator core.## (int, int)",
        (("dropped", ""),),
        TENANTS,
    ),
    Row(
        "do $$ begin execute 'alter table core.jobs drop column state'; end $$",
        (("dropped", "core.jobs.state"), ("narrowed", "core.list_jobs")),
        TENANTS,
    ),
    Row(
        "do $$ begin if not exists (select 1 from pg_roles where rolname = 'web2') then create role web2; end if; end $$",
        (),
        TENANTS,
    ),
    Row(
        "with gone as (delete from core.jobs returning id) select count(*) from gone",
        (("emptied", "core.jobs"),),
        TENANTS,
    ),
    Row(
        "with gone as (delete from core.jobs where state = 'done' returning id) select count(*) from gone",
        (),
        TENANTS,
    ),
]
