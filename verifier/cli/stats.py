"""`verifier stats`."""

import os
from pathlib import Path

import click

from verifier.cli.options import CONFIG, REPOSITORY, config_in, forms
from verifier.model.output_form import OutputForm


@click.command()
@CONFIG
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    default=90,
    show_default=True,
    help="How many days back to count.",
)
@forms("Print the figures as JSON.", OutputForm.OPENMETRICS)
@REPOSITORY
def stats(config_path: Path, days: int, form: OutputForm, checkout: Path) -> int:
    """Count deploys, failures and times to restore, from what gates found; changes nothing."""
    from verifier.config.settings import load_railway
    from verifier.delivery.console import show_fitted
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.report import figures_text, open_metrics
    from verifier.wiring.known_secrets import known_secrets
    from verifier.wiring.stats import open_stats

    settings = load_railway(config_in(config_path, checkout), os.environ)
    figures = redacted(open_stats(settings, checkout)(days), Redactor(known_secrets()))
    match form:
        case OutputForm.JSON:
            click.echo(figures_text.render_json(figures), nl=False)
        case OutputForm.OPENMETRICS:
            click.echo(open_metrics.render_figures(figures), nl=False)
        case _:
            show_fitted(figures_text.render(figures))
    return 0
