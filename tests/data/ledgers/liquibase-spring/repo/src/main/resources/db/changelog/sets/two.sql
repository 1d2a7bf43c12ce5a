--liquibase formatted sql
--changeset dev:2
create table two (id int);
--changeset dev:3 logicalFilePath:three.sql
create table three (id int);
