"""What a database could be restored from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Backups:
    """The ways back that a database has; none where both are None."""

    last_at: datetime | None = None
    """When the newest whole backup was made."""
    any_moment: tuple[datetime, datetime] | None = None
    """From when until when the database can be put back to any moment."""
