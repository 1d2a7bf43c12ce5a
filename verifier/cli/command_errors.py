"""How a command says what went wrong: one sentence, and what to do."""

import os
import re
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from verifier.errors import ConfigError, MissingSettingError, VerifierError, WrongInputError
from verifier.model.exit_code import ExitCode
from verifier.report.spoken import say, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.model.finding import Finding

#: Of a mistake in a file: its line and column.
_PLACE = re.compile(r"(?P<file>[^:\n]{1,500}):(?P<line>[0-9]{1,7}):[0-9]{1,7}: ")
#: Options of the whole command line, which every command seems to have.
_BEFORE_THE_COMMAND = ("--language", "--debug")
_ALIKE = 0.7
_REPORT_IT = "run it again with --debug and report the output"


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a command ended without a verdict. Not redacted."""

    reason: str
    hint: str
    exit_code: int
    listed: "tuple[Finding, ...]" = ()
    """Each mistake of a configuration, with its place in the file."""


def mistake_of(error: BaseException, stage: str) -> Mistake:
    """Return what a report says of an end by this error, in the middle of `stage`."""
    match error:
        case KeyboardInterrupt() | click.Abort():
            return Mistake(f"cancelled while {stage}", "", ExitCode.CANCELLED)
        case MissingSettingError() | WrongInputError():
            return Mistake(f"nothing was done: {error.message}", error.hint, error.exit_code)
        case ConfigError():
            lines = error.message.splitlines()
            told = lines[0] if len(lines) == 1 else f"{len(lines)} mistakes"
            reason = f"the configuration is wrong, nothing was done: {told}"
            return Mistake(reason, error.hint, error.exit_code, _mistakes_by_line(lines))
        case VerifierError():
            return Mistake(error.message, error.hint, error.exit_code)
        case click.ClickException():
            reason = f"wrong usage, nothing was done: {_message(error)}"
            hint = f"correct it where it is called; {_of(error)} --help tells what it takes"
            return Mistake(reason, hint, error.exit_code)
        case _:
            reason = f"the verifier broke while {stage}: {error!r}"
            return Mistake(reason, _REPORT_IT, ExitCode.INCONCLUSIVE)


def _of(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return context.command_path if context else "verifier"


def _mistakes_by_line(lines: "Sequence[str]") -> "tuple[Finding, ...]":
    from verifier.model.check_ids import MISTAKE
    from verifier.model.finding import Finding, Outcome

    def finding(line: str) -> Finding:
        place = _PLACE.match(line)
        file, number = (place["file"], int(place["line"])) if place else ("", 0)
        return Finding(MISTAKE, Outcome.FAIL, line, file=file, line=number)

    return tuple(map(finding, lines))


def tell_usage(error: click.ClickException) -> None:
    """Say what was wrong with the call; what was given is shown as the text it is."""
    from verifier.guarded.redaction import own_redactor
    from verifier.report.harmless_text import plain

    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(say(f"Try '{context.command_path} --help' for help.\n"), err=True)
    told = plain(say(own_redactor()(_message(error))))
    click.echo(f"{word('Error')}: {told}", err=True)


def _message(error: click.ClickException) -> str:
    """Return what is wrong with a call, with the option that may have been meant."""
    if not isinstance(error, click.NoSuchOption):
        return error.format_message()
    from difflib import get_close_matches

    # The library takes the dashes for part of the likeness, and knows no option of the group.
    bare = {name.lstrip("-"): name for name in error.possibilities or ()}
    near = get_close_matches(error.option_name.lstrip("-"), list(bare), 1, _ALIKE)
    meant = bare[near[0]] if near else ""
    if error.ctx is not None and error.ctx.parent and error.option_name in _BEFORE_THE_COMMAND:
        meant = f"verifier {error.option_name}"
    return f"{error.message.rstrip('.')} (did you mean {meant!r}?)" if meant else error.message


def tell_error(error: Exception) -> None:
    """Say what went wrong in one sentence, and what to do; with --debug, where it was."""
    from verifier.guarded.redaction import own_redactor
    from verifier.report.harmless_text import plain

    redact = own_redactor()
    if "--debug" in sys.argv or os.environ.get("VERIFIER_DEBUG"):
        lines = "".join(traceback.format_exception(error)).splitlines()
        click.echo("\n".join(redact.lines(lines)), err=True)
    is_elsewhere = isinstance(error, MissingSettingError | WrongInputError)
    if isinstance(error, ConfigError) and not is_elsewhere:
        lines = [plain(say(redact(line))) for line in error.message.splitlines()]
        click.echo(say("Invalid configuration; nothing was done."), err=True)
        click.echo("\n".join(f"  {line}" for line in lines), err=True)
        hint = error.hint
    elif isinstance(error, VerifierError):
        click.echo(f"{word('Error')}: {plain(say(redact(error.message)))}", err=True)
        hint = error.hint
    else:
        click.echo(f"{say('The verifier broke')}: {plain(redact(repr(error)))}", err=True)
        hint = _REPORT_IT
    if hint:
        click.echo(f"{say('What to do')}: {plain(say(redact(hint)))}", err=True)
