"""`verifier ready`."""

import os
from pathlib import Path

import click

from verifier.cli.ending import doing, leaves_report, publish
from verifier.cli.options import CHECKOUT, CONFIG, REPORT, config_in


@click.command()
@CONFIG
@REPORT
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@CHECKOUT
@leaves_report("ready")
def ready(config_path: Path, report_path: Path | None, as_json: bool, checkout: Path) -> int:
    """Check before a deploy whether it can be undone; changes nothing."""
    from verifier.config.settings import load_settings
    from verifier.wiring.ready import open_ready

    settings = load_settings(config_in(config_path, checkout), os.environ)
    doing("connecting to Railway")
    with open_ready(settings, checkout) as look:
        doing("asking the checks")
        report = look()
    publish(report, report_path, as_json)
    return int(report.exit_code)
