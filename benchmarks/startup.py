"""`python -m benchmarks.startup`: what a start costs, as ratios to a bare interpreter."""

import statistics
import subprocess
import sys
import time

_RUNS = 15
_GATE = """
from verifier.cli.lean_start import leave_out_httpx_command
leave_out_httpx_command()
import verifier.cli.gate, verifier.config.settings, verifier.wiring.gate
import verifier.delivery.notifications, verifier.delivery.surfaces
"""


def main() -> None:
    """Print the median times of `--help` and of the gate's imports, beside what they rest on."""
    bare = _median("-c", "pass")
    click = _median("-c", "import click")
    help_ = _median("-m", "verifier", "--help")
    gate = _median("-c", _GATE)
    allowed = 3 * bare + (click - bare)
    for name, seconds in (
        ("python -c pass", bare),
        ("import click", click),
        ("verifier --help", help_),
        ("allowed for --help: 3 x pass + click's import", allowed),
        ("imports of verifier gate", gate),
    ):
        sys.stdout.write(f"{name:<50} {seconds * 1000:6.0f} ms {seconds / bare:5.1f} x pass\n")


def _median(*arguments: str) -> float:
    times = []
    for _ in range(_RUNS):
        started_s = time.perf_counter()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)  # noqa: S603
        times.append(time.perf_counter() - started_s)
    return statistics.median(times)


if __name__ == "__main__":
    main()
