"""`verifier config upgrade`: the newest format, and nothing else is changed."""

from pathlib import Path

import pytest

from tests.config.test_effective import run
from verifier.config.upgrade import NEWEST, upgraded
from verifier.errors import ConfigError, WrongInputError
from verifier.guarded.mistakes import InvalidConfigError

REST = "services:\n  shop-api: { role: api, url: https://shop.example.com } # ours\n"
NOW = f"# a file\nversion: {NEWEST}\n{REST}"
WAIVER = "\nwaivers:\n  - { check: %s, reason: relations.answer, until: 2027-01-01 }\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(NOW, NOW, id="up to date"),
        pytest.param(f"# a file\n{REST}", NOW, id="without a version"),
        pytest.param(NOW.replace("\n", "\r\n"), NOW.replace("\n", "\r\n"), id="windows"),
        pytest.param(
            f"# a file\n{REST}".replace("\n", "\r\n"),
            NOW.replace("\n", "\r\n"),
            id="windows without a version",
        ),
        pytest.param(
            "{services: {a: {role: api, url: https://a.test}}}",
            "{version: 1, services: {a: {role: api, url: https://a.test}}}",
            id="in braces",
        ),
        pytest.param(
            NOW + WAIVER % "relations.answer", NOW + WAIVER % "relations.readable", id="renamed"
        ),
        pytest.param(
            NOW + WAIVER % "'preflight.pending'", NOW + WAIVER % "'migrations.pending'", id="quoted"
        ),
    ],
)
def test_what_is_old_is_brought_up_to_date_and_all_else_stays(before, after):
    assert upgraded("verifier.yml", before) == after
    assert upgraded("verifier.yml", after) == after


def test_a_later_format_is_left_to_a_later_version():
    with pytest.raises(ConfigError, match="has format 2, and this version knows up to 1"):
        upgraded("verifier.yml", NOW.replace("version: 1", "version: 2"))


@pytest.mark.parametrize("text", ["version: 1\nservices: {}\n", f"version: one\n{REST}"])
def test_what_stays_wrong_is_told_and_not_written(text):
    with pytest.raises(InvalidConfigError):
        upgraded("verifier.yml", text)


def test_the_change_is_shown_asked_about_and_written(tmp_path):
    file = tmp_path / "verifier.yml"
    file.write_text(REST, "utf-8")

    shown = run("upgrade", "--config", file, "--dry-run")
    as_option = run("--upgrade", "--config", file, "--dry-run")
    assert (as_option.exit_code, as_option.output) == (shown.exit_code, shown.output)
    asked = run("upgrade", "--config", file)
    assert (file.read_text("utf-8"), "+version: 1" in shown.output) == (REST, True)
    assert "no terminal to confirm on" in str(asked.exception)

    written = run("upgrade", "--config", file, "--yes")
    again = run("upgrade", "--config", file, "--yes")
    assert file.read_text("utf-8") == f"version: 1\n{REST}"
    assert (written.return_value, again.output) == (0, f"{file} is up to date: format 1\n")


def test_a_file_that_cannot_be_written_is_said_to_be_so(tmp_path, monkeypatch):
    file = tmp_path / "verifier.yml"
    file.write_text(REST, "utf-8")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refuse)
    ended = run("upgrade", "--config", file, "--yes")

    assert isinstance(ended.exception, WrongInputError)
    assert str(ended.exception) == f"{file} cannot be written: Permission denied"
