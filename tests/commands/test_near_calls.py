"""What a call that is nearly right is told: what was meant, or nothing; never something else."""

import click
import pytest
from click.testing import CliRunner

from verifier.cli import cli
from verifier.cli.command_errors import tell_usage


def told_of(call, capsys):
    with pytest.raises(click.UsageError) as raised:
        cli.main(call, prog_name="verifier", standalone_mode=False)
    tell_usage(raised.value)
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("called", "meant"),
    [
        ("undo", "rollback"),
        ("revert", "rollback"),
        ("deploy", "gate"),
        ("verify", "gate"),
        ("watch", "check --watch"),
        ("logs", "status"),
        ("version", "--version"),
        ("help", "--help"),
        ("html", "report --format html"),
        ("validate", "config check"),
        ("setup", "init"),
        ("migrations", "ledger"),
        ("hold", "pause"),
        ("unhold", "release"),
        ("gats", "gate"),
        ("chek", "check"),
    ],
)
def test_a_command_is_found_by_what_is_meant(called, meant, capsys):
    assert told_of([called], capsys).endswith(f"(did you mean {meant!r}?)")


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (["check", "--services", "api"], ""),
        (["ready", "--since", "x"], ""),
        (["rehearse", "--lst"], "--list"),
        (["gate", "--rollbak", "plan"], "--rollback"),
        (["check", "--wach"], "--watch"),
        (["gate", "--language", "pt-BR"], "verifier --language"),
        (["gate", "--debug"], "verifier --debug"),
    ],
)
def test_an_option_is_only_named_where_it_may_be_meant(call, meant, capsys):
    told = told_of(call, capsys)

    assert (meant in told) if meant else ("mean" not in told), told
    assert told.count("--") <= 2


def test_help_names_the_variables_of_what_stands_before_the_command():
    told = CliRunner().invoke(cli, ["--help"]).output

    assert [name for name in ("VERIFIER_LANGUAGE", "VERIFIER_DEBUG") if name not in told] == []
