"""
As many findings as there are: what others limit stays under it, and says what was left out.

`python -m tests.report.test_bounds` prints the seconds of the processor that cleaning and the
slowest surface take, and the most megabytes that all of them need.
"""

import json
import re
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.test_surfaces import report
from verifier.delivery import html_report
from verifier.guarded.redaction import Redactor, redacted
from verifier.model.finding import Finding, Outcome
from verifier.report import (
    annotations,
    event,
    json_report,
    junit,
    markdown,
    open_metrics,
    otlp_trace,
    outputs,
    sarif,
    slack,
    terminal,
)
from verifier.report.otlp_trace import TraceOrigin
from verifier.report.shortened import COMMENT_BYTES, SUMMARY_BYTES, shortened

MANY = 25_000
#: Source: https://docs.github.com/en/actions/reference/limits, of a summary and of a kind of
#: annotations; https://docs.github.com/en/rest/issues/comments of a comment;
#: https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads, unpacked
MOST_BYTES = {"summary": 1024 * 1024, "comment": 65_536, "sarif": 10_000_000}
MOST_ANNOTATIONS = 10
MOST_MB = 300
SURFACES = {
    "json": json_report.render,
    "terminal": terminal.render,
    "summary": lambda clean: shortened(markdown.render(clean), SUMMARY_BYTES),
    "comment": lambda clean: shortened(markdown.render(clean), COMMENT_BYTES),
    "annotations": annotations.render,
    "page": html_report.render,
    "junit": junit.render,
    "metrics": open_metrics.render,
    "sarif": lambda clean: sarif.render(clean, ""),
    "slack": lambda clean: slack.render(clean, ""),
    "webhook": lambda clean: event.render(clean, ""),
    "outputs": lambda clean: str(outputs.outputs(clean, "")),
    "trace": lambda clean: otlp_trace.render(clean, TraceOrigin({}, None, "1")),
}


def many():
    """A report of so many findings, each of its own words and place, cleaned of secrets."""
    found = tuple(
        Finding(
            "relations.readable",
            Outcome.FAIL,
            f"table_{n} is not readable for Zk8vQ2mX91LrT4w{n}",
            hint=f"grant select on table_{n}",
            file=f"migrations/{n}.sql",
            line=n,
        )
        for n in range(MANY)
    )
    return redacted(replace(report(), findings=found), Redactor(["Zk8vQ2mX91LrT4w77"]))


@pytest.mark.slow
def test_what_others_limit_stays_under_it_and_says_what_was_left_out():
    clean = many()
    shown = {name: render(clean) for name, render in SURFACES.items()}

    for name, most in MOST_BYTES.items():
        assert len(shown[name].encode()) < most, name
    kinds = [line.partition(" ")[0] for line in shown["annotations"].splitlines()]
    assert max(map(kinds.count, set(kinds))) <= MOST_ANNOTATIONS
    for name in ("terminal", "summary", "comment"):
        assert "more" in shown[name] or "left out" in shown[name], name
    assert not [name for name, text in shown.items() if "Zk8vQ2mX91LrT4w77" in text]


@pytest.mark.slow
def test_all_surfaces_need_some_megabytes():
    said = subprocess.run(
        [sys.executable, "-m", __name__], capture_output=True, text=True, check=True
    )
    _, megabytes = json.loads(said.stdout)

    assert megabytes < MOST_MB


def peak_mb():
    """The most that this process has needed; on Linux `getrusage` may tell its parent's."""
    told = Path("/proc/self/status")
    if not told.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # bytes, on macOS
    status = told.read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


if __name__ == "__main__":
    begun = time.process_time()
    cleaned = many()
    cleaned_s, took = time.process_time() - begun, []
    for render_one in SURFACES.values():
        begun = time.process_time()
        render_one(cleaned)
        took.append(time.process_time() - begun)
    sys.stdout.write(json.dumps([cleaned_s + max(took), peak_mb()]))
