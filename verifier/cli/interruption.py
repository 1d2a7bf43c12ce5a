"""What ends a command from outside is heard once, wherever the command is."""

import os
import signal
from types import FrameType

#: A closed terminal and Ctrl-\ among them: a rollback is often made by hand, over ssh.
ENDS = frozenset(s for s in signal.Signals if s.name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"))

#: Until a signal is heard again that came at a bad moment.
_AGAIN_S = 0.02


def listen() -> None:
    """Have the first signal that asks for an end raise KeyboardInterrupt; later ones do nothing."""
    for wanted_end in ENDS:
        # SIGINT is ignored where a shell started us in the background, which nobody asked for;
        # SIGHUP where nohup did, which somebody did.
        if wanted_end.name != "SIGHUP" or signal.getsignal(wanted_end) is not signal.SIG_IGN:
            signal.signal(wanted_end, _interrupt)
    let_in()


def let_in() -> None:
    """Hear what was held back while the program was loaded, so that none was lost meanwhile."""
    if os.name != "nt":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)


def ignore() -> None:
    """Let nothing but a kill end what is left to do."""
    for wanted_end in ENDS:
        # No SIG_IGN: Python prints a traceback for a signal that was on its way meanwhile.
        signal.signal(wanted_end, _let_be)
    if os.name != "nt":
        signal.setitimer(signal.ITIMER_REAL, 0)


def heard() -> bool:
    """Return whether a signal asked for an end since `listen`, and `ignore` was not called yet."""
    return signal.getsignal(signal.SIGTERM) is _let_be_once_heard


def _let_be(_signal: int, _frame: FrameType | None) -> None:
    """Do nothing at a signal."""


def _let_be_once_heard(_signal: int, _frame: FrameType | None) -> None:
    """Do nothing at a signal after the first."""


def _interrupt(_signal: int, frame: FrameType | None) -> None:
    if os.name != "nt" and _would_swallow(frame):
        signal.signal(signal.SIGALRM, _interrupt)
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
        return
    for wanted_end in ENDS:
        signal.signal(wanted_end, _let_be_once_heard)
    raise KeyboardInterrupt


def _would_swallow(frame: FrameType | None) -> bool:
    """Whether Python would print an exception that is raised here, and go on: in some callbacks."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib") or code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False
