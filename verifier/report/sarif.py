"""
Drift as SARIF 2.1.0, for GitHub's code scanning.

Source: https://docs.github.com/en/code-security/reference/code-scanning/sarif-support-for-code-scanning
"""

import json
from collections.abc import Sequence
from urllib.parse import quote

from verifier import __version__
from verifier.model.finding import Outcome
from verifier.model.protection import Drift
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


def render(drift: Sequence[Drift]) -> str:
    """Return one run, indented, ending in a newline."""
    shown = [row for row in drift if row.severity in _LEVELS][:_MOST]
    rules = sorted({row.kind for row in shown})
    run = {
        "tool": {
            "driver": {
                "name": "railway-deploy-verifier",
                "semanticVersion": __version__,
                "rules": [_described(rule) for rule in rules],
            }
        },
        "results": [_result(row, rules.index(row.kind)) for row in shown],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json_text(json.dumps(document, indent=2, ensure_ascii=False))


def _described(rule: str) -> dict[str, object]:
    text = f"Drift of {plain(rule)} from .github/verifier.yml"
    return {"id": f"drift/{rule}", "shortDescription": {"text": text}}


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
