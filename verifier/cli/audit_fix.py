"""`verifier audit --fix`: shows the plan, writes it down, or makes its changes."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from verifier.cli.options import config_option, is_config_named
from verifier.commands.remediation import carry_out, dump_plan, plan_fixes
from verifier.config.audit_settings import AuditSettings, load_audit
from verifier.delivery.surfaces import write_text
from verifier.errors import ProviderError, WrongInputError, words_of
from verifier.guarded.redaction import without_secrets
from verifier.report.harmless_text import plain
from verifier.report.spoken import say
from verifier.wiring.audit import SettingsWorld, audit_request_of


def load_settings(path: Path, config_path: Path, checkout: Path) -> AuditSettings:
    """Return what an audit runs with, of the file at `path`, and how a call names that file."""
    settings = load_audit(path, os.environ, is_named=is_config_named())
    if settings.config is None:
        return settings
    return replace(settings, option=config_option(config_path, checkout))


def fix_branches(
    world: SettingsWorld,
    names: Sequence[str],
    today: date,
    plan_path: Path | None,
    *,
    is_dry: bool,
) -> None:
    """Show the plan and write it down, or make the changes of one that was written down."""
    planned = plan_fixes(world, names, audit_request_of(world.settings), today)
    plan = dump_plan(planned)
    arguments = world.settings.option + "".join(f" --repo {name}" for name in names)
    command = f"verifier audit --fix{arguments}"
    named = shlex.quote(str(plan_path))
    if not is_dry and plan_path is not None and _text_of(plan_path) != plan:
        raise WrongInputError(
            f"{plan_path} is no longer what would be changed; nothing was changed",
            hint=f"review it again: {command} --plan {named}",
        )
    lines = [line for each in planned for line in each.lines()]
    click.echo(say("This would change:" if is_dry else "This changes:"), err=True)
    for line in lines or ["nothing: no required setting is missing"]:
        click.echo(f"  {plain(say(line))}", err=True)
    if is_dry:
        if plan_path is not None:
            write_text(plan_path, plan)
            told = f"To make these changes: {command} --apply --plan {named}"
            click.echo(say(told), err=True)
        return
    for fixed, became in carry_out(world, planned):
        if isinstance(became, ProviderError):
            why = plain(without_secrets(became.explained))
            click.echo(say(f"{fixed.repository}, {fixed.branch}: not changed: {why}"), err=True)
        else:
            # Quoted for a shell, ASCII alone, whole.
            click.echo(f"{say('To undo')}: {became}", err=True)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongInputError(
            f"{path}, named by --plan, cannot be read: {words_of(error)}"
        ) from error
