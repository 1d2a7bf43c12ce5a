create table raw (id int);
