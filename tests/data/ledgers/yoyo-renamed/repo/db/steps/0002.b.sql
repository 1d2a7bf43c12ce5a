-- depends: 0001.a
create table b (id int);
