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


_NAMES = {
    "pt-BR": ("pt-BR", "pt_BR", "pt", "PT-br", "pt_BR.UTF-8", "pt_PT@euro", " pt-BR "),
    "en": ("en", "en_US", "EN", "en_GB.UTF-8", "C", "POSIX", "C.UTF-8"),
}


@pytest.mark.parametrize(
    ("name", "tag"), [(name, tag) for tag, names in _NAMES.items() for name in names]
)
def test_a_language_may_be_named_as_systems_name_it(tmp_path, name, tag):
    file = tmp_path / "verifier.yml"
    file.write_text(f"version: 1\nlanguage: {name}\nservices: {{ api: {{}} }}\n")
    valid = {"pt-BR": "é válid", "en": "is valid"}[tag]

    configured = run("config", "check", "--config", file)
    by_variable = run("config", "check", "--config", file, env={"VERIFIER_LANGUAGE": name})
    by_option = run("--language", name, "config", "check", "--config", file)

    for done in (configured, by_variable, by_option):
        assert done.exit_code == 0
        assert valid in done.output
        assert "English is spoken" not in done.output


@pytest.mark.parametrize("name", ["xx", "xx_DE", "klingon", "::error::x", "x" * 200])
def test_a_language_that_there_is_not_is_english_and_one_line_and_no_end(tmp_path, name):
    file = tmp_path / "verifier.yml"
    file.write_text(f"version: 1\nlanguage: {name!r}\nservices: {{ api: {{}} }}\n")
    plain = tmp_path / "plain.yml"
    plain.write_text("version: 1\nservices: { api: {} }\n")

    done = [
        run("config", "check", "--config", plain, env={"VERIFIER_LANGUAGE": name}),
        run("--language", name, "config", "check", "--config", plain),
        *([run("config", "check", "--config", file)] if name.isalnum() else []),
    ]

    for one in done:
        assert one.exit_code == 0
        assert "is valid" in one.output
        assert one.output.count("English is spoken; known: " + ", ".join(LANGUAGES)) == 1
        assert not any(line.startswith("::") for line in one.output.splitlines())


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


@pytest.mark.parametrize(
    ("said", "meant"), [(["gat"], "gate"), (["staus"], "status"), (["config", "shw"], "show")]
)
def test_of_a_command_that_there_is_not_the_nearest_is_named(said, meant):
    done = CliRunner().invoke(cli, said)

    assert done.exit_code == 2
    assert f"(did you mean '{meant}'?)" in done.output
