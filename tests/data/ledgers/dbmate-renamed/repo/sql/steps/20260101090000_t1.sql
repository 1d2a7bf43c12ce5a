-- migrate:up
create table t1 (id int);
-- migrate:down
drop table t1;
