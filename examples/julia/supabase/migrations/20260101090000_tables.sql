create table clientes (id uuid primary key default gen_random_uuid(), telefone text, created_at timestamptz default now());
create table conversations (id uuid primary key default gen_random_uuid(), cliente_id uuid references clientes, status text);
create table fila_mensagens (id uuid primary key default gen_random_uuid(), cliente_id uuid references clientes,
  status text default 'pendente', outcome text, campaign_id bigint, created_at timestamptz default now());
create table doctor_state (cliente_id uuid primary key references clientes, permission_state text, temperature numeric);
create table intent_log (fingerprint text primary key, cliente_id uuid, intent_type text, created_at timestamptz default now());
create table touch_reconciliation_log (provider_message_id text primary key, cliente_id uuid, processed_at timestamptz);
create table prompts (nome text not null, versao text not null, conteudo text not null, ativo boolean, unique (nome, versao));
insert into prompts values ('julia_base', 'v1', '…', true), ('julia_primeira_msg', 'v1', '…', true), ('julia_tools', 'v1', '…', true);
alter table clientes enable row level security;
alter table conversations enable row level security;
alter table fila_mensagens enable row level security;
alter table doctor_state enable row level security;
alter table touch_reconciliation_log enable row level security;
alter table prompts enable row level security;
