"""Every document that is sent is valid: against the schema carried here, and the real one."""

import json
from pathlib import Path

import pytest
from graphql import build_client_schema, build_schema, parse, validate

import verifier
from verifier.railway import operations

CARRIED = Path(verifier.__file__).parent / "sandbox" / "railway" / "schema.graphql"
REAL = Path(__file__).parents[3] / "shared" / "railway" / "introspection.json"

DOCUMENTS = {
    name: text
    for name, text in vars(operations).items()
    if name.isupper() and not name.startswith("_") and isinstance(text, str)
} | {
    f"{ask.__name__}_{count}": ask(count)
    for ask in (
        operations.fleet,
        operations.more_deployments,
        operations.deployments,
        operations.deployment_variables,
        operations.service_variables,
        operations.audited_services,
    )
    for count in (1, 3)
}

#: Contradicts the schema on purpose: Railway's documentation has it so.
BY_DOCUMENTATION = "ROLL_BACK_OBJECT"


def schemas():
    found = [pytest.param(build_schema(CARRIED.read_text("utf-8")), id="carried")]
    if REAL.exists():
        given = json.loads(REAL.read_text("utf-8"))
        real = build_client_schema(given.get("data", given), assume_valid=True)
        found.append(pytest.param(real, id="real"))
    return found


@pytest.mark.parametrize("schema", schemas())
@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_valid(schema, name):
    errors = validate(schema, parse(DOCUMENTS[name]))

    assert bool(errors) is (name == BY_DOCUMENTATION)


def test_there_are_documents():
    assert len(DOCUMENTS) >= 8
