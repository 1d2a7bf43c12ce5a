"""`python -m verifier.config.schemas FOLDER` writes the published schemas, made from the code."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from verifier import __version__
from verifier.config.field_docs import described
from verifier.config.fields import DURATION_PATTERN, duration_text
from verifier.config.sections import Config
from verifier.model import project
from verifier.report import figures_text, json_report, status_text, view_text

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


CONFIG_SCHEMA = "verifier.schema.json"
_PINNED = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)(?:/[^@]*)?@(?P<ref>[\w./-]+)")


def schema_id(name: str) -> str:
    """
    Return what a schema is called: its address for this major version.

    Without a repository, where the project is published, it has a name that is no address.
    """
    if project.REPOSITORY:
        tag = project.major_tag(__version__)
        return project.raw_url(project.REPOSITORY, tag, f"schemas/{name}")
    return f"urn:railway-deploy-verifier:{name.removesuffix('.schema.json')}"


def schema_url_for(action: str) -> str:
    """
    Return where an editor finds the configuration's schema; empty where nobody knows.

    `action` is OWNER/NAME@COMMIT of the workflows, or empty. The project's own follows the major
    version, as the action does when its pin is updated; of another repository it is that commit's.
    """
    named = _PINNED.fullmatch(action)
    if named and named["repository"] != project.REPOSITORY:
        return project.raw_url(named["repository"], named["ref"], f"schemas/{CONFIG_SCHEMA}")
    return schema_id(CONFIG_SCHEMA) if project.REPOSITORY else ""


def published_schemas() -> Mapping[str, str]:
    """Return the text of each schema by its file name."""
    config = config_schema()
    report = {**described(json_report.json_schema()), "title": "verifier.report/v1"}
    made = {
        CONFIG_SCHEMA: config,
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
