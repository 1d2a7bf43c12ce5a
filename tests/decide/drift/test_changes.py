"""What is new and what is gone since the last report: only what was looked at is gone."""

import pytest

from verifier.commands.audit_questions import KINDS
from verifier.decide.drift.changes import Looked, changes_since
from verifier.model.finding import Outcome
from verifier.model.protection import Drift


def row(setting, actual="off", severity=Outcome.FAIL, branch="main", repository="acme/shop"):
    return Drift(setting, "on", actual, "x", severity, branch=branch, repository=repository)


def unread(setting, branch="main", repository="acme/shop"):
    return row(setting, "could not be read", Outcome.INCONCLUSIVE, branch, repository)


def told(before, now, repositories=("acme/shop",), **looked):
    changes = changes_since(before, Looked(tuple(now), repositories, **looked), KINDS)
    return [r.setting for r in changes.appeared], [r.setting for r in changes.gone]


@pytest.mark.parametrize(
    ("before", "now", "looked", "gone"),
    [
        pytest.param(row("approvals"), [], {}, ["approvals"], id="seen-to-be-gone"),
        pytest.param(row("approvals"), [unread("protection")], {}, [], id="not-read"),
        pytest.param(
            row("approvals"),
            [unread("protection", "release")],
            {},
            ["approvals"],
            id="another-branch-was-not-read",
        ),
        pytest.param(row("approvals"), [], {"repositories": ()}, [], id="another-repository"),
        pytest.param(row("secret A", branch=""), [unread("secrets", "")], {}, [], id="secrets"),
        pytest.param(
            row("secret A", branch=""),
            [unread("secrets that jobs read", "")],
            {},
            [],
            id="secrets-that-jobs-read",
        ),
        pytest.param(row("check-reported: A"), [unread("checks-reported")], {}, [], id="workflows"),
        pytest.param(row("schedule: a.yml"), [unread("schedules", "")], {}, [], id="schedules"),
        pytest.param(row("schedule: a.yml"), [], {"in_bulk": True}, [], id="not-asked-in-bulk"),
        *(
            pytest.param(row(kind), [unread(whole)], {}, [], id=f"{kind}-and-{whole}")
            for kind, whole in (
                ("inactive-ruleset", "protection"),
                ("check-source", "protection"),
                ("check-reported: A", "protection"),
                ("environment production", "protection"),
                ("inactive-ruleset", "approvals"),
            )
        ),
        *(
            pytest.param(row(kind, branch=""), [unread("workflows", "")], {}, [], id=f"{kind}-file")
            for kind in ("masked: a", "pipeline: a", "gate-run: a", "action: a", "schedule: a")
        ),
        pytest.param(row("approvals"), [], {"in_bulk": True}, ["approvals"], id="asked-in-bulk"),
        pytest.param(row("service: api", repository=""), [], {}, ["service: api"], id="of-none"),
        pytest.param(
            row("service: api", repository=""),
            [],
            {"not_asked": ("service",)},
            [],
            id="without-a-token-of-railway",
        ),
        pytest.param(
            row("approvals", branch="release"), [], {"branches": ("main",)}, [], id="another-branch"
        ),
        pytest.param(row("approvals"), [], {"branches": ("main",)}, ["approvals"], id="its-branch"),
        pytest.param(
            row("railway-file: railway.json", branch="", repository=""),
            [],
            {},
            [],
            id="railway-file-perhaps-without-a-checkout",
        ),
        pytest.param(
            row("workflow: a.yml:3: x", branch="", repository=""),
            [],
            {},
            [],
            id="linter-perhaps-without-a-checkout",
        ),
        pytest.param(
            row("refused-workflows", branch=""), [], {}, ["refused-workflows"], id="mended-file"
        ),
        pytest.param(
            row("schedule: a.yml"),
            [],
            {"in_bulk": True, "alone": frozenset({"acme/shop"})},
            ["schedule: a.yml"],
            id="read-alone-beside-bulk",
        ),
        pytest.param(
            row("repository-setting: deploy key ci", branch=""),
            [row("repository-settings", "not visible", Outcome.SKIP, "")],
            {},
            [],
            id="a-right-that-the-token-lost",
        ),
        pytest.param(
            row("repository-settings", "not visible", Outcome.SKIP, ""), [], {}, [], id="of-nothing"
        ),
    ],
)
def test_gone_is_said_of_what_was_looked_at(before, now, looked, gone):
    assert told([before], now, **looked)[1] == gone


@pytest.mark.parametrize(
    ("before", "now", "is_new"),
    [
        pytest.param(row("approvals"), row("approvals"), False, id="as-before"),
        pytest.param(row("approvals", severity=Outcome.WARN), row("approvals"), True, id="worse"),
        pytest.param(row("approvals"), row("approvals", severity=Outcome.WARN), False, id="better"),
        pytest.param(
            row("no-bypass", "administrators can bypass checks"),
            row("no-bypass", "administrators, team ops can bypass checks"),
            True,
            id="one-more-actor",
        ),
        pytest.param(row("secret A", "181 days"), row("secret A", "182 days"), False, id="older"),
    ],
)
def test_new_is_what_says_more(before, now, is_new):
    assert told([before], [now])[0] == ([now.setting] if is_new else [])


@pytest.mark.parametrize("hidden", [[], [row("repository-settings", "hidden", Outcome.SKIP, "")]])
def test_what_is_merely_hidden_is_no_news(hidden):
    changes = changes_since([], Looked((row("approvals"), *hidden), ("acme/shop",)), KINDS)

    assert ([r.setting for r in changes.appeared], changes.stayed) == (["approvals"], 0)


@pytest.mark.parametrize(
    "kind", [pytest.param(k, id=k.word) for k in KINDS if not k.is_of_checkout]
)
def test_no_kind_of_drift_is_gone_where_what_it_is_read_off_was_not_read(kind):
    assert kind.unread_by, "say by which row it is told that this kind could not be read"
    for whole in kind.unread_by:
        assert told([row(f"{kind}: it")], [unread(whole)])[1] == []
