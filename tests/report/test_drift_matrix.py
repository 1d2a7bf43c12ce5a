"""An audit at a glance: each repository once, the worst of each setting, the worst first."""

import pytest

from tests.report.situations import AUDIT_OF_MANY, REPOSITORIES, situation
from verifier.model.finding import Outcome
from verifier.model.protection import Drift
from verifier.report.drift_matrix import MOST_COLUMNS, drift_matrix


def drift(repository, setting, severity=Outcome.FAIL):
    return Drift(setting, "1", "0", "ruleset", severity, repository=repository)


def audit(*rows, audited=()):
    return situation(command="audit", services=(), drift=rows, audited=audited)


def test_every_repository_is_a_row_and_the_worst_of_a_setting_its_cell():
    found = drift_matrix(
        audit(
            drift("a/x", "secret: A", Outcome.WARN),
            drift("a/x", "secret: B"),
            drift("a/y", "approvals", Outcome.WARN),
            audited=("a/w", "a/x", "a/y"),
        )
    )

    assert found.columns == ("secret", "approvals")
    assert [(r.repository, r.total, r.cells) for r in found.rows] == [
        ("a/x", 2, (Outcome.FAIL, None)),
        ("a/y", 1, (None, Outcome.WARN)),
        ("a/w", 0, (None, None)),
    ]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(audit(), id="no-drift"),
        pytest.param(audit(audited=("a/x", "a/y")), id="nothing-to-show"),
        pytest.param(audit(drift("a/x", "approvals"), audited=("a/x",)), id="one-repository"),
    ],
)
def test_there_is_none_where_nothing_is_compared(given):
    assert drift_matrix(given) is None


@pytest.mark.parametrize(
    ("more", "told"),
    [(0, ""), (1, "1 more kind of drift has no"), (3, "3 more kinds of drift have")],
)
def test_of_very_many_kinds_the_most_frequent_have_a_column(more, told):
    last = f"kind-{MOST_COLUMNS + more - 1}"
    rows = [drift("a/x", f"kind-{n}") for n in range(MOST_COLUMNS + more)]
    found = drift_matrix(audit(*rows, drift("a/y", last)))

    assert (len(found.columns), found.columns[0]) == (24, last)
    assert found.left_out[: len(told) or None] == told


def test_all_of_two_hundred_repositories_are_there():
    assert {row.repository for row in drift_matrix(AUDIT_OF_MANY).rows} == set(REPOSITORIES)
