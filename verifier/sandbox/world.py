"""A running sandbox: everything started, everything gone again afterwards."""

import asyncio
import subprocess
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from types import TracebackType
from typing import Self, TypeVar

from fakeredis import TcpFakeServer

from verifier.errors import VerifierError
from verifier.sandbox.github.server import NAME, TOKEN, GitHubServer
from verifier.sandbox.host.databases import create_databases
from verifier.sandbox.host.git_repository import Repository, create_repository
from verifier.sandbox.host.keeper_client import Keeper
from verifier.sandbox.host.start_error import could_not_start, reason_of
from verifier.sandbox.railway.deployments import Account, PlatformService
from verifier.sandbox.railway.edge import Edge
from verifier.sandbox.railway.graphql_api import GraphqlApi
from verifier.sandbox.railway.lifecycle import Backing, Platform
from verifier.sandbox.scenarios.scenario import Scenario

T = TypeVar("T")


class Sandbox:
    """
    A context manager: inside it a local Railway serves the scenario's live commit.

    Its platform runs in a thread of its own, so that whoever holds it may block.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        """
        Start everything.

        Raises:
            VerifierError: it did not start; nothing is left of it.
        """
        with ExitStack() as started:
            try:
                self._start(started)
            except VerifierError:
                raise
            except Exception as error:
                raise could_not_start(reason_of(error)) from error
            self._started = started.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._started.close()

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables that point every command at this sandbox."""
        public = [s for s in self.account.services.values() if s.public_port]
        return {
            "RAILWAY_API_URL": f"{self.api.url}/graphql/v2",
            "RAILWAY_TOKEN": self.account.token,
            "RAILWAY_APP_URL": f"http://127.0.0.1:{public[0].public_port}" if public else "",
            "DATABASE_URL": self.databases.readers["production"],
            "PAUSE_DATABASE_URL": self.databases.urls["production"],
            "GITHUB_API_URL": self.github.url,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_SHA": self.repository.shas[self.scenario.live],
            "NO_PROXY": "127.0.0.1",
        }

    def push(self, commit: str) -> dict[str, str]:
        """Push a commit: check it out, and have Railway deploy it. Returns deployment ids."""
        self.repository.check_out(commit)
        folder = self.repository.folder
        workflows = sorted((folder / ".github" / "workflows").glob("*.y*ml"))
        paths = [path.relative_to(folder).as_posix() for path in workflows]
        self.call(lambda: self.github.protected[NAME].list_workflows(paths))
        return self.call(lambda: self.platform.push(commit))

    def call(self, action: Callable[[], T]) -> T:
        """Run `action` where the platform runs, and return what it returns."""

        async def act() -> T:
            return action()

        return self._run(act())

    def _start(self, started: ExitStack) -> None:
        """Start everything, and leave in `started` how each part is ended."""
        scenario = self.scenario
        self.keeper = Keeper()
        started.callback(self.keeper.finish)
        self.folder = self.keeper.folder
        self.keeper.begin_postgres()
        try:
            self.repository: Repository = create_repository(self.folder / "repository", scenario)
        except (OSError, subprocess.SubprocessError):
            # A keeper whose PostgreSQL does not start ends, and takes the folder along meanwhile.
            self.keeper.postgres_url()
            raise
        self.databases = create_databases(self.keeper.postgres_url(), scenario)
        redis = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
        started.callback(redis.server_close)
        threading.Thread(target=redis.serve_forever, args=(0.05,), daemon=True).start()
        started.callback(redis.shutdown)
        services = {name: PlatformService(name, spec) for name, spec in scenario.services.items()}
        self.account = Account(scenario.project, scenario.environment, services)
        self.platform = Platform(
            scenario,
            self.account,
            self.repository,
            Backing(self.databases.urls, f"redis://127.0.0.1:{redis.server_address[1]}"),
            self.folder,
            self.keeper,
        )
        self.api = GraphqlApi(self.platform)
        self.github = GitHubServer(self.repository, scenario.faults.github)
        self._edges = [Edge(self.account, s) for s in services.values() if s.spec.public]
        self._thread.start()
        started.callback(self._end_loop)
        started.callback(lambda: self._run(self._stop()))
        self._run(self._open())

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self.keeper.listen(self._loop)
        for edge in self._edges:
            await edge.start()
        await self.api.start()
        await self.github.start()
        await self.platform.go_live(self.scenario.live)

    async def _stop(self) -> None:
        for edge in self._edges:
            await edge.stop()
        await self.api.stop()
        await self.github.stop()
        await self.platform.stop()

    def _run(self, work: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
