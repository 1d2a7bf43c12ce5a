"""
The trace of a run: where it belongs, and the collector that the environment names.

Sources: https://opentelemetry.io/docs/specs/otel/protocol/exporter/,
https://opentelemetry.io/docs/specs/otel/context/env-carriers/
"""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from verifier.delivery.posting import Receiver, post, try_to_deliver
from verifier.errors import UnreachableError
from verifier.guarded.redaction import without_secrets
from verifier.model.exit_code import ExitCode
from verifier.model.job_pages import repository_page, run_page
from verifier.model.report import Report
from verifier.report import otlp_trace
from verifier.report.harmless_text import plain
from verifier.report.otlp_trace import TraceOrigin, TraceParent

_PREFIX = "OTEL_EXPORTER_OTLP"
_TRACES = "OTEL_EXPORTER_OTLP_TRACES"
#: The standard's own default, and the most that a job waits for its collector.
_LIMIT_S = 10.0
#: A runner ends a cancelled job ten seconds after it has asked for that.
_HURRIED_S = 2.0
_PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def render_trace(report: Report, environ: Mapping[str, str]) -> str:
    """Return the trace of a run as it is written and sent."""
    return otlp_trace.render(report, origin_of(environ))


def send_trace(report: Report, environ: Mapping[str, str], sleep: Callable[[float], None]) -> None:
    """Send the trace where the environment names a collector; a failure is a warning."""
    if not _is_wanted(environ):
        return

    def send() -> None:
        is_hurried = report.exit_code is ExitCode.CANCELLED
        trace = render_trace(report, environ)
        if left := left_out(post(receiver_of(environ, is_hurried=is_hurried), trace, sleep)):
            raise UnreachableError(left)

    try_to_deliver("the collector of traces", send)


def left_out(answer: bytes) -> str:
    """Say what a collector that took the trace left out of it; empty where that is nothing."""
    try:
        value: object = json.loads(answer)
    except (ValueError, RecursionError):
        return ""  # an empty answer means that all was taken
    partial = value.get("partialSuccess") if isinstance(value, dict) else None
    if not isinstance(partial, dict):
        return ""
    # A 64-bit number is written as a text there.
    rejected = str(partial.get("rejectedSpans", 0))
    message = plain(without_secrets(str(partial.get("errorMessage", ""))), 200)
    if rejected == "0" and not message:
        return ""
    left = "1 span" if rejected == "1" else f"{plain(rejected, 20)} spans"
    return f"the collector left out {left}{f': {message}' if message else ''}"


def _is_wanted(environ: Mapping[str, str]) -> bool:
    exporters = environ.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    is_off = environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    is_named = any(environ.get(f"{p}_ENDPOINT", "").strip() for p in (_TRACES, _PREFIX))
    return is_named and not is_off and "otlp" in [name.strip() for name in exporters.split(",")]


def receiver_of(environ: Mapping[str, str], *, is_hurried: bool) -> Receiver:
    """
    Return the collector.

    Raises:
        UnreachableError: it is to be asked in a way that the verifier does not know.
    """

    def setting(name: str) -> str:
        own = environ.get(f"{_TRACES}_{name}", "").strip()
        return own or environ.get(f"{_PREFIX}_{name}", "").strip()

    if setting("PROTOCOL") == "grpc":
        raise UnreachableError(
            "gRPC is not supported", hint=f"set {_TRACES}_PROTOCOL to http/json, with its port"
        )
    own = environ.get(f"{_TRACES}_ENDPOINT", "").strip()
    shared = environ.get(f"{_PREFIX}_ENDPOINT", "").strip()
    return Receiver(
        own or f"{shared.rstrip('/')}/v1/traces",
        f"{_TRACES if own else _PREFIX}_ENDPOINT",
        _pairs(setting("HEADERS")),
        _HURRIED_S if is_hurried else _limit_s(setting("TIMEOUT")),
        1 if is_hurried else 3,
        may_be_read=True,
    )


def _limit_s(milliseconds: str) -> float:
    asked = int(milliseconds) / 1000 if re.fullmatch("[0-9]{1,9}", milliseconds) else 0.0
    return min(asked, _LIMIT_S) if asked > 0 else _LIMIT_S


def _pairs(text: str) -> Mapping[str, str]:
    """Names and values as baggage is written: commas between, percent-encoded."""
    pairs = (part.partition("=") for part in text.split(","))
    return {
        name.strip(): unquote(value.strip())
        for name, sign, value in pairs
        if sign and _HEADER_NAME.fullmatch(name.strip())
    }


def origin_of(environ: Mapping[str, str]) -> TraceOrigin:
    """Return the job and the repository that the environment names, and the span around them."""
    run, attempt = environ.get("GITHUB_RUN_ID", ""), environ.get("GITHUB_RUN_ATTEMPT", "")
    repository = environ.get("GITHUB_REPOSITORY", "")
    told = {
        "cicd.pipeline.name": environ.get("GITHUB_WORKFLOW", ""),
        "cicd.pipeline.run.id": run,
        "cicd.pipeline.run.url.full": run_page(environ),
        "vcs.repository.url.full": repository_page(environ),
        "vcs.repository.name": repository.rpartition("/")[2],
        "vcs.ref.head.name": environ.get("GITHUB_REF_NAME", ""),
        **_pairs(environ.get("OTEL_RESOURCE_ATTRIBUTES", "")),
        "service.name": environ.get("OTEL_SERVICE_NAME", ""),
    }
    found = _PARENT.fullmatch(environ.get("TRACEPARENT", "").strip())
    parent = TraceParent(found[1], found[2]) if found else None
    resource = {name: value for name, value in told.items() if value}
    return TraceOrigin(resource, parent, f"{run} {attempt}")
