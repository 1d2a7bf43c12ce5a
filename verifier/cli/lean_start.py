"""What no command of ours needs is not loaded: each start pays for what it imports."""

import sys


def leave_out_httpx_command() -> None:
    """
    Have httpx do without its own command line, which it imports wherever rich is installed.

    rich and pygments are 70 modules, a sixth of what a gate's start costs. httpx itself provides
    for the lack of it, and where it has no such module any more this has no effect.
    """
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: not importable
