"""Does the older commit's code name what a migration changes?"""

import pytest

from tests.database.test_checkout import PATH, checkout
from tests.database.test_file_names import committed
from verifier.database.code_usage import words_for
from verifier.database.worktree import Worktree
from verifier.model.breaking_change import ChangeKind
from verifier.model.finding import Unobserved

DROP = "alter table user_plans drop column tier_id"
ENDS = "alter table user_plans drop column end_date"
LOGINS = "drop table user_login_logs"


@pytest.mark.parametrize(
    ("file", "code", "sql", "is_needed"),
    [
        pytest.param("a.py", "select tier_id from x", DROP, True, id="the-word"),
        pytest.param("a.ts", "row.tierId", DROP, True, id="camel-case"),
        pytest.param("A.cs", "public int TierId", DROP, True, id="pascal-case"),
        pytest.param("a.rb", "belongs_to :tier", DROP, True, id="the-association"),
        pytest.param("a.py", "stier_ids", DROP, False, id="a-part-of-a-word"),
        pytest.param("README.md", "tier_id", DROP, False, id="in-prose"),
        pytest.param("web/README.md", "tier_id", DROP, False, id="in-prose-of-a-folder"),
        pytest.param("docs/a.py", "tier_id", DROP, False, id="in-the-docs"),
        pytest.param("src/docs/a.py", "tier_id", DROP, True, id="in-a-package-of-that-name"),
        pytest.param("app/docs/a.ts", "x.tierId", DROP, True, id="in-a-folder-of-the-code"),
        pytest.param("web/docs/a.mdx", "tier_id", DROP, False, id="in-the-docs-of-a-part"),
        pytest.param("web/docs/a.sql", "tier_id", DROP, False, id="in-an-example-of-such-docs"),
        pytest.param("a.html", "<td data-col='end-date'>", ENDS, True, id="with-hyphens"),
        pytest.param("a.clj", "(:User/end-date row)", ENDS, True, id="a-keyword-with-hyphens"),
        pytest.param("a.css", ".end-dates", ENDS, False, id="another-word-with-hyphens"),
        pytest.param("a.js", "'/user-login-log'", LOGINS, True, id="a-route"),
        pytest.param("db/schema.rb", "tier_id", DROP, False, id="in-a-dump"),
        pytest.param(
            "src/database.types.ts", "tier_id: number", DROP, False, id="in-generated-types"
        ),
        pytest.param("CHANGELOG", "tier_id", DROP, False, id="in-what-changed"),
        pytest.param("er.puml", "tier_id", DROP, False, id="in-a-diagram"),
        pytest.param("bootstrap/01-schema.sql", "tier_id", DROP, False, id="in-a-first-schema"),
        pytest.param("docker/init.sql", "tier_id", DROP, False, id="in-the-schema-of-a-container"),
        pytest.param("src/types/supabase.ts", "tier_id: number", DROP, False, id="types-elsewhere"),
        pytest.param("queries/a.sql", "tier_id", DROP, True, id="in-a-query-of-its-own"),
        pytest.param(f"{PATH}/README.txt", "tier_id", DROP, False, id="beside-migrations"),
        pytest.param(
            "prisma/schema.prisma", "tier_id Int", DROP, True, id="in-the-models-of-prisma"
        ),
        pytest.param("a.py", "select * from user_plans", DROP, None, id="every-column"),
        pytest.param(
            "a.ts", "db.from('user_plans').select('*')", DROP, None, id="every-column-by-calls"
        ),
        pytest.param(
            "a.ts", "db\n  .from('user_plans')\n  .select()", DROP, None, id="calls-over-lines"
        ),
        pytest.param(
            "a.py", 'db.table("user_plans").select("*, x(n)")', DROP, None, id="and-of-another"
        ),
        pytest.param("a.ts", "db.from('user_plans').select('n')", DROP, False, id="one-by-calls"),
        pytest.param("a.py", "select *\n  from user_plans", DROP, None, id="over-two-lines"),
        pytest.param(
            "a.ts", "select\n  *\nfrom\n  public.user_plans", DROP, None, id="over-four-lines"
        ),
        pytest.param(
            "a.ts", "select p.*,\n  count(n) as n\nfrom user_plans p", DROP, None, id="and-more"
        ),
        pytest.param(
            "a.ts",
            "/**\n *\n */\nselect id\nfrom user_plans",
            DROP,
            False,
            id="a-star-in-a-comment",
        ),
        pytest.param(
            "a.ts",
            "select *\nfrom plans;\nselect id from user_plans",
            DROP,
            False,
            id="over-lines-of-another",
        ),
        pytest.param("a.py", "select * from plans", DROP, False, id="every-column-of-another"),
        pytest.param("a.py", "class UserPlan:", "drop table user_plans", True, id="a-class"),
        pytest.param("a.py", "class Plan:", "drop table app_plans", True, id="behind-the-app"),
        pytest.param("a.py", "categories", "drop table category", True, id="plural"),
        pytest.param(
            "a.py", "user_plans", "alter table user_plans add check (n > 0)", True, id="it-writes"
        ),
        pytest.param(
            "a.py", "nothing", "alter table user_plans add check (n > 0)", False, id="it-does-not"
        ),
        pytest.param(
            "a.py", "user_plans", "alter domain mail set not null", None, id="nobody-names-a-domain"
        ),
    ],
)
def test_use(file, code, sql, is_needed, tmp_path):
    first = "create table user_plans (id int, tier_id int, n int)"
    older = committed(
        tmp_path, {file.encode(): code.encode(), f"{PATH}/1_a.sql".encode(): first.encode()}
    )
    newer = committed(tmp_path, {f"{PATH}/2_b.sql".encode(): sql.encode()})

    (change,) = checkout(tmp_path).breaking_changes(older, newer)

    said = None if isinstance(change.is_needed, Unobserved) else change.is_needed
    assert (said, change.file) == (is_needed, f"{PATH}/2_b.sql")


@pytest.mark.parametrize(
    ("code", "sql", "is_needed"),
    [
        pytest.param(
            "insert into user_plans (n) values (1)\non conflict (n) do nothing",
            "alter table user_plans drop constraint user_plans_n_key",
            True,
            id="an-upsert-of-sql",
        ),
        pytest.param(
            "prisma.userPlans.upsert({})",
            "alter table user_plans drop constraint user_plans_n_key",
            True,
            id="an-upsert-of-a-library",
        ),
        pytest.param(
            "insert into user_plans (n) values (1)",
            "alter table user_plans drop constraint user_plans_n_key",
            False,
            id="no-upsert",
        ),
        pytest.param(
            "insert into user_plans (n) values (1)",
            "alter table user_plans drop constraint user_plans_pkey",
            None,
            id="no-upsert-and-no-primary-key",
        ),
        pytest.param("nothing", "alter table user_plans drop constraint user_plans_pkey", False, id="a-table-that-no-code-names"),
    ],
)  # fmt: skip
def test_a_key_is_needed_where_an_upsert_names_it(code, sql, is_needed, tmp_path):
    first = "create table user_plans (id int primary key, n int unique, m int)"
    older = committed(
        tmp_path,
        {
            b"a.ts": code.encode(),
            b"b.ts": b"x.onConflict()" if is_needed is False else b"",
            f"{PATH}/1_a.sql".encode(): first.encode(),
        },
    )
    newer = committed(tmp_path, {f"{PATH}/2_b.sql".encode(): sql.encode()})

    (change,) = checkout(tmp_path).breaking_changes(older, newer)

    said = None if isinstance(change.is_needed, Unobserved) else change.is_needed
    assert said == is_needed


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("select * from members", "look whether the older code writes to members"),
        ("insert into members (n) values (1)", "look whether the older code writes to members"),
        ("nothing", None),
    ],
)
def test_a_view_that_is_read_refuses_no_rollback_for_being_unwritable(code, told, tmp_path):
    first = "create table rows (id int, n int); create view members as select id, n from rows"
    joined = (
        "create or replace view members as select r.id, r.n from rows r join rows s on s.id = r.id"
    )
    older = committed(
        tmp_path, {b"a.ts": code.encode(), f"{PATH}/1_a.sql".encode(): first.encode()}
    )
    newer = committed(tmp_path, {f"{PATH}/2_b.sql".encode(): joined.encode()})

    (change,) = checkout(tmp_path).breaking_changes(older, newer)

    assert change.kind is ChangeKind.UNWRITABLE
    said = change.is_needed.reason if isinstance(change.is_needed, Unobserved) else None
    assert (change.is_needed is False, said) == (told is None, told)


USED_UNNAMED = (
    "create schema ops; create type mood as enum ('good', 'bad');"
    "create table public.rows (id bigserial primary key, mood mood);"
    "create table events (id int, at date) partition by range (at);"
    "create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');"
    "create role app; grant usage on schema public to app;"
    "grant usage on sequence rows_id_seq to app;"
)


@pytest.mark.parametrize(
    "sql",
    [
        "revoke usage on schema public from app",
        "revoke all on schema public from public",
        "revoke usage on sequence rows_id_seq from app",
        "revoke connect on database railway from public",
        "drop schema ops cascade",
        "drop schema ops cascade; create schema ops",
        "alter schema public rename to legacy",
        'drop extension "uuid-ossp" cascade',
        "alter role authenticator set pgrst.db_schemas = 'api'",
        "alter type mood rename value 'bad' to 'worse'",
        "alter type mood rename to old; create type mood as enum ('good');"
        "alter table rows alter column mood type mood using mood::text::mood; drop type old",
        "drop table events_2025",
    ],
)
def test_what_code_uses_without_naming_it_is_for_a_person(sql, tmp_path):
    first = f"{PATH}/1_a.sql".encode()
    older = committed(tmp_path, {b"a.ts": b"nothing", first: USED_UNNAMED.encode()})
    newer = committed(tmp_path, {f"{PATH}/2_b.sql".encode(): sql.encode()})

    found = checkout(tmp_path).breaking_changes(older, newer)

    assert [type(change.is_needed) for change in found] == [Unobserved]
    assert "yourself" in found[0].is_needed.reason


@pytest.mark.parametrize(
    "sql",
    [
        "revoke create on schema public from public",
        "revoke temporary on database railway from public",
        "revoke all on schema public from app; grant usage on schema public to app",
        "drop schema ops",
        "drop extension pg_trgm; create extension pg_trgm",
        "create table events_2026 partition of events for values from ('2026-01-01') to"
        " ('2027-01-01'); drop table events_2026",
    ],
)
def test_what_takes_nothing_away_that_is_used_unnamed_is_nothing(sql, tmp_path):
    first = f"{PATH}/1_a.sql".encode()
    older = committed(tmp_path, {b"a.ts": b"nothing", first: USED_UNNAMED.encode()})
    newer = committed(tmp_path, {f"{PATH}/2_b.sql".encode(): sql.encode()})

    assert [c for c in checkout(tmp_path).breaking_changes(older, newer) if c.is_needed] == []


def test_a_schema_takes_its_tables_along(tmp_path):
    older = committed(
        tmp_path,
        {
            b"a.ts": b"from('invoices')",
            f"{PATH}/1_a.sql".encode(): b"create schema ops; create table ops.invoices (id int)",
        },
    )
    newer = committed(tmp_path, {f"{PATH}/2_b.sql".encode(): b"drop schema ops cascade"})

    found = checkout(tmp_path).breaking_changes(older, newer)

    assert [c.what for c in found if c.is_needed is True] == ["table ops.invoices was dropped"]


def test_what_names_nothing_is_for_a_person():
    assert words_for(ChangeKind.UNREAD, "", "") == frozenset()


def test_a_search_that_fails_says_so(tmp_path):
    sha = committed(tmp_path, {b"a.py": b"x"})
    worktree = Worktree(tmp_path)

    found = worktree.matches(sha, "(", ())

    assert isinstance(found, Unobserved)
    assert worktree.words_in(sha, {"y"}, ()) == frozenset()


def test_words_with_any_characters_are_words(tmp_path):
    sha = committed(tmp_path, {b"a.py": "select 'größe', $a$, x.y.z, in_queue".encode()})
    words = {"größe", "$a$", "y.z", "queue", "(", "line\nbreak"}

    assert Worktree(tmp_path).words_in(sha, words, ()) == {"größe", "$a$", "y.z"}
