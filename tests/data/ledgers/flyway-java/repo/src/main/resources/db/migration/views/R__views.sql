create or replace view v as select '${owner}' as owner;
