"""Who chooses the language: the option, then the environment, then the configuration."""

import pytest
from click.testing import CliRunner

from verifier.cli import cli
from verifier.cli.languages import LANGUAGES, speak
from verifier.report.spoken import ENGLISH


@pytest.fixture(autouse=True)
def _english_again():
    yield
    speak(ENGLISH)


def run(*arguments, env=None):
    return CliRunner().invoke(cli, arguments, env={"VERIFIER_LANGUAGE": "", **(env or {})})


@pytest.mark.parametrize(
    ("arguments", "variable", "configured", "said"),
    [
        pytest.param((), "", "", "is valid", id="english"),
        pytest.param((), "", "pt-BR", "é válid", id="configured"),
        pytest.param((), "", "'pt-BR'", "é válid", id="configured-in-quotes"),
        pytest.param((), "pt-BR", "", "é válid", id="environment"),
        pytest.param((), "en", "pt-BR", "is valid", id="environment-counts-more"),
        pytest.param(("--language", "pt-BR"), "en", "en", "é válid", id="option-counts-most"),
        pytest.param(("--language", "en"), "pt-BR", "pt-BR", "is valid", id="option-english"),
    ],
)
def test_what_is_asked_for_first_counts(tmp_path, arguments, variable, configured, said):
    file = tmp_path / "verifier.yml"
    language = f"language: {configured}\n" if configured else ""
    file.write_text(f"version: 1\n{language}services: {{ api: {{}} }}\n")

    done = run(*arguments, "config", "check", "--config", file, env={"VERIFIER_LANGUAGE": variable})

    assert said in done.output


@pytest.mark.parametrize("arguments", [("--help",), ("gate", "--help"), ("config", "--help")])
def test_help_is_in_the_language_of_the_environment(arguments):
    said = run(*arguments, env={"VERIFIER_LANGUAGE": "pt-BR"}).output

    assert said.startswith("Uso: ")
    assert "Opções:" in said
    assert " the " not in said


def test_a_language_that_there_is_not_is_a_mistake_that_names_those_there_are(tmp_path):
    file = tmp_path / "verifier.yml"
    file.write_text("version: 1\nlanguage: xx\nservices: { api: {} }\n")

    by_option = run("--language", "xx", "status")
    by_variable = run("status", env={"VERIFIER_LANGUAGE": "xx"})
    configured = run("config", "check", "--config", file)

    offered = ", ".join(f"'{tag}'" for tag in LANGUAGES)
    assert {by_option.exit_code, by_variable.exit_code} == {2}
    assert f"'xx' is not one of {offered}" in by_option.output
    assert f"'xx' is not one of {offered}" in by_variable.output
    assert "found 'xx', expected" in str(configured.exception)
    assert all(f"'{tag}'" in str(configured.exception) for tag in LANGUAGES)


def test_a_mistake_of_a_configuration_is_told_in_its_language(tmp_path, capsys):
    from verifier.cli.command_errors import tell_error

    file = tmp_path / "verifier.yml"
    file.write_text("version: 1\nlanguage: pt-BR\nservices: { api: {} }\ngate: { bogus: 1 }\n")

    tell_error(run("config", "check", "--config", file).exception)

    assert "encontrada" in capsys.readouterr().err


def test_a_written_configuration_names_its_language():
    from verifier.cli.init import in_language

    text = "version: 1\nservices: {}\n"
    assert in_language(text) == text
    speak("pt-BR")
    assert in_language(text).startswith("version: 1\nlanguage: pt-BR\n")
