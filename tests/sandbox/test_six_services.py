"""
Six small services of different stacks, behind a local Railway: `init`, `doctor`, `gate`.

Nothing is edited in what init writes. FastAPI and Express are the real ones, from their registries;
Rails, Laravel, Spring and Go answer with their documents.
"""

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import yaml

from tests.decide.test_health_stacks import STACKS
from tests.sandbox.runs import Run, environ, verifier
from verifier.sandbox.scenarios.scenario import (
    Commit,
    SandboxDatabase,
    SandboxService,
    Scenario,
    Timing,
)
from verifier.sandbox.world import Sandbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SERVICES = Path(__file__).parent / "services"
REAL = {"fastapi": "fastapi_service.py", "express": "express_service.js"}
REPLAYED = "replayed_service.py"
#: The sandbox starts `app.main`, which becomes the service. It keeps the port from others, so that
#: who listens there says so.
START = """import os
import socket

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
listener.bind(("127.0.0.1", int(os.environ["PORT"])))
listener.listen()
listener.set_inheritable(True)
more = {more!r} | {{"LISTENER": str(listener.fileno())}}
os.execve({program!r}, [{program!r}, {file!r}], {{**os.environ, **more}})
"""


def run_quietly(*command, cwd):
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=600)


def python_with_fastapi(folder):
    venv.create(folder, with_pip=True)
    python = str(folder / "bin/python")
    run_quietly(python, "-m", "pip", "install", "-q", "fastapi", "uvicorn", cwd=folder)
    return python, {}


def node_with_express(folder):
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("this machine has no Node.js")
    folder.mkdir()
    run_quietly("npm", "install", "--silent", "--no-audit", "--no-fund", "express@5", cwd=folder)
    return node, {"NODE_PATH": str(folder / "node_modules")}


INSTALLED = {"fastapi": python_with_fastapi, "express": node_with_express}


def commits_of(name, folder):
    """The same service thrice: as it serves, a good change, and one whose database is away."""
    stack = STACKS[name]
    program, more = INSTALLED[name](folder) if name in REAL else (sys.executable, {})
    file = REAL.get(name, REPLAYED)
    main = START.format(program=program, file=file, more=more)
    files = {"app/main.py": main, file: (SERVICES / file).read_text("utf-8")}
    good = {"DATABASE": "there", "ANSWERS": json.dumps(stack.good)}
    bad = {"DATABASE": "away", "ANSWERS": json.dumps(stack.bad)}
    variables = {"first": good, "good": good, "bad": bad}
    return {c: Commit(migrations=1, files=files, variables=v) for c, v in variables.items()}


@pytest.fixture(params=STACKS)
def service(request, tmp_path):
    """A service that serves, and a clone without configuration."""
    scenario = Scenario(
        timing=Timing(
            queue="50ms", build="100ms", deploy="500ms", overlap="500ms", draining="200ms"
        ),
        services={"api": SandboxService(run_mode="api", public=True, healthcheck=None)},
        variables={},
        databases={"production": SandboxDatabase(markers={}, applied=1)},
        migrations=["create table items (id int)"],
        commits=commits_of(request.param, tmp_path / "installed"),
        live="first",
        config="version: 1\n",
    )
    with Sandbox(scenario) as sandbox:
        clone = tmp_path / "clone"
        run_quietly("git", "clone", "-q", str(sandbox.repository.folder), str(clone), cwd=tmp_path)
        run_quietly("git", "checkout", "-q", sandbox.repository.shas["first"], cwd=clone)
        (clone / ".github/verifier.yml").unlink()
        yield sandbox, clone


def test_nothing_is_edited_and_every_verdict_is_right(service):
    sandbox, clone = service

    for command in ("init", "doctor", "check"):
        done = verifier(command, env=environ(sandbox), cwd=clone)
        assert done.returncode == 0, done.stdout + done.stderr
    written = yaml.safe_load((clone / ".github/verifier.yml").read_text("utf-8"))
    assert [written["health"][e] for e in ("live", "ready", "deep") if written["health"].get(e)]
    assert gate(sandbox, clone, "good").report["verdict"] == "passed"
    bad = gate(sandbox, clone, "bad")
    assert bad.report["verdict"] == "failed", bad.told


def gate(sandbox, clone, commit):
    report = clone / f"{commit}.json"
    sandbox.push(commit)
    told = ["gate", "--sha", sandbox.repository.shas[commit], "--report", str(report)]
    # A page that says nothing but HTTP 500 may be "not yet", for as long as init's file lets it.
    done = verifier(*told, env=environ(sandbox), cwd=clone, within_s=500)
    return Run(done.returncode, done.stdout, done.stderr, json.loads(report.read_text("utf-8")))
