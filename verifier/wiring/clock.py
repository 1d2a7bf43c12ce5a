"""The machine's clock, as the commands take time."""

import random
import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def now_s(self) -> float:
        """Seconds since some moment, never going back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(0.0, seconds))

    def jitter(self) -> float:
        """Return a number from 0 to 1 by chance."""
        return random.random()  # noqa: S311  nothing secret hangs on it
