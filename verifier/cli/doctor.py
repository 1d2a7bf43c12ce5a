"""`verifier doctor`."""

import os
from pathlib import Path

import click

from verifier.cli.ending import doing, leaves_report, write_surfaces
from verifier.cli.options import CHECKOUT, CONFIG, REPORT, config_in


@click.command()
@CONFIG
@REPORT
@CHECKOUT
@leaves_report("doctor")
def doctor(config_path: Path, report_path: Path | None, checkout: Path) -> int:
    """Say which token, right or address is missing, before it matters; changes nothing."""
    from verifier.config.settings import load_settings
    from verifier.database.worktree import Worktree
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.model.finding import Outcome
    from verifier.report.harmless_text import plain
    from verifier.wiring.connect import SystemClock, known_secrets
    from verifier.wiring.doctor import diagnose, report_of

    settings = load_settings(config_in(config_path, checkout), os.environ)
    redact = Redactor(known_secrets())
    clock = SystemClock()
    started_at = clock.now()
    doing("asking what the configuration names")
    diagnosis = diagnose(settings, Worktree(checkout), clock.now)
    for finding in diagnosis.findings:
        mark = "ok" if finding.outcome is Outcome.PASS else str(finding.outcome)
        service = f" {finding.service}" if finding.service else ""
        click.echo(f"{mark:<6} {finding.check}{service}: {plain(redact(finding.summary))}")
        if finding.hint and finding.outcome is not Outcome.PASS:
            click.echo(f"{'':6} {plain(redact(finding.hint), 4000)}")
    if diagnosis.role_sql:
        click.echo("\nA role that may read what is needed, and nothing else:\n")
        click.echo("\n".join(f"  {plain(line)}" for line in diagnosis.role_sql))
    report = report_of(diagnosis, settings.config.railway.environment, started_at, clock.now())
    write_surfaces(redacted(report, redact), report_path)
    return int(report.exit_code)
