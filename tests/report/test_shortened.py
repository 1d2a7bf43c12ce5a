"""Surfaces have bounds: a text is cut after a line, and says so."""

import pytest

from tests.report.test_surfaces import report
from verifier.model.finding import Finding, Outcome
from verifier.report import markdown
from verifier.report.shortened import COMMENT_BYTES, SUMMARY_BYTES, shortened


@pytest.mark.parametrize("most", [COMMENT_BYTES, SUMMARY_BYTES])
@pytest.mark.slow
def test_a_report_of_any_length_fits(most):
    findings = tuple(Finding(f"a.b{n}", Outcome.FAIL, "ü" * 400) for n in range(2_500))
    whole = markdown.render(report(findings=findings))

    shown = shortened(whole, most)

    assert len(whole.encode()) > SUMMARY_BYTES
    assert len(shown.encode()) <= most
    assert "more lines were left out here" in shown.splitlines()[-1]
    assert whole.startswith(shown.rpartition("\n\n**")[0])


def test_a_table_has_so_many_rows_and_says_how_many_more():
    findings = tuple(Finding(f"a.b{n}", Outcome.FAIL, "x") for n in range(2_003))

    assert "\n3 more in the report (`--report`)." in markdown.render(report(findings=findings))


def test_one_endless_line_is_left_out_too():
    assert len(shortened("x" * 100_000, COMMENT_BYTES).encode()) < 300


def test_what_fits_stays_as_it_is():
    assert shortened("a\nb\n", COMMENT_BYTES) == "a\nb\n"
