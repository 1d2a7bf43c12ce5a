"""`verifier preflight`."""

import os
from pathlib import Path

import click

from verifier.cli.ending import doing, leaves_report, publish
from verifier.cli.options import CONFIG, PULL_CHECKOUT, REPORT, REPORT_FORMS, config_in
from verifier.model.output_form import OutputForm


@click.command()
@CONFIG
@click.option(
    "--base",
    envvar=["VERIFIER_BASE", "GITHUB_BASE_REF"],
    default="main",
    show_default=True,
    help="Base branch of the pull request.",
)
@REPORT
@REPORT_FORMS
@PULL_CHECKOUT
@leaves_report("preflight")
def preflight(
    config_path: Path, base: str, report_path: Path | None, form: OutputForm, checkout: Path
) -> int:
    """Fail a pull request while a migration of its branch is not applied in production."""
    from verifier.commands.preflight import preflight as compare
    from verifier.delivery.notifications import tell
    from verifier.delivery.surfaces import event_of_job
    from verifier.errors import MissingSettingError
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.wiring.base_config import policy_of
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.known_secrets import known_secrets
    from verifier.wiring.preflight import base_of, open_pull_request, requirements_of

    policy = policy_of(config_in(config_path, checkout), checkout, base)
    config = policy.config
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        in_job = os.environ.get("GITHUB_ACTIONS") == "true"
        why = ": a pull request from a fork has no secrets, and cannot be checked here"
        raise MissingSettingError(
            f"found no DATABASE_URL in the environment{why if in_job else ''}",
            hint="" if in_job else "set DATABASE_URL to the address of the production database",
        )
    doing("reading the branch and the database")
    pull = open_pull_request(config, checkout, base, url)
    required = requirements_of(policy, base_of(base, checkout, event_of_job()))
    report = compare(pull, required, SystemClock())
    report = redacted(report, Redactor(known_secrets()))
    publish(report, report_path, form)
    tell(report, config.notify)
    return int(report.exit_code)
