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
    from verifier.commands.ready import Providers
    from verifier.commands.ready import ready as look
    from verifier.config.settings import load_settings
    from verifier.database.worktree import Worktree
    from verifier.decide.gate.arrival import Wanted
    from verifier.wiring.gate_session import open_session

    settings = load_settings(config_in(config_path, checkout), os.environ)
    names = list(settings.config.services)
    doing("connecting to Railway")
    with open_session("ready", settings, checkout, names, Wanted(), None) as session:
        report = look(
            Providers(session.world, session.railway, session.memory),
            session.task,
            session.clock,
            session.journal,
            is_project_token=settings.has_project_token,
            coming_sha=Worktree(checkout).head(),
        )
    report = session.finished(report)
    publish(report, report_path, as_json)
    return int(report.exit_code)
