--liquibase formatted sql
--changeset dev:1
create table a (id int);
--changeset dev:2 context:test
insert into a values (1);
