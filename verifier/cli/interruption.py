"""What ends a command from outside is heard once, wherever the command is."""

import os
import signal
from types import FrameType
from typing import NoReturn

#: A closed terminal and Ctrl-\ among them: a rollback is often made by hand, over ssh.
_ENDS = frozenset(s for s in signal.Signals if s.name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"))


def listen() -> None:
    """Have the first signal that asks for an end raise KeyboardInterrupt; later ones do nothing."""
    for wanted_end in _ENDS:
        # SIGINT is ignored where a shell started us in the background, which nobody asked for;
        # SIGHUP where nohup did, which somebody did.
        if wanted_end.name != "SIGHUP" or signal.getsignal(wanted_end) is not signal.SIG_IGN:
            signal.signal(wanted_end, _interrupt)
    if os.name != "nt":
        # The action starts us with them held back, so that none is lost while Python starts.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)


def ignore() -> None:
    """Let nothing but a kill end what is left to do."""
    for wanted_end in _ENDS:
        # No SIG_IGN: Python prints a traceback for a signal that was on its way meanwhile.
        signal.signal(wanted_end, _let_be)


def heard() -> bool:
    """Return whether a signal asked for an end since `listen`, and `ignore` was not called yet."""
    return signal.getsignal(signal.SIGTERM) is _let_be_once_heard


def _let_be(_signal: int, _frame: FrameType | None) -> None:
    """Do nothing at a signal."""


def _let_be_once_heard(_signal: int, _frame: FrameType | None) -> None:
    """Do nothing at a signal after the first."""


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    for wanted_end in _ENDS:
        signal.signal(wanted_end, _let_be_once_heard)
    raise KeyboardInterrupt
