"""The report as JSON, schema `verifier.report/v1`."""

from pydantic import TypeAdapter
from pydantic_core import from_json

from verifier.model.report import Report
from verifier.report import drift_text
from verifier.report.harmless_text import json_text

_ADAPTER = TypeAdapter(Report)
_SCHEMAS = "verifier.report/v"


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


def later_schema(text: bytes) -> str:
    """Return the name of the schema of a report that this version is too old for; else nothing."""
    try:
        said: object = from_json(text)
    except ValueError:
        return ""
    named = said.get("schema") if isinstance(said, dict) else None
    is_one = isinstance(named, str) and named.startswith(_SCHEMAS) and named != f"{_SCHEMAS}1"
    return str(named) if is_one else ""


def json_schema() -> dict[str, object]:
    """Return the JSON Schema of the report."""
    return _ADAPTER.json_schema(by_alias=True, mode="serialization")
