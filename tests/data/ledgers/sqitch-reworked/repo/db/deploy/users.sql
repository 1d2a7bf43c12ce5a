alter table users add column plan text;
