"""`verifier config`: what the file says, and what its keys mean. Needs no token and no network."""

from collections.abc import Mapping
from pathlib import Path

import click

from verifier.cli.languages import SpokenGroup
from verifier.cli.options import (
    CONFIG,
    DRY_RUN,
    REPOSITORY,
    RESULT_FORMS,
    YES,
    config_in,
    confirm,
)
from verifier.model.output_form import OutputForm
from verifier.model.printable_text import printable, printable_line
from verifier.report.spoken import say, word


class _Config(SpokenGroup):
    """Takes its `upgrade` as an option too, as programs that know no subcommands write it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(
            ctx, ["upgrade", *args[1:]] if args[:1] == ["--upgrade"] else args
        )


@click.group(cls=_Config)
def config() -> None:
    """Check the configuration, show the resulting settings, explain its keys; needs no token."""


@config.command()
@CONFIG
@RESULT_FORMS
@REPOSITORY
def check(config_path: Path, form: OutputForm, checkout: Path) -> int:
    """List every mistake in the file; exit with 0 if there is none."""
    from verifier.config.notes import switched_off
    from verifier.config.settings import load_document
    from verifier.guarded.mistakes import InvalidConfigError
    from verifier.guarded.redaction import own_redactor

    path = config_in(config_path, checkout)
    try:
        _, found = load_document(path)
    except InvalidConfigError as error:
        if form.is_for_programs:
            mistakes = [
                {"line": each.line, "column": each.column, "text": each.text}
                for each in error.problems
            ]
            _print("config-check", {"file": str(path), "valid": False, "mistakes": mistakes})
        raise
    notes = list(switched_off(found).values())
    redact = own_redactor()
    if form.is_for_programs:
        told = {"file": str(path), "valid": True, "mistakes": [], "notes": notes}
        return _print("config-check", told)
    for text in notes:
        click.echo(f"{word('note')}: {say(redact(text))}")
    click.echo(say(f"{path} is valid. To check tokens and addresses too, run: verifier doctor"))
    return 0


@config.command()
@CONFIG
@RESULT_FORMS
@REPOSITORY
@click.option("--all", "with_defaults", is_flag=True, help="Show the defaults too.")
def show(config_path: Path, form: OutputForm, checkout: Path, with_defaults: bool) -> int:
    """Show the settings of the file with their line numbers."""
    from verifier.config.effective import effective_settings
    from verifier.config.settings import load_document
    from verifier.guarded.redaction import own_redactor

    path = config_in(config_path, checkout)
    document, found = load_document(path)
    every = effective_settings(document, found)
    settings = [each for each in every if each.line is not None or with_defaults]
    redact = own_redactor()
    if form.is_for_programs:
        told = [{"key": s.key, "value": s.value, "line": s.line} for s in settings]
        return _print("config-settings", {"file": str(path), "settings": told})
    for setting in settings:
        place = word("default") if setting.line is None else f"{word('line')} {setting.line}"
        click.echo(f"{printable(setting.key)}: {redact(setting.value)}  # {place}")
    return 0


def _keys(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """What the shell offers for a key; a name that is free stands as `*`."""
    from verifier.config.explained import all_keys
    from verifier.config.schemas import config_schema

    return [key for key in all_keys(config_schema()) if key.startswith(begun)]


@config.command()
@click.argument("key", shell_complete=_keys)
@RESULT_FORMS
def explain(key: str, form: OutputForm) -> int:
    """Explain a key, its values and its default: gate.fail-after, services.api.url."""
    from verifier.config.explained import all_keys, explain
    from verifier.config.problems import nearest
    from verifier.config.schemas import config_schema

    schema = config_schema()
    found = explain(schema, key)
    if found is None:
        near = nearest(key, list(all_keys(schema)))
        raise click.UsageError(f"the configuration has no key {key!r}{near}")
    if form.is_for_programs:
        told = {"key": found.key, "takes": found.takes, "default": found.default}
        return _print("config-key", {**told, "meaning": found.meaning, "keys": found.inner})
    default = f" {word('Default')}: {found.default}." if found.default else ""
    click.echo(f"{found.key}: {say(found.takes)}.{default}")
    if found.meaning:
        click.echo(say(found.meaning))
    for name, meaning in found.inner.items():
        click.echo(f"  {name}: {say(meaning)}" if meaning else f"  {name}")
    return 0


@config.command()
@CONFIG
@RESULT_FORMS
@REPOSITORY
@DRY_RUN
@YES
def upgrade(config_path: Path, form: OutputForm, checkout: Path, dry_run: bool, yes: bool) -> int:
    """Bring the file to the newest format: show what would change, ask, and write it."""
    from difflib import unified_diff

    from verifier.config.upgrade import NEWEST, upgraded
    from verifier.errors import WrongInputError
    from verifier.guarded.redaction import own_redactor
    from verifier.guarded.yaml_document import read_document
    from verifier.report import result_json

    path = config_in(config_path, checkout)
    read_document(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        before = file.read()
    after = upgraded(str(path), before)
    lines = list(unified_diff(before.splitlines(), after.splitlines(), str(path), lineterm=""))
    # A diff that is looked at; what is written is the file as it is.
    shown = own_redactor().keep_lines("\n".join(lines)).split("\n") if lines else []
    is_json = form.is_for_programs
    for line in shown:
        click.echo(printable_line(line), err=is_json)
    is_written = bool(lines) and not dry_run
    if is_written:
        confirm(f"Write this to {path}?", yes, err=is_json)
        try:
            path.write_text(after, "utf-8", newline="")
        except OSError as error:
            raise WrongInputError(f"{path} cannot be written: {error.strerror}") from error
        click.echo(say(f"{path} is written"), err=is_json)
    elif not lines and not is_json:
        click.echo(say(f"{path} is up to date: format {NEWEST}"))
    if is_json:
        told = {"file": str(path), "format": NEWEST, "difference": shown, "written": is_written}
        click.echo(result_json.render("config-upgrade", told), nl=False)
    return 0


def _print(kind: str, result: Mapping[str, object]) -> int:
    """Print a result for programs, without secrets."""
    from verifier.guarded.redaction import own_redactor, redacted_values
    from verifier.report import result_json

    redact = own_redactor()
    told = {key: redacted_values(value, redact) for key, value in result.items()}
    click.echo(result_json.render(kind, told), nl=False)
    return 0


@config.command()
def schema() -> int:
    """Print the JSON schema of the file, for editors."""
    from verifier.config.schemas import published_schemas

    click.echo(published_schemas()["verifier.schema.json"], nl=False)
    return 0
