alter table users drop column plan;
