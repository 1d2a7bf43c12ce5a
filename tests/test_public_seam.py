"""What other programs may rely on, held against a recorded list: nothing goes without a word."""

import json
from pathlib import Path

import click
import pytest
import yaml

from tests.test_docs import check_ids
from verifier import cli
from verifier.config.schemas import published_schemas
from verifier.model.check_ids import RENAMED
from verifier.model.exit_code import ExitCode

ROOT = Path(__file__).parents[1]
LIST = Path(__file__).parent / "public_seam.txt"
PAGE = (ROOT / "docs" / "public.md").read_text("utf-8")
GONE = (
    "is public and is gone: other programs rely on it. Keep it, or keep its old name beside the "
    "new one. Where it must go, that is a new major version: take its line out of "
    "tests/public_seam.txt, and say in CHANGELOG.md under Removed what to use instead."
)
NEW = (
    "is new in what is public, and could not be taken back: if it shall be, add that line to "
    "tests/public_seam.txt, and a sentence to CHANGELOG.md under Added."
)


def commands():
    """Commands and subcommands with their options; of an argument, that it is there."""
    for name, command in cli.cli.commands.items():
        inner = command.commands if isinstance(command, click.Group) else {}
        for words, found in {name: command, **{f"{name} {n}": c for n, c in inner.items()}}.items():
            yield f"command {words}"
            for parameter in found.params:
                if isinstance(parameter, click.Argument):
                    yield f"argument {words} {parameter.name.upper()}"
                    continue
                yield from (
                    f"option {words} {option}"
                    for option in (*parameter.opts, *parameter.secondary_opts)
                )
                given = parameter.envvar
                variables = [given] if isinstance(given, str) else given or ()
                yield from (f"variable {variable}" for variable in variables)


def keys(kind, schema, name, definitions):
    """What a schema knows: `kind path`, `[]` for a list, `*` for any name, `= word` for an enum."""
    if "$ref" in schema:
        schema = {**definitions[schema["$ref"].rpartition("/")[2]], **schema}
    for word in schema.get("enum", ()):
        yield f"{kind} {name} = {word}"
    for word in [schema["const"]] if "const" in schema else []:
        yield f"{kind} {name} = {word}"
    for inner in schema.get("anyOf", ()):
        yield from keys(kind, inner, name, definitions)
    if isinstance(schema.get("items"), dict):
        yield from keys(kind, schema["items"], f"{name}[]", definitions)
    if isinstance(schema.get("additionalProperties"), dict):
        inner = schema["additionalProperties"]
        yield from keys(kind, inner, f"{name}.*".lstrip("."), definitions)
    for key, inner in schema.get("properties", {}).items():
        path = f"{name}.{key}".lstrip(".")
        is_asked_for = kind == "config" and key in schema.get("required", ())
        yield f"{kind} {path}{' (required)' if is_asked_for else ''}"
        yield from keys(kind, inner, path, definitions)


def schemas():
    published = {name: json.loads(text) for name, text in published_schemas().items()}
    for kind, name in (("config", "verifier"), ("report", "report"), ("status", "status")):
        schema = published[f"{name}.schema.json"]
        yield from keys(kind, schema, "", schema["$defs"])


def action():
    described = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    yield from (f"input {name}" for name in described["inputs"])
    yield from (f"output {name}" for name in described["outputs"])


def workflows():
    """What a caller of a reusable workflow names. YAML reads the key `on` as true."""
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        on = yaml.safe_load(path.read_text("utf-8"))[True]
        called = on.get("workflow_call") if isinstance(on, dict) else None
        for part, names in (called or {}).items():
            yield from (f"workflow {path.name} {part} {name}" for name in names)


def seam():
    yield from commands()
    yield from (f"exit-code {int(code)}" for code in ExitCode)
    yield from schemas()
    yield from action()
    yield from workflows()
    yield from (f"check {check}" for check in check_ids() | set(RENAMED))


def differences(recorded, found):
    """A sentence for each line of which one side knows nothing."""
    return [
        *(f"`{line}` {GONE}" for line in sorted(recorded - found)),
        *(f"`{line}` {NEW}" for line in sorted(found - recorded)),
    ]


def test_what_is_public_is_what_is_recorded():
    recorded = LIST.read_text("utf-8").splitlines()

    told = differences(set(recorded), set(seam()))

    assert told == [], "\n".join(told)
    assert recorded == sorted(set(recorded)), "keep tests/public_seam.txt sorted"


@pytest.mark.parametrize(
    ("recorded", "found", "told"),
    [
        pytest.param({"option gate --sha"}, {"option gate --sha"}, [], id="kept"),
        pytest.param(
            {"option gate --sha"}, set(), [f"`option gate --sha` {GONE}"], id="taken-away"
        ),
        pytest.param(set(), {"output cause"}, [f"`output cause` {NEW}"], id="added"),
        pytest.param(
            {"check ledger.pending"},
            {"check migrations.pending"},
            [f"`check ledger.pending` {GONE}", f"`check migrations.pending` {NEW}"],
            id="renamed",
        ),
        pytest.param(
            {"config railway.project"},
            {"config railway.project (required)"},
            [
                f"`config railway.project` {GONE}",
                f"`config railway.project (required)` {NEW}",
            ],
            id="asked-for-where-it-was-not",
        ),
    ],
)
def test_a_change_of_what_is_public_says_what_to_do(recorded, found, told):
    assert differences(recorded, found) == told


def test_every_part_of_a_schema_is_a_line():
    definitions = {"Mode": {"enum": ["auto", "off"]}}
    schema = {
        "properties": {
            "mode": {"$ref": "#/$defs/Mode"},
            "rows": {"type": "array", "items": {"properties": {"id": {}}, "required": ["id"]}},
            "by-name": {"additionalProperties": {"properties": {"url": {}}}},
            "either": {"anyOf": [{"type": "null"}, {"properties": {"file": {}}}]},
            "version": {"const": 1},
        }
    }

    assert set(keys("config", schema, "", definitions)) == {
        "config mode",
        "config mode = auto",
        "config mode = off",
        "config rows",
        "config rows[].id (required)",
        "config by-name",
        "config by-name.*.url",
        "config either",
        "config either.file",
        "config version",
        "config version = 1",
    }


@pytest.mark.parametrize("kind", sorted({line.split()[0] for line in seam()}))
def test_every_kind_is_described(kind):
    assert f"| `{kind}` |" in PAGE
