"""`verifier doctor`."""

from pathlib import Path

import click

from verifier.cli.ending import doing, leaves_report, write_surfaces
from verifier.cli.options import CHECKOUT, CONFIG, REPORT_FILE, config_in


@click.command()
@CONFIG
@REPORT_FILE
@CHECKOUT
@leaves_report("doctor")
def doctor(config_path: Path, report_path: Path | None, checkout: Path) -> int:
    """Check tokens, rights and addresses before a gate needs them; changes nothing."""
    from verifier.commands.doctor import doctor as examine
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.model.finding import Outcome
    from verifier.report.harmless_text import plain
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.doctor import open_setup
    from verifier.wiring.known_secrets import known_secrets

    redact = Redactor(known_secrets())
    with open_setup(config_in(config_path, checkout), checkout) as setup:
        redact.learn(secret.reveal() for secret in setup.settings.health_headers.values())
        doing("asking what the configuration names")
        diagnosis = examine(setup, SystemClock())
    report = redacted(diagnosis.report, redact)
    for finding in report.findings:
        mark = "ok" if finding.outcome is Outcome.PASS else str(finding.outcome)
        service = f" {finding.service}" if finding.service else ""
        click.echo(f"{mark:<6} {finding.check}{service}: {plain(finding.summary)}")
        if finding.hint and finding.outcome is not Outcome.PASS:
            click.echo(f"{'':6} {plain(finding.hint, 4000)}")
    if diagnosis.role_sql:
        click.echo("\nSQL for a role that can read what is needed, and nothing else:\n")
        click.echo("\n".join(f"  {plain(line)}" for line in diagnosis.role_sql))
    write_surfaces(report, report_path)
    return int(report.exit_code)
