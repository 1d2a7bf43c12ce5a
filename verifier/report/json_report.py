"""The report as JSON, schema `verifier.report/v1`."""

from pydantic import TypeAdapter

from verifier.model.report import Report
from verifier.report import drift_text
from verifier.report.harmless_text import json_text

_ADAPTER = TypeAdapter(Report)


def render(report: Report) -> str:
    """Return the report as indented JSON, ending in a newline."""
    return json_text(_ADAPTER.dump_json(report, indent=2, by_alias=True).decode())


def printed(report: Report) -> str:
    """Return what `--json` prints: the report, of an audit the drift and its counts."""
    return drift_text.render_json(report) if report.command == "audit" else render(report)


def parse(text: bytes) -> Report:
    """
    Return the report that `render` wrote.

    Raises:
        ValueError: it is none.
    """
    return _ADAPTER.validate_json(text, by_alias=True)


def json_schema() -> dict[str, object]:
    """Return the JSON Schema of the report."""
    return _ADAPTER.json_schema(by_alias=True, mode="serialization")
