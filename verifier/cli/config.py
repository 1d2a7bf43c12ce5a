"""`verifier config`: what the file says, and what its keys mean. Needs no token and no network."""

from pathlib import Path

import click

from verifier.cli.languages import SpokenGroup
from verifier.cli.options import CONFIG, DRY_RUN, REPOSITORY, YES, config_in, confirm
from verifier.report.spoken import say, word


@click.group(cls=SpokenGroup)
def config() -> None:
    """Check the configuration, show the resulting settings, explain its keys; needs no token."""


@config.command()
@CONFIG
@REPOSITORY
def check(config_path: Path, checkout: Path) -> int:
    """List every mistake in the file; exit with 0 if there is none."""
    from verifier.config.notes import switched_off
    from verifier.config.settings import load_document

    path = config_in(config_path, checkout)
    _, found = load_document(path)
    for text in switched_off(found).values():
        click.echo(f"{word('note')}: {say(text)}")
    click.echo(say(f"{path} is valid. To check tokens and addresses too, run: verifier doctor"))
    return 0


@config.command()
@CONFIG
@REPOSITORY
@click.option("--all", "with_defaults", is_flag=True, help="Show the defaults too.")
def show(config_path: Path, checkout: Path, with_defaults: bool) -> int:
    """Show the settings of the file with their line numbers."""
    from verifier.config.effective import effective_settings
    from verifier.config.settings import load_document

    document, found = load_document(config_in(config_path, checkout))
    for setting in effective_settings(document, found):
        if setting.line is not None:
            click.echo(f"{setting.key}: {setting.value}  # {word('line')} {setting.line}")
        elif with_defaults:
            click.echo(f"{setting.key}: {setting.value}  # {word('default')}")
    return 0


@config.command()
@click.argument("key")
def explain(key: str) -> int:
    """Explain a key, its values and its default: gate.fail-after, services.api.url."""
    from verifier.config.explained import all_keys, explain
    from verifier.config.problems import nearest
    from verifier.config.schemas import config_schema

    schema = config_schema()
    found = explain(schema, key)
    if found is None:
        near = nearest(key, list(all_keys(schema)))
        raise click.UsageError(f"the configuration has no key {key!r}{near}")
    default = f" {word('Default')}: {found.default}." if found.default else ""
    click.echo(f"{found.key}: {say(found.takes)}.{default}")
    if found.meaning:
        click.echo(say(found.meaning))
    for name, meaning in found.inner.items():
        click.echo(f"  {name}: {say(meaning)}" if meaning else f"  {name}")
    return 0


@config.command()
@CONFIG
@REPOSITORY
@DRY_RUN
@YES
def upgrade(config_path: Path, checkout: Path, dry_run: bool, yes: bool) -> int:
    """Bring the file to the newest format: show what would change, ask, and write it."""
    from difflib import unified_diff

    from verifier.config.upgrade import NEWEST, upgraded
    from verifier.guarded.yaml_document import read_document

    path = config_in(config_path, checkout)
    read_document(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        before = file.read()
    after = upgraded(str(path), before)
    if after == before:
        click.echo(say(f"{path} is up to date: format {NEWEST}"))
        return 0
    for line in unified_diff(before.splitlines(), after.splitlines(), str(path), lineterm=""):
        click.echo(line)
    if not dry_run:
        confirm(f"Write this to {path}?", yes)
        path.write_text(after, "utf-8", newline="")
        click.echo(say(f"{path} is written"))
    return 0


@config.command()
def schema() -> int:
    """Print the JSON schema of the file, for editors."""
    from verifier.config.schemas import published_schemas

    click.echo(published_schemas()["verifier.schema.json"], nl=False)
    return 0
