"""A command that could not begin blames the configuration only where that has a mistake."""

import click
import pytest

from tests.report.test_surfaces import report
from verifier.cli.command_errors import mistake_of
from verifier.errors import ConfigError, MissingSettingError, WrongInputError
from verifier.model.verdict import VerdictWord
from verifier.report.headline import headline


@pytest.mark.parametrize(
    ("error", "is_of_the_file"),
    [
        (ConfigError("verifier.yml:1:1: found no such file"), True),
        (MissingSettingError("found no token", hint="set RAILWAY_TOKEN"), False),
        (WrongInputError("plan.json is not a report"), False),
        (click.UsageError("no terminal to confirm on"), False),
        (click.BadParameter("'x' is not one of 'auto', 'off'"), False),
    ],
)
@pytest.mark.parametrize("command", ["gate", "rehearse", "audit"])
def test_what_kept_a_command_from_running_is_what_the_headline_blames(
    command, error, is_of_the_file
):
    mistake = mistake_of(error, "reading the configuration")
    told = headline(
        report(
            command=command,
            exit_code=mistake.exit_code,
            verdict=VerdictWord.INCONCLUSIVE,
            findings=mistake.listed,
            services=(),
        )
    )

    assert ("configuration" in told) is is_of_the_file, told
    assert told.startswith("Not run: ")
