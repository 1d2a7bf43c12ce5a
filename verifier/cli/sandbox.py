"""`verifier sandbox` and `verifier demo`."""

import contextlib
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from verifier.cli.interruption import listen
from verifier.errors import ConfigError, VerifierError


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path, exists=True), required=False)
def sandbox(scenario: Path | None) -> int:
    """Start a local Railway, with real processes and a real PostgreSQL."""
    with sandbox_extra():
        from verifier.sandbox.serve import run_sandbox

    listen()
    return run_sandbox(scenario, sys.stdout, started_as(sys.argv[0]))


@click.command()
def demo() -> int:
    """Watch bad deployments being caught and rolled back in a sandbox."""
    with sandbox_extra():
        from verifier.sandbox.demo import run_demo

    listen()
    return run_demo(sys.stdout)


def started_as(program: str) -> str:
    """Return what starts this program from any folder, in a terminal that has another `PATH`."""
    path = Path(program)
    if path.stem == "__main__":
        return shlex.join([sys.executable, "-P", "-m", "verifier"])
    return shlex.quote(str(path.absolute()))


@contextlib.contextmanager
def sandbox_extra() -> Iterator[None]:
    """Say what to install where a package that only the sandbox needs is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        # Another environment's pip would take the package itself from the index.
        python = shlex.quote(sys.executable)
        hint = f"install it with: {python} -m pip install 'railway-deploy-verifier[sandbox]'"
        if not _has_pip():
            hint = (
                f"install it with: uv pip install --python {python} "
                "'railway-deploy-verifier[sandbox]'"
            )
        raise ConfigError(
            f"the sandbox needs the package {error.name}, which is not installed",
            hint=hint,
        ) from error
    except ImportError as error:
        raise VerifierError(
            f"could not start the sandbox: a package that it needs is broken: {error}",
            hint="install that package again: pip install --force-reinstall PACKAGE",
        ) from error


def _has_pip() -> bool:
    """Whether this environment has pip: those that uv makes have none."""
    from importlib.metadata import distributions

    return any(distributions(name="pip"))
