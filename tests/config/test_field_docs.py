"""A published schema says of each field what its class says of it."""

import inspect
import json

import pytest

from verifier.config.schemas import published_schemas
from verifier.model import report

SCHEMAS = published_schemas()


@pytest.mark.parametrize(
    ("kind", "field", "said"),
    [
        pytest.param("LiveDeployment", "commit", "Full hash; empty for an upload", id="of-a-part"),
        pytest.param("RollbackResult", "from", "The condemned deployment.", id="by-its-key"),
    ],
)
def test_a_field_is_described_by_the_text_below_it(kind, field, said):
    schema = json.loads(SCHEMAS["report.schema.json"])["$defs"][kind]

    assert schema["properties"][field]["description"].startswith(said)


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - {"verifier.schema.json"}))
def test_every_field_of_what_programs_read_is_described(name):
    schema = json.loads(SCHEMAS[name])
    fields = {
        f"{kind}.{field}": said
        for kind, of in {"": schema, **schema.get("$defs", {})}.items()
        for field, said in of.get("properties", {}).items()
    }

    assert [field for field, said in fields.items() if "description" not in said] == []
    assert fields


def test_the_report_itself_is_described():
    fields = json.loads(SCHEMAS["report.schema.json"])["properties"]
    told = [text["description"] for text in fields.values() if "description" in text]
    source = " ".join(inspect.getsource(report.Report).split())

    assert told
    assert all(f'"""{text}"""' in source for text in told)
