"""Do the required tables and views answer, and do the SQL probes say what they must?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from verifier.checks.database_use import NOT_NEEDED
from verifier.model.check_ids import OBJECTS, PROBE, READABLE
from verifier.model.deployment import MAY_ANSWER, DeploymentStatus
from verifier.model.evidence import DatabaseReading, Evidence, ServiceEvidence, SqlAnswer, Subject
from verifier.model.expectations import Expectations, SqlExpectation
from verifier.model.finding import (
    Finding,
    Later,
    NotAsked,
    Outcome,
    Provenance,
    Unobserved,
    hint_of,
)

_MOST_KEPT = 60


def check_relations(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """A relation that exists and does not answer is as bad as one that is not there."""
    if not isinstance(evidence.database, DatabaseReading):
        return
    provenance = Provenance("database", evidence.at)
    for relation in evidence.database.relations:
        label = f"{relation.kind} {relation.name}"
        if relation.unseen:
            text = f"could not determine whether {label} can be read: {relation.unseen.reason}"
            hint = relation.unseen.hint
            yield Finding(READABLE, Outcome.INCONCLUSIVE, text, hint=hint, evidence=provenance)
        elif relation.problem:
            yield Finding(
                READABLE,
                Outcome.FAIL,
                f"{label} cannot be read: {relation.problem}",
                hint="apply the migration that creates it, or take it out of relations",
                evidence=provenance,
                blameless=NOT_NEEDED,
                objects=(label,),
            )
        else:
            yield Finding(READABLE, Outcome.PASS, f"{label} is readable", evidence=provenance)


def check_objects(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """Are the required extensions and functions there, and is row level security on?"""
    if not isinstance(evidence.database, DatabaseReading):
        return
    objects = evidence.database.objects
    provenance = Provenance("database", evidence.at)
    if isinstance(objects, Unobserved):
        text = f"could not look up the required objects: {objects.reason}"
        hint = objects.hint
        yield Finding(OBJECTS, Outcome.INCONCLUSIVE, text, hint=hint, evidence=provenance)
        return
    for wanted, is_there in objects.items():
        outcome = Outcome.PASS if is_there else Outcome.FAIL
        text = f"{wanted} is {'present' if is_there else 'missing'}"
        hint = "" if is_there else "apply the migration that creates it"
        missing = () if is_there else (str(wanted),)
        yield Finding(
            OBJECTS,
            outcome,
            text,
            hint=hint,
            evidence=provenance,
            blameless=NOT_NEEDED,
            objects=missing,
        )


def check_sql_probes(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """Compare each SQL probe with its expectation, freshness by the database's own clock."""
    for name, expectation in expected.sql_probes.items():
        check = f"{PROBE}.{name}"
        if not isinstance(evidence.database, DatabaseReading):
            skipped = isinstance(evidence.database, NotAsked)
            outcome = Outcome.SKIP if skipped else Outcome.INCONCLUSIVE
            reason, hint = evidence.database.reason, hint_of(evidence.database)
            yield Finding(check, outcome, reason, expectation.service, hint=hint)
            continue
        answer = evidence.database.sql_answers.get(name, Unobserved("the query was not run"))
        provenance = Provenance("database", evidence.at)
        found = Finding(check, Outcome.PASS, "", expectation.service, evidence=provenance)
        alone_since = _alone_since(expectation, evidence)
        was_before = _was_before(answer, evidence, alone_since)
        later = _unwritten(expectation, evidence, alone_since, was_before)
        yield _judge(found, answer, expectation, later, was_before)


def _writers(expected: SqlExpectation, evidence: Evidence) -> list[ServiceEvidence]:
    return [s for s in evidence.services if expected.service in ("", s.service.name)]


def _alone_since(expected: SqlExpectation, evidence: Evidence) -> list[datetime]:
    """
    Return since when each judged deployment alone can have written a probe's value.

    What is replaced goes on writing until it is removed: no value tells which of both wrote it.
    """
    alone_since = []
    for service in _writers(expected, evidence):
        judged = service.judged
        since = judged.settled_at or judged.created_at
        for other in (*service.before.deployments, *service.after.deployments):
            if other.id == judged.id or other.created_at > judged.created_at:
                continue
            if other.status in MAY_ANSWER and "RUNNING" in other.instances:
                since = max(since, evidence.at_railway)
            elif other.status is DeploymentStatus.REMOVED and other.settled_at is not None:
                since = max(since, other.settled_at)
        alone_since.append(since)
    return alone_since


def _unwritten(
    expected: SqlExpectation, evidence: Evidence, alone_since: Sequence[datetime], was_before: bool
) -> Later:
    """
    Return what it is worth in the end that the judged deployments have not written a value.

    Before one is due nobody is late: that ends no run as a failure, and as no pass where
    `missing: fail` asks for proof. One that is due fails where somebody used to write it.
    """
    within_s = expected.fresh_within_s or 0.0
    is_dated = all(s.judged.settled_at for s in _writers(expected, evidence))
    up_s = min(
        ((evidence.at_railway - since).total_seconds() for since in alone_since), default=within_s
    )
    up_s = up_s if is_dated else 0.0
    if up_s < within_s:
        is_demanded = expected.missing is Outcome.FAIL
        outcome = Outcome.INCONCLUSIVE if is_demanded else Outcome.WARN
        return Later(outcome, due_in_s=within_s - up_s)
    if expected.missing is not None:
        return Later(expected.missing)
    if was_before:
        return Later(Outcome.FAIL)
    return Later(Outcome.WARN, if_good_before=Outcome.FAIL if alone_since else None)


def _was_before(
    answer: SqlAnswer | Unobserved, evidence: Evidence, alone_since: Sequence[datetime]
) -> bool:
    """
    Whether a time is not the judged deployment's doing, but perhaps its predecessor's.

    The age is by the database's clock, and counted back from when it was read by Railway's, which
    says when a deployment was live: this machine's own clock may be minutes wrong.
    """
    if isinstance(answer, Unobserved) or answer.age_s is None:
        return False
    read = evidence.database
    read_at = read.read_at if isinstance(read, DatabaseReading) and read.read_at else evidence.at
    at = read_at + evidence.railway_ahead - timedelta(seconds=answer.age_s)
    return evidence.subject is Subject.JUDGED and any(at < since for since in alone_since)


def _judge(
    found: Finding,
    answer: SqlAnswer | Unobserved,
    expected: SqlExpectation,
    unwritten: Later,
    was_before: bool,
) -> Finding:
    """Return the finding: what nobody has written yet is "not yet", and no failure."""
    if isinstance(answer, Unobserved):
        text = f"the query failed: {answer.reason}"
        return replace(found, outcome=Outcome.INCONCLUSIVE, summary=text, hint=answer.hint)
    if not answer.value and answer.age_s is None:
        return _not_yet(found, "no value has been written yet", unwritten)
    if expected.equals is not None and answer.value != expected.equals:
        text = f"the value is {answer.value}, expected {expected.equals}"
        is_count = answer.value.removeprefix("-").isdecimal()
        objects = ("another number" if is_count else answer.value[:_MOST_KEPT],)
        return replace(found, outcome=Outcome.FAIL, summary=text, objects=objects)
    if expected.fresh_within_s is None:
        return replace(found, summary=f"the value is {answer.value}")
    if answer.age_s is None:
        text = f"the value is {answer.value}, which is not a timestamp"
        return replace(found, outcome=Outcome.FAIL, summary=text, objects=("no timestamp",))
    text = f"last {answer.age_s:.0f} s ago, fresh-within is {expected.fresh_within_s:.0f} s"
    if was_before:
        return _not_yet(found, f"{text}; that was before this deployment", unwritten)
    if answer.age_s <= expected.fresh_within_s:
        return replace(found, summary=text)
    return _not_yet(found, text, Later(Outcome.FAIL, due_in_s=unwritten.due_in_s))


def _not_yet(found: Finding, text: str, later: Later) -> Finding:
    if later.due_in_s:
        text += f"; one is due in {later.due_in_s:.0f} s at the latest"
    late = replace(found, outcome=Outcome.INCONCLUSIVE, summary=text, later=later)
    return replace(late, objects=("not written in time",))
