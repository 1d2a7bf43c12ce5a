"""
Drift as SARIF 2.1.0, for GitHub's code scanning.

Source: https://docs.github.com/en/code-security/reference/code-scanning/sarif-support-for-code-scanning
"""

import re
from urllib.parse import quote

from pydantic_core import to_json

from verifier import __version__
from verifier.model.finding import Outcome
from verifier.model.protection import Drift
from verifier.model.report import Report
from verifier.report.harmless_text import json_text, plain

_LEVELS = {
    Outcome.CRITICAL: "error",
    Outcome.FAIL: "error",
    Outcome.INCONCLUSIVE: "warning",
    Outcome.WARN: "note",
}
#: GitHub takes 25,000 results of a run.
_MOST = 25_000
#: Where drift has no file: code scanning shows only what lies in one.
_PLACE = ".github/verifier.yml"


def render(report: Report, docs_url: str = "") -> str:
    """
    Return one run, indented, ending in a newline.

    `docs_url` is the folder of the documentation, ending in a slash; empty where none is known.
    """
    found = [row for row in report.drift if row.severity in _LEVELS]
    shown = sorted(found, key=lambda row: -row.severity.rank)[:_MOST]
    rules = sorted({row.kind for row in shown})
    run = {
        "tool": {
            "driver": {
                "name": "railway-deploy-verifier",
                "semanticVersion": __version__,
                **({"informationUri": docs_url} if docs_url else {}),
                "rules": [_described(rule, docs_url) for rule in rules],
            }
        },
        "automationDetails": {"id": _category(report)},
        "results": [_result(row, rules.index(row.kind)) for row in shown],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json_text(to_json(document, indent=2).decode())


def _category(report: Report) -> str:
    """Which results replace which: those of the same share of the same audit."""
    share = re.sub("[^A-Za-z0-9._-]+", "-", report.share)[:100]
    return f"railway-deploy-verifier/{report.command}/{share}".rstrip("/") + "/"


def _described(rule: str, docs_url: str) -> dict[str, object]:
    text = f"Drift of {plain(rule)} from .github/verifier.yml"
    return {
        "id": f"drift/{rule}",
        "shortDescription": {"text": text},
        **({"helpUri": f"{docs_url}commands/audit.md#what-is-compared"} if docs_url else {}),
        "help": {"text": "What is expected and found stands in the message of each result."},
    }


def _result(row: Drift, rule: int) -> dict[str, object]:
    subject = " ".join(part for part in (row.repository, row.branch, row.setting) if part)
    hint = f" What to do: {row.hint}." if row.hint else ""
    text = f"{subject}: {row.actual}; expected: {row.expected}.{hint}"
    return {
        "ruleId": f"drift/{row.kind}",
        "ruleIndex": rule,
        "level": _LEVELS[row.severity],
        "message": {"text": plain(text, 1000)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(row.file)[:1000] or _PLACE},
                    "region": {"startLine": max(1, row.line)},
                }
            }
        ],
        "partialFingerprints": {"drift/v1": plain("/".join(row.key), 500)},
    }
