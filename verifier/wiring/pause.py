"""What `pause` and `resume` are given: the status table, and the statements that keep it."""

from verifier.commands.pause import Emergency, StatusTable
from verifier.config.sections import PauseSection
from verifier.config.settings import Settings
from verifier.model.secret import Secret


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
