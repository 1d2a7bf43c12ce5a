"""Environments that must be there, with a rule."""

import pytest

from verifier.decide.drift.stored_names import environment_drift
from verifier.model.audited_repository import GitHubEnvironment


@pytest.mark.parametrize(
    ("name", "rules", "told"),
    [
        ("production", ("required_reviewers",), None),
        ("Production", ("branch_policy",), None),
        ("PRODUCTION", (), "every branch may deploy"),
        ("staging", ("branch_policy",), "missing"),
    ],
)
def test_an_environment_is_found_by_its_name_whatever_the_case(name, rules, told):
    found = [GitHubEnvironment(name, rules)]

    rows = list(environment_drift(["production"], found))

    assert len(rows) == (told is not None)
    assert all(str(told) in row.actual for row in rows)
