"""
The command line. Alone has the arguments, the environment, the streams and the exit code.

Help is often all that is asked for: what a command or an error needs is loaded with it.
"""

import os
import sys
from typing import NoReturn

import click

from verifier import __version__
from verifier.cli.command_list import ListedGroup
from verifier.cli.languages import LANGUAGE, SpokenHelp
from verifier.cli.lean_start import leave_out_httpx_command
from verifier.cli.streams import finish, make_steady
from verifier.errors import VerifierError
from verifier.model.exit_code import ExitCode
from verifier.model.platform import RAILWAY_API_OF
from verifier.report.spoken import say

#: Of every context: help is written in the language in force.
click.Context.formatter_class = SpokenHelp


@click.group(cls=ListedGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__,
    prog_name="verifier",
    message=f"%(prog)s, version %(version)s (Railway's API of {RAILWAY_API_OF})",
)
@LANGUAGE
@click.option(
    "--debug", is_flag=True, envvar="VERIFIER_DEBUG", show_envvar=True, help="Show tracebacks."
)
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Verify that a Railway deployment works with its database; roll it back if it does not."""
    from verifier.cli.ending import is_reporting
    from verifier.cli.interruption import let_in

    context.obj = debug
    if not is_reporting(context.invoked_subcommand or ""):
        let_in()


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    make_steady()
    leave_out_httpx_command()
    if os.environ.get("_VERIFIER_COMPLETE", "").startswith("fish"):
        from verifier.cli.fish_completion import complete_whole

        complete_whole()
    try:
        code = cli.main(prog_name="verifier", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = error.exit_code
    except click.ClickException as error:
        from verifier.cli.command_errors import tell_usage
        from verifier.cli.ending import publish_usage_error

        code = error.exit_code
        tell_usage(error)
        publish_usage_error(error)
    except (click.Abort, KeyboardInterrupt):
        code = ExitCode.CANCELLED
        click.echo(say("Cancelled."), err=True)
    except Exception as error:
        from verifier.cli.command_errors import tell_error

        code = error.exit_code if isinstance(error, VerifierError) else ExitCode.INCONCLUSIVE
        tell_error(error)
    finish()
    sys.exit(code)
