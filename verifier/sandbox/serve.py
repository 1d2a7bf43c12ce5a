"""`verifier sandbox`: start one, say how to use it, and keep it until somebody ends it."""

import shlex
import threading
from pathlib import Path
from typing import TextIO

from verifier.sandbox.scenarios.scenario import SCENARIOS, read_scenario
from verifier.sandbox.world import Sandbox

_OF_A_CHECKOUT = ("GITHUB_SHA", "GITHUB_WORKSPACE")


def run_sandbox(path: Path | None, out: TextIO, command: str) -> int:
    """
    Serve a scenario until Ctrl-C or SIGTERM; print what points the other commands at it.

    `command` starts them, as a shell reads it.
    """
    scenario = read_scenario(path or SCENARIOS / "demo.yml")
    out.write("starting a local Railway ...\n")
    with Sandbox(scenario) as sandbox:
        folder = shlex.quote(str(sandbox.repository.folder))
        out.write("Running. In another terminal, point every command at it:\n\n")
        for name in sandbox.keeper.forgotten:
            out.write(f"unset {name}\n")
        for name, value in sandbox.environ.items():
            # Checkout and commit are told below: another repository has others.
            if name not in _OF_A_CHECKOUT:
                out.write(f"export {name}={shlex.quote(value)}\n")
        out.write(
            "\nIts repository is the checkout of every other command, and names the commit:\n\n"
        )
        out.write(f"cd {folder} && export GITHUB_SHA=$(git rev-parse HEAD)\n")
        out.write("\nPush one of its commits, then gate it:\n\n")
        for name, sha in sandbox.repository.shas.items():
            out.write(
                f"curl -fsS -o /dev/null -X POST {sandbox.api.url}/push/{name} && "
                f"{command} gate --checkout {folder} --sha {sha}\n"
            )
        try:
            out.write("\nCtrl-C ends it and leaves nothing behind.\n")
            out.flush()
            threading.Event().wait()
        except KeyboardInterrupt:
            out.write("ending ...\n")
    return 0
