"""The platform's life cycle: queue, build, start, switch over, drain, roll back."""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from verifier.sandbox.host.git_repository import Repository
from verifier.sandbox.host.keeper_client import Keeper
from verifier.sandbox.host.process import AppProcess
from verifier.sandbox.railway.deployments import Account, PlatformService, SandboxDeployment
from verifier.sandbox.scenarios.fates import AFTER_BUILD, AT_ONCE, ServiceFate
from verifier.sandbox.scenarios.scenario import Commit, Scenario, Timing

_HEALTHCHECK_S = 20.0
_NO_TIME = Timing.model_validate(dict.fromkeys(Timing.model_fields, "0s"))


@dataclass(frozen=True, slots=True)
class Backing:
    """What services are given the addresses of."""

    database_urls: Mapping[str, str]
    """By the name that the scenario gives a database."""
    redis_url: str


class Platform:
    """Deploys commits of one repository to the services of one account."""

    def __init__(
        self,
        scenario: Scenario,
        account: Account,
        repository: Repository,
        backing: Backing,
        folder: Path,
        keeper: Keeper,
    ) -> None:
        self.account = account
        self.scenario = scenario
        self.repository = repository
        self._backing = backing
        self._folder = folder
        self._keeper = keeper
        self._builder = asyncio.Lock()
        self._lives: set[asyncio.Task[None]] = set()

    async def go_live(self, commit: str) -> None:
        """
        Deploy a commit to all services without any waiting.

        Raises:
            OSError: a service did not come up.
        """
        made = self._deploy_all(commit, _NO_TIME)
        await asyncio.gather(*(task for _, task in made))
        for deployment, _ in made:
            if deployment.status != "SUCCESS":
                log = self.log_of(deployment)
                raise OSError(f"{deployment.service.name} did not start: {log[-1000:]}")

    def log_of(self, deployment: SandboxDeployment) -> str:
        """Return what a deployment's processes wrote."""
        path = self._folder / f"{deployment.id}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def push(self, commit: str) -> dict[str, str]:
        """Deploy a commit as a push does; return the deployment ids by service."""
        made = self._deploy_all(commit, self.scenario.timing)
        return {deployment.service.name: deployment.id for deployment, _ in made}

    def deploy(self, service: PlatformService, sha: str) -> SandboxDeployment | None:
        """Deploy a commit to one service; None where the repository has no such commit."""
        name = self.repository.name_of(sha)
        if name is None:
            return None
        return self._deploy(service, name, self.scenario.timing)[0]

    def put_back(self, target: SandboxDeployment, reason: str) -> SandboxDeployment:
        """Make a new deployment of the target's image and variables, without a build."""
        deployment = self._new(target.service, target.sha, dict(target.variables), reason)
        deployment.image, deployment.digest = target.image, target.digest
        deployment.become("DEPLOYING")
        commit = self.scenario.commits[self.repository.name_of(target.sha) or ""]
        self._begin(self._start(deployment, commit, self.scenario.timing))
        return deployment

    async def stop(self) -> None:
        """End all processes, and give their ports back."""
        for life in self._lives:
            life.cancel()
        deployments = [d for s in self.account.services.values() for d in s.deployments]
        await asyncio.gather(*(p.stop(0.2) for d in deployments for p in d.processes))
        for deployment in deployments:
            deployment.address.close()

    def _deploy_all(
        self, commit: str, timing: Timing
    ) -> list[tuple[SandboxDeployment, "asyncio.Task[None]"]]:
        return [
            self._deploy(s, commit, timing)
            for s in self.account.services.values()
            if s.auto_deploy and self._fate(s, commit) is not ServiceFate.ABSENT
        ]

    def _fate(self, service: PlatformService, commit: str) -> ServiceFate | None:
        return self.scenario.commits[commit].fates.get(service.name)

    def _deploy(
        self, service: PlatformService, name: str, timing: Timing
    ) -> tuple[SandboxDeployment, "asyncio.Task[None]"]:
        commit = self.scenario.commits[name]
        sha = self.repository.shas[name]
        variables = self._variables(service, commit, sha)
        deployment = self._new(service, sha, variables, "deploy")
        if service.name in commit.skipped:
            deployment.skipped_reason = commit.skipped[service.name]
            deployment.become("SKIPPED")
        elif (fate := self._fate(service, name)) and fate in AT_ONCE:
            deployment.become(AT_ONCE[fate])
        else:
            for older in service.deployments[:-1]:
                if older.status in ("QUEUED", "BUILDING"):
                    older.become("REMOVED")
        return deployment, self._begin(self._live(deployment, commit, timing))

    def _new(
        self, service: PlatformService, sha: str, variables: dict[str, str], reason: str
    ) -> SandboxDeployment:
        deployment = SandboxDeployment(service, sha, variables, reason)
        deployment.variables |= {
            "RAILWAY_DEPLOYMENT_ID": deployment.id,
            "PORT": str(deployment.port),
        }
        service.deployments.append(deployment)
        return deployment

    def _variables(self, service: PlatformService, commit: Commit, sha: str) -> dict[str, str]:
        return {
            **self.scenario.variables,
            "RUN_MODE": service.spec.run_mode,
            "DATABASE_URL": self._backing.database_urls[commit.database],
            "REDIS_URL": self._backing.redis_url,
            "RAILWAY_GIT_COMMIT_SHA": sha,
            "RAILWAY_ENVIRONMENT_NAME": self.account.environment,
            "RAILWAY_SERVICE_NAME": service.name,
            "TROUBLE": commit.troubles.get(service.name, ""),
            **service.spec.variables,
            **commit.variables,
            **commit.service_variables.get(service.name, {}),
        }

    async def _live(self, deployment: SandboxDeployment, commit: Commit, timing: Timing) -> None:
        """The life of a deployment that is built from a commit."""
        if await self._is_built(deployment, commit, timing):
            deployment.become("DEPLOYING")
            await self._start(deployment, commit, timing)
        else:
            deployment.address.close()

    async def _is_built(
        self, deployment: SandboxDeployment, commit: Commit, timing: Timing
    ) -> bool:
        """Build it; return whether there is an image that still is to be started."""
        if deployment.status != "QUEUED":
            return False
        name = deployment.service.name
        await asyncio.sleep(timing.queue)
        if deployment.status == "REMOVED":
            return False
        deployment.become("BUILDING")
        await asyncio.sleep(commit.builds.get(name, timing.build) if timing.build else 0)
        if deployment.status == "REMOVED":
            return False
        fate = commit.fates.get(name)
        ended = AFTER_BUILD.get(fate) if fate else None
        if ended or commit.build == "fails":
            deployment.become(ended or "FAILED")
            return False
        images = self._folder / "images"
        async with self._builder:  # the services of a push share one image
            deployment.image, deployment.digest = await asyncio.to_thread(
                self.repository.build_image, deployment.sha, images
            )
        return deployment.status != "REMOVED"

    async def _start(self, deployment: SandboxDeployment, commit: Commit, timing: Timing) -> None:
        await self._start_processes(deployment, commit)
        await asyncio.sleep(timing.deploy)
        is_healthy = await self._is_healthy(deployment, commit)
        if is_healthy and deployment.status != "REMOVED":
            await self._switch_over(deployment, commit, timing)
            return
        await asyncio.gather(*(process.stop(0.05) for process in deployment.processes))
        deployment.address.close()
        if deployment.status != "REMOVED":
            deployment.become("FAILED")

    async def _start_processes(self, deployment: SandboxDeployment, commit: Commit) -> None:
        variables = dict(deployment.variables)
        if commit.start == "deaf":
            variables["PORT"] = "0"  # any port but the one that the edge asks
        if commit.start == "exits":
            variables["RUN_MODE"], variables["PORT"] = "api", "none"
        image, log = deployment.image, self._folder / f"{deployment.id}.log"
        assert image is not None  # noqa: S101  it was built or taken from the target
        deployment.processes.clear()
        for _ in range(deployment.service.spec.replicas):
            deployment.processes.append(AppProcess(self._keeper, image, variables, log))

    async def _is_healthy(self, deployment: SandboxDeployment, commit: Commit) -> bool:
        """Railway's own health check, once, at deploy time: 200 and nothing else."""
        path = deployment.service.spec.healthcheck
        if path is None or commit.start != "runs":
            return True
        url = f"http://127.0.0.1:{deployment.port}{path}"
        async with aiohttp.ClientSession() as http:
            for _ in range(int(_HEALTHCHECK_S / 0.05)):
                with suppress(aiohttp.ClientError):
                    async with http.get(url) as answer:
                        if answer.status == 200:
                            return True
                if "RUNNING" not in deployment.instances:
                    return False
                await asyncio.sleep(0.05)
        return False

    async def _switch_over(
        self, deployment: SandboxDeployment, commit: Commit, timing: Timing
    ) -> None:
        service = deployment.service
        replaced = service.active
        deployment.become("SUCCESS")
        service.active = deployment
        self._begin(self._supervise(deployment, commit))
        if replaced is not None:
            replaced.become("REMOVING")
            await asyncio.sleep(timing.overlap)
            await asyncio.gather(*(p.stop(max(timing.draining, 0.05)) for p in replaced.processes))
            replaced.address.close()
            replaced.become("REMOVED")

    async def _supervise(self, deployment: SandboxDeployment, commit: Commit) -> None:
        """Only a process that ends with an error is started again, or makes it CRASHED."""
        restarts = commit.restarts
        while deployment.status == "SUCCESS":
            if deployment.instances and all(word == "CRASHED" for word in deployment.instances):
                if restarts == 0:
                    deployment.become("CRASHED")
                    return
                restarts -= 1
                await self._start_processes(deployment, commit)
            await asyncio.sleep(0.05)

    def _begin(self, life: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(life)
        self._lives.add(task)
        task.add_done_callback(self._lives.discard)
        return task
