-- What the platform brings before any migration: its roles, and its tool's ledger.
-- A team's own schema may be there already, and roles belong to all databases of a server.

do $roles$
declare wanted record;
begin
  for wanted in
    select * from (values ('anon', ''), ('authenticated', ''), ('service_role', 'bypassrls')) as w (name, may)
  loop
    if to_regrole(wanted.name) is null then
      execute format('create role %I nologin %s', wanted.name, wanted.may);
    end if;
  end loop;
end
$roles$;

create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (
  version text primary key,
  statements text[],
  name text
);

create schema if not exists auth;
do $auth$
begin
  if to_regprocedure('auth.role()') is null then
    create function auth.role() returns text language sql stable
      as 'select nullif(current_setting(''request.jwt.claim.role'', true), '''')';
    grant usage on schema auth to public;
  end if;
end
$auth$;
