"""What a health document lists and nobody judges is told, and changes no verdict."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, answer, document, evidence, probe, service_evidence
from verifier.checks.not_judged import check_unread
from verifier.model.evidence import UNNAMED, Component, Endpoint, HealthStatus
from verifier.model.expectations import Worth

ODD = Component("search", HealthStatus.UNKNOWN, "indexing v2")
NOTHING = replace(EXPECTED, required_components=())


def told(components, endpoint="deep", expected=NOTHING):
    given = answer(doc=document(components=tuple(components)))
    seen = evidence(service_evidence(probe(given, Endpoint(endpoint))))
    return [(f.outcome.value, f.summary) for f in check_unread(seen, expected)]


@pytest.mark.parametrize("word", ["indexing v2", ""])
def test_a_component_whose_status_is_not_known_is_told(word):
    named = f'search "{word}"' if word else "search"

    assert told([replace(ODD, word=word)]) == [("skip", f"listed, not judged: {named}")]


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        pytest.param(replace(ODD, status=HealthStatus.GOOD), NOTHING, id="good"),
        pytest.param(replace(ODD, is_incidental=True), NOTHING, id="a-setting"),
        pytest.param(replace(ODD, name=UNNAMED), NOTHING, id="without-a-name"),
        pytest.param(ODD, replace(NOTHING, required_components=("search",)), id="required"),
        pytest.param(ODD, replace(NOTHING, components={"search": Worth.IGNORE}), id="ignored"),
    ],
)
def test_what_is_judged_or_is_no_component_is_not_told(component, expected):
    assert told([component], expected=expected) == []


@pytest.mark.parametrize("endpoint", ["live", "ready"])
def test_what_other_paths_list_is_told_where_none_is_asked_for_its_components(endpoint):
    good = Component("postgres", HealthStatus.GOOD, "up")
    bad = Component("redis", HealthStatus.BAD, "error")
    said = f"{endpoint} lists components, and none is judged: "

    assert told([good], endpoint) == [("skip", f'{said}postgres "up"')]
    assert told([good, bad], endpoint) == [("warn", f'{said}redis "error"')]
    assert told([], endpoint) == []
