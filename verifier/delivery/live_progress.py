"""What happens while it happens, on a terminal: events, and below them the services that move."""

from collections.abc import Callable, Sequence
from typing import TextIO

from rich.console import Console as RichConsole
from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from verifier.delivery.progress import event_text, spent
from verifier.model.report import TimelineEntry
from verifier.model.service_progress import Moving
from verifier.report.harmless_text import prose
from verifier.report.spoken import say, word
from verifier.report.terminal import Style

_BAR = 20
#: A bar and a limit need room beside a service and what it does.
_ROOM_FOR_BARS = 70


class LiveProgress:
    """Writes events above a block that has a line for each service on its way."""

    def __init__(self, stream: TextIO, clean: Callable[[str], str], style: Style) -> None:
        self._stream = stream
        self._clean = clean
        self._style = style
        self._console = RichConsole(
            file=stream,
            force_terminal=True,
            no_color=not style.is_coloured,
            width=style.width,
            legacy_windows=False,
        )
        self._live: Live | None = None

    def happened(self, entry: TimelineEntry) -> None:
        """Write the event above the block, which comes back with the next wait."""
        self.close()
        self._stream.write(event_text(entry, self._clean, self._style))
        self._stream.flush()

    def waiting(
        self, text: str, since_s: float, limit_s: float, moving: Sequence[Moving] = ()
    ) -> None:
        """Show what is being waited for, a line a service."""
        shown = moving or (Moving("", f"{word('waiting')}: {say(text)}", since_s, limit_s),)
        block = Group(self._table(shown))
        if self._live is None:
            self._live = Live(
                block,
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        self._live.update(block, refresh=True)

    def close(self) -> None:
        """Take the moving lines away."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _table(self, moving: Sequence[Moving]) -> Table:
        has_bars = self._console.width >= _ROOM_FOR_BARS
        table = Table.grid(padding=(0, 2))
        for _ in range(2):
            table.add_column(no_wrap=True, overflow="ellipsis")
        table.add_column(no_wrap=True, justify="right")
        for one in moving:
            bar = ProgressBar(
                total=max(one.limit_s, 1.0),
                completed=min(one.since_s, one.limit_s),
                width=_BAR,
                complete_style="cyan",
            )
            cells = [
                Text(prose(self._clean(one.service)), style="cyan"),
                Text(prose(say(self._clean(one.doing)), 80)),
                Text(say(spent(one.since_s, one.limit_s, is_least=one.is_least)), style="dim"),
            ]
            table.add_row(*cells, *([bar] if has_bars else []))
        return table
