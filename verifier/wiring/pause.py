"""What `pause` and `resume` are given: the status table, and the statements that keep it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from verifier.commands.parallel import ParallelCalls
from verifier.commands.pause import Emergency, StatusTable
from verifier.commands.ports import attempt
from verifier.config.pause_section import PauseSection
from verifier.config.sections import GuardsSection
from verifier.config.settings import Settings
from verifier.model.database_address import DATABASE_URL, is_postgres_url
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.secret import Secret
from verifier.model.switch_answer import SwitchAnswer, SwitchPlace

if TYPE_CHECKING:
    from verifier.model.environment_status import Paused

_NO_SWITCH = NotAsked("no kill switch is configured, or its database has no address")
#: Reasons as people give them: in a hurry, with a ticket, and in a sentence.
_REASONS = (
    "incident",
    "INC-1042: errors since 14:05",
    "The deploy of today sends wrong messages; paused until it is repaired.",
)
_ACTOR = "verifier: octocat"
_PLACE_S = 5.0


def status_table(section: PauseSection, url: Secret) -> StatusTable:
    """Return the table in the database at `url`, without a connection as long as none is used."""
    from verifier.database.kill_switch import Switch

    return Switch(url, section.write, section.read)


def emergency_of(settings: Settings) -> Emergency | None:
    """Return the kill switch for a gate whose rollback failed; None where it may not use it."""
    section = settings.config.pause
    if not section.when_not_recovered:
        return None
    url, guards = settings.pause_url, settings.config.guards
    table = status_table(section, url)
    return Emergency(table, section.paused, lambda: ask_place(guards, url))


def ask_place(guards: GuardsSection | None, url: Secret) -> SwitchPlace:
    """
    Ask the database whose it is, within seconds: nothing may keep a pause waiting.

    What does not answer at all is not told here: the write tells it.
    """
    from verifier.database.own_markers import OwnMarkers, place_of

    if guards is None:
        return SwitchPlace()
    markers = OwnMarkers(guards.table or "", guards.markers)
    asked: ParallelCalls[str, SwitchPlace | Unobserved] = ParallelCalls()
    question = {"": lambda: attempt(lambda: place_of(url, markers))}
    answer = asked.ask(question, _PLACE_S).get("", Unobserved("no answer"))
    return answer if isinstance(answer, SwitchPlace) else SwitchPlace()


def read_paused(settings: Settings) -> "Paused":
    """Tell whether the system is paused; its reason where that was not read, or nothing tells."""
    pause, url = settings.config.pause, settings.pause_url
    is_there = "pause" in settings.config.model_fields_set or url.variable != DATABASE_URL
    if not (is_there and pause.reads_now and is_postgres_url(url.reveal())):
        return _NO_SWITCH
    from verifier.database.kill_switch import status_now

    found = attempt(lambda: status_now(url, pause.reads_now))
    if isinstance(found, Unobserved):
        return found
    if found in (pause.paused, pause.running):
        return found == pause.paused
    if not found:
        return False  # Nobody has written a status yet.
    return Unobserved(f"the status is {found!r}, neither pause.paused nor pause.running")


def ask_switch(settings: Settings) -> SwitchAnswer | NotAsked:
    """
    Ask what the database would refuse of pause and resume, and write nothing.

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError: it could not be asked.
    """
    from verifier.database.kill_switch_trial import SwitchTrial

    config, url = settings.config, settings.pause_url
    if "pause" not in config.model_fields_set or not is_postgres_url(url.reveal()):
        return _NO_SWITCH
    pause = config.pause
    statuses = tuple(dict.fromkeys((pause.paused, pause.running)))
    answer = SwitchTrial(url, pause.write, pause.read, statuses, _REASONS, _ACTOR).ask()
    another = ask_place(config.guards, url).another
    return replace(answer, problems=(another, *answer.problems)) if another else answer


def try_row(section: PauseSection, url: Secret, values: Mapping[str, str]) -> SwitchAnswer:
    """
    Ask what the database would say to this one row, and write nothing.

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError: it could not be asked.
    """
    from verifier.database.kill_switch_trial import SwitchTrial

    statuses, reasons = (values["status"],), (values["reason"],)
    return SwitchTrial(url, section.write, section.read, statuses, reasons, values["actor"]).ask()
