"""The action's step as a runner runs it: the line of `action.yml`, in the runner's own shell."""

import importlib.util
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import yaml

from tests.patience import remaining

ROOT = Path(__file__).parents[2]
(STEP,) = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
#: Source: https://docs.github.com/actions/reference/workflow-syntax#jobsjob_idstepsshell
SHELL = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"]
#: Where programs are; a folder with another `bash`, as that of a Mac, may be put before it.
PATH = ":".join(filter(None, (os.environ.get("BASH_FOLDER"), "/usr/bin", "/bin")))


def step_command(folder):
    """What a runner starts: the line is a file of its own."""
    script = folder / "step.sh"
    script.write_text(STEP["run"], "utf-8")
    return [shutil.which(SHELL[0], path=PATH), *SHELL[1:], str(script)]


def as_a_runner_starts_it():
    """Nothing is ignored, whatever started the tests: to be called in the new process."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def load_start():
    """The set-up script as a module."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "action" / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_ready(place):
    """An environment that is made already: a Python that has what is locked."""
    start = load_start()
    python = start.python_in(place)
    start.own(place.parent)
    place.mkdir(mode=0o700)
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (place / start.CONTENTS).write_text(start.contents_of(place))


def read_outputs(path):
    """Read what the step gave out, as the runner does: the last value of a name counts."""
    lines = iter(path.read_text().splitlines())
    found = {}
    for line in lines:
        name, sign, rest = re.fullmatch(r"([\w-]+)(<<|=)(.*)", line).groups()
        found[name] = rest
        if sign == "<<":
            found[name] = "\n".join(iter(lines.__next__, rest))
    return found


def left_behind(folder):
    """Processes of a step whose files lie in `folder`, once what is ending has ended."""
    return remaining(lambda: list(_processes(str(folder))))


def _processes(folder):
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            given = (entry / "environ").read_bytes().decode(errors="replace")
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if folder in given + command and int(entry.name) != os.getpid():
            yield command.replace("\0", " ")
