"""Text of strangers in every field of a report: no surface shows anything else than text."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

import pytest

from tests.report import hostile_matrix
from tests.report.every_field import filled, with_text, with_text_everywhere
from tests.report.hostile_matrix import (
    KINDS,
    OF_A_REPORT,
    OF_OTHERS,
    SURFACES,
    VALUES,
    broken,
)
from verifier.model.report import Report

ROOT = Path(__file__).parents[2]
#: Pieces of what is listed, and what shows nothing that a stranger wrote.
NO_SURFACES = {
    "drift_text.terminal_lines": "in terminal.render",
    "json_report.json_schema": "no report",
    "html_report.render": "made by its own module",
}
#: Of each kind one; `make matrix` takes them all.
OF_EACH_KIND = (
    "text ##[set-env name=A;]b",
    "x\n::set-output name=a::b",
    "<script>alert(1)</script>",
    "http://evil.test https://evil.test/x?a=1&b=2 HTTPS://EVIL.TEST",
    "=cmd|' /C calc'!A0",
    "\uff1dcmd|' /C calc'!A0",
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


@pytest.mark.parametrize("surface", ["ledger, text", *OF_OTHERS])
def test_what_is_shown_beside_a_report_is_text(surface):
    found = {value: broken(surface, value, with_text_everywhere) for value in OF_EACH_KIND}

    assert found == {value: [] for value in OF_EACH_KIND}


def test_every_field_of_text_is_tried():
    tried = [field for field, _ in with_text(filled(Report), "x")]

    assert len(VALUES) >= 40
    assert {".services[].judged.status", ".findings[].summary", ".background[].log_lines[]"} <= set(
        tried
    )
    assert len(tried) > 80


def text_fields(kind, at="", within=()):
    """Yield the path of each field of text of a domain class, in whatever it may be."""
    arguments = get_args(kind)
    if kind is str:
        yield at
    elif get_origin(kind) is Annotated:
        yield from text_fields(arguments[0], at, within)
    elif get_origin(kind) is tuple:
        yield from text_fields(arguments[0], f"{at}[]", within)
    elif get_origin(kind) is Mapping:
        for each in arguments:
            yield from text_fields(each, f"{at}{{}}", within)
    elif get_origin(kind) is not Literal and arguments:
        for each in arguments:
            yield from text_fields(each, at, within)
    elif is_dataclass(kind) and kind not in within:
        hints = get_type_hints(kind, include_extras=True)
        for field in fields(kind):
            yield from text_fields(hints[field.name], f"{at}.{field.name}", (*within, kind))


#: What stands in the place of an answer, a document or a value: the column of it makes those too.
SECOND_FORMS = {
    f"{at}.{field}"
    for at in (".answer", ".answer.document", ".answer.found{}", ".beside")
    for field in ("reason", "hint")
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_new_field_of_text_has_its_row(kind):
    tried = {field for field, _ in with_text(filled(kind), "x")}

    assert set(text_fields(kind)) - tried - SECOND_FORMS == set()


def test_a_new_surface_has_its_column():
    source = inspect.getsource(hostile_matrix)
    made = {
        f"{path.stem}.{name}"
        for path in (ROOT / "verifier/report").glob("*.py")
        for name in re.findall(
            r"^def ((?:render|printed)\w*|[a-z]\w*_lines)\(", path.read_text(), re.M
        )
    }

    assert {name for name in made if name not in source} - set(NO_SURFACES) == set()


def test_a_surface_that_shows_a_field_as_it_comes_is_found(monkeypatch):
    shown_raw = (lambda report: f"{report.services[0].judged.status}", OF_A_REPORT["summary"][1])
    monkeypatch.setitem(SURFACES, "summary", (Report, *shown_raw))

    (found,) = broken("summary", "see https://evil.test")

    assert found.startswith(".services[].judged.status: markup [('a', 'href'")
