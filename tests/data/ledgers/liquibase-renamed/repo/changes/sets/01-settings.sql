--liquibase formatted sql
--changeset dev:one
create table settings (k text);
--changeset dev:seed context:test
insert into settings values (1);
