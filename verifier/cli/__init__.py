"""The command line. Alone has the arguments, the environment, the streams and the exit code."""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import NoReturn

import click

from verifier import __version__
from verifier.cli.command_errors import tell_error, tell_usage
from verifier.cli.ending import is_reporting, publish_usage_error
from verifier.cli.interruption import let_in
from verifier.cli.languages import LANGUAGE, SpokenGroup, SpokenHelp
from verifier.cli.lean_start import leave_out_httpx_command
from verifier.cli.streams import finish, make_steady
from verifier.errors import VerifierError
from verifier.model.exit_code import ExitCode
from verifier.model.platform import RAILWAY_API_OF
from verifier.model.project import page_url
from verifier.report.spoken import say

#: Of every context: help is written in the language in force.
click.Context.formatter_class = SpokenHelp


@click.group(cls=SpokenGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__,
    prog_name="verifier",
    message=f"%(prog)s, version %(version)s (Railway's API of {RAILWAY_API_OF})",
)
@LANGUAGE
@click.option("--debug", is_flag=True, envvar="VERIFIER_DEBUG", help="Show tracebacks.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Verify that a Railway deployment works with its database; roll it back if it does not."""
    context.obj = debug
    if not is_reporting(context.invoked_subcommand or ""):
        let_in()


#: Has no command, and loads much: it is imported by the command that needs it.
_LATER = {"audit_fix"}


def commands_in(package: str, folders: Iterable[str]) -> Mapping[str, click.Command]:
    """Return the commands of all files of a package by their names, without those of groups."""
    names = [file.name for file in iter_modules(folders) if file.name not in _LATER]
    files = [import_module(f"{package}.{name}") for name in names]
    found = [each for file in files for each in vars(file).values()]
    commands = {each for each in found if isinstance(each, click.Command)}
    groups = (each for each in commands if isinstance(each, click.Group))
    commands -= {inner for group in groups for inner in group.commands.values()}
    return {str(each.name): each for each in sorted(commands, key=lambda each: str(each.name))}


#: What a command's help ends with.
_EXITS = (
    "Exit codes: 0 good, 1 failed and production is good or was not touched, 2 wrong usage or "
    "configuration, 3 failed and production is NOT known to be good, 4 inconclusive, 130 cancelled."
)


def explain(command: click.Command, page: str) -> None:
    """Let a command's help name variables, exit codes and the page of the documentation."""
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.envvar:
            parameter.show_envvar = True
    path = f"docs/commands/{page}.md"
    command.epilog = f"{_EXITS}\n\nRead more: {page_url(path) or path}"
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        explain(inner, page)


for _name, _command in commands_in(__name__, __path__).items():
    explain(_command, _name)
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
        publish_usage_error(error)
    except (click.Abort, KeyboardInterrupt):
        code = ExitCode.CANCELLED
        click.echo(say("Cancelled."), err=True)
    except VerifierError as error:
        code = error.exit_code
        tell_error(error)
    except Exception as error:
        code = ExitCode.INCONCLUSIVE
        tell_error(error)
    finish()
    sys.exit(code)
