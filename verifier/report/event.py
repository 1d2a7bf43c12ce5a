"""A report as an event for a receiver of a team's own."""

import json

from verifier.model.report import Report
from verifier.report import json_report
from verifier.report.harmless_text import prose
from verifier.report.headline import headline


def render(report: Report, run_url: str) -> str:
    """Return the JSON body, schema `verifier.event/v1`: the headline, and the whole report."""
    value = {
        "schema": "verifier.event/v1",
        "type": f"verifier.{report.command}",
        "headline": headline(report),
        "verdict": str(report.verdict),
        "exit_code": int(report.exit_code),
        "run_url": prose(run_url),
        "report": json.loads(json_report.render(report)),
    }
    return json.dumps(value, ensure_ascii=False)
