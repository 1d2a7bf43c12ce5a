"""`verifier status`."""

import os
from pathlib import Path

import click

from verifier.cli.options import CHECKOUT, CONFIG, config_in


@click.command()
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="Print the status as JSON.")
@CHECKOUT
def status(config_path: Path, as_json: bool, checkout: Path) -> int:
    """Show what is live, who judged it, what a gate would go back to; changes nothing."""
    from verifier.commands.status import status as look
    from verifier.config.settings import load_railway
    from verifier.decide.gate.arrival import Wanted
    from verifier.guarded.redaction import redacted
    from verifier.report import status_text
    from verifier.wiring.gate_session import open_session

    settings = load_railway(config_in(config_path, checkout), os.environ)
    names = list(settings.config.services)
    with open_session("status", settings, checkout, names, Wanted(), None) as session:
        task = session.task
        found = look(session.world, session.memory, task.policy, task.environment, session.clock)
        shown = redacted(found, session.redact)
    render = status_text.render_json if as_json else status_text.render
    click.echo(render(shown), nl=False)
    return 0
