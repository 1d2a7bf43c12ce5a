"""`python -m verifier.config.schemas FOLDER` writes the published schemas, made from the code."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from verifier.config.field_docs import described
from verifier.config.fields import DURATION_PATTERN, duration_text
from verifier.config.sections import Config
from verifier.report import figures_text, json_report, status_text, view_text

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_id(name: str) -> str:
    """Return what a schema is called, wherever its file lies: no address, which owners change."""
    return f"urn:railway-deploy-verifier:{name.removesuffix('.schema.json')}"


def published_schemas() -> Mapping[str, str]:
    """Return the text of each schema by its file name."""
    config = config_schema()
    report = {**described(json_report.json_schema()), "title": "verifier.report/v1"}
    made = {
        "verifier.schema.json": config,
        "report.schema.json": report,
        "stats.schema.json": {
            **described(figures_text.json_schema()),
            "title": "verifier.stats/v1",
        },
        "status.schema.json": {
            **described(status_text.json_schema()),
            "title": "verifier.status/v1",
        },
        "watch.schema.json": {**described(view_text.json_schema()), "title": "verifier.watch/v1"},
    }
    return {name: _text(name, schema) for name, schema in made.items()}


def config_schema() -> Mapping[str, object]:
    """Return the schema of the configuration; defaults are written as a person would."""
    schema = Config.model_json_schema(by_alias=True)
    for section in (schema, *schema["$defs"].values()):
        for setting in section.get("properties", {}).values():
            if setting.get("pattern") == DURATION_PATTERN and "default" in setting:
                setting["default"] = duration_text(setting["default"])
    return {**schema, "title": ".github/verifier.yml"}


def _text(name: str, schema: Mapping[str, object]) -> str:
    named = {"$schema": _DIALECT, "$id": schema_id(name), **schema}
    return json.dumps(named, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, text in published_schemas().items():
        (Path(sys.argv[1]) / name).write_text(text, "utf-8")
