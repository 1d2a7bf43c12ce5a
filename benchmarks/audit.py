"""
`python -m benchmarks.audit [--out FILE]`: many repositories of an organisation, how that grows.

Requests, seconds, those of the processor, and the memory besides that of its start, with GitHub
200 ms away; the largest number in one run, and in shares as well. A file with machine and commit,
which `python -m benchmarks.document` writes the page from.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from benchmarks.growth import of_repositories
from benchmarks.told import machine, write_figures
from verifier.commands.organisation import OwnerSources, Selection, audit_owner
from verifier.config.audit_settings import load_audit
from verifier.sandbox.github.audited_graphql import AuditedGraphQL
from verifier.sandbox.github.runbook_repository import runbook_repository
from verifier.wiring.audit import SettingsWorld, audit_request_of
from verifier.wiring.organisation import open_organisation

_LATENCY_S = 0.2
_COUNTS = (10, 100, 1_000, 10_000)
_SHARES = 4


def main() -> None:
    """Print a line for each count; each is measured in a process of its own."""
    if len(sys.argv) > 1 and sys.argv[1] == "measure":
        _measure(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("bench/repositories.json"))
    given = parser.parse_args()
    seen = machine()
    rows = [row for count in _COUNTS for row in _serve(count, 1)]
    rows += _serve(_COUNTS[-1], _SHARES)
    told = {"latency_s": _LATENCY_S, "rows": rows}
    write_figures(given.out, seen, told)
    sys.stdout.write(of_repositories(told))


def _serve(count: int, shares: int) -> list[Mapping[str, object]]:
    repositories = {f"acme/r{n}": runbook_repository(f"acme/r{n}") for n in range(count)}
    application = web.Application(middlewares=[_far_away])
    AuditedGraphQL(repositories).add_to(application)
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application, access_log=None)
    loop.run_until_complete(runner.setup())
    loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", 0).start())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    rows: list[Mapping[str, object]] = []
    for share in range(1, shares + 1):
        own = [sys.executable, "-m", "benchmarks.audit", "measure"]
        command = [*own, url, str(share), str(shares)]
        found = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        rows.append({"of": count, "share": share, "shares": shares, **json.loads(found.stdout)})
        sys.stdout.write(f"{rows[-1]}\n")
        sys.stdout.flush()
    loop.call_soon_threadsafe(loop.stop)
    return rows


@web.middleware
async def _far_away(request: web.Request, handler: Handler) -> web.StreamResponse:
    await asyncio.sleep(_LATENCY_S)
    return await handler(request)


def _measure(url: str, share: int, shares: int) -> None:
    environ = {**os.environ, "GITHUB_TOKEN": "benchmark", "GITHUB_API_URL": url}
    with tempfile.TemporaryDirectory() as folder:
        settings = load_audit(Path(folder) / "none.yml", environ, is_named=False)
        before, started_s, used_s = _held_mb("VmRSS"), time.perf_counter(), time.process_time()
        selection = Selection("acme", shard=share, shards=shares)
        world = SettingsWorld(settings, Path(folder))
        now = datetime.now(UTC)
        with open_organisation(settings, selection, None, timedelta(hours=1), now) as organisation:
            github, state = organisation.repositories, organisation.state
            sources, request = OwnerSources(github, world.repository), audit_request_of(settings)
            found = audit_owner(sources, state, selection, request, now)
    told = {
        "repositories": len(found.repositories),
        "requests": github.requests,
        "seconds": round(time.perf_counter() - started_s, 2),
        "processor_s": round(time.process_time() - used_s, 2),
        "megabytes": round(_held_mb("VmHWM") - before, 1),
    }
    sys.stdout.write(json.dumps(told))


def _held_mb(name: str) -> float:
    """Return a line of Linux's own account; `getrusage` counts what started the process as well."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    found = next(line for line in lines if line.startswith(f"{name}:"))
    return int(found.split()[1]) / 1024


if __name__ == "__main__":
    main()
