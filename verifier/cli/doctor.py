"""`verifier doctor`."""

import os
from pathlib import Path

import click

from verifier.cli.options import CHECKOUT, CONFIG, config_in


@click.command()
@CONFIG
@CHECKOUT
def doctor(config_path: Path, checkout: Path) -> int:
    """Say which token, right or address is missing, before it matters; changes nothing."""
    from verifier.config.settings import load_settings
    from verifier.connect import SystemClock, known_secrets
    from verifier.database.worktree import Worktree
    from verifier.doctor import diagnose
    from verifier.model.finding import Outcome
    from verifier.redaction import Redactor
    from verifier.report.text import plain

    settings = load_settings(config_in(config_path, checkout), os.environ)
    redact = Redactor(known_secrets())
    diagnosis = diagnose(settings, Worktree(checkout), SystemClock().now)
    for finding in diagnosis.findings:
        mark = "ok" if finding.outcome is Outcome.PASS else str(finding.outcome)
        service = f" {finding.service}" if finding.service else ""
        click.echo(f"{mark:<6} {finding.check}{service}: {plain(redact(finding.summary))}")
        if finding.hint and finding.outcome is not Outcome.PASS:
            click.echo(f"{'':6} {plain(redact(finding.hint), 4000)}")
    if diagnosis.role_sql:
        click.echo("\nA role that may read what is needed, and nothing else:\n")
        click.echo("\n".join(f"  {plain(line)}" for line in diagnosis.role_sql))
    return 1 if any(f.outcome.condemns for f in diagnosis.findings) else 0
