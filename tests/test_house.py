"""Which room may import which, and what a start may load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import verifier

PACKAGE = Path(verifier.__file__).parent

PURE = {"health", "checks", "decide", "report"}
#: What each room may import of ours, beside itself. `None`: everything.
MAY_IMPORT = {
    "cli": None,
    "__main__": {"cli"},
    "wiring": None,
    "commands": {"model", "errors", *PURE},
    "delivery": {"model", "errors", "report", "github", "guarded", "config", "decide"},
    "config": {"model", "errors", "guarded", "report"},
    "railway": {"model", "errors", "guarded"},
    "github": {"model", "errors", "guarded"},
    "database": {"model", "errors", "guarded"},
    "guarded": {"model", "errors", "health"},
    "health": {"model"},
    "checks": {"model", "health", "decide"},
    "decide": {"model"},
    "report": {"model"},
    "errors": {"model"},
    "model": set(),
    "sandbox": {"config", "errors"},
}
#: Modules that touch the world, which a pure room has no business with.
WORLD = {"os", "sys", "time", "random", "socket", "subprocess", "pathlib", "httpx", "psycopg"}


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path):
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "verifier":
                yield from (f"verifier.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_it_may(path):
    allowed = MAY_IMPORT[room(path)]
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("verifier.")}

    if allowed is not None:
        assert ours - {room(path), "__version__"} <= allowed
    if room(path) in PURE and path.name != "terminal.py":
        assert not {name.split(".")[0] for name in imports(path)} & WORLD


def test_every_file_can_be_read_in_one_sitting():
    long = {
        str(p): n
        for p in PACKAGE.rglob("*.py")
        if (n := len(p.read_text("utf-8").splitlines())) > 330
    }

    assert long == {}


def loaded(statement):
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in done.stdout.split()} | set(done.stdout.split())


def test_help_loads_click_and_nothing_else():
    assert not loaded("import verifier.cli") & {"httpx", "psycopg", "pydantic", "yaml", "asyncio"}


def test_the_gate_loads_nothing_that_it_does_not_use():
    unused = {"aiohttp", "graphql", "fakeredis", "redis", "github", "jinja2", "verifier.sandbox"}

    assert not loaded("import verifier.commands.gate, verifier.wiring.connect") & unused
