"""Forms of a report for other programs, each read by what its own standard publishes."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from itertools import product
from xml.etree.ElementTree import fromstring as read_xml

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.builders import START
from tests.report.every_field import filled
from tests.report.situations import ALL as SITUATIONS
from tests.report.test_surfaces import audit_report, report
from verifier.delivery.surfaces import rendered
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Outcome
from verifier.model.output_form import OutputForm
from verifier.model.report import Report, TimelineEntry
from verifier.report import junit, open_metrics, otlp_trace, sarif
from verifier.report.otlp_trace import TraceOrigin, TraceParent

#: In the words of junit-10.xsd: what may stand within an element, and what each must have.
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"skipped", "error", "failure", "system-out"},
}
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}
KNOWN = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "testcase": {"name", "time", "classname"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
    "system-out": set(),
}
#: In the words of sarif-schema-2.1.0.json of OASIS: of each object what it must have, and what of
#: the rest is written here. Nothing that is not named may stand in one.
SARIF = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": ({"tool"}, {"automationDetails", "results"}),
    "driver": ({"name"}, {"semanticVersion", "informationUri", "rules"}),
    "rule": ({"id"}, {"shortDescription", "helpUri", "help"}),
    "result": (
        {"message"},
        {"ruleId", "ruleIndex", "level", "locations", "partialFingerprints"},
    ),
}
REPORTS = {
    **SITUATIONS,
    "every-field": filled(Report),
    "hostile": report('a\x00b ]]> <x a="1"> \ufffe \ud800 \u202e'),
    "nothing": report(findings=(), services=(), timeline=(), cause=None),
    "audit": audit_report("too weak"),
}


def of_each(*names):
    return pytest.mark.parametrize(
        "given", [pytest.param(REPORTS[n], id=n) for n in names or REPORTS]
    )


@of_each()
def test_junit_holds_what_its_schema_knows_and_counts_what_it_holds(given):
    root = read_xml(junit.render(given))

    for element in root.iter():
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
        assert REQUIRED.get(element.tag, set()) <= set(element.attrib) <= KNOWN[element.tag]
    for counted, kind in product([root, *root.iter("testsuite")], ("failure", "error")):
        assert int(counted.get(f"{kind}s")) == len(list(counted.iter(kind)))
        assert int(counted.get("tests")) == len(list(counted.iter("testcase")))


@pytest.mark.parametrize("code", ExitCode)
@pytest.mark.parametrize("outcome", Outcome)
def test_junit_is_red_exactly_where_the_command_is(code, outcome):
    given = report(exit_code=code, findings=(Finding("health.live", outcome, "said", "api"),))

    root = read_xml(junit.render(given))

    is_red = root.get("failures") != "0" or root.get("errors") != "0"
    assert is_red == (code is not ExitCode.GOOD)


def test_junit_says_what_failed_where_and_what_to_do():
    root = read_xml(junit.render(report()))

    (failure,) = root.iterfind(".//testsuite[@name='api']/testcase[@name='health.schema']/failure")
    assert failure.get("message") == "schema version 1 is behind 2"
    assert "apply the migrations" in failure.text


@of_each()
def test_openmetrics_is_read_by_the_reference_parser(given):
    families = {f.name: f for f in text_string_to_metric_families(open_metrics.render(given))}

    (code,) = families["verifier_exit_code"].samples
    assert code.value == given.exit_code
    assert code.labels["command"]
    assert sum(s.value for s in families["verifier_verdict"].samples) == 1


def test_openmetrics_tells_the_figures_of_a_run():
    families = {f.name: f for f in text_string_to_metric_families(open_metrics.render(report()))}

    assert families["verifier_recovered_seconds"].samples[0].value == 12
    assert {s.labels["outcome"]: s.value for s in families["verifier_findings"].samples} == {
        "skip": 0, "pass": 1, "warn": 1, "inconclusive": 0, "fail": 1, "critical": 0,
    }  # fmt: skip
    assert "verifier_drift" not in families


def test_openmetrics_counts_as_drift_what_is_worse_than_good():
    text = open_metrics.render(audit_report("weak"))
    families = {f.name: f for f in text_string_to_metric_families(text)}

    assert {s.labels["severity"]: s.value for s in families["verifier_drift"].samples} == {
        "warn": 0, "inconclusive": 0, "fail": 1, "critical": 0,
    }  # fmt: skip


def request_of(text):
    """Read it as the published protobuf does: its JSON has ids in base64, OTLP's in hexadecimal."""
    value = json.loads(text)
    for each in value["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for key in ("traceId", "spanId", "parentSpanId"):
            if key in each:
                each[key] = base64.b64encode(bytes.fromhex(each[key])).decode()
    return ParseDict(value, ExportTraceServiceRequest())


@of_each()
def test_a_trace_is_a_request_of_the_published_protobuf(given):
    spans = (
        request_of(otlp_trace.render(given, TraceOrigin())).resource_spans[0].scope_spans[0].spans
    )

    root, *parts = spans
    assert {len(s.trace_id) for s in spans} == {16}
    assert len({s.span_id for s in spans}) == len(spans)
    assert all(p.parent_span_id == root.span_id for p in parts)
    assert all(s.start_time_unix_nano <= s.end_time_unix_nano for s in spans)
    assert (root.status.code == 2) == (given.exit_code is not ExitCode.GOOD)


def at(seconds, event, service=""):
    return TimelineEntry(START + timedelta(seconds=seconds), event, service, f"{event} text")


LINE = (
    at(1, "arrival", "api"),
    at(4, "arrival", "api"),
    at(5, "fail", "api"),
    at(9, "verdict"),
    at(10, "rollback", "api"),
    at(12, "restored", "api"),
    at(12, "verify"),
    at(13, "pass"),
    at(18, "verified"),
)


def test_a_trace_tells_build_wait_verification_and_restore():
    spans = request_of(otlp_trace.render(report(timeline=LINE), TraceOrigin()))
    spans = spans.resource_spans[0].scope_spans[0].spans
    start = int(START.timestamp())

    assert [
        (s.name, s.start_time_unix_nano // 10**9 - start, s.end_time_unix_nano // 10**9 - start)
        for s in spans
    ] == [
        ("verifier gate", 0, 20),
        ("wait", 0, 5),
        ("build api", 0, 4),
        ("verify", 5, 9),
        ("restore api", 10, 12),
        ("verify restored", 12, 18),
    ]
    assert [s.status.code for s in spans] == [2, 1, 1, 2, 1, 1]
    assert [e.name for e in spans[0].events] == [e.event for e in LINE]


def test_what_arrives_after_the_verdict_is_no_longer_build():
    given = report(timeline=(*LINE, at(15, "arrival", "api")))
    spans = request_of(otlp_trace.render(given, TraceOrigin()))
    (build,) = (s for s in spans.resource_spans[0].scope_spans[0].spans if s.name == "build api")

    assert build.end_time_unix_nano // 10**9 - int(START.timestamp()) == 4


def test_a_trace_hangs_below_the_span_of_its_job_and_is_the_same_each_time_it_is_made():
    origin = TraceOrigin({"service.name": "ours"}, TraceParent("a" * 32, "b" * 16), "7 1")
    first = otlp_trace.render(report(), origin)
    root = json.loads(first)["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    other = otlp_trace.render(report(), replace(origin, run_id="8 1"))

    assert first == otlp_trace.render(report(), origin)
    assert (root["traceId"], root["parentSpanId"]) == ("a" * 32, "b" * 16)
    assert (
        root["spanId"]
        != json.loads(other)["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["spanId"]
    )


def test_a_long_run_keeps_its_last_events_and_counts_the_rest():
    long = report(timeline=tuple(at(n, "pass") for n in range(300)))
    root = json.loads(otlp_trace.render(long, TraceOrigin()))["resourceSpans"][0]["scopeSpans"][0]
    root = root["spans"][0]

    assert (len(root["events"]), root["droppedEventsCount"]) == (128, 172)


def test_sarif_says_which_results_replace_which_and_where_each_rule_is_explained():
    given = replace(audit_report("weak"), share="acme 2/4")
    (run,) = json.loads(sarif.render(given, "https://docs.test/"))["runs"]
    (bare,) = json.loads(sarif.render(given))["runs"]

    assert run["automationDetails"]["id"] == "railway-deploy-verifier/audit/acme-2-4/"
    assert all(
        r["helpUri"].startswith("https://docs.test/") for r in run["tool"]["driver"]["rules"]
    )
    assert "helpUri" not in json.dumps(bare)


@of_each()
@pytest.mark.parametrize("docs", ["", "https://docs.test/"], ids=["bare", "documented"])
def test_sarif_holds_what_its_schema_knows(given, docs):
    log = json.loads(sarif.render(given, docs))
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    of_rules = [("rule", each) for each in driver["rules"]]
    of_results = [("result", each) for each in run["results"]]

    for kind, found in [("log", log), ("run", run), ("driver", driver), *of_rules, *of_results]:
        required, optional = SARIF[kind]
        assert required <= set(found) <= required | optional
    assert log["version"] == "2.1.0"
    assert len({each["id"] for each in driver["rules"]}) == len(driver["rules"])
    for each in run["results"]:
        assert each["level"] in {"none", "note", "warning", "error"}
        assert driver["rules"][each["ruleIndex"]]["id"] == each["ruleId"]
        assert each["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1


@pytest.mark.parametrize("form", OutputForm)
def test_every_form_is_a_text_that_ends_its_line(form):
    given = audit_report("weak") if form in (OutputForm.SARIF, OutputForm.CSV) else report()

    assert rendered(given, form).endswith("\n")
