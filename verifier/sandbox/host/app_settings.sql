-- The markers, where no migration made their table: only the service's own key reads its rows.

do $markers$
begin
  if to_regclass('public.app_settings') is null then
    create table public.app_settings (
      key text primary key,
      value text not null,
      description text,
      created_at timestamptz default now(),
      updated_at timestamptz default now()
    );
    alter table public.app_settings enable row level security;
    create policy service_role_only on public.app_settings
      using (auth.role() = 'service_role') with check (auth.role() = 'service_role');
  end if;
end
$markers$;
