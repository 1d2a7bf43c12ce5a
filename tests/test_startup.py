"""What a start loads: each import is paid for by every run."""

import subprocess
import sys

import pytest

from verifier.cli.command_list import listed_commands

pytestmark = pytest.mark.slow


def loaded(statement):
    """Names of the modules that a statement leaves in a process of its own."""
    program = (
        f"import sys\n{statement}\nprint(*(name for name, module in sys.modules.items() if module))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def packages(modules):
    return {module.split(".")[0] for module in modules}


#: `verifier --help` to its end, without what it writes.
HELP = """
import contextlib, os, sys
sys.argv = ["verifier", "--help"]
kept = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
with contextlib.suppress(SystemExit):
    from verifier.__main__ import main
    main()
sys.stdout = os.fdopen(kept, "w")
"""
MOST_OF_HELP = 42
"""Beyond click and what it loads; 37 when they were last counted."""
COMMANDS = {f"verifier.cli.{listed.file}" for listed in listed_commands()}


def test_help_loads_click_and_no_command():
    unused = {"httpx", "psycopg", "pydantic", "yaml", "asyncio"}
    found = loaded(HELP)

    assert not packages(found) & unused
    assert not found & COMMANDS
    assert len(found - loaded("import click")) <= MOST_OF_HELP


def test_a_command_loads_no_other():
    assert loaded(HELP.replace("--help", 'status", "--help')) & COMMANDS == {"verifier.cli.status"}


#: What a gate imports before its first request, as `cli/gate.py` does.
GATE = """
from verifier.cli.lean_start import leave_out_httpx_command
leave_out_httpx_command()
import verifier.cli.gate, verifier.config.settings, verifier.wiring.gate
import verifier.delivery.notifications, verifier.delivery.surfaces
"""
#: What a gate uses of others. What reads the database comes with the first look, if at all.
USED = {
    "annotated_types",
    "anyio",
    "certifi",
    "click",
    "h11",
    "httpcore",
    "httpx",
    "idna",
    "pydantic",
    "pydantic_core",
    "typing_extensions",
    "typing_inspection",
    "websockets",
    "yaml",
}
MOST_MODULES = 185
"""Of these packages; 163 when they were last counted."""
MOST_OF_OURS = 345
"""Modules of the verifier; 345 when they were last counted."""


def test_the_gate_loads_nothing_that_it_does_not_use():
    found = loaded(GATE)
    # What begins with _ or is called cython is how packages in C are put together; the machine may
    # have a module that every Python loads.
    not_ours = {"cython_runtime", "verifier", "sitecustomize", "usercustomize"}
    foreign = packages(found) - sys.stdlib_module_names - not_ours

    assert {top for top in foreign if not top.startswith("_")} <= USED
    assert not {"asyncio", "xml", "verifier.sandbox", "verifier.delivery.live_progress"} & found
    assert len([m for m in found if m.split(".")[0] in USED]) <= MOST_MODULES
    assert len([m for m in found if m.split(".")[0] == "verifier"]) <= MOST_OF_OURS


def test_the_gate_loads_no_migration_tool_and_no_other_command():
    """Those that the configuration or the checkout names are loaded with the first look."""
    tools = {m for m in loaded(GATE) if m.startswith("verifier.database.ledgers.")}

    assert tools <= {"verifier.database.ledgers.plain"}
    assert loaded(GATE) & COMMANDS == {"verifier.cli.gate"}
