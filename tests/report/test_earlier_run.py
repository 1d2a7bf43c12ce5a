"""Of which moment a report tells that is shown again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START
from tests.language.speaking import speaking
from tests.report.test_surfaces import report
from verifier.report.earlier_run import moment_of, with_moment
from verifier.report.styled import width_of


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (timedelta(days=8), "verifier gate that ended on 2026-01-01 12:00 UTC, 8 d ago"),
        (timedelta(seconds=5), "ended on 2026-01-01 12:00 UTC, 5 s ago"),
        (timedelta(seconds=-5), "ended on 2026-01-01 12:00 UTC"),
    ],
)
def test_the_day_stands_there_and_how_long_ago_that_is(later, told):
    ended = replace(report(), ended_at=START)

    assert moment_of(ended, START + later).endswith(told)


def test_what_somebody_wrote_into_a_report_stays_text_on_one_line():
    told = moment_of(replace(report(), command="gate\n::error::\x1b[31m"), START)

    assert "\n" not in told
    assert "\x1b" not in told


@pytest.mark.parametrize("width", [60, 80, 120, None])
@pytest.mark.parametrize("tongue", ["en", "pt-BR"])
def test_it_fits_a_terminal_and_stands_above_the_report(width, tongue):
    with speaking(tongue):
        moment = moment_of(replace(report(), ended_at=START), START + timedelta(minutes=7))
    above, below = with_moment(moment, "Passed\n", width).split("\n\n")

    assert " ".join(line.strip() for line in above.split("\n")) == moment
    assert below == "Passed\n"
    assert all(width_of(line) <= (width or 999) for line in above.split("\n"))
