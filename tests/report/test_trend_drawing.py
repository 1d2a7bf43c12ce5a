"""The course of drift as bars: worst from below, the highest one as high as the drawing."""

from dataclasses import replace
from datetime import timedelta

from tests.builders import START
from tests.report.test_surfaces import audit_report
from verifier.delivery import html_report
from verifier.model.drift_moment import DriftMoment
from verifier.model.finding import Outcome
from verifier.report.trend_drawing import trend_drawing


def moment(day, fail, warn=0, **changes):
    counts = {Outcome.FAIL: fail, Outcome.WARN: warn}
    return DriftMoment(START + timedelta(days=day), 2, counts, **changes)


def test_a_bar_has_what_is_worst_below_and_the_highest_fills_the_drawing():
    drawn = trend_drawing([moment(0, 3, 1), moment(1, 1)])

    assert drawn.most == 4
    assert [(bar.outcome, bar.path) for bar in drawn.bars] == [
        (Outcome.FAIL, "M10.0,160.0h272.0v-105.0h-272.0z"),
        (Outcome.WARN, "M10.0,55.0h272.0v-35.0h-272.0z"),
        (Outcome.FAIL, "M350.0,160.0h272.0v-35.0h-272.0z"),
    ]
    assert drawn.bars[0].text == f"{START:%Y-%m-%d %H:%M} UTC: FAILED: 3"


def test_one_audit_has_no_course_and_of_many_the_newest_are_shown():
    assert trend_drawing([moment(0, 3)]) is None
    assert trend_drawing([]) is None
    many = [moment(day, 0) for day in range(100)]
    assert trend_drawing(many).moments == tuple(many[-60:])
    assert trend_drawing(many).bars == ()


def test_a_page_shows_the_course_newest_first_in_a_table_of_its_own():
    report = replace(audit_report("x"), command="audit")
    page = html_report.render(report, [moment(0, 3), moment(1, 1, appeared=0, gone=2)])

    assert '<h2 id="trend">Drift over time</h2>' in page
    rows = page.split('<table id="table-trend"')[1].split("</table>")[0]
    assert rows.index(f"{START + timedelta(days=1):%Y-%m-%d}") < rows.index(f"{START:%Y-%m-%d}")
    cells = "<td>2</td><td>0</td><td>1</td><td>0</td><td>0</td><td>0</td><td>2</td>"
    assert cells in rows
    assert "Drift over time" not in html_report.render(report)
