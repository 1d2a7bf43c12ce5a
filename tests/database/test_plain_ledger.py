"""Home-made migrations: which files of a checkout are some, and by which version."""

from dataclasses import dataclass

import pytest

from tests.first_user import DATA
from verifier.database.ledgers import LEDGERS
from verifier.database.ledgers.plain import own_table


@dataclass(frozen=True)
class Names:
    """A checkout of which nothing but the names is looked at."""

    paths: tuple[str, ...]

    def read(self, paths):
        raise AssertionError("nothing is read")


FIRST_USER = tuple(sorted((DATA / "migrations-paths.txt").read_text("utf-8").split()))
SPRINTS = r"^(sprint-\d+)/(\d+)_.*\.sql$"
OF_SPRINTS = (
    *("sprint-25/001", "sprint-25/002", "sprint-36/001", "sprint-36/002", "sprint-39/001"),
    *("sprint-41/001", "sprint-41/002", "sprint-41/003", "sprint-41/004"),
)


@pytest.mark.parametrize(
    ("pattern", "folder", "versions"),
    [
        pytest.param(SPRINTS, "migrations", (), id="one-folder-holds-none"),
        pytest.param(SPRINTS, "migrations/**", OF_SPRINTS, id="at-any-depth"),
        pytest.param(SPRINTS, "migrations/sprint-*", OF_SPRINTS, id="in-folders-of-a-kind"),
        pytest.param(SPRINTS, "migrations/sprint-3*", OF_SPRINTS[2:5], id="in-some-of-them"),
        pytest.param(
            r"^(\w+)\.sql$", "migrations", ("criar_indices_performance",), id="named-otherwise"
        ),
        pytest.param(
            r"^(sprint\d+_t\d+)_.*\.sql$", "migrations", ("sprint44_t03", "sprint44_t04"), id="flat"
        ),
        pytest.param("", "migrations/sprint-41", ("001", "002", "003", "004"), id="digits"),
        pytest.param("", "migrations/*", ("001",) * 4 + ("002",) * 3 + ("003", "004"), id="again"),
        pytest.param("", "nowhere/**", (), id="no-such-folder"),
    ],
)
def test_the_first_users_files(pattern, folder, versions):
    ledger = own_table("changes", "version", pattern)
    paths = [p for p in FIRST_USER if pattern != r"^(\w+)\.sql$" or "44" not in p]

    found = ledger.list_shipped(Names(tuple(paths)), folder)

    assert tuple(migration.version for migration in found) == versions


def test_numbers_in_versions_are_numbers():
    files = Names(("m/sprint-10/1_a.sql", "m/sprint-9/10_c.sql", "m/sprint-9/2_b.sql"))

    found = own_table("changes", "version", SPRINTS).list_shipped(files, "m/**")

    assert [m.version for m in found] == ["sprint-9/2", "sprint-9/10", "sprint-10/1"]


def test_a_star_is_no_dot_and_no_slash():
    files = Names(("db/v1.0/1_a.sql", "db/v1x0/2_b.sql", "db/v1.0/old/3_c.sql"))

    found = LEDGERS["plain"].list_shipped(files, "db/v1.*")

    assert [m.version for m in found] == ["1"]
