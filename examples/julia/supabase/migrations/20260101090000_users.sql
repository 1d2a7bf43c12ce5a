create table users (id bigint generated always as identity primary key, active boolean not null default true);
create view active_users as select id from users where active;
create table app_settings (key text primary key, value text not null);
create table julia_status (id bigint generated always as identity primary key, status text not null, motivo text, alterado_por text, alterado_via text, created_at timestamptz not null default now());
