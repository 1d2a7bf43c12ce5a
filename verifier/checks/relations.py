"""Do the required tables and views answer, and do the SQL probes say what they must?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from verifier.checks.database_use import NOT_NEEDED
from verifier.model.evidence import DatabaseReading, Evidence, SqlAnswer, Subject
from verifier.model.finding import (
    Finding,
    Later,
    NotAsked,
    Outcome,
    Provenance,
    Unobserved,
    hint_of,
)
from verifier.model.verdict import Expectations, SqlExpectation

READABLE = "relations.readable"
OBJECTS = "relations.objects"
FAMILY = "probe"


def check_relations(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """A relation that exists and does not answer is as bad as one that is not there."""
    if not isinstance(evidence.database, DatabaseReading):
        return
    provenance = Provenance("database", evidence.at)
    for relation in evidence.database.relations:
        label = f"{relation.kind} {relation.name}"
        if relation.unseen:
            text = f"could not tell whether {label} answers: {relation.unseen.reason}"
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
        check = f"{FAMILY}.{name}"
        if not isinstance(evidence.database, DatabaseReading):
            skipped = isinstance(evidence.database, NotAsked)
            outcome = Outcome.SKIP if skipped else Outcome.INCONCLUSIVE
            reason, hint = evidence.database.reason, hint_of(evidence.database)
            yield Finding(check, outcome, reason, expectation.service, hint=hint)
            continue
        answer = evidence.database.sql_answers.get(name, Unobserved("the query was not run"))
        provenance = Provenance("database", evidence.at)
        found = Finding(check, Outcome.PASS, "", expectation.service, evidence=provenance)
        is_ours = _is_ours(answer, expectation, evidence)
        later = _unwritten(expectation, evidence)
        yield _judge(found, answer, expectation, later, is_ours=is_ours)


def _unwritten(expected: SqlExpectation, evidence: Evidence) -> Later:
    """Return what it is worth in the end that no value was written since the deploy."""
    if expected.missing is not None:
        return Later(expected.missing)
    up_s = [
        (evidence.at - (s.judged.settled_at or s.judged.created_at)).total_seconds()
        for s in evidence.services
        if expected.service in ("", s.service.name)
    ]
    was_due = bool(up_s) and all(seconds >= (expected.fresh_within_s or 0.0) for seconds in up_s)
    return Later(Outcome.WARN, if_good_before=Outcome.FAIL if was_due else None)


def _is_ours(answer: SqlAnswer | Unobserved, expected: SqlExpectation, evidence: Evidence) -> bool:
    """Whether a time is not older than the judged deployment, and so its predecessor's doing."""
    if isinstance(answer, Unobserved) or answer.age_s is None:
        return True
    at = evidence.at - timedelta(seconds=answer.age_s)
    return not any(
        at < (service.judged.settled_at or service.judged.created_at)
        for service in evidence.services
        if service.service.name == expected.service and evidence.subject is Subject.JUDGED
    )


def _judge(
    found: Finding,
    answer: SqlAnswer | Unobserved,
    expected: SqlExpectation,
    unwritten: Later,
    *,
    is_ours: bool,
) -> Finding:
    """Return the finding: what nobody has written yet is "not yet", and no failure."""
    if isinstance(answer, Unobserved):
        text = f"the query failed: {answer.reason}"
        return replace(found, outcome=Outcome.INCONCLUSIVE, summary=text, hint=answer.hint)
    if not answer.value and answer.age_s is None:
        return _not_yet(found, "no value has been written yet", unwritten)
    if expected.equals is not None and answer.value != expected.equals:
        text = f"the value is {answer.value}, expected {expected.equals}"
        return replace(found, outcome=Outcome.FAIL, summary=text)
    if expected.fresh_within_s is None:
        return replace(found, summary=f"the value is {answer.value}")
    if answer.age_s is None:
        text = f"the value is {answer.value}, which is not a timestamp"
        return replace(found, outcome=Outcome.FAIL, summary=text)
    text = f"last {answer.age_s:.0f} s ago, fresh-within is {expected.fresh_within_s:.0f} s"
    is_fresh = answer.age_s <= expected.fresh_within_s
    if not is_ours:
        text += "; that was before this deployment"
        return _not_yet(found, text, Later(Outcome.WARN) if is_fresh else unwritten)
    return replace(found, summary=text) if is_fresh else _not_yet(found, text, Later(Outcome.FAIL))


def _not_yet(found: Finding, text: str, later: Later) -> Finding:
    return replace(found, outcome=Outcome.INCONCLUSIVE, summary=text, later=later)
