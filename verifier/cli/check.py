"""`verifier check`."""

import os
from pathlib import Path

import click

from verifier.cli.ending import doing, leaves_report, publish, until_interrupted
from verifier.cli.options import CHECKOUT, CONFIG, REPORT, config_in
from verifier.cli.streams import is_read

_AGAIN_AFTER_S = 60.0


@click.command()
@CONFIG
@REPORT
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--watch", is_flag=True, help="Check again every minute until interrupted.")
@CHECKOUT
@leaves_report("check")
def check(
    config_path: Path, report_path: Path | None, as_json: bool, watch: bool, checkout: Path
) -> int:
    """Run the gate's checks against what is live now; changes nothing."""
    from verifier.wiring.clock import SystemClock

    codes: list[int] = []

    def look() -> None:
        codes.append(_check(config_path, report_path, as_json, checkout))
        while watch and is_read():
            SystemClock().sleep(_AGAIN_AFTER_S)
            codes.append(_check(config_path, report_path, as_json, checkout))

    if until_interrupted(look) and not (watch and codes):
        raise KeyboardInterrupt
    return codes[-1]


def _check(config_path: Path, report_path: Path | None, as_json: bool, checkout: Path) -> int:
    from verifier.config.settings import load_settings
    from verifier.delivery.notifications import tell
    from verifier.wiring.check import open_check

    settings = load_settings(config_in(config_path, checkout), os.environ)
    doing("connecting to Railway")
    with open_check(settings, checkout) as look:
        doing("asking the checks")
        report = look()
    publish(report, report_path, as_json)
    tell(report, settings.config.notify)
    return int(report.exit_code)
