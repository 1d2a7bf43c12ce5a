"""Views that keep their columns and are written to no more as they were, judged by hand."""

from tests.database.breaking.breaking_sql import USERS, VIEW, Row

#: The older view can be written: `select id, email, plan from users`.
WRITE = "insert into members (email) values ('a@b')"
LOST = (("unwritable", "members"),)
RENAMED = "alter table users rename to people"
MOVED = (("narrowed", "users"),)
ROUTE = "create function f() returns trigger language plpgsql as $$ begin new.id := new.id; return new; end $$; create trigger t instead of insert on members for each row execute function f()"
JOINED = "create or replace view members as select u.id, u.email, u.plan from users u join users v on v.id = u.id"

WRITTEN_VIEWS = [
    Row(JOINED, LOST, VIEW, WRITE),
    Row("create or replace view members as select id, email, plan from users group by id, email, plan", LOST, VIEW, WRITE),
    Row("create or replace view members as select id, email, plan from users limit 10", LOST, VIEW, WRITE),
    Row("create or replace view members as select id, email, plan from users union all select id, email, plan from users", LOST, VIEW, WRITE),
    Row("create or replace view members as with u as (select * from users) select id, email, plan from u", LOST, VIEW, WRITE),
    Row("create or replace view members as select id, lower(email) as email, plan from users", LOST, VIEW, WRITE),
    Row("create or replace view members as select max(id) as id, max(email) as email, max(plan)::varchar(20) as plan from users", LOST, VIEW, WRITE),
    Row("drop view members; create view members as select distinct id, email, plan from users", LOST, VIEW, WRITE),
    Row("create or replace view members as select id, email, plan from users where plan is not null with check option", LOST, VIEW, WRITE),
    Row("drop view members; create materialized view members as select id, email, plan from users", LOST, VIEW, WRITE),
    Row(f"{RENAMED}; create view users as select p.* from people p join people q on q.id = p.id", MOVED, USERS, "insert into users (email) values ('a@b')"),
    Row(f"{RENAMED}; create view users as select id, email, coalesce(plan, 'free')::varchar(20) as plan, age from people", MOVED, USERS, "insert into users (email, plan) values ('a@b', 'x')"),
    Row(f"{RENAMED}; create view users as select * from people", (), USERS),
    Row("create or replace view members as select id, email, plan from users where plan is not null", (), VIEW),
    Row("create or replace view members as select id, email, plan, (select count(*) from users) as n from users", (), VIEW),
    Row("create or replace view members as select id, email, plan, age from users", (), VIEW),
    Row(f"{JOINED}; create or replace view members as select id, email, plan from users", (), VIEW),
    Row(f"{JOINED}; {ROUTE}", (), VIEW),
    Row(f"{JOINED}; create rule r as on insert to members do instead insert into users (email) values (new.email)", (("constrained", "members.rule r"),), VIEW),
    Row("create or replace view members as select id, email, plan from users limit 10", (), f"{USERS}; create view members as select distinct id, email, plan from users"),
    Row("create or replace view most as select id, email, plan from members limit 10", (("unwritable", "most"),), f"{VIEW}; create view most as select * from members", "insert into most (email) values ('a@b')"),
]  # fmt: skip
