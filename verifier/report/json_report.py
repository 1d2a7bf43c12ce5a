"""The report as JSON, schema `verifier.report/v1`."""

import re

from pydantic import TypeAdapter
from pydantic_core import from_json

from verifier.model.report import Report
from verifier.report import drift_text
from verifier.report.harmless_text import json_text

_ADAPTER = TypeAdapter(Report)
_SCHEMAS = "verifier.report/v"
#: Without these a report would say that nothing was there.
_WHOLE = ("schema", "services", "findings", "timeline", "drift")
_TIMES = ("at", "started_at", "ended_at", "created_at", "committed_at")
_ZONE = re.compile(r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})$")


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
    given = from_json(text)
    _refuse_local_times(given)
    missing = [key for key in _WHOLE if not isinstance(given, dict) or key not in given]
    if missing:
        raise ValueError(f"it has no {', '.join(missing)}")
    return _ADAPTER.validate_json(text, by_alias=True)


def _refuse_local_times(value: object) -> None:
    """Refuse a time without its zone: nobody knows when that was."""
    match value:
        case dict():
            for key, inner in value.items():
                if key in _TIMES and isinstance(inner, str) and not _ZONE.search(inner):
                    raise ValueError(f"{key} has no time zone: {inner[:40]}")
                _refuse_local_times(inner)
        case list():
            for inner in value:
                _refuse_local_times(inner)
        case _:
            pass


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
