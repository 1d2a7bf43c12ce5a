"""Options that several commands have, and how a command is confirmed."""

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import click
from click.core import ParameterSource
from click.decorators import FC

from verifier.cli.languages import speak_as_configured
from verifier.model.output_form import OutputForm
from verifier.report.spoken import say

NO_TERMINAL = "no terminal to confirm on: use --yes, or --dry-run to preview"

USUAL_CONFIG = Path(".github/verifier.yml")
CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=USUAL_CONFIG,
    show_default=True,
    envvar="VERIFIER_CONFIG",
    help="Configuration file.",
)


REPORT_FILE = click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="VERIFIER_REPORT",
    help="Write the JSON report here.",
)


def _kept(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keep the option for whoever writes to a stream; no command has to pass it on."""
    context.meta[f"verifier.{parameter.name}"] = value


def _file(form: OutputForm, what: str) -> Callable[[FC], FC]:
    """An option of where to write the report in one more form."""
    return click.option(
        f"--{form}",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar=f"VERIFIER_{form.upper()}",
        expose_value=False,
        callback=_kept,
        help=f"Write {what} here.",
    )


_FILES = (
    _file(OutputForm.HTML, "the report as one HTML page"),
    _file(OutputForm.JUNIT, "the checks as JUnit XML"),
    _file(OutputForm.OTLP, "the run as an OpenTelemetry trace (OTLP JSON)"),
    _file(OutputForm.OPENMETRICS, "the figures of the run as OpenMetrics"),
)
_QUIET = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=_kept,
    help="Print only the verdict, what is live and what to do.",
)
_VERBOSE = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_kept,
    help="Print also what passed and which deployments were judged.",
)


def REPORT_FILES(command: FC) -> FC:
    """Give a command the options of where its report goes, in each form."""
    for option in reversed(_FILES):
        command = option(command)
    return REPORT_FILE(command)


def REPORT(command: FC) -> FC:
    """Give a command the options of where its report goes, and how much of it is printed."""
    return REPORT_FILES(_QUIET(_VERBOSE(command)))


_JSON = "verifier.json"


def _json_wanted(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    context.meta[_JSON] = value


def _form(context: click.Context, _parameter: click.Parameter, value: str | None) -> OutputForm:
    """Return the form to print in: `--json` is another way to ask for one of them."""
    is_json = bool(context.meta.get(_JSON))
    if is_json and value not in (None, OutputForm.JSON):
        raise click.UsageError(f"--json and --format {value} cannot be combined")
    return OutputForm(value) if value else OutputForm.JSON if is_json else OutputForm.TEXT


def forms(json_help: str, *others: OutputForm) -> Callable[[FC], FC]:
    """Return what gives a command the options of the form that it prints in: `form`."""
    choices = [str(form) for form in (OutputForm.TEXT, OutputForm.JSON, *others)]

    def decorate(command: FC) -> FC:
        as_json = click.option(
            "--json",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_json_wanted,
            help=json_help,
        )
        in_form = click.option(
            "--format",
            "form",
            type=click.Choice(choices),
            callback=_form,
            help=f"Form to print in: {', '.join(choices[:-1])} or {choices[-1]}.  [default: text]",
        )
        return as_json(in_form(command))

    return decorate


_OF_A_REPORT = (
    OutputForm.MARKDOWN,
    OutputForm.HTML,
    OutputForm.JUNIT,
    OutputForm.OTLP,
    OutputForm.OPENMETRICS,
)
_OF_AN_AUDIT = (*_OF_A_REPORT, OutputForm.SARIF, OutputForm.CSV)
_AS_JSON = "Print the report as JSON."
RESULT_FORMS = forms("Print the result as JSON.")
REPORT_FORMS = forms(_AS_JSON, *_OF_A_REPORT)
AUDIT_FORMS = forms("Print drift and counts as JSON.", *_OF_AN_AUDIT)
STORED_FORMS = forms(_AS_JSON, *_OF_AN_AUDIT)


def _checkout(what: str) -> Callable[[FC], FC]:
    """The option of the folder that a command reads; what lies there differs by command."""
    return click.option(
        "--checkout",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(),
        envvar="GITHUB_WORKSPACE",
        help=f"{what}  [default: the current folder]",
    )


CHECKOUT = _checkout("Git checkout of the deployed commit.")
PULL_CHECKOUT = _checkout("Git checkout of the pull request.")
REPOSITORY = _checkout("Git checkout of the repository with the configuration.")
NEW_REPOSITORY = _checkout("Git checkout of the repository to set up.")


DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
YES = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


def config_in(config_path: Path, checkout: Path) -> Path:
    """
    Return where the configuration lies: a relative path starts at the checkout.

    One that leads into the checkout from the current folder is taken too, where that alone is
    there. From here on its language is spoken.
    """
    path = config_path if config_path.is_absolute() else checkout / config_path
    is_led_in = Path(os.path.realpath(config_path)).is_relative_to(os.path.realpath(checkout))
    if is_led_in and _is_alone_there(config_path, path):
        path = config_path
    speak_as_configured(path)
    return path


def is_config_named() -> bool:
    """Return whether the call or a variable names the configuration, by the context's option."""
    source = click.get_current_context().get_parameter_source("config_path")
    return source in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


def config_option(config_path: Path, checkout: Path) -> str:
    """
    Return the option that makes a further call read the same configuration, quoted for a shell.

    Empty where it reads that one without.
    """
    source = click.get_current_context().get_parameter_source("checkout")
    # The variable of a job's folder means nothing where a printed command is run.
    is_elsewhere = source is ParameterSource.COMMANDLINE
    if not (is_elsewhere or is_config_named()):
        return ""
    given = config_in(config_path, checkout) if is_elsewhere else config_path
    return "" if given == USUAL_CONFIG else f" --config {shlex.quote(str(given))}"


def _is_alone_there(one: Path, other: Path) -> bool:
    try:
        return one.is_file() and not other.exists()
    except OSError:  # a name that is too long for any file
        return False


def is_on_terminal() -> bool:
    """Return whether a person is there to be asked; a service may be started without any input."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, yes: bool, *, err: bool = False) -> None:
    """
    Ask a person, unless `yes`; on standard error where the other one is for a program.

    Raises:
        UsageError: nobody is there to be asked.
    """
    if yes:
        return
    if not is_on_terminal():
        raise click.UsageError(NO_TERMINAL)
    if not agrees(question, err=err):
        raise click.Abort


def agrees(question: str, *, err: bool = False) -> bool:
    """Ask a person who is there, and return whether the answer was yes."""
    return click.confirm(say(question), err=err)
