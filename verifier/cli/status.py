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
    from verifier.config.settings import load_railway
    from verifier.report import status_text
    from verifier.wiring.status import open_status

    settings = load_railway(config_in(config_path, checkout), os.environ)
    with open_status(settings, checkout) as look:
        shown = look()
    render = status_text.render_json if as_json else status_text.render
    click.echo(render(shown), nl=False)
    return 0
