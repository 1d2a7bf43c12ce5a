"""
`python -m benchmarks.bootstrap`: the action's start, cold and warm, beside a bare Python's.

Prints it, and writes a file with machine and commit, which `python -m benchmarks.document` writes
the page from.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from benchmarks.told import machine
from verifier.cli.command_list import listed_commands

_ROOT = Path(__file__).parents[1]
_LOCK = _ROOT / "requirements" / "run.txt"
_CONFIG = "version: 1\nservices: { api: {} }\n"
_WARM_RUNS = 7
_COMMAND_RUNS = 3
#: What the action's start may take: seconds, on a machine that does nothing else.
_COLD_S, _FIRST_REQUEST_S = 3.0, 0.25
_PASS, _VENV = "python -c pass", "python -m venv"
_WARM = "warm: to the first request; of the processor: to the end"


class _Railway(BaseHTTPRequestHandler):
    """Refuses everything; what counts is when the first request comes."""

    asked_s: list[float] = []  # noqa: RUF012  one server at a time

    def do_POST(self) -> None:
        """Note the time."""
        self.asked_s.append(time.perf_counter())
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def main() -> None:
    """Print seconds and ratios to the bare steps of the same run, and write them down."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("bench/start.json"))
    out: Path = parser.parse_args().out
    seen = machine()
    folder = Path(tempfile.mkdtemp(prefix="verifier-benchmark-"))
    server = HTTPServer(("127.0.0.1", 0), _Railway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        rows = _measure(folder, f"http://127.0.0.1:{server.server_port}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for row in rows:
        took = f"{row.seconds:7.3f} s, of the processor {row.processor_s:7.3f} s"
        sys.stdout.write(f"{row.what:<60} {took}, {row.ratio:6.1f} x {row.base}\n")
    document = {
        "machine": {**seen, "load at the end": os.getloadavg()},
        "rows": [asdict(row) for row in rows],
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


@dataclass(frozen=True, slots=True, order=True)
class Took:
    """How long a process took, and what it and its own took of the processor; in seconds."""

    seconds: float
    processor_s: float


@dataclass(frozen=True, slots=True)
class Start:
    """What a start takes, beside something bare of the same run."""

    what: str
    seconds: float
    processor_s: float
    base: str
    ratio: float
    """Of the processor's time, which depends less on what else the machine does."""
    limit: float | None = None
    """What it may take at most, in seconds; None for no bound."""


def _measure(folder: Path, url: str) -> list[Start]:
    (folder / "verifier.yml").write_text(_CONFIG, "utf-8")
    bare = _median([sys.executable, "-I", "-c", "pass"], _WARM_RUNS)
    bare_venv = _took([sys.executable, "-I", "-m", "venv", str(folder / "bare")])
    python = str(folder / "bare" / "bin" / "python")
    flags = ["--quiet", "--no-cache-dir", "--no-deps", "--require-hashes", "-r", str(_LOCK)]
    pip = _took([python, "-I", "-m", "pip", "install", *flags])
    cold, _ = _start(folder, url)
    warm = sorted(_start(folder, url) for _ in range(_WARM_RUNS))
    ended, asked = warm[_WARM_RUNS // 2]
    first = Took(asked, ended.processor_s)
    measured: list[tuple[str, Took, str, float | None]] = [
        (_PASS, bare, _PASS, None),
        (_VENV, bare_venv, _VENV, None),
        ("the lock by pip into a venv", pip, _VENV, None),
        ("cold: the action's own way, to its end", cold, _VENV, _COLD_S),
        (_WARM, first, _PASS, _FIRST_REQUEST_S),
    ]
    for listed in listed_commands():
        took = _median([sys.executable, "-m", "verifier", listed.name, "--help"], _COMMAND_RUNS)
        measured.append((f"verifier {listed.name} --help", took, _PASS, None))
    bases = {_PASS: bare, _VENV: bare_venv}
    return [
        Start(
            what,
            round(took.seconds, 3),
            round(took.processor_s, 3),
            base,
            round(took.processor_s / bases[base].processor_s, 2),
            limit,
        )
        for what, took, base, limit in measured
    ]


def _start(folder: Path, url: str) -> tuple[Took, float]:
    """Run the gate once; return what it took, and the seconds to its first request."""
    _Railway.asked_s.clear()
    environ = {
        **os.environ,
        "GITHUB_ACTION_PATH": str(_ROOT),
        "RUNNER_TOOL_CACHE": str(folder / "tools"),
        "RUNNER_TEMP": str(folder),
        "VERIFIER_PYTHON": sys.executable,
        "VERIFIER_CONFIG": str(folder / "verifier.yml"),
        "VERIFIER_SHA": "a" * 40,
        "RAILWAY_TOKEN": "benchmark",
        "RAILWAY_API_URL": url,
        "RAILWAY_APP_URL": url,
    }
    command = ["bash", str(_ROOT / "action" / "run.sh"), "gate"]
    started_s = time.perf_counter()
    took = _took(command, environ)
    if not _Railway.asked_s:
        raise SystemExit("the gate has asked nothing")
    return took, _Railway.asked_s[0] - started_s


def _median(command: list[str], runs: int) -> Took:
    return sorted(_took(command) for _ in range(runs))[runs // 2]


def _took(command: list[str], environ: dict[str, str] | None = None) -> Took:
    """Run it; one with an environment of its own may fail."""
    before, started_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environ, check=environ is None, capture_output=True)  # noqa: S603
    ended_s, after = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(ended_s - started_s, processor_s)


if __name__ == "__main__":
    main()
