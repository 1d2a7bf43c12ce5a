"""What commands print beside reports is Portuguese too, and its columns do not touch."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

from tests.builders import START, deployment, old
from tests.commands.test_stats import SOME
from tests.language.speaking import speaking
from tests.language.test_surfaces_in_portuguese import left_in_english
from tests.report.situations import ALL
from tests.report.test_view_text import GOOD, service, view
from tests.report.test_view_text import SOME as SOME_VIEW
from verifier import language
from verifier.cli import cli
from verifier.cli.command_errors import tell_error, tell_usage
from verifier.cli.init import in_language
from verifier.config.settings import load_document
from verifier.decide.first_config import Discovered, propose
from verifier.errors import ConfigError, VerifierError
from verifier.model.deployment import Service
from verifier.model.environment_status import ShownDeployment, WayBack
from verifier.model.health_survey import HealthChoice, UnaskedPath, WhyUnasked
from verifier.model.known_cause import KnownCause
from verifier.model.migration_ledger import LedgerReport
from verifier.model.verdict import Move, RollBackTo
from verifier.report import figures_text, ledger_text, status_text, terminal, view_text

TARGET = ShownDeployment("9b8c7d6e", "REMOVED", START, START, "5e6f7a8b" * 5, "Rui", False)
JUDGED = [
    service(back_to=WayBack(TARGET, is_verified=True)),
    service(judged=replace(GOOD, deployment="f" * 36), back_to=WayBack(TARGET)),
    service(judged=None),
]
CAUSED = replace(
    ALL["rolled_back"],
    known_causes=(KnownCause("crashed", "the process ended", "verifier ledger", ("api",), "x"),),
)
LEDGER = LedgerReport("supabase", "schema_migrations", ("1", "2"), ("3",), ())
SEEN = Discovered("p", "e", {"api": {}, "worker": {}}, "", ())


def _plan():
    move = Move(Service("api", "id", "api", ""), deployment(), old())
    return terminal.render_plan(RollBackTo((move,)), "")


def _proposal():
    health = HealthChoice(
        deep="/d",
        required=("a",),
        others=("b",),
        not_good=("c",),
        unready="/r",
        unasked=tuple(UnaskedPath(f"/{why.value}", why, told="401") for why in WhyUnasked),
        hidden={"/h": 401},
    )
    found = propose(replace(SEEN, health=health), "")
    services = {"api": {"APP_ENV": "staging"}, "worker": {}}
    elsewhere = replace(SEEN, variables=services, has_split_gate=True)
    limited = HealthChoice(unasked=health.unasked, hidden={"/h": 429})
    bare = propose(replace(elsewhere, health=limited), "o/r@c")
    said = [speak(line) for each in (found, bare) for line in (*each.to_set, *each.open_points)]
    files = [in_language(text) for each in (found, bare) for text in each.files.values()]
    comments = re.findall(r"(?m)(?:^|\s)# (.*)$", "\n".join(files))
    return "\n".join([*said, *comments])


def speak(text):
    from verifier.report.spoken import say

    return say(text)


SHOWN = {
    "status": lambda: status_text.render(view(*JUDGED).status),
    "watch": lambda: view_text.render(replace(SOME_VIEW, report=CAUSED), terminal.Style()),
    "causes": lambda: terminal.render(CAUSED),
    "stats": lambda: figures_text.render(SOME),
    "plan": _plan,
    "ledger": lambda: ledger_text.render(LEDGER, (), ""),
    "init": _proposal,
}
#: What is nobody's to translate: names, and what hosts and settings are called.
NAMES = re.compile(
    r"Settings > Secrets and variables > Actions|Checks, Commit statuses|\b[\w.]+-after\b|Railway does not show it"
)


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_that_a_command_prints_is_left_in_english(name):
    with speaking("pt-BR"):
        said = NAMES.sub("", SHOWN[name]())

    more = re.compile(
        r"\b(since|median|next|from|neither|nor|greater|equal|does|used|late)\b", re.I
    )
    assert left_in_english(said) == []
    assert [line for line in said.splitlines() if more.search(line)] == []


@pytest.mark.parametrize("name", ["status", "stats", "ledger"])
def test_a_label_does_not_touch_what_stands_beside_it(name):
    shown = SHOWN[name]
    english = [line for line in shown().splitlines() if line.startswith("  ")]
    with speaking("pt-BR"):
        said = [line for line in shown().splitlines() if line.startswith("  ")]

    assert all(re.match(r"  (?:\S+ )*\S+ {2,}\S|  {2,}\S", line) for line in english + said), said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gate: { fail-after: 0 }", "no mínimo 1"),
        ("gate: { fail-after: 900 }", "no máximo 100"),
        ("gate: { rollback: yes }", "encontrado"),
        ("gate: { interval: x }", "esperado uma duração"),
    ],
)
def test_a_mistake_in_the_configuration_is_told_in_portuguese(tmp_path, text, told):
    path = tmp_path / "verifier.yml"
    path.write_text(f"version: 1\nservices: {{ a: {{}} }}\n{text}\n", "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_document(path)
    with speaking("pt-BR"):
        said = speak(str(refused.value).replace(str(path), "verifier.yml"))

    assert told in said
    assert left_in_english(NAMES.sub("", said)) == []


def test_a_file_that_is_not_there_is_told_in_portuguese(tmp_path):
    gone = str(tmp_path / "gone.json")
    done = CliRunner().invoke(cli, ["--language", "pt-BR", "report", gone])

    with speaking("pt-BR"):
        assert "Arquivo" in speak(f"File '{gone}' does not exist.")
    assert done.exit_code == 2


def test_two_comments_in_a_file_stay_two():
    health = HealthChoice(
        deep="/d",
        required=("a",),
        others=("b",),
        not_good=("c",),
        unready="/r",
        unasked=tuple(UnaskedPath(f"/{why.value}", why, "ready") for why in WhyUnasked),
        hidden={"/h": 401},
    )
    text = propose(replace(SEEN, health=health), "").files[".github/verifier.yml"]
    with speaking("pt-BR"):
        said = in_language(text)

    assert len(re.findall(r"(?m)^ *# ", said)) == len(re.findall(r"(?m)^ *# ", text))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["env var: VERIFIER_CONFIG", "Exit codes: 0 good", "docs/commands/status.md"]),
        (
            "pt-BR",
            [
                "variável: VERIFIER_CONFIG",
                "Códigos de saída: 0 bom",
                "Leia mais: ",
                "docs/commands/status.md",
            ],
        ),
    ],
)
def test_help_names_variables_exit_codes_and_the_page(language, told):
    try:
        done = CliRunner().invoke(cli, ["--language", language, "status", "--help"])
    finally:
        with speaking("en"):
            pass

    said = " ".join(done.output.split())
    assert [part for part in told if part not in said] == []


def test_what_is_gone_back_to_is_told_as_a_person_says_it_where_no_author_is_known():
    target = replace(TARGET, author="")
    with speaking("pt-BR"):
        shown = status_text.render(view(service(back_to=WayBack(target))).status)

    assert "commit 5e6f7a8b, não verificado por um gate\n" in shown


def test_a_service_with_nothing_to_go_back_to_is_told_so_in_portuguese():
    with speaking("pt-BR"):
        way = WayBack(None, reason="no earlier good deployment of api to go back to")
        shown = status_text.render(view(service(back_to=way)).status)

    assert "voltaria a  nada: nenhum deployment anterior bom de api para o qual voltar\n" in shown


def test_a_day_is_told_with_the_word_for_days_and_a_time_with_that_for_times():
    with speaking("pt-BR"):
        shown = status_text.render(view(service(back_to=WayBack(TARGET))).status)
        dated = terminal.render(ALL["broken_build"])
        of_today = terminal.render(ALL["rolled_back"])

    assert " em 2026-01-01 12:00 UTC" in shown
    assert " atrás, em 2025-12-29 17:20 UTC" in dated
    assert " atrás, às 11:59 UTC" in of_today


#: Each way in which a call can be wrong.
WRONG_CALLS = (
    [],
    ["undo"],
    ["gats"],
    ["check", "--lst"],
    ["check", "extra"],
    ["check", "--once=yes"],
    ["stats", "--days", "x"],
    ["stats", "--days", "0"],
    ["stats", "--format", "xml"],
    ["health"],
    ["health", "foo"],
    ["pause"],
    ["report", "no.json"],
    ["report", "."],
    ["gate", "--html"],
    ["gate", "--sha", "abc"],
    ["gate", "--since", "yesterday"],
    ["gate", "--deployment", "foo"],
    ["config", "explain", "gate.nope"],
    ["init", "--action", "foo"],
    ["rollback", "--plan", "no.json"],
    ["rehearse", "nope"],
    ["rehearse"],
)
ENGLISH = re.compile(
    r"\b(?:the|is|are|not|of|did|you|mean|missing|valid|does|exist|there|must|with|names|them|give"
    r"|given|takes?|expected|such|unexpected|known|error|try|for|help|what|or|an)\b",
    re.IGNORECASE,
)


def told_of(call, capsys):
    """What is said of a call that is wrong, in Portuguese, without names and commands."""
    try:
        with pytest.raises((click.ClickException, VerifierError)) as raised:
            cli.main(["--language", "pt-BR", *call], prog_name="verifier", standalone_mode=False)
        if isinstance(raised.value, click.ClickException):
            tell_usage(raised.value)
        else:
            tell_error(raised.value)
    finally:
        with speaking("en"):
            pass
    lines = capsys.readouterr().err.splitlines()
    told = " ".join(line for line in lines if not line.startswith("Uso: "))
    return re.sub(r"'[^']*'|--[\w-]+|verifier rehearse|https:\S+|docs/\S+", "", told)


@pytest.mark.parametrize("call", WRONG_CALLS, ids=" ".join)
def test_a_wrong_call_is_told_without_a_word_of_english(call, capsys):
    told = told_of(call, capsys)

    assert told
    assert ENGLISH.findall(told) == [], told


def test_railway_has_one_gender():
    catalogue = Path(language.__file__).parent / "locale/pt_BR/LC_MESSAGES/verifier.po"
    entries = read_po(BytesIO(catalogue.read_bytes()), "pt_BR")
    told = [str(entry.string) for entry in entries]

    other = re.compile(r"(?<!\w)(?:a|da|na|à|pela|própria) Railway", re.IGNORECASE)
    assert [text for text in told if other.search(text)] == []
