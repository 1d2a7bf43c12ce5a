"""`verifier stats`: what is read, and how it is shown."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.builders import START
from tests.decide.gate.test_dora import NOW, C, V, figures, found
from verifier.commands.stats import stats
from verifier.config.schemas import published_schemas
from verifier.model.finding import Unobserved
from verifier.model.report import ReportedCommit
from verifier.report import figures_text, open_metrics

SOME = figures(
    found("b", C, 30, restored_in_s=75.0),
    found("a", V, 30, run="run of b"),
    found("c", V, 5),
    found("d", C, 1),
    committed={"c": NOW.replace(hour=0, day=1, month=3)},
)


class Commits:
    def describe(self, shas):
        known = {sha: ReportedCommit(sha, "", "", START) for sha in shas}
        return {**known, "f" * 40: Unobserved("its date is none")}


def test_a_person_reads_a_line_for_each_figure():
    assert figures_text.render(SOME) == (
        "acme / production, 90 days to 2026-04-01\n"
        "\n"
        "  deploys                3\n"
        "  change failure rate    67%: 2 of 3\n"
        "  time to restore        75 s (median); 1 not restored yet\n"
        "  rolled back by a gate  1 of 2\n"
        "  lead time              31 d (median of 1)\n"
        "  first record           2026-03-30\n"
    )


@pytest.mark.parametrize("given", [SOME, figures()], ids=["some", "none"])
def test_programs_read_it_by_its_schema_and_as_metrics(given):
    schema = json.loads(published_schemas()["stats.schema.json"])

    Draft202012Validator(schema).validate(json.loads(figures_text.render_json(given)))
    list(text_string_to_metric_families(open_metrics.render_figures(given)))


class Records:
    def records_since(self, since):
        self.since = since
        return (found("c" * 40, V, 5),), False


def test_the_records_of_the_days_are_counted_with_what_the_checkout_knows_of_commits():
    records = Records()

    counted = stats(records, Commits(), "acme", NOW, 30)

    assert (NOW - records.since).days == 30
    assert (counted.verified, counted.lead_times, counted.is_complete) == (1, 1, False)
    assert "the older part is not counted" in figures_text.render(counted)


def test_of_the_first_days_no_rate_in_a_week_is_told():
    first = figures(found("b", V, 30))

    assert "a week" not in figures_text.render(first)
    assert "a week" in figures_text.render(replace(first, since=NOW - timedelta(days=7)))
