"""Do the required tables and views answer, and do the SQL probes say what they must?"""

from collections.abc import Iterator
from datetime import timedelta

from verifier.checks.database_use import NOT_NEEDED
from verifier.model.evidence import DatabaseReading, Evidence, SqlAnswer
from verifier.model.finding import Finding, NotAsked, Outcome, Provenance, Unobserved, hint_of
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
        yield Finding(OBJECTS, outcome, text, hint=hint, evidence=provenance, blameless=NOT_NEEDED)


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
        outcome, text = _judge(answer, expectation)
        if outcome is Outcome.FAIL and _is_from_before(answer, expectation, evidence):
            outcome = Outcome.INCONCLUSIVE
            text += "; that was before this deployment"
        provenance = Provenance("database", evidence.at)
        hint = answer.hint if isinstance(answer, Unobserved) else ""
        yield Finding(check, outcome, text, expectation.service, hint=hint, evidence=provenance)


def _is_from_before(
    answer: SqlAnswer | Unobserved, expected: SqlExpectation, evidence: Evidence
) -> bool:
    """Whether a time is older than the judged deployment, and so its predecessor's doing."""
    if isinstance(answer, Unobserved) or answer.age_s is None:
        return False
    at = evidence.at - timedelta(seconds=answer.age_s)
    return any(
        service.service.name == expected.service and at < service.judged.created_at
        for service in evidence.services
    )


def _judge(answer: SqlAnswer | Unobserved, expected: SqlExpectation) -> tuple[Outcome, str]:
    if isinstance(answer, Unobserved):
        return Outcome.INCONCLUSIVE, f"the query failed: {answer.reason}"
    if expected.equals is not None and answer.value != expected.equals:
        return Outcome.FAIL, f"the value is {answer.value or 'empty'}, expected {expected.equals}"
    if expected.fresh_within_s is not None:
        if answer.age_s is None:
            return Outcome.FAIL, f"the value is {answer.value or 'empty'}, which is not a timestamp"
        text = f"last {answer.age_s:.0f} s ago, fresh-within is {expected.fresh_within_s:.0f} s"
        return (Outcome.PASS if answer.age_s <= expected.fresh_within_s else Outcome.FAIL), text
    return Outcome.PASS, f"the value is {answer.value}"
