"""What other programs may rely on, held against a recorded list: nothing goes without a word."""

import copy

import click
import pytest
import yaml

from tests.public_seam import ROOT, action, commands, keys, published, recorded, seam
from verifier.commands.audit_questions import KINDS
from verifier.model.protection import Setting

PAGE = (ROOT / "docs" / "public.md").read_text("utf-8")
GONE = (
    "is public and is gone: other programs rely on it. Keep it, or keep its old name beside the "
    "new one. Where it must go, that is a new major version: take its line out of "
    "tests/public_seam.txt, and say in CHANGELOG.md under Removed what to use instead."
)
NEW = (
    "is new in what is public, and could not be taken back: if it shall be, run `make seam`, "
    "which adds it to tests/public_seam.txt, and add a sentence to CHANGELOG.md under Added."
)


def differences(recorded, found):
    """A sentence for each line of which one side knows nothing."""
    return [
        *(f"`{line}` {GONE}" for line in sorted(recorded - found)),
        *(f"`{line}` {NEW}" for line in sorted(found - recorded)),
    ]


def test_what_is_public_is_what_is_recorded():
    told = differences(set(recorded()), set(seam()))

    assert told == [], "\n".join(told)
    assert recorded() == sorted(set(recorded())), "keep tests/public_seam.txt sorted"


@pytest.mark.parametrize(
    ("listed", "found", "told"),
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
def test_a_change_of_what_is_public_says_what_to_do(listed, found, told):
    assert differences(listed, found) == told


def test_every_part_of_a_schema_is_a_line():
    definitions = {"Mode": {"enum": ["auto", "off"]}}
    schema = {
        "properties": {
            "mode": {"$ref": "#/$defs/Mode"},
            "rows": {"type": "array", "items": {"properties": {"id": {}}, "required": ["id"]}},
            "by-name": {"additionalProperties": {"properties": {"url": {}}}},
            "either": {"anyOf": [{"type": "null"}, {"properties": {"file": {}}}]},
            "version": {"const": 1},
            "one": {"oneOf": [{"properties": {"tool": {"enum": ["rails"]}}}]},
            "both": {"allOf": [{"properties": {"left": {}}}, {"properties": {"right": {}}}]},
            "headers": {"patternProperties": {"^[a-z]+$": {"enum": ["sent"]}}},
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
        "config one",
        "config one.tool",
        "config one.tool = rails",
        "config both",
        "config both.left",
        "config both.right",
        "config headers",
        "config headers.* = sent",
    }


def said_by(schema):
    """Each key and word that stands anywhere in a schema, whatever it is nested in."""
    if isinstance(schema, list):
        yield from (said for inner in schema for said in said_by(inner))
    elif isinstance(schema, dict):
        properties = schema.get("properties", {})
        yield from (f".{key}" for key in properties)
        words = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
        yield from (f" = {word}" for word in words)
        # The name of a key is no word of the schema language: `properties` alone holds names.
        inner = [*properties.values(), *(v for k, v in schema.items() if k not in NO_SCHEMA)]
        yield from (said for each in inner for said in said_by(each))


NO_SCHEMA = ("properties", "default", "enum", "const", "required", "examples")


@pytest.mark.parametrize("kind", sorted(published()))
def test_every_key_and_word_of_a_published_schema_is_in_the_list(kind):
    listed = [line for line in recorded() if line.startswith(f"{kind} ")]
    ends = {f" = {line.rpartition(' = ')[2]}" for line in listed if " = " in line}
    ends |= {f".{line.split()[1].rpartition('.')[2].removesuffix('[]')}" for line in listed}

    assert set(said_by(published()[kind])) - ends == set()


def test_every_schema_in_the_folder_has_its_lines():
    kinds = {path.name.removesuffix(".schema.json") for path in (ROOT / "schemas").iterdir()}

    assert set(published()) == kinds - {"verifier"} | {"config"}


def test_what_may_be_exempted_from_the_audit_is_in_the_list():
    listed = {line.rpartition(" = ")[2] for line in recorded() if "exemptions[].setting = " in line}

    assert listed == {*Setting, *map(str, KINDS)}


@pytest.mark.parametrize("kind", sorted({line.split()[0] for line in seam()}))
def test_every_kind_is_described(kind):
    assert f"| `{kind}` |" in PAGE


def option(*names, **settings):
    return {"gate": click.Command("gate", params=[click.Option(names, **settings)])}


@pytest.mark.parametrize(
    ("before", "after", "noticed"),
    [
        pytest.param(
            option("--base", default="main"),
            option("--base", default="master"),
            {"default gate --base = main", "default gate --base = master"},
            id="another-default",
        ),
        pytest.param(
            option("--to"),
            option("--to", multiple=True),
            {"form gate --to = repeatable"},
            id="many",
        ),
        pytest.param(
            option("--fix"), option("--fix", is_flag=True), {"form gate --fix = flag"}, id="flag"
        ),
        pytest.param(
            option("--why"),
            option("--why", required=True),
            {"form gate --why = required"},
            id="must",
        ),
        pytest.param(
            option("--mode", type=click.Choice(["auto", "off"])),
            option("--mode", type=click.Choice(["auto"])),
            {"choice gate --mode = off"},
            id="a-choice-less",
        ),
        pytest.param(
            option("--sha", envvar=["A", "B"]),
            option("--sha", envvar=["B", "A"]),
            {"form gate --sha = from A, then B", "form gate --sha = from B, then A"},
            id="another-order-of-variables",
        ),
        pytest.param(
            option("--dry-run/--apply"),
            option("--dry-run/--apply", default=True),
            {"default gate --dry-run = True"},
            id="the-other-side-of-a-flag",
        ),
    ],
)
def test_what_an_option_takes_is_public(before, after, noticed):
    assert set(commands(before)) ^ set(commands(after)) == noticed


def described():
    return yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("inputs", "command", "default"), "check", id="another-default"),
        pytest.param(("inputs", "html", "default"), "report.html", id="a-default"),
        pytest.param(
            ("outputs", "verdict", "value"), "${{ steps.verifier.outputs.reason }}", id="output"
        ),
        pytest.param(
            ("outputs", "verdict", "value"), "${{ steps.other.outputs.verdict }}", id="step"
        ),
        pytest.param(
            ("runs", "steps", 0, "env", "VERIFIER_SHA"), "${{ inputs.since }}", id="another-input"
        ),
    ],
)
def test_where_inputs_and_outputs_lead_is_public(path, value):
    changed = copy.deepcopy(described())
    *way, last = path
    place = changed
    for step in way:
        place = place[step]
    place[last] = value

    assert set(action(changed)) != set(action(described()))


def test_an_output_of_the_action_is_the_one_of_its_step_with_the_same_name():
    steps = {step["id"] for step in described()["runs"]["steps"] if "id" in step}

    for name, given in described()["outputs"].items():
        assert given["value"] in {f"${{{{ steps.{step}.outputs.{name} }}}}" for step in steps}, name


def test_another_default_of_a_key_of_the_configuration_is_noticed():
    def lines(default):
        gate = {"properties": {"fail-after": {"type": "integer", "default": default}}}
        return set(keys("config", {"properties": {"gate": gate}}, "", {}))

    assert lines(3) ^ lines(2) == {
        "default config gate.fail-after = 3",
        "default config gate.fail-after = 2",
    }
