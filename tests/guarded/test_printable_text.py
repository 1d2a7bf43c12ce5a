"""Text that strangers wrote can be shown and sent anywhere, on one line."""

import json

import pytest

from tests.report.test_surfaces import audit_report, report
from verifier.guarded.redaction import Redactor, redacted
from verifier.model.printable_text import printable, printable_line
from verifier.report import (
    annotations,
    drift_text,
    json_report,
    markdown,
    outputs,
    sarif,
    slack,
    terminal,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("ação 漢字 🙂", "ação 漢字 🙂"),
        ("a\ud83db", "a\ufffdb"),
        ("a\udc00\ud800b", "a\ufffd\ufffdb"),
        ("a\x00\x1b[31mb", "a\ufffd\ufffd[31mb"),
        ("a\x80\x9fb", "a\ufffd\ufffdb"),
        ("a\r\n\u2028\u2029\x85\x0b\tb", "a b"),
        ("a\u202e\u2066\u200b\ufeff\u00adb", "ab"),
        ("a\U000e0041\U000e0001b", "ab"),
        ("a\u3164\u115f\uffa0\u2800b", "ab"),
        ("a\ufe0f\U000e0101b", "ab"),
        ("a" + "\u0300" * 50 + "b", "a" + "\u0300" * 3 + "b"),
        ("a\ue000b", "a\ufffdb"),
    ],
)
def test_what_is_shown_of_a_text(text, shown):
    assert printable(text) == shown
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-          sleep 120  # é preciso", "-          sleep 120  # é preciso"),
        ("   plain", "   plain"),
        ("+\tação", "+    ação"),
        ("-  a\x1b[31m\u202eb", "-  a\ufffd[31mb"),
        ("-  a\r\n  b", "-  a    b"),
    ],
)
def test_a_line_of_a_file_keeps_its_spaces(text, shown):
    assert printable_line(text) == shown


@pytest.mark.parametrize(
    "text", ["half \ud83d an emoji", "\udcff", "\x00", "\x9b31m", "\u2028::error::x"]
)
def test_every_surface_takes_it(text):
    clean = redacted(report(text), Redactor())
    audited = redacted(audit_report(text), Redactor())
    rendered = [
        json_report.render(clean),
        json_report.printed(audited),
        markdown.render(clean),
        markdown.render_drift(audited),
        terminal.render(clean),
        annotations.render(clean),
        slack.render(clean, ""),
        sarif.render(audited),
        drift_text.render_csv(audited.drift),
        outputs.render(outputs.outputs(clean, ""), lambda: "end"),
    ]

    for surface in rendered:
        surface.encode("utf-8")
        assert not {c for c in surface if not c.isprintable()} - {"\n", "\r"}
    assert json.loads(rendered[0])
