"""`verifier doctor`."""

import os
from pathlib import Path

import click

from verifier.cli.ending import doing, leaves_report, publish, write_surfaces
from verifier.cli.options import CONFIG, REPORT_FILES, REPORT_FORMS, REPOSITORY, config_in
from verifier.cli.sandbox import sandbox_extra
from verifier.model.output_form import OutputForm
from verifier.report.spoken import say, word


@click.command()
@CONFIG
@REPORT_FILES
@REPORT_FORMS
@REPOSITORY
@click.option(
    "--schema",
    "is_schema",
    is_flag=True,
    help="Compare the APIs of Railway and GitHub today with what is sent, and nothing else.",
)
@leaves_report("doctor")
def doctor(
    config_path: Path,
    report_path: Path | None,
    form: OutputForm,
    checkout: Path,
    is_schema: bool,
) -> int:
    """Check tokens, rights and addresses before a gate needs them; changes nothing."""
    if is_schema:
        return _compare_schema(report_path, form)
    from verifier.commands.doctor import doctor as examine
    from verifier.delivery.console import show_fitted
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.model.finding import Outcome
    from verifier.report.harmless_text import plain
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.doctor import open_setup
    from verifier.wiring.health_headers import header_values
    from verifier.wiring.known_secrets import known_secrets

    redact = Redactor(known_secrets())
    with open_setup(config_in(config_path, checkout), checkout) as setup:
        redact.learn(header_values(setup.settings))
        doing("asking what the configuration names")
        diagnosis = examine(setup, SystemClock())
    report = redacted(diagnosis.report, redact)
    if form.is_for_programs:
        publish(report, report_path, form)
        return int(report.exit_code)
    for finding in report.findings:
        mark = "ok" if finding.outcome is Outcome.PASS else str(finding.outcome)
        service = f" {finding.service}" if finding.service else ""
        show_fitted(f"{word(mark):<6} {finding.check}{service}: {plain(say(finding.summary))}")
        if finding.hint and finding.outcome is not Outcome.PASS:
            show_fitted(f"{'':6} {plain(say(finding.hint), 4000)}")
    if diagnosis.role_sql:
        click.echo(say("\nSQL for a role that can read what is needed, and nothing else:\n"))
        click.echo("\n".join(f"  {plain(line)}" for line in diagnosis.role_sql))
    write_surfaces(report, report_path, form)
    return int(report.exit_code)


def _compare_schema(report_path: Path | None, form: OutputForm) -> int:
    """Tell whether the APIs are still those that this verifier was written for."""
    with sandbox_extra():
        from verifier.sandbox.github.audited_graphql import read_github_snapshot
        from verifier.sandbox.railway.snapshot import read_snapshot
        from verifier.wiring.api_contract import examine_contract

    from verifier.guarded.redaction import Redactor, redacted
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.known_secrets import known_secrets

    doing("reading the schemas of the APIs")
    report = examine_contract(
        os.environ, read_snapshot(), read_github_snapshot(), SystemClock().now
    )
    publish(redacted(report, Redactor(known_secrets())), report_path, form)
    return int(report.exit_code)
