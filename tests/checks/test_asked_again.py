"""What is recorded of a health document is enough to judge it by another configuration."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, answer, evidence, probe, service_evidence
from tests.health.corpus import rows
from verifier.checks.asked_again import asked_again
from verifier.checks.components import check_components
from verifier.checks.endpoints import check_deep
from verifier.guarded.probe import IdentityPaths, read_answer
from verifier.guarded.web import Fetched
from verifier.model.check_ids import DEEP
from verifier.model.evidence import Component, HealthDocument, HealthStatus
from verifier.model.expectations import Worth

REAL = [
    row
    for file in ("health_formats.jsonl", "health_repository_formats.jsonl")
    for row in rows(file)
    if row.endpoint == "deep"
]
WORTHS = (None, *Worth)


def read_of(row):
    headers = {"content-type": row.content_type, "x-deployment": "new"}
    fetched = Fetched(row.status, headers, row.bytes)
    return read_answer(fetched, IdentityPaths((), ("header:x-deployment",)))


def looked_at(given, expected):
    """What a gate says of an answer: its own findings, and those of its components."""
    seen = evidence(service_evidence(probe(given)))
    return [*check_deep(seen, expected), *check_components(seen, expected)]


def told(findings):
    return sorted((f.check, f.outcome.value, f.later is None, str(f.leniency)) for f in findings)


def others(names):
    """Configurations that another team may have for the same document."""
    yield EXPECTED
    for at, name in enumerate(names):
        required = tuple(names[at : at + 2])
        yield replace(EXPECTED, required_components=required)
        yield replace(EXPECTED, required_components=(name, "nowhere"))
        worths = {n.casefold(): WORTHS[(at + i) % 4] for i, n in enumerate(names)}
        named = {n: worth for n, worth in worths.items() if worth is not None}
        yield replace(EXPECTED, required_components=(), components=named)
        yield replace(EXPECTED, required_components=required, components=named)


def differences(look):
    """
    Yield what the recorded document comes to by another configuration, and what a gate finds.

    `look` is what a gate of a configuration finds.
    """
    recorded = next((f for f in look(EXPECTED) if f.check == DEEP), None)
    if recorded is None or recorded.document is None:
        return
    names = list(dict.fromkeys(each.name for each in recorded.document.components))[:6]
    for expected in others(names):
        yield told(asked_again(recorded, expected)), told(look(expected))


@pytest.mark.parametrize("share", [20, pytest.param(1, marks=pytest.mark.slow)])
def test_each_real_document_is_worth_the_same_again(share):
    compared = 0
    for row in REAL[::share]:
        read = read_of(row)
        for again, really in differences(lambda expected, read=read: looked_at(read, expected)):
            compared += 1
            assert again == really, row.name

    assert compared > 10_000 / share


@pytest.mark.parametrize(
    ("status", "word", "message"),
    [
        (HealthStatus.UNKNOWN, "unknown", ""),
        (HealthStatus.UNKNOWN, "purple", ""),
        (HealthStatus.UNKNOWN, "could not connect", ""),
        (HealthStatus.UNKNOWN, "purple", "connection refused"),
        (HealthStatus.BAD, "critical", ""),
        (HealthStatus.GOOD, "ok", "connection refused"),
    ],
)
def test_its_own_words_are_not_needed(status, word, message):
    one = Component("mail", status, word, message, place="checks.mail")
    read = HealthDocument(HealthStatus.GOOD, "ok", (one,))

    for again, really in differences(lambda expected: looked_at(answer(doc=read), expected)):
        assert again == really


def test_what_only_a_later_version_knows_is_not_judged():
    read = HealthDocument(HealthStatus.GOOD, "ok", (Component("mail", HealthStatus.GOOD, "ok"),))
    recorded = next(f for f in looked_at(answer(doc=read), EXPECTED) if f.check == DEEP)
    later = replace(recorded, document=replace(recorded.document, status="sparkling"))

    assert asked_again(later, EXPECTED) is None
    assert asked_again(replace(recorded, document=None), EXPECTED) is None


def test_a_document_of_very_many_components_is_not_recorded():
    many = tuple(Component(f"c{n}", HealthStatus.GOOD, "ok") for n in range(101))
    read = HealthDocument(HealthStatus.GOOD, "ok", many)

    assert looked_at(answer(doc=read), EXPECTED)[0].document is None
