"""`verifier status`."""

import os
from pathlib import Path

import click

from verifier.cli.options import CONFIG, REPOSITORY, config_in, forms
from verifier.model.output_form import OutputForm


@click.command()
@CONFIG
@forms("Print the status as JSON.")
@REPOSITORY
def status(config_path: Path, form: OutputForm, checkout: Path) -> int:
    """Show what is live, who judged it, what a gate would go back to; changes nothing."""
    from verifier.config.settings import load_railway
    from verifier.delivery.console import show_fitted
    from verifier.report import status_text
    from verifier.wiring.status import open_status

    settings = load_railway(config_in(config_path, checkout), os.environ)
    with open_status(settings, checkout) as look:
        shown = look()
    if form.is_for_programs:
        click.echo(status_text.render_json(shown), nl=False)
    else:
        show_fitted(status_text.render(shown))
    return 0
