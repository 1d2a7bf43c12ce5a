"""The command line. Alone has the arguments, the environment, the streams and the exit code."""

import sys
from typing import NoReturn

import click

from verifier import __version__
from verifier.cli.audit import audit
from verifier.cli.check import check
from verifier.cli.config import config
from verifier.cli.doctor import doctor
from verifier.cli.gate import gate
from verifier.cli.health import health
from verifier.cli.init import init
from verifier.cli.lean_start import leave_out_httpx_command
from verifier.cli.ledger import ledger
from verifier.cli.mistakes import tell_error, tell_usage
from verifier.cli.pause import pause, resume
from verifier.cli.preflight import preflight
from verifier.cli.ready import ready
from verifier.cli.release import release
from verifier.cli.rollback import rollback
from verifier.cli.sandbox import demo, sandbox
from verifier.cli.status import status
from verifier.cli.streams import finish, make_steady
from verifier.errors import VerifierError
from verifier.model.exit_code import ExitCode


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="verifier")
@click.option("--debug", is_flag=True, envvar="VERIFIER_DEBUG", help="Show tracebacks.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Verify that a Railway deployment works with its database; roll it back if it does not."""
    context.obj = debug


for _command in (
    gate,
    preflight,
    audit,
    check,
    config,
    doctor,
    health,
    init,
    ready,
    status,
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
    make_steady()
    leave_out_httpx_command()
    try:
        code = cli.main(prog_name="verifier", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = error.exit_code
    except click.ClickException as error:
        code = error.exit_code
        tell_usage(error)
    except (click.Abort, KeyboardInterrupt):
        code = ExitCode.CANCELLED
    except VerifierError as error:
        code = error.exit_code
        tell_error(error)
    except Exception as error:
        code = ExitCode.INCONCLUSIVE
        tell_error(error)
    finish()
    sys.exit(code)
