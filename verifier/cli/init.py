"""`verifier init`."""

import os
import sys
from pathlib import Path

import click

from verifier.cli.options import CHECKOUT, YES


@click.command()
@click.option(
    "--project", default="", help="Railway project, by name or id; not needed with a project token."
)
@click.option("--environment", default="production", show_default=True, help="Railway environment.")
@click.option(
    "--action",
    default="OWNER/railway-deploy-verifier@COMMIT",
    show_default=True,
    help="Action for the workflows to use; pin the full commit hash.",
)
@YES
@CHECKOUT
def init(project: str, environment: str, action: str, yes: bool, checkout: Path) -> int:
    """Write a first configuration and workflows, and list the secrets to set."""
    from verifier.decide.first_config import propose
    from verifier.errors import ConfigError
    from verifier.wiring.init import look_around

    proposal = propose(look_around(os.environ, checkout, project, environment), action)
    for name, text in proposal.files.items():
        path = checkout / name
        if path.exists() and not _may_replace(path, yes):
            click.echo(f"kept     {name} (already exists)")
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
        click.echo(f"written  {name}")
    click.echo("\nSet these under Settings > Secrets and variables > Actions:")
    for line in proposal.to_set:
        click.echo(f"  {line}")
    click.echo("\nThen review .github/verifier.yml and run: verifier doctor")
    return 0


def _may_replace(path: Path, yes: bool) -> bool:
    """Nothing is overwritten without asking."""
    if yes:
        return True
    return sys.stdin.isatty() and click.confirm(f"Replace {path}?")
