create view campaign_sends as select id::text as send_id, cliente_id, campaign_id, status as queue_status, outcome
  from fila_mensagens;
create view campaign_metrics as select campaign_id, count(*) as total_sends from campaign_sends group by campaign_id;
