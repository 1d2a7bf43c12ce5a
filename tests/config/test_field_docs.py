"""A published schema says of each field what its class says of it."""

import inspect
import json

import pytest

from verifier.config.schemas import published_schemas
from verifier.model import report


@pytest.mark.parametrize(
    ("kind", "field", "said"),
    [
        pytest.param("LiveDeployment", "commit", "Full hash; empty for an upload", id="of-a-part"),
        pytest.param("RollbackResult", "from", "The condemned deployment.", id="by-its-key"),
    ],
)
def test_a_field_is_described_by_the_text_below_it(kind, field, said):
    schema = json.loads(published_schemas()["report.schema.json"])["$defs"][kind]

    assert schema["properties"][field]["description"].startswith(said)


def test_the_report_itself_is_described():
    fields = json.loads(published_schemas()["report.schema.json"])["properties"]
    told = [text["description"] for text in fields.values() if "description" in text]
    source = " ".join(inspect.getsource(report.Report).split())

    assert told
    assert all(f'"""{text}"""' in source for text in told)
