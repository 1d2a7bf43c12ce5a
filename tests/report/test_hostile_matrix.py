"""Text of strangers in every field of a report: no surface shows anything else than text."""

import pytest

from tests.report.every_field import filled, with_text, with_text_everywhere
from tests.report.hostile_matrix import OF_A_REPORT, OF_A_STATUS, VALUES, broken
from verifier.model.report import Report

SURFACES = (*OF_A_REPORT, *OF_A_STATUS)
#: Of each kind one; `make matrix` takes them all.
OF_EACH_KIND = (
    "text ##[set-env name=A;]b",
    "x\n::set-output name=a::b",
    "<script>alert(1)</script>",
    "http://evil.test https://evil.test/x?a=1&b=2 HTTPS://EVIL.TEST",
    "=cmd|' /C calc'!A0",
    "a\u202eb\u2066c",
)


@pytest.mark.slow
@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_a_stranger_who_writes_everywhere_breaks_no_surface(value):
    assert {s: broken(s, value, with_text_everywhere) for s in SURFACES} == {
        s: [] for s in SURFACES
    }


@pytest.mark.slow
@pytest.mark.parametrize("value", OF_EACH_KIND, ids=ascii)
def test_a_stranger_who_writes_one_field_breaks_no_surface(value):
    assert {s: broken(s, value) for s in SURFACES} == {s: [] for s in SURFACES}


def test_every_field_of_text_is_tried():
    tried = [field for field, _ in with_text(filled(Report), "x")]

    assert len(VALUES) >= 40
    assert {".services[].judged.status", ".findings[].summary", ".background[].log_lines[]"} <= set(
        tried
    )
    assert len(tried) > 80


def test_a_surface_that_shows_a_field_as_it_comes_is_found(monkeypatch):
    shown_raw = (lambda report: f"{report.services[0].judged.status}", OF_A_REPORT["summary"][1])
    monkeypatch.setitem(OF_A_REPORT, "summary", shown_raw)

    (found,) = broken("summary", "see https://evil.test")

    assert found.startswith(".services[].judged.status: markup [('a', 'href'")
