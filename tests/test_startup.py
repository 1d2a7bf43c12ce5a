"""What a start loads: each import is paid for by every run."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def loaded(statement):
    """Names of the modules that a statement leaves in a process of its own."""
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def packages(modules):
    return {module.split(".")[0] for module in modules}


def test_help_loads_click_and_nothing_else():
    unused = {"httpx", "psycopg", "pydantic", "yaml", "asyncio"}

    assert not packages(loaded("import verifier.cli")) & unused


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


def test_the_gate_loads_nothing_that_it_does_not_use():
    found = loaded(GATE)
    # What begins with _ or is called cython is how packages in C are put together; the machine may
    # have a module that every Python loads.
    not_ours = {"cython_runtime", "verifier", "sitecustomize", "usercustomize"}
    foreign = packages(found) - sys.stdlib_module_names - not_ours

    assert {top for top in foreign if not top.startswith("_")} <= USED
    assert not {"asyncio", "xml", "verifier.sandbox", "verifier.delivery.live_progress"} & found
    assert len([m for m in found if m.split(".")[0] in USED]) <= MOST_MODULES
