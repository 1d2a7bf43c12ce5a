"""How much would be lost if the database had to be restored after a deploy?"""

from datetime import datetime, timedelta

from verifier.model.backups import Backups
from verifier.model.finding import Finding, Outcome, Unobserved

BACKUP = "ready.backup"

#: Supabase makes a backup each day; two hours more until it has ended.
_DAILY = timedelta(hours=26)
_HINT = "make a backup before you deploy, or look at the project's backups at Supabase"


def check_backups(backups: Backups | Unobserved, now: datetime) -> Finding:
    """Tell how old the newest state is that the database can be put back to."""
    if isinstance(backups, Unobserved):
        return Finding(BACKUP, Outcome.WARN, backups.reason, hint=backups.hint or _HINT)
    until = backups.any_moment[1] if backups.any_moment else None
    newest = max((at for at in (until, backups.last_at) if at is not None), default=None)
    if newest is None:
        text = "Supabase has no backup of the database: what a migration destroys is lost"
        return Finding(BACKUP, Outcome.WARN, text, hint=_HINT)
    age = max(now - newest, timedelta(0))
    old, at = _age_words(age), f"{newest:%Y-%m-%d %H:%M}"
    if newest == until:
        text = f"the database can be put back to any moment up to {old} ago, {at} UTC"
    else:
        text = f"the database's last backup is {old} old, of {at} UTC"
    is_late = age > _DAILY
    outcome = Outcome.WARN if is_late else Outcome.PASS
    return Finding(BACKUP, outcome, text, hint=_HINT if is_late else "")


def _age_words(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h"
