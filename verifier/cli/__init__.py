"""The command line. Alone has the arguments, the environment, the streams and the exit code."""

import os
import sys
import traceback
from typing import NoReturn

import click

from verifier import __version__
from verifier.cli.audit import audit
from verifier.cli.check import check
from verifier.cli.doctor import doctor
from verifier.cli.gate import gate
from verifier.cli.init import init
from verifier.cli.ledger import ledger
from verifier.cli.pause import pause, resume
from verifier.cli.preflight import preflight
from verifier.cli.ready import ready
from verifier.cli.release import release
from verifier.cli.rollback import rollback
from verifier.cli.sandbox import demo, sandbox
from verifier.errors import ConfigError, VerifierError

_CANCELLED = 130
_BROKEN = 4


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="verifier")
@click.option("--debug", is_flag=True, envvar="VERIFIER_DEBUG", help="Show tracebacks.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Prove that a Railway deployment works with its database; undo it when it does not."""
    context.obj = debug


for _command in (
    gate,
    preflight,
    audit,
    check,
    doctor,
    init,
    ready,
    rollback,
    release,
    ledger,
    pause,
    resume,
    sandbox,
    demo,
):
    cli.add_command(_command)


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    debug = "--debug" in sys.argv or bool(os.environ.get("VERIFIER_DEBUG"))
    try:
        code = cli.main(prog_name="verifier", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = error.exit_code
    except click.ClickException as error:
        code = error.exit_code
        _tell_usage(error)
    except (click.Abort, KeyboardInterrupt):
        code = _CANCELLED
    except VerifierError as error:
        code = error.exit_code
        _tell(error, debug)
    except Exception as error:
        code = _BROKEN
        _tell(error, debug)
    sys.exit(code)


def _tell_usage(error: click.ClickException) -> None:
    """Say what was wrong with the call; what was given is shown as the text it is."""
    from verifier.report.text import plain

    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(f"Try '{context.command_path} --help' for help.\n", err=True)
    click.echo(f"Error: {plain(error.format_message())}", err=True)


def _tell(error: Exception, debug: bool) -> None:
    """Say what went wrong in one sentence, and what to do."""
    from verifier.connect import known_secrets
    from verifier.redaction import Redactor
    from verifier.report.text import plain

    redact = Redactor(known_secrets())
    if debug:
        click.echo(redact("".join(traceback.format_exception(error))), err=True)
    if isinstance(error, ConfigError):
        lines = [plain(redact(line)) for line in error.message.splitlines()]
        click.echo("The configuration is wrong; nothing was done.", err=True)
        click.echo("\n".join(f"  {line}" for line in lines), err=True)
        hint = error.hint
    elif isinstance(error, VerifierError):
        click.echo(f"Error: {plain(redact(error.message))}", err=True)
        hint = error.hint
    else:
        click.echo(f"The verifier broke: {plain(redact(repr(error)))}", err=True)
        hint = "run it again with --debug and report what it prints"
    if hint:
        click.echo(f"What to do: {plain(redact(hint))}", err=True)
