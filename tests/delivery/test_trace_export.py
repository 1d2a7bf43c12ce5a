"""The trace of a run leaves for the collector that OpenTelemetry's own variables name."""

import json

import click
import pytest

from tests.delivery.test_notifications import receiver
from tests.report.test_surfaces import report
from verifier.delivery.project_docs import docs_url
from verifier.delivery.surfaces import write_surfaces
from verifier.delivery.trace_export import left_out, origin_of, receiver_of, send_trace
from verifier.errors import UnreachableError
from verifier.model.exit_code import ExitCode
from verifier.model.output_form import OutputForm
from verifier.report.otlp_trace import TraceParent

OTLP = "OTEL_EXPORTER_OTLP"


@pytest.mark.parametrize(
    ("environ", "url", "headers", "limit_s"),
    [
        pytest.param(
            {f"{OTLP}_ENDPOINT": "https://c.test:4318/"},
            "https://c.test:4318/v1/traces",
            {},
            10.0,
            id="base-address",
        ),
        pytest.param(
            {f"{OTLP}_ENDPOINT": "https://c.test", f"{OTLP}_TRACES_ENDPOINT": "https://t.test/in"},
            "https://t.test/in",
            {},
            10.0,
            id="own-address-as-it-is",
        ),
        pytest.param(
            {
                f"{OTLP}_ENDPOINT": "https://c.test",
                f"{OTLP}_HEADERS": "x-team=a%20b, other = c=d,broken,bad name=1",
                f"{OTLP}_TIMEOUT": "2500",
                f"{OTLP}_PROTOCOL": "http/protobuf",
            },
            "https://c.test/v1/traces",
            {"x-team": "a b", "other": "c=d"},
            2.5,
            id="headers-and-timeout",
        ),
        pytest.param(
            {
                f"{OTLP}_ENDPOINT": "https://c.test",
                f"{OTLP}_HEADERS": "a=1",
                f"{OTLP}_TRACES_HEADERS": "b=2",
                f"{OTLP}_TIMEOUT": "90000",
                f"{OTLP}_TRACES_TIMEOUT": "soon",
            },
            "https://c.test/v1/traces",
            {"b": "2"},
            10.0,
            id="what-is-for-traces-goes-first",
        ),
    ],
)
def test_the_collector_is_the_one_that_the_standard_variables_name(environ, url, headers, limit_s):
    found = receiver_of(environ, is_hurried=False)

    assert (found.url, dict(found.headers), found.limit_s) == (url, headers, limit_s)
    assert url not in repr(found)


def test_grpc_is_said_to_be_unknown():
    with pytest.raises(UnreachableError, match="gRPC"):
        receiver_of({f"{OTLP}_ENDPOINT": "x", f"{OTLP}_PROTOCOL": "grpc"}, is_hurried=False)


@pytest.mark.parametrize(
    ("answers", "posts", "warns"),
    [
        pytest.param([], 1, False, id="taken"),
        pytest.param([(503, {"Retry-After": "1"})], 2, False, id="busy-once"),
        pytest.param([(400, {})], 1, True, id="not-taken"),
    ],
)
def test_a_trace_is_sent_and_a_collector_that_fails_is_a_warning(capsys, answers, posts, warns):
    with receiver(*answers) as (url, got):
        send_trace(report(), {f"{OTLP}_TRACES_ENDPOINT": url}, lambda _: None)

    error = capsys.readouterr().err
    assert (len(got), "warning: the collector of traces" in error) == (posts, warns)
    assert json.loads(got[0])["resourceSpans"]
    assert "s3cretpart" not in error


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_SDK_DISABLED": "true"},
        {"OTEL_TRACES_EXPORTER": "none"},
        {f"{OTLP}_TRACES_ENDPOINT": "  "},
    ],
)
def test_nothing_is_sent_where_nothing_asks_for_it(environ):
    with receiver() as (url, got):
        address = {f"{OTLP}_TRACES_ENDPOINT": url} if environ else {}
        send_trace(report(), {**address, **environ}, lambda _: None)

    assert got == []


def test_a_cancelled_run_does_not_wait_for_its_collector():
    with receiver((503, {}), (503, {})) as (url, got):
        cancelled = report(exit_code=ExitCode.CANCELLED)
        send_trace(cancelled, {f"{OTLP}_TRACES_ENDPOINT": url}, lambda _: None)

    assert len(got) == 1


@pytest.mark.parametrize(
    ("traceparent", "parent"),
    [
        (f"00-{'a' * 32}-{'b' * 16}-01", TraceParent("a" * 32, "b" * 16)),
        (f"00-{'0' * 32}-{'b' * 16}-01", None),
        (f"00-{'a' * 32}-{'0' * 16}-01", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_span_around_the_job_is_taken_where_it_is_one(traceparent, parent):
    assert origin_of({"TRACEPARENT": traceparent}).parent == parent


def test_a_trace_names_its_job():
    found = origin_of(
        {
            "GITHUB_WORKFLOW": "Deploy",
            "GITHUB_RUN_ID": "7",
            "GITHUB_REPOSITORY": "acme/shop",
            "OTEL_SERVICE_NAME": "gate",
            "OTEL_RESOURCE_ATTRIBUTES": "team=payments",
        }
    )

    assert found.resource == {
        "cicd.pipeline.name": "Deploy",
        "cicd.pipeline.run.id": "7",
        "cicd.pipeline.run.url.full": "https://github.com/acme/shop/actions/runs/7",
        "vcs.repository.url.full": "https://github.com/acme/shop",
        "vcs.repository.name": "shop",
        "team": "payments",
        "service.name": "gate",
    }


def test_every_file_that_is_asked_for_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    with click.Context(click.Command("gate")) as context:
        for form in ("junit", "otlp", "openmetrics"):
            context.meta[f"verifier.{form}"] = tmp_path / form
        write_surfaces(report(), tmp_path / "report.json", OutputForm.TEXT)

    assert (tmp_path / "junit").read_text("utf-8").startswith("<?xml")
    assert json.loads((tmp_path / "otlp").read_text("utf-8"))["resourceSpans"]
    assert (tmp_path / "openmetrics").read_text("utf-8").endswith("# EOF\n")


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        (
            {"GITHUB_ACTION_REPOSITORY": "acme/verifier", "GITHUB_ACTION_REF": "v1"},
            "https://github.com/acme/verifier/blob/v1/docs/",
        ),
        ({"GITHUB_ACTION_REPOSITORY": "a b", "GITHUB_ACTION_REF": "v1"}, ""),
        ({"GITHUB_ACTION_REPOSITORY": "acme/verifier"}, ""),
        ({}, ""),
    ],
)
def test_pages_are_those_of_the_action_that_runs(environ, url):
    assert docs_url(environ) == url


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"", ""),
        (b"{}", ""),
        (b"ok", ""),
        (b'{"partialSuccess": {}}', ""),
        (
            b'{"partialSuccess": {"rejectedSpans": "99", "errorMessage": "too\\u202e old"}}',
            "the collector left out 99 spans: too old",
        ),
        (
            b'{"partialSuccess": {"errorMessage": "use another"}}',
            "the collector left out 0 spans: use another",
        ),
    ],
)
def test_what_a_collector_left_out_of_a_trace_is_told(answer, told):
    assert left_out(answer) == told
