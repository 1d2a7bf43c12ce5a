"""`verifier health`."""

import click

from verifier.cli.options import RESULT_FORMS
from verifier.model.output_form import OutputForm


@click.command()
@click.argument("url")
@RESULT_FORMS
def health(url: str, form: OutputForm) -> int:
    """Explain one health document: what is read from it, from where, by which rule."""
    from verifier.commands.health import exit_code_of, worth_in_a_gate, would_fail
    from verifier.decide.health_choice import worth_requiring
    from verifier.guarded.redaction import Redactor, redacted_values
    from verifier.report.health_text import health_json, health_lines
    from verifier.report.result_json import render
    from verifier.wiring.health import read_health
    from verifier.wiring.known_secrets import known_secrets

    redact = Redactor(known_secrets())
    surveyed = read_health(url)
    outcome = worth_in_a_gate(surveyed)
    suggested, failing = worth_requiring(surveyed), would_fail(surveyed)
    if form.is_for_programs:
        told = health_json(url, surveyed, outcome, suggested, failing)
        cleaned = {key: redacted_values(value, redact) for key, value in told.items()}
        click.echo(render("health", cleaned), nl=False)
    else:
        for line in health_lines(url, surveyed, outcome, suggested, failing):
            click.echo(redact(line))
    return exit_code_of(outcome)
