"""Migrations after which the older code sees less of the same rows, judged by hand."""

from tests.database.breaking.breaking_sql import USERS, VIEW, Row

HIDDEN = (("hidden", "users"),)
#: What nobody can tell from the two conditions: a warning, and no refusal.
NOT_COMPARED = (("unread", ""),)
OPEN = f"{USERS}; create policy p on users using (true)"
MINE = f"{USERS}; create policy p on users to pg_signal_backend using (true)"
OWN = f"{USERS}; create policy p on users for all using (id = 1)"
PLANNED = f"{USERS}; create policy p on users using (plan = 'x')"
ASKING = f"{USERS}; create policy p on users using (id = uid())"
NAMED = f"{USERS}; create policy p on users using (current_user = 'pg_monitor')"
MY = f"{USERS}; create policy p on users using (id = (select 1 from me))"
SEES = "function sees() returns boolean language sql"
SEEN = f"{USERS}; create {SEES} as 'select true'; create policy p on users for all using (sees())"
API = "anon, authenticated"
UNREAD = (
    f"{USERS}; do $$ begin execute format('create policy %I on users using (true)', 'p'); end $$"
)
ASKS = "with (security_invoker = on)"
MEMBERS = "as select id, email, plan from users"
PARTED = "create table log (id int, at date) partition by range (at)"
PART = "create table old partition of log for values from ('2020-01-01') to ('2021-01-01')"
AWAY = "alter table log detach partition old"


def again(policies, old=OPEN):
    """A policy in place of the one that was there."""
    return f"drop policy p on users; {policies}", old


NARROWED = [
    Row("alter policy p on users to pg_monitor", HIDDEN, OPEN),
    Row("alter policy p on users to pg_monitor", HIDDEN, MINE),
    Row("alter policy p on users to public", (), MINE),
    Row("alter policy p on users to pg_monitor, pg_signal_backend", (), MINE),
    Row(
        "create table fresh (id int); create policy f on fresh using (true); alter policy f on fresh to pg_monitor",
        (),
        OPEN,
    ),
    Row(again("create policy p on users for select using (true)")[0], HIDDEN, OPEN),
    Row(again("create policy p on users for select using (id = 1)")[0], HIDDEN, OWN),
    Row(again("create policy p on users for all using (true)")[0], (), OPEN),
    Row(again("create policy p on users for all using (id = 2)")[0], NOT_COMPARED, OWN),
    Row(
        again(
            "create policy p on users for select using (true); create policy i on users for insert with check (true); "
            "create policy u on users for update using (true); create policy d on users for delete using (true)"
        )[0],
        (),
        OPEN,
    ),
    Row(
        again(
            "create policy p on users for select using (true); create policy i on users for insert with check (true)"
        )[0],
        HIDDEN,
        OPEN,
    ),
    Row(again("create policy p on users to authenticated using (true)")[0], HIDDEN, OPEN),
    # Every role passed a condition that asks nothing about who asks.
    Row(again("create policy p on users to authenticated using (id = 1)")[0], HIDDEN, OWN),
    Row(again("create policy p on users to authenticated using (plan = 'x')")[0], HIDDEN, PLANNED),
    Row(again("create policy p on users to pg_monitor using (true)")[0], HIDDEN, MINE),
    Row(again("create policy p on users to authenticated using (id = uid())")[0], (), ASKING),
    Row(again("create policy p on users to pg_monitor using (true)")[0], (), NAMED),
    Row(again("create policy p on users to pg_monitor using (id = (select 1 from me))")[0], (), MY),
    Row(again(f"create policy p on users to {API} using (true)")[0], NOT_COMPARED, OPEN),
    Row(again(f"create policy p on users to {API} using (id = 1)")[0], NOT_COMPARED, OWN),
    Row(again(f"create policy q on users to {API} using (true)")[0], NOT_COMPARED, OPEN),
    Row(f"alter policy p on users to {API}", NOT_COMPARED, OPEN),
    Row(again(f"create policy p on users to {API} using (id = 1)")[0], HIDDEN, OPEN),
    Row(
        again(
            "create policy a on users to anon using (true); "
            "create policy b on users to authenticated using (true)"
        )[0],
        NOT_COMPARED,
        OPEN,
    ),
    Row(
        again("create policy a on users to pg_monitor using (true)")[0],
        (),
        f"{USERS}; create policy p on users to pg_monitor using (true)",
    ),
    Row(
        again(
            "create policy p on users to pg_monitor using (true); "
            "create policy q on users to pg_signal_backend using (true)"
        )[0],
        (),
        f"{USERS}; create policy p on users to pg_monitor, pg_signal_backend using (true)",
    ),
    Row(again("create policy p on users using (plan <> 'x')")[0], NOT_COMPARED, PLANNED),
    Row(again("create policy p on users using (not (plan = 'x'))")[0], NOT_COMPARED, PLANNED),
    Row(again("create policy p on users using (age = uid())")[0], NOT_COMPARED, ASKING),
    Row(again("create policy q on users using (age = uid())")[0], HIDDEN, ASKING),
    Row(again("create policy p on users using (uid() = id)")[0], (), ASKING),
    Row(again("create policy p on users using ('y' = plan or plan = 'x')")[0], (), PLANNED),
    Row(again("create policy p on users using (uid() = id and age > 3)")[0], HIDDEN, ASKING),
    Row(
        again("create policy p on users using (exists (select 1 from me where ok))")[0],
        NOT_COMPARED,
        MY,
    ),
    Row(again("create policy p on users as restrictive using (true)")[0], HIDDEN, OPEN),
    Row(
        "drop policy p on users; create policy p on users for all using (true)",
        (),
        f"{USERS}; create policy p on users for select using (true)",
    ),
    Row(again("create policy p on users using (id = 1 and plan = 'x')")[0], HIDDEN, OWN),
    Row(again("create policy p on users using (id = 1 or plan = 'x')")[0], (), OWN),
    Row(again("create policy p on users using (false)")[0], HIDDEN, OWN),
    Row(again("create policy p on users using (null)")[0], HIDDEN, OWN),
    Row(again("create policy p on users using (id = 1) with check (false)")[0], HIDDEN, OWN),
    Row(
        again("create policy p on users using (false)")[0],
        (),
        f"{USERS}; create policy p on users using (false)",
    ),
    Row(
        again("create policy p on users using (false)")[0],
        (),
        f"{OWN}; create policy o on users using (true)",
    ),
    Row(again("create policy q on users using (true)")[0], (), OPEN),
    Row(again("create policy q on users for all using (id = 1)")[0], (), OWN),
    Row(again("create policy q on users for all using ((select 1) = id)")[0], (), OWN),
    Row(again("create policy q on users using (id = 2)")[0], HIDDEN, OWN),
    Row(again("create policy q on users for all to authenticated using (id = 1)")[0], HIDDEN, OWN),
    Row(again("create policy q on users for select using (true)")[0], HIDDEN, OPEN),
    Row(
        "create policy q on users using (true); drop policy p on users; drop policy q on users",
        HIDDEN,
        OPEN,
    ),
    Row("drop policy p on users", (), f"{OPEN}; create policy q on users using (true)"),
    Row("drop policy p on users", (), f"{OWN}; create policy q on users using (true)"),
    Row("drop policy p on users", HIDDEN, f"{OPEN}; create policy q on users using (id = 1)"),
    Row(
        "drop policy p on users; create policy q on users using (auth_of((select uid())) = id)",
        (),
        f"{USERS}; create policy p on users using (auth_of(uid()) = id)",
    ),
    Row("drop policy p on users; alter table users disable row level security", (), OPEN),
    Row(
        "drop policy p on users; alter table users disable row level security; alter table users enable row level security",
        HIDDEN,
        f"{OPEN}; alter table users enable row level security",
    ),
    Row(f"create or replace {SEES} as 'select false'", NOT_COMPARED, SEEN),
    Row(f"create or replace {SEES} as 'select  true -- all'", (), SEEN),
    Row(f"create or replace {SEES} return false", NOT_COMPARED, SEEN),
    Row(
        f"create or replace {SEES} as 'select false'",
        NOT_COMPARED,
        SEEN.replace("using", "with check"),
    ),
    Row(
        f"create or replace {SEES} as 'select false'; create or replace {SEES} as 'select true'",
        (),
        SEEN,
    ),
    Row(f"create or replace {SEES} as 'select false'; drop policy p on users", HIDDEN, SEEN),
    Row(
        f"create or replace {SEES} as 'select false'",
        (),
        f"{USERS}; create {SEES} as 'select true'",
    ),
    Row(
        f"create or replace {SEES} as 'select false'; create policy n on users using (sees())",
        (),
        f"{USERS}; create {SEES} as 'select true'",
    ),
    Row(
        f"drop policy p on users; drop function sees(); create {SEES} as 'select false'; "
        "create policy p on users for all using (sees())",
        NOT_COMPARED,
        SEEN,
    ),
    Row(
        f"create or replace {SEES} as 'select false'",
        NOT_COMPARED,
        SEEN.replace("for all", "as restrictive"),
    ),
    Row(
        "create or replace function sees(n int) returns boolean language sql as 'select false'",
        (),
        SEEN,
    ),
    Row(
        "drop function sees() cascade",
        (*HIDDEN, ("dropped", "sees")),
        SEEN,
    ),
    Row(f"drop function sees() cascade; create {SEES} as 'select true'", HIDDEN, SEEN),
    Row(
        f"alter policy p on users using (sees()); create or replace {SEES} as 'select false'",
        HIDDEN,
        f"{OWN}; create {SEES} as 'select true'",
    ),
    Row("alter policy p on users using (true) with check (true)", (), OPEN),
    Row("alter policy p on users with check (id = 1)", HIDDEN, OPEN),
    Row("alter policy p on users using (id = 1); alter policy p on users using (true)", (), OPEN),
    Row("alter policy p on users using (id = 1)", (), OWN),
    Row("alter policy p on users using (id = 1 or id = 2)", (), OWN),
    Row("alter policy p on users with check (true)", (), UNREAD),
    Row("create policy f on users using (id = 1); drop policy f on users", (), OPEN),
    Row(
        "drop policy r on users",
        (),
        f"{OPEN}; create policy r on users as restrictive using (id = 1)",
    ),
    Row(f"create or replace view members {ASKS} {MEMBERS}", (("hidden", "members"),), VIEW),
    Row(
        f"create or replace view members with (security_invoker) {MEMBERS}",
        (("hidden", "members"),),
        VIEW,
    ),
    Row(f"drop view members; create view members {ASKS} {MEMBERS}", (("hidden", "members"),), VIEW),
    Row(f"create or replace view members with (security_invoker = off) {MEMBERS}", (), VIEW),
    Row(f"create view fresh {ASKS} {MEMBERS}", (), VIEW),
    Row(
        f"create or replace view members {ASKS} {MEMBERS}",
        (),
        f"{USERS}; create view members {ASKS} {MEMBERS}",
    ),
    Row("alter view members set (security_invoker = on)", (("hidden", "members"),), VIEW),
    Row(f"{PARTED}; {PART}; {AWAY}"),
    Row(AWAY, (("emptied", "log"),), f"{PARTED}; {PART}"),
]
