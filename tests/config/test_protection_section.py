"""Which policy a branch has."""

import pytest

from verifier.config.protection_section import ProtectionSection

BYPASS = {"actor": "owners", "reason": "r", "until": "2026-12-31"}


@pytest.mark.parametrize(
    ("repository", "branch", "is_fitting"),
    [
        ("acme/shop", "main", True),
        ("Acme/Shop", "main", True),
        ("acme/shop", "Main", False),
        ("acme/docs", "main", False),
    ],
)
def test_github_tells_repositories_apart_by_no_case_and_branches_by_it(
    repository, branch, is_fitting
):
    section = ProtectionSection.model_validate(
        {
            "overrides": [{"repositories": ["acme/SHOP"], "branches": ["main"], "approvals": 2}],
            "bypass": [{**BYPASS, "repository": "acme/SHOP", "branch": "main"}],
        }
    )

    policy = section.policy(repository, branch)

    assert (policy.approvals == 2, bool(policy.permitted)) == (is_fitting, is_fitting)
