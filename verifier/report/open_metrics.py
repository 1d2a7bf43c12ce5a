"""
A report as OpenMetrics, for a Pushgateway or the node exporter's folder of text files.

Only gauges: the older text format of Prometheus, which some of its readers still expect, has no
other kind that fits.

Source: https://prometheus.io/docs/specs/om/open_metrics_spec/
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.model.delivery_figures import DeliveryFigures
from verifier.model.finding import Outcome
from verifier.model.report import Report
from verifier.model.verdict import VerdictWord
from verifier.report.harmless_text import plain

_LONGEST = 120
_Samples = Sequence[tuple[Mapping[str, str], float]]


@dataclass(frozen=True, slots=True)
class _Gauge:
    """One family: each sample has labels of its own beside those that all have."""

    name: str
    help: str
    samples: _Samples
    unit: str = ""


def render(report: Report) -> str:
    """Return the metrics of one run, ending in the line that the format asks for."""
    shared = {"command": report.command, "environment": report.environment}
    return _document(_gauges(report), shared)


def render_figures(figures: DeliveryFigures) -> str:
    """Return the metrics of `verifier stats`, ending likewise."""
    return _document(_figures(figures), {"environment": figures.environment})


def _document(gauges: Iterator[_Gauge], shared: Mapping[str, str]) -> str:
    lines = [line for gauge in gauges if gauge.samples for line in _lines(gauge, shared)]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _gauges(report: Report) -> Iterator[_Gauge]:
    took_s = (report.ended_at - report.started_at).total_seconds()
    verdicts = [({"verdict": str(w)}, float(w is report.verdict)) for w in VerdictWord]
    outcomes = [
        ({"outcome": str(o)}, float(sum(f.outcome is o for f in report.findings))) for o in Outcome
    ]
    yield _Gauge("verifier_exit_code", "Exit code of the run", [({}, report.exit_code)])
    yield _Gauge("verifier_verdict", "1 for the verdict of the run, 0 for the others", verdicts)
    yield _Gauge("verifier_findings", "Findings by outcome", outcomes)
    ended: _Samples = [({}, report.ended_at.timestamp())]
    yield _Gauge("verifier_ended_timestamp_seconds", "When the run ended", ended, "seconds")
    yield _Gauge("verifier_duration_seconds", "How long the run took", [({}, took_s)], "seconds")
    took = report.recovered_in_s
    recovered: _Samples = [] if took is None else [({}, took)]
    text = "From the first failing answer to the verified rollback"
    yield _Gauge("verifier_recovered_seconds", text, recovered, "seconds")
    back = [
        ({"service": s.name}, float(bool(s.rollback and s.rollback.outcome.is_back)))
        for s in report.services
    ]
    yield _Gauge("verifier_rolled_back", "1 for a service that was rolled back", back)
    yield _Gauge("verifier_migrations", "Migrations of a ledger by state", _migrations(report))
    drift = [
        ({"severity": str(o)}, float(sum(row.severity is o for row in report.drift)))
        for o in Outcome
        if o.rank > Outcome.PASS.rank
    ]
    yield _Gauge("verifier_drift", "Drift by severity", drift if report.audited else [])


def _migrations(report: Report) -> _Samples:
    found: dict[tuple[str, str, str], int] = {}
    for ledger in (report.ledger, *report.further_ledgers):
        if ledger is None:
            continue
        for state, versions in ledger.by_state.items():
            if versions is not None:
                found[(ledger.name or ledger.table, ledger.tool, state)] = len(versions)
    return [
        ({"ledger": name, "tool": tool, "state": state}, float(number))
        for (name, tool, state), number in found.items()
    ]


def _figures(figures: DeliveryFigures) -> Iterator[_Gauge]:
    counted = [({"result": "verified"}, figures.verified), ({"result": "failed"}, figures.failed)]
    text = "Deployed commits that gates judged, by result"
    yield _Gauge("verifier_deploys", text, [(labels, float(n)) for labels, n in counted])
    yield _Gauge("verifier_period_days", "Days that were counted", [({}, float(figures.days))])
    rate: _Samples = [] if figures.failure_rate is None else [({}, figures.failure_rate)]
    text = "Share of judged commits that failed, from 0 to 1"
    yield _Gauge("verifier_change_failure_ratio", text, rate)
    restored: _Samples = [] if figures.restored_in_s is None else [({}, figures.restored_in_s)]
    text = "Median time from a failing verdict to the next verified deployment"
    yield _Gauge("verifier_restored_seconds", text, restored, "seconds")
    lead: _Samples = [] if figures.lead_time_s is None else [({}, figures.lead_time_s)]
    text = "Median time from a commit to its verified deployment"
    yield _Gauge("verifier_lead_time_seconds", text, lead, "seconds")


def _lines(gauge: _Gauge, shared: Mapping[str, str]) -> Iterator[str]:
    yield f"# TYPE {gauge.name} gauge"
    if gauge.unit:
        yield f"# UNIT {gauge.name} {gauge.unit}"
    yield f"# HELP {gauge.name} {gauge.help}."
    seen: set[str] = set()
    for labels, value in gauge.samples:
        written = ",".join(f'{n}="{_label(v)}"' for n, v in {**shared, **labels}.items())
        if written not in seen:
            # Two of one name would be a mistake of the format.
            seen.add(written)
            yield f"{gauge.name}{{{written}}} {_number(value)}"


def _label(text: str) -> str:
    return plain(text, _LONGEST).replace("\\", "\\\\").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}"
