"""`python -m verifier` and the `verifier` command: they can be ended from their first moment on."""

import os
import signal
from typing import NoReturn

#: Those of `cli/interruption.py`, which is loaded only after they are held back.
ENDS = frozenset(s for s in signal.Signals if s.name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"))


def main() -> NoReturn:
    """
    Load the command line with what asks for an end held back, and run it.

    The command lets it in when it can report what it was doing; one that leaves no report, at once.
    """
    if os.name != "nt":
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    from verifier.cli import main as run

    run()


if __name__ == "__main__":
    main()
