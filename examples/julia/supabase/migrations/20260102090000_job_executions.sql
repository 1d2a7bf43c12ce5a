create table job_executions (id bigint generated always as identity primary key, job text not null, started_at timestamptz not null default now());
