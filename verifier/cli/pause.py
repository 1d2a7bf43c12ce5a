"""`verifier pause` and `verifier resume`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack

import click
from click.decorators import FC

from verifier.cli.languages import speak_as_configured
from verifier.cli.options import CONFIG, DRY_RUN, RESULT_FORMS, YES, confirm
from verifier.model.exit_code import ExitCode
from verifier.model.output_form import OutputForm
from verifier.report.spoken import say

if TYPE_CHECKING:
    from verifier.config.pause_section import PauseSection
    from verifier.config.sections import GuardsSection
    from verifier.model.finding import Unobserved
    from verifier.model.secret import Secret
    from verifier.model.switch_answer import SwitchAnswer, SwitchPlace


class _Switch(NamedTuple):
    """The kill switch as it is configured, and where it lies."""

    section: "PauseSection"
    guards: "GuardsSection | None"
    url: "Secret"


class _How(TypedDict):
    """How a status is written, and told."""

    dry_run: bool
    yes: bool
    form: OutputForm


_REASON = click.option("--reason", required=True, help="Why; stored with your name.")
_ACTOR = click.option("--actor", envvar="GITHUB_ACTOR", help="Name to store. [default: you]")


def _options(command: FC) -> FC:
    return CONFIG(_REASON(_ACTOR(DRY_RUN(YES(RESULT_FORMS(command))))))


@click.command()
@_options
def pause(config_path: Path, reason: str, actor: str | None, **how: Unpack[_How]) -> int:
    """Pause the system by writing one row to its database."""
    from verifier.config.settings import load_pause

    speak_as_configured(config_path)
    switch = _Switch(*load_pause(config_path, os.environ))
    return _write_status(switch, _row(switch.section.paused, reason, actor), **how)


@click.command()
@_options
def resume(config_path: Path, reason: str, actor: str | None, **how: Unpack[_How]) -> int:
    """Resume the system by writing one row to its database."""
    from verifier.config.settings import load_pause

    speak_as_configured(config_path)
    switch = _Switch(*load_pause(config_path, os.environ))
    return _write_status(switch, _row(switch.section.running, reason, actor), **how)


def _row(status: str, reason: str, actor: str | None) -> dict[str, str]:
    return {"status": status, "reason": reason, "actor": f"verifier: {actor or user()}"}


def _write_status(switch: _Switch, values: dict[str, str], **how: Unpack[_How]) -> int:
    from verifier.guarded.redaction import without_secrets
    from verifier.report import result_json
    from verifier.wiring.pause import ask_place, try_row

    section, guards, url = switch
    is_json = how["form"].is_for_programs

    def tell(*, is_written: bool, problem: str | None = None) -> None:
        if is_json:
            result: dict[str, object] = {"sql": section.write, "row": values}
            result |= {"written": is_written, "in_effect": is_written and problem is None}
            result |= {"problem": without_secrets(problem or "")}
            click.echo(result_json.render("pause", result), nl=False)

    click.echo(say("This writes to the application's database:"), err=is_json)
    click.echo(f"  {section.write}", err=is_json)
    for name, value in values.items():
        click.echo(f"  {name}: {value}", err=is_json)
    place = ask_place(guards, url)
    _tell_place(place)
    another = place.another
    if how["dry_run"]:
        answer = try_row(section, url, values)
        click.echo(say("Nothing was written."), err=is_json)
        _tell_answer(answer)
        problems = (*((another,) if another else ()), *answer.problems)
        tell(is_written=False, problem="; ".join(each.reason for each in problems))
        return ExitCode.INCONCLUSIVE if another else _end_of(answer)
    confirm("Write this?", how["yes"], err=is_json)
    problem = _write(switch, values)
    told = "; ".join(each for each in (another.reason if another else "", problem or "") if each)
    tell(is_written=True, problem=told or None)
    if problem is not None:
        doubt = without_secrets(problem)
        click.echo(say(f"Sent, but nothing confirms that it is in effect: {doubt}"), err=True)
    if another:
        _tell_another(another)
        return ExitCode.INCONCLUSIVE
    if problem is None:
        click.echo(say(f"Done: the status is {values['status']!r}."), err=is_json)
    return ExitCode.GOOD if problem is None else ExitCode.NOT_RECOVERED


def _write(switch: _Switch, values: dict[str, str]) -> str | None:
    """Write it, and return what is read back instead."""
    from verifier.commands.pause import set_status
    from verifier.commands.ports import attempt
    from verifier.errors import DeniedError, UnexpectedAnswerError
    from verifier.model.switch_answer import SwitchAnswer
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.pause import status_table, try_row

    section, _, url = switch
    try:
        return set_status(status_table(section, url), SystemClock(), values)
    except (DeniedError, UnexpectedAnswerError):
        # What it does allow: asked only now, as nothing may keep a pause waiting.
        answered = attempt(lambda: try_row(section, url, values))
        if isinstance(answered, SwitchAnswer):
            _tell_answer(answered)
        raise


def _tell_place(place: "SwitchPlace") -> None:
    from verifier.guarded.redaction import without_secrets

    if place.another:
        told = without_secrets(place.another.explained)
        click.echo(say(f"WRONG DATABASE? {told}"), err=True)
    if place.unread:
        told = without_secrets(place.unread.explained)
        click.echo(say(f"Whose database this is, it does not tell: {told}"), err=True)


def _tell_another(another: "Unobserved") -> None:
    from verifier.guarded.redaction import without_secrets

    told = without_secrets(another.explained)
    click.echo(
        say(f"WRITTEN TO THE WRONG DATABASE? Production is probably as it was: {told}"),
        err=True,
    )


def _tell_answer(answer: "SwitchAnswer") -> None:
    from verifier.guarded.redaction import without_secrets

    for problem in answer.problems:
        told = without_secrets(problem.explained)
        click.echo(say(f"This row would not take effect: {told}"), err=True)
    for doubt in answer.doubts:
        told = without_secrets(doubt.explained)
        click.echo(say(f"Not certain: {told}"), err=True)


def _end_of(answer: "SwitchAnswer") -> ExitCode:
    """How the same command would end that writes."""
    if not answer.problems:
        return ExitCode.GOOD
    return ExitCode.NOT_RECOVERED if answer.is_written else ExitCode.INCONCLUSIVE


def user() -> str:
    """Return who runs this; containers often have a number without a name."""
    import getpass

    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "unknown user"
