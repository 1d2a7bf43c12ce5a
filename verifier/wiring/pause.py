"""What `pause` and `resume` are given: the status table, and the statements that keep it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from verifier.commands.pause import Emergency, StatusTable
from verifier.commands.ports import attempt
from verifier.config.pause_section import PauseSection
from verifier.config.settings import Settings
from verifier.model.database_address import DATABASE_URL, is_postgres_url
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.secret import Secret
from verifier.model.switch_answer import SwitchAnswer

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


def status_table(section: PauseSection, url: Secret) -> StatusTable:
    """Return the table in the database at `url`, without a connection as long as none is used."""
    from verifier.database.kill_switch import Switch

    return Switch(url, section.write, section.read)


def emergency_of(settings: Settings) -> Emergency | None:
    """Return the kill switch for a gate whose rollback failed; None where it may not use it."""
    section = settings.config.pause
    if not section.when_not_recovered:
        return None
    return Emergency(status_table(section, settings.pause_url), section.paused)


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
    return SwitchTrial(url, pause.write, pause.read, statuses, _REASONS, _ACTOR).ask()


def try_row(section: PauseSection, url: Secret, values: Mapping[str, str]) -> SwitchAnswer:
    """
    Ask what the database would say to this one row, and write nothing.

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError: it could not be asked.
    """
    from verifier.database.kill_switch_trial import SwitchTrial

    statuses, reasons = (values["status"],), (values["reason"],)
    return SwitchTrial(url, section.write, section.read, statuses, reasons, values["actor"]).ask()
