create table job_executions (id bigint generated always as identity, job_name text not null, started_at timestamptz not null);
create table julia_status (
  id uuid primary key default gen_random_uuid(),
  status text not null default 'ativo' check (status in ('ativo', 'pausado', 'manutencao', 'erro')),
  motivo text, detalhes jsonb, alterado_por text,
  alterado_via text check (alterado_via in ('slack', 'sistema', 'api', 'manual')),
  created_at timestamptz default now());
alter table julia_status enable row level security;
