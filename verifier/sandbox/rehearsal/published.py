"""`python -m verifier.sandbox.rehearsal.published FOLDER` writes the schema of incidents' files."""

import json
import sys
from pathlib import Path

from verifier.config.schemas import schema_id
from verifier.sandbox.rehearsal.incident import Incident

NAME = "rehearsal.schema.json"


def incident_schema() -> str:
    """Return the text of the schema that editors and linters use."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_id(NAME),
        **Incident.model_json_schema(by_alias=True),
        "title": "incident of verifier rehearse",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (Path(sys.argv[1]) / NAME).write_text(incident_schema(), "utf-8")
