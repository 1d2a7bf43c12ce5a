"""`verifier ready`."""

import os
from pathlib import Path

import click

from verifier.cli.ending import doing, leaves_report, publish
from verifier.cli.options import CHECKOUT, CONFIG, REPORT, REPORT_FORMS, config_in
from verifier.model.output_form import OutputForm


@click.command()
@CONFIG
@REPORT
@REPORT_FORMS
@CHECKOUT
@leaves_report("ready")
def ready(config_path: Path, report_path: Path | None, form: OutputForm, checkout: Path) -> int:
    """Check before a deploy whether it can be undone; changes nothing."""
    from verifier.config.settings import load_settings
    from verifier.wiring.ready import open_ready

    settings = load_settings(config_in(config_path, checkout), os.environ)
    doing("connecting to Railway")
    with open_ready(settings, checkout) as look:
        doing("asking the checks")
        report = look()
    publish(report, report_path, form)
    return int(report.exit_code)
