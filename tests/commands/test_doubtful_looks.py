"""A whole gate over looks of which one misleads: it neither rolls back for them nor gives up."""

from dataclasses import replace

import pytest

import tests.commands.test_baseline as baseline
from tests.builders import EXPECTED, POLICY, answer, deployment, document, old, reading
from tests.commands.script import BAD, ScriptedWorld
from verifier.commands.known_variables import variables_before, variables_of_others
from verifier.commands.ports import Observation
from verifier.model.evidence import SqlAnswer, Subject, Variables
from verifier.model.expectations import SqlExpectation
from verifier.model.finding import Unobserved
from verifier.model.verdict import InconclusiveMode, VerdictWord

#: By the first letter of a commit.
PROJECTS = {"a": "ponmlkjihgfedcba", "b": "abcdefghijklmnop"}
NO_HOST = Unobserved("no such host api.test", "check the url of the service", is_final=True)


class _Named(ScriptedWorld):
    """Where `NO_HOST` stands for a document, the name of the host is not found."""

    def _answer(self, judged, serving):
        found = self._document(judged)
        return NO_HOST if found is NO_HOST else answer(doc=found, deployment_id=serving)


def one_after_another(first, rest):
    left = list(first)
    return lambda _: left.pop(0) if left else rest


def play_named(first, rest):
    health = {"a": document(), "b": one_after_another(first, rest)}
    report, world, _ = baseline.play(health=health, kind=_Named)
    return report.verdict, len(world.mutations)


@pytest.mark.parametrize(
    ("first", "rest", "expected"),
    [
        pytest.param(
            [document(), document(), NO_HOST], document(), (VerdictWord.PASSED, 0), id="good"
        ),
        pytest.param([NO_HOST], document(), (VerdictWord.PASSED, 0), id="at-first"),
        pytest.param(
            [document(), BAD, BAD, *[NO_HOST] * 4], BAD, (VerdictWord.FAILED, 1), id="bad"
        ),
        pytest.param([], NO_HOST, (VerdictWord.INCONCLUSIVE, 0), id="never-there"),
    ],
)
def test_a_host_that_is_not_found_once_ends_nothing(first, rest, expected):
    assert play_named(first, rest) == expected


def test_not_even_where_what_is_unclear_is_rolled_back(monkeypatch):
    task = baseline.task
    policy = replace(POLICY, on_inconclusive=InconclusiveMode.ROLLBACK)
    monkeypatch.setattr(baseline, "task", lambda *given: replace(task(*given), policy=policy))

    assert play_named([document(), document(), NO_HOST], document()) == (VerdictWord.PASSED, 0)


def variables_of(commit):
    ref = PROJECTS[commit[:1]]
    url = f"postgresql://postgres:x@db.{ref}.supabase.co:5432/postgres"
    values = {"DATABASE_URL": url, "APP_ENV": "production", "SUPABASE_PROJECT_REF": ref}
    return Variables(values, of_this_deployment=True)


class _Moved(ScriptedWorld):
    """Commit a uses one database, commit b another."""

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self._known = {}

    def observe(self, judged, before, subject, within_s):
        seen = super().observe(judged, before, subject, within_s)
        for d in judged.values():
            self._known[d.id] = variables_of(d.commit_sha)
        services = tuple(
            replace(
                s,
                variables=self._known[s.judged.id],
                variables_before=variables_before(before[s.service.name], s.judged, self._known),
            )
            for s in seen.evidence.services
        )
        peers = variables_of_others(judged, before, self._known)
        return Observation(replace(seen.evidence, services=services, peers=peers), seen.after)


@pytest.mark.parametrize("worker_live_at_s", [32.0, 60.0])
def test_services_that_move_to_another_database_together_are_not_rolled_back_halfway(
    worker_live_at_s,
):
    building, before = baseline.BUILDING, baseline.LIVE_OLD

    report, world, _ = baseline.play(
        kind=_Moved,
        names=("api", "worker"),
        health={},
        deployments={
            "api": [building, before],
            "worker": [replace(building, id="w"), replace(before, id="wold")],
        },
        active={"api": ("old",), "worker": ("wold",)},
        at={
            worker_live_at_s: lambda w: w.show(
                "worker", deployment("w"), old("wold"), active=("w",)
            )
        },
    )

    assert (report.verdict, world.mutations) == (VerdictWord.PASSED, [])


class _Unwritten(ScriptedWorld):
    """A heartbeat that was there before, and that nobody has written since the deploy."""

    def observe(self, judged, before, subject, within_s):
        seen = super().observe(judged, before, subject, within_s)
        none = SqlAnswer("", None) if subject is Subject.JUDGED else SqlAnswer("2026-01-01", 10.0)
        changes = {"database": reading(sql_answers={"beat": none}), "database_was_read": True}
        return Observation(replace(seen.evidence, **changes), seen.after)


@pytest.mark.parametrize("service", ["", "api"])
def test_a_heartbeat_that_is_not_due_yet_condemns_nobody(service):
    beat = SqlExpectation(service, fresh_within_s=3600.0)

    report, world, _ = baseline.play(
        kind=_Unwritten, health={}, expected=replace(EXPECTED, sql_probes={"beat": beat})
    )

    assert (report.verdict, world.mutations) == (VerdictWord.PASSED, [])
