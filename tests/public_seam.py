"""What other programs may rely on, one line an item; `make seam` adds what is new to the list."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import yaml

from tests.test_docs import check_ids
from verifier.cli.command_list import every_command
from verifier.commands.audit_questions import KINDS
from verifier.config.schemas import published_schemas
from verifier.model.check_ids import RENAMED
from verifier.model.exit_code import ExitCode
from verifier.model.protection import Setting
from verifier.sandbox.rehearsal.published import NAME, incident_schema

ROOT = Path(__file__).parents[1]
LIST = Path(__file__).parent / "public_seam.txt"


def commands(group: Mapping[str, click.Command]) -> Iterator[str]:
    """Commands and subcommands with their options and arguments."""
    for name, command in group.items():
        inner = command.commands if isinstance(command, click.Group) else {}
        for words, found in {name: command, **{f"{name} {n}": c for n, c in inner.items()}}.items():
            yield f"command {words}"
            for parameter in found.params:
                yield from described(words, parameter)


def described(command: str, parameter: click.Parameter) -> Iterator[str]:
    """An option in each spelling, or an argument: what it takes, and what it is without."""
    if isinstance(parameter, click.Argument):
        name = str(parameter.name).upper()
        yield f"argument {command} {name}"
    else:
        name = parameter.opts[0]
        yield from (f"option {command} {o}" for o in (*parameter.opts, *parameter.secondary_opts))
    given = parameter.envvar
    variables = [given] if isinstance(given, str) else list(given or ())
    yield from (f"variable {variable}" for variable in variables)
    yield from (f"form {command} {name} = {word}" for word in _forms(parameter, variables))
    if isinstance(parameter.type, click.Choice):
        yield from (f"choice {command} {name} = {word}" for word in parameter.type.choices)
    if isinstance(parameter.default, str | int | Path) and parameter.default not in (False, ""):
        yield f"default {command} {name} = {parameter.default}"


def _forms(parameter: click.Parameter, variables: list[str]) -> Iterator[str]:
    """What a caller must know of it besides its name."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        yield "flag"
    if parameter.multiple or parameter.nargs != 1:
        yield "repeatable"
    if parameter.required:
        yield "required"
    if variables:
        yield f"from {', then '.join(variables)}"


def keys(kind, schema, name, definitions):
    """What a schema knows: `kind path`, `[]` for a list, `*` for any name, `= word` for an enum."""
    if "$ref" in schema:
        schema = {**definitions[schema["$ref"].rpartition("/")[2]], **schema}
    for word in schema.get("enum", ()):
        yield f"{kind} {name} = {word}"
    for word in [schema["const"]] if "const" in schema else []:
        yield f"{kind} {name} = {word}"
    for either in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(either, ()):
            yield from keys(kind, inner, name, definitions)
    if isinstance(schema.get("items"), dict):
        yield from keys(kind, schema["items"], f"{name}[]", definitions)
    of_any_name = [
        schema.get("additionalProperties"),
        *schema.get("patternProperties", {}).values(),
    ]
    for inner in of_any_name:
        if isinstance(inner, dict):
            yield from keys(kind, inner, f"{name}.*".lstrip("."), definitions)
    for key, inner in schema.get("properties", {}).items():
        path = f"{name}.{key}".lstrip(".")
        is_asked_for = kind == "config" and key in schema.get("required", ())
        yield f"{kind} {path}{' (required)' if is_asked_for else ''}"
        # Of a section the defaults are those of its keys.
        default = inner.get("default")
        if kind == "config" and default not in (None, "", []) and not isinstance(default, dict):
            yield f"default config {path} = {json.dumps(default)}"
        yield from keys(kind, inner, path, definitions)


def published() -> dict[str, dict]:
    """Each schema that is published, by the word that its lines begin with."""
    texts = {**published_schemas(), NAME: incident_schema()}
    kinds = {name: name.removesuffix(".schema.json") for name in texts}
    kinds["verifier.schema.json"] = "config"
    return {kinds[name]: json.loads(text) for name, text in texts.items()}


def schemas():
    for kind, schema in published().items():
        yield from keys(kind, schema, "", schema.get("$defs", {}))
    # What is about a branch may have a name behind its first word, so the schema takes any text.
    for word in (*Setting, *KINDS):
        yield f"config protection.exemptions[].setting = {word}"


def action(described: dict) -> Iterator[str]:
    """Inputs and outputs, what an input is without, and where each leads."""
    for name, given in described["inputs"].items():
        yield f"input {name}"
        if given.get("default"):
            yield f"default input {name} = {given['default']}"
    for name, given in described["outputs"].items():
        yield f"output {name}"
        yield f"wiring output {name} = {given['value']}"
    for step in described["runs"]["steps"]:
        for variable, value in step.get("env", {}).items():
            for name in re.findall(r"inputs\.([a-z-]+)", value):
                yield f"wiring input {name} = {variable}: {value}"


def workflows() -> Iterator[str]:
    """What a caller of a reusable workflow names. YAML reads the key `on` as true."""
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        on = yaml.safe_load(path.read_text("utf-8"))[True]
        called = on.get("workflow_call") if isinstance(on, dict) else None
        for part, names in (called or {}).items():
            for name, given in names.items():
                yield f"workflow {path.name} {part} {name}"
                if isinstance(given, dict) and given.get("default") not in (None, ""):
                    yield f"default {path.name} {name} = {json.dumps(given['default'])}"


def seam() -> Iterator[str]:
    """Every line of the list."""
    yield from commands(every_command())
    yield from (f"exit-code {int(code)}" for code in ExitCode)
    yield from schemas()
    yield from action(yaml.safe_load((ROOT / "action.yml").read_text("utf-8")))
    yield from workflows()
    yield from (f"check {check}" for check in check_ids() | set(RENAMED))


def recorded() -> list[str]:
    """The list as it was decided."""
    return LIST.read_text("utf-8").splitlines()


if __name__ == "__main__":
    # What is gone stays in the list, and fails a test: it was promised.
    LIST.write_text("\n".join(sorted({*recorded(), *seam()})) + "\n", "utf-8")
