"""How a command says what went wrong: one sentence, and what to do."""

import os
import sys
import traceback

import click

from verifier.errors import ConfigError, VerifierError


def tell_usage(error: click.ClickException) -> None:
    """Say what was wrong with the call; what was given is shown as the text it is."""
    from verifier.report.harmless_text import plain

    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(f"Try '{context.command_path} --help' for help.\n", err=True)
    click.echo(f"Error: {plain(error.format_message())}", err=True)


def tell_error(error: Exception) -> None:
    """Say what went wrong in one sentence, and what to do; with --debug, where it was."""
    from verifier.guarded.redaction import Redactor
    from verifier.report.harmless_text import plain
    from verifier.wiring.known_secrets import known_secrets

    redact = Redactor(known_secrets())
    if "--debug" in sys.argv or os.environ.get("VERIFIER_DEBUG"):
        click.echo(redact("".join(traceback.format_exception(error))), err=True)
    if isinstance(error, ConfigError):
        lines = [plain(redact(line)) for line in error.message.splitlines()]
        click.echo("Invalid configuration; nothing was done.", err=True)
        click.echo("\n".join(f"  {line}" for line in lines), err=True)
        hint = error.hint
    elif isinstance(error, VerifierError):
        click.echo(f"Error: {plain(redact(error.message))}", err=True)
        hint = error.hint
    else:
        click.echo(f"The verifier broke: {plain(redact(repr(error)))}", err=True)
        hint = "run it again with --debug and report the output"
    if hint:
        click.echo(f"What to do: {plain(redact(hint))}", err=True)
