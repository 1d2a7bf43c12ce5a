"""
A run as one OpenTelemetry trace, in the JSON of OTLP/HTTP.

The run is the trace's root, or a child of the job's own span. Below it: the wait for an answer that
counts, the build of each service, the verification, each rollback, and the verification after it.

Sources: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding,
https://opentelemetry.io/docs/specs/semconv/cicd/cicd-spans/
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from verifier import __version__
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Outcome
from verifier.model.report import Report, RestoreOutcome, TimelineEntry
from verifier.report.harmless_text import json_text, plain
from verifier.report.headline import headline

_SCOPE = "railway-deploy-verifier"
_ANSWERS = (Outcome.PASS, Outcome.FAIL, Outcome.CRITICAL)
#: Source: https://opentelemetry.io/docs/specs/otel/common/#configurable-parameters
_MOST_EVENTS = 128
_LONGEST = 1000
_INTERNAL, _OK, _ERROR = 1, 1, 2
#: Source: the values of cicd.pipeline.task.run.result.
_RESULTS = {
    ExitCode.GOOD: "success",
    ExitCode.FAILED_SAFE: "failure",
    ExitCode.NOT_RECOVERED: "failure",
    ExitCode.INCONCLUSIVE: "error",
    ExitCode.USAGE: "error",
    ExitCode.CANCELLED: "cancellation",
}


@dataclass(frozen=True, slots=True)
class TraceParent:
    """The span that the run is part of. Hexadecimal, 32 and 16 digits."""

    trace_id: str
    span_id: str


@dataclass(frozen=True, slots=True)
class TraceOrigin:
    """Where a trace comes from."""

    resource: Mapping[str, str] = field(default_factory=dict)
    """Attributes of the job and its repository."""
    parent: TraceParent | None = None
    run_id: str = ""
    """What tells this run from any other of the same moment, such as the job's number."""


@dataclass(frozen=True, slots=True)
class _Span:
    """One stretch of time."""

    name: str
    since: datetime
    until: datetime
    service: str = ""
    is_bad: bool = False
    message: str = ""


def render(report: Report, origin: TraceOrigin) -> str:
    """Return one request of OTLP's, ending in a newline."""
    trace_id = origin.parent.trace_id if origin.parent else _hex(_seed(report, origin), 32)
    root_id = _hex(f"{_seed(report, origin)} root", 16)
    parent_id = origin.parent.span_id if origin.parent else ""
    spans = [_root(report, trace_id, root_id, parent_id)]
    for number, span in enumerate(_parts(report)):
        span_id = _hex(f"{_seed(report, origin)} {number}", 16)
        spans.append(_written(span, trace_id, span_id, root_id))
    request = {
        "resourceSpans": [
            {
                "resource": {"attributes": _attributes(_resource(report, origin))},
                "scopeSpans": [{"scope": {"name": _SCOPE, "version": __version__}, "spans": spans}],
            }
        ]
    }
    return json_text(json.dumps(request, indent=2, ensure_ascii=False))


def _seed(report: Report, origin: TraceOrigin) -> str:
    parts = (report.command, report.environment, report.commit, report.started_at.isoformat())
    return "\n".join([*parts, origin.run_id])


def _hex(seed: str, digits: int) -> str:
    return sha256(seed.encode("utf-8", "replace")).hexdigest()[:digits]


def _resource(report: Report, origin: TraceOrigin) -> Mapping[str, str]:
    told = {
        "service.name": _SCOPE,
        "service.version": __version__,
        "deployment.environment.name": report.environment,
        "vcs.ref.head.revision": report.commit,
        **origin.resource,
    }
    return {name: value for name, value in told.items() if value}


def _root(report: Report, trace_id: str, span_id: str, parent_id: str) -> Mapping[str, object]:
    is_good = report.exit_code is ExitCode.GOOD
    told = {
        "cicd.pipeline.task.name": f"verifier {report.command}",
        "cicd.pipeline.task.type": "deploy",
        "cicd.pipeline.task.run.result": _RESULTS[report.exit_code],
        "verifier.verdict": str(report.verdict),
        **({} if is_good else {"error.type": report.cause.kind if report.cause else "unknown"}),
    }
    span = _Span(
        f"verifier {report.command}",
        report.started_at,
        report.ended_at,
        "",
        not is_good,
        headline(report),
    )
    return {
        **_written(span, trace_id, span_id, parent_id),
        "attributes": [*_attributes(told), _number("verifier.exit_code", report.exit_code)],
        "events": [_event(entry) for entry in report.timeline[-_MOST_EVENTS:]],
        "droppedEventsCount": max(0, len(report.timeline) - _MOST_EVENTS),
    }


def _parts(report: Report) -> Iterator[_Span]:
    """The stretches of a run that its timeline tells; what it does not tell is left out."""
    line = report.timeline
    answered = _first(line, _ANSWERS)
    judged = _first(line, ("verdict",))
    waited = answered or judged
    if waited and report.services:
        yield _Span("wait", report.started_at, waited.at)
    until = judged.at if judged else report.ended_at
    for service in report.services:
        seen = [e.at for e in line if e.event == "arrival" and e.service == service.name]
        arrived = [at for at in seen if at <= until]
        if service.judged and arrived and service.judged.created_at <= arrived[-1]:
            yield _Span("build", service.judged.created_at, arrived[-1], service.name)
    if answered and judged:
        is_bad = any(e.event in (Outcome.FAIL, Outcome.CRITICAL) for e in line if e.at <= until)
        yield _Span("verify", answered.at, judged.at, "", is_bad, report.reason if is_bad else "")
    yield from _restores(report)
    again, verified = _first(line, ("verify",)), _last(line, ("verified",))
    if again and verified and again.at <= verified.at:
        is_bad = report.exit_code is ExitCode.NOT_RECOVERED
        yield _Span("verify restored", again.at, verified.at, "", is_bad, verified.text)


def _restores(report: Report) -> Iterator[_Span]:
    ends = [outcome for outcome in RestoreOutcome if outcome.was_tried]
    for service in report.services:
        own = [entry for entry in report.timeline if entry.service == service.name]
        asked, settled = _first(own, ("rollback",)), _last(own, ends)
        if asked and settled and asked.at <= settled.at:
            is_bad = not RestoreOutcome(settled.event).is_back
            yield _Span("restore", asked.at, settled.at, service.name, is_bad, settled.text)


def _first(line: Sequence[TimelineEntry], events: Sequence[str]) -> TimelineEntry | None:
    return next((entry for entry in line if entry.event in events), None)


def _last(line: Sequence[TimelineEntry], events: Sequence[str]) -> TimelineEntry | None:
    return next((entry for entry in reversed(line) if entry.event in events), None)


def _written(span: _Span, trace_id: str, span_id: str, parent_id: str) -> Mapping[str, object]:
    name = f"{span.name} {span.service}".strip()
    told = {"verifier.phase": span.name, "verifier.service": span.service}
    message = {"message": plain(span.message, _LONGEST)} if span.is_bad and span.message else {}
    return {
        "traceId": trace_id,
        "spanId": span_id,
        **({"parentSpanId": parent_id} if parent_id else {}),
        "name": plain(name, 200),
        "kind": _INTERNAL,
        "startTimeUnixNano": _nanoseconds(span.since),
        "endTimeUnixNano": _nanoseconds(max(span.since, span.until)),
        "attributes": _attributes({n: v for n, v in told.items() if v}),
        "status": {"code": _ERROR if span.is_bad else _OK, **message},
    }


def _event(entry: TimelineEntry) -> Mapping[str, object]:
    told = {"verifier.service": entry.service, "verifier.text": entry.text}
    return {
        "timeUnixNano": _nanoseconds(entry.at),
        "name": plain(entry.event, 200),
        "attributes": _attributes({name: value for name, value in told.items() if value}),
    }


def _nanoseconds(at: datetime) -> str:
    """64 bits are text in protobuf's JSON. Whole microseconds, as a float has not enough digits."""
    whole = int(at.replace(microsecond=0).timestamp())
    return str((whole * 1_000_000 + at.microsecond) * 1000)


def _attributes(told: Mapping[str, str]) -> list[Mapping[str, object]]:
    return [
        {"key": plain(name, 200), "value": {"stringValue": plain(value, _LONGEST)}}
        for name, value in told.items()
    ]


def _number(name: str, value: int) -> Mapping[str, object]:
    return {"key": name, "value": {"intValue": str(int(value))}}
