"""Runs the real command against a sandbox, as a job would."""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.patience import PATIENCE_S, until
from verifier.sandbox.host.process import become

#: Each command is a process of its own, but forked from one that has done the imports.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "psycopg",
        "tests.sandbox.runs",
        "verifier.wiring.connect",
        "verifier.commands.gate",
        "verifier.github.memory",
    ]
)
_LIMIT_S = PATIENCE_S


@dataclass(frozen=True)
class Run:
    """What a job sees of one run."""

    code: int
    out: str
    err: str
    report: dict

    @property
    def told(self):
        """Everything that it said."""
        return self.out + self.err

    def outcome(self, check):
        """The worst outcome of a check, None where it did not answer."""
        found = [f["outcome"] for f in self.report["findings"] if f["check"] == check]
        order = ["skip", "pass", "warn", "inconclusive", "fail", "critical"]
        return max(found, key=order.index, default=None)


def environ(sandbox, **changes):
    """The environment of a job; a change to None removes the variable."""
    ours = ("GITHUB_", "VERIFIER_", "RAILWAY_", "DATABASE_URL", "PYTEST_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    given = {**kept, **(sandbox.environ if sandbox else {}), **changes}
    return {key: value for key, value in given.items() if value is not None}


def verifier(*arguments, env, cwd, started=lambda _: None, within_s=_LIMIT_S):
    """Start the command, tell `started` its process, and wait for its end."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        for file in (out, err):
            file.touch()  # one that is killed at once writes none
        child = FORKS.Process(target=be_command, args=(arguments, env, str(cwd), out, err))
        child.start()
        started(child)
        child.join(within_s)
        if child.exitcode is None:
            child.kill()
            raise subprocess.TimeoutExpired(arguments, within_s, out.read_text(), err.read_text())
        told = out.read_text("utf-8"), err.read_text("utf-8")
    return subprocess.CompletedProcess(arguments, child.exitcode, *told)


def be_command(arguments, env, cwd, out, err):
    """Be the command, as if this process had been started for it."""
    from verifier.cli import main

    become(env, cwd, out, err)
    sys.argv = ["verifier", *arguments]
    main()


def gate(sandbox, commit, tmp_path, *arguments, within_s=_LIMIT_S, **changes):
    """Gate a commit that was pushed."""
    report = tmp_path / "report.json"
    done = verifier(
        "gate",
        "--sha",
        sandbox.repository.shas[commit],
        "--report",
        str(report),
        *arguments,
        env=environ(sandbox, **changes),
        cwd=sandbox.repository.folder,
        within_s=within_s,
    )
    sys.stdout.write(done.stdout + done.stderr)  # for whoever reads a failure
    written = json.loads(report.read_text("utf-8")) if report.exists() else {}
    return Run(done.returncode, done.stdout, done.stderr, written)


def check_first(sandbox):
    """Have a check keep what is good before a deploy, as scheduled ones do: a gate may be late."""
    done = verifier("check", env=environ(sandbox), cwd=sandbox.repository.folder)
    assert done.returncode == 0, done.stdout + done.stderr


def live_commits(sandbox):
    names = sandbox.repository.name_of
    return {name: names(service.active.sha) for name, service in sandbox.account.services.items()}


def rollbacks(sandbox):
    return sandbox.api.requests.count("RollBack")


def everywhere(commit):
    return {"julia-api": commit, "julia-worker": commit}


def is_calm(sandbox, commit):
    """Whether that commit serves alone and nothing is on its way."""
    sha = sandbox.repository.shas[commit]
    return sandbox.call(
        lambda: all(
            service.active.sha == sha
            and service.deployments[-1] is service.active
            and all(
                d.status not in ("QUEUED", "BUILDING", "DEPLOYING", "REMOVING")
                for d in service.deployments
            )
            for service in sandbox.account.services.values()
        )
    )


def wait_until_calm(sandbox, commit):
    until(lambda: is_calm(sandbox, commit))
