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
    from verifier.commands.init import init as look_and_propose
    from verifier.commands.init import write_files
    from verifier.report.harmless_text import plain
    from verifier.wiring.init import ProjectFolder, open_environment

    place = open_environment(os.environ, project, environment)
    folder = ProjectFolder(checkout)
    proposal, health = look_and_propose(place, folder, action)
    for line in health.lines:
        click.echo(plain(line))
    written = write_files(proposal, folder, lambda name: _may_replace(checkout / name, yes))
    for name, is_written in written:
        if is_written:
            click.echo(f"written  {name}")
        else:
            click.echo(f"kept     {name} (already exists)")
    click.echo("\nSet these under Settings > Secrets and variables > Actions:")
    for line in proposal.to_set:
        click.echo(f"  {line}")
    if proposal.open_points:
        click.echo("\nNot found, or not certain:")
    for line in proposal.open_points:
        click.echo(f"  {plain(line)}")
    click.echo("\nThen review .github/verifier.yml and run: verifier doctor")
    return 0


def _may_replace(path: Path, yes: bool) -> bool:
    """Nothing is overwritten without asking."""
    if yes:
        return True
    return sys.stdin.isatty() and click.confirm(f"Replace {path}?")
