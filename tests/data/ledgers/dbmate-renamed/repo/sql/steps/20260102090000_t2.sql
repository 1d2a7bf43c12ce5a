-- migrate:up
create table t2 (id int);
-- migrate:down
drop table t2;
