"""Actions on a version of Node that the runners no longer have."""

import pytest

from verifier.decide.questions.action_drift import retired_node_drift
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Unobserved


def found(*uses):
    steps = "".join(f"      - uses: {each}\n" for each in uses)
    parsed = parse_workflow("ci.yml", f"on: push\njobs:\n  t:\n    steps:\n{steps}")
    return [(row.setting, row.line) for row in retired_node_drift([parsed, Unobserved("denied")])]


@pytest.mark.parametrize(
    ("uses", "is_told"),
    [
        ("actions/checkout@v4", True),
        ("actions/checkout@v4.2.2", True),
        ("actions/checkout@v1", True),
        ("Actions/Checkout@v3", True),
        ("actions/checkout@v5", False),
        ("actions/checkout@v6.0.2", False),
        ("actions/checkout@v10", False),
        ("actions/checkout@main", False),
        ("actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd", False),
        ("actions/setup-python@v5", True),
        ("actions/setup-python@v6", False),
        ("actions/upload-artifact@v5", True),
        ("actions/upload-artifact@v6", False),
        ("actions/upload-artifact/merge@v5", True),
        ("actions/download-artifact@v5", True),
        ("actions/download-artifact@v6.0.0", True),
        ("actions/download-artifact@v7", False),
        ("actions/cache/restore@v4", True),
        ("actions/cache/restore@v5", False),
        ("docker/login-action@v3", True),
        ("docker/login-action@v4", False),
        ("docker/build-push-action@v6.19.2", True),
        ("docker/build-push-action@v7", False),
        ("docker/setup-buildx-action@v3", True),
        ("pnpm/action-setup@v4", True),
        ("astral-sh/setup-uv@v6", True),
        ("astral-sh/setup-uv@v7", False),
        ("aws-actions/configure-aws-credentials@v5", True),
        ("aws-actions/configure-aws-credentials@v6", False),
        ("actions/create-github-app-token@v2", True),
        ("actions/deploy-pages@v4", True),
        ("actions/dependency-review-action@v4", True),
        ("aws-actions/amazon-ecr-login@v2", False),  # its later releases ask for Node 24
        ("acme/checkout@v4", False),
        ("./actions/checkout", False),
        ("docker://alpine:3.8", False),
    ],
)
def test_an_action(uses, is_told):
    assert bool(found(uses)) is is_told


def test_each_action_is_told_once_a_file():
    told = found("actions/checkout@v4", "actions/checkout@v4", "actions/cache@v4")

    assert told == [
        ("action: ci.yml: actions/checkout@v4", 5),
        ("action: ci.yml: actions/cache@v4", 7),
    ]
