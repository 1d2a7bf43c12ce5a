"""`python -m benchmarks.bootstrap`: the action's start, cold and warm, beside a bare Python's."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_LOCK = _ROOT / "requirements" / "run.txt"
_CONFIG = "version: 1\nservices: { api: {} }\n"
_WARM_RUNS = 7


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
    """Print seconds, and ratios to the bare steps of the same run."""
    folder = Path(tempfile.mkdtemp(prefix="verifier-benchmark-"))
    server = HTTPServer(("127.0.0.1", 0), _Railway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        _measure(folder, f"http://127.0.0.1:{server.server_port}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path, url: str) -> None:
    (folder / "verifier.yml").write_text(_CONFIG, "utf-8")
    bare = _seconds([sys.executable, "-I", "-c", "pass"])
    bare_venv = _seconds([sys.executable, "-I", "-m", "venv", str(folder / "bare")])
    python = str(folder / "bare" / "bin" / "python")
    flags = ["--quiet", "--no-cache-dir", "--no-deps", "--require-hashes", "-r", str(_LOCK)]
    by_pip = bare_venv + _seconds([python, "-I", "-m", "pip", "install", *flags])
    cold, _ = _start(folder, url)
    warm = sorted(_start(folder, url) for _ in range(_WARM_RUNS))[_WARM_RUNS // 2]
    for name, seconds, unit, base in (
        ("python -c pass", bare, "", bare),
        ("python -m venv", bare_venv, "", bare_venv),
        ("the lock by pip into a new venv", by_pip, "x venv", bare_venv),
        ("cold: the action's own way, to its end", cold, "x venv", bare_venv),
        ("warm: to the end", warm[0], "x pass", bare),
        ("warm: to the first request of Railway", warm[1], "x pass", bare),
    ):
        ratio = f"{seconds / base:6.1f} {unit}" if unit else ""
        sys.stdout.write(f"{name:<42} {seconds:7.3f} s {ratio}\n")


def _start(folder: Path, url: str) -> tuple[float, float]:
    """Run the gate once; return the seconds to its end, and to its first request."""
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
    started_s = time.perf_counter()
    command = ["bash", str(_ROOT / "action" / "run.sh"), "gate"]
    done = subprocess.run(command, env=environ, capture_output=True, check=False)  # noqa: S603
    ended_s = time.perf_counter()
    if not _Railway.asked_s:
        raise SystemExit(done.stderr.decode() + done.stdout.decode())
    return ended_s - started_s, _Railway.asked_s[0] - started_s


def _seconds(command: list[str]) -> float:
    started_s = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return time.perf_counter() - started_s


if __name__ == "__main__":
    main()
