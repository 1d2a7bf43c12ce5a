"""`python -m benchmarks.audit`: many repositories of an organisation, in requests, time, memory."""

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from verifier.commands.organisation import OwnerSources, Selection, audit_owner
from verifier.config.audit_settings import load_audit
from verifier.sandbox.github.audited_graphql import AuditedGraphQL
from verifier.sandbox.github.runbook_repository import runbook_repository
from verifier.wiring.audit import SettingsWorld, audit_request_of
from verifier.wiring.organisation import open_organisation

_LATENCY_S = 0.2
_COUNTS = (10, 100, 1_000)
_SHARDS = 4
_IN_SHARDS = 10_000


def main() -> None:
    """Print a line for each count; each is measured in a process of its own."""
    if len(sys.argv) > 1:
        _measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
        return
    for count in _COUNTS:
        _serve(count, 1)
    _serve(_IN_SHARDS, _SHARDS)


def _serve(count: int, shards: int) -> None:
    repositories = {f"acme/r{n}": runbook_repository(f"acme/r{n}") for n in range(count)}
    application = web.Application(middlewares=[_far_away])
    AuditedGraphQL(repositories).add_to(application)
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application, access_log=None)
    loop.run_until_complete(runner.setup())
    loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", 0).start())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    for shard in range(1, shards + 1):
        command = [sys.executable, "-m", "benchmarks.audit", url, str(shard), str(shards)]
        subprocess.run(command, check=True)  # noqa: S603
    loop.call_soon_threadsafe(loop.stop)


@web.middleware
async def _far_away(request: web.Request, handler: Handler) -> web.StreamResponse:
    await asyncio.sleep(_LATENCY_S)
    return await handler(request)


def _measure(url: str, shard: int, shards: int) -> None:
    environ = {**os.environ, "GITHUB_TOKEN": "benchmark", "GITHUB_API_URL": url}
    with tempfile.TemporaryDirectory() as folder:
        settings = load_audit(Path(folder) / "none.yml", environ)
        started_s = time.perf_counter()
        selection = Selection("acme", shard=shard, shards=shards)
        world = SettingsWorld(settings, Path(folder))
        now = datetime.now(UTC)
        with open_organisation(settings, selection, None, timedelta(hours=1), now) as organisation:
            github, state = organisation.repositories, organisation.state
            sources, request = OwnerSources(github, world.repository), audit_request_of(settings)
            found = audit_owner(sources, state, selection, request, now)
    seconds = time.perf_counter() - started_s
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    count, requests = len(found.repositories), github.requests
    share = f" (share {shard} of {shards})" if shards > 1 else ""
    sys.stdout.write(
        f"{count:>6,} repositories{share}: {requests:>4} requests, "
        f"{requests / count:.3f} each, {seconds:5.1f} s, {megabytes:.0f} MB\n"
    )


if __name__ == "__main__":
    main()
