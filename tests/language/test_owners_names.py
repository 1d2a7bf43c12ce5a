"""What others have named is in every language what they named it, on every surface."""

import random
import re
from contextvars import copy_context
from dataclasses import replace

import pytest

from tests.language.catalogues import load, po_path
from tests.language.speaking import speaking
from tests.language.test_surfaces_in_portuguese import SURFACES
from tests.report.situations import ALL
from verifier.database.files import Folder
from verifier.delivery.kept_names import keep_names
from verifier.delivery.surfaces import names_in, with_names
from verifier.github.json_shapes import parsed
from verifier.github.side_by_side import side_by_side
from verifier.guarded.met_names import listen
from verifier.guarded.yaml_document import parse_document, parse_workflow_document
from verifier.language.translation import CONNECTORS
from verifier.report import json_report
from verifier.report.owners_names import OwnersNames
from verifier.report.spoken import say

#: A word of no catalogue: where it stands, the name is to stand.
NEUTRAL = "Qxzw7"


def _words_of_ours():
    catalogue = load(po_path("pt-BR"), "pt-BR")
    texts = (text for message in catalogue for text in (message.id, message.string))
    return sorted({word for text in texts if text for word in re.findall(r"\b[a-z]{2,12}\b", text)})


def _names(number):
    rng = random.Random(number)  # noqa: S311  the same names each time
    words = _words_of_ours()
    for at in range(number):
        name = " ".join(rng.choice((*words, *CONNECTORS)) for _ in range(1 + at % 4))
        yield name if at % 2 else name.capitalize()


def _in_portuguese(text, name, surface):
    report = json_report.parse(text.replace("julia-api", name).encode())
    with speaking("pt-BR"):
        keep_names(names_in(report))
        return " ".join(SURFACES[surface](report).split())


@pytest.mark.slow
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("situation", ALL)
def test_a_name_of_any_words_of_ours_is_told_as_often_as_one_of_none(situation, surface):
    text = json_report.render(ALL[situation])
    often = _in_portuguese(text, NEUTRAL, surface).count(NEUTRAL)

    for name in _names(12):
        known = text.replace('"names": []', f'"names": ["{name}"]')
        assert _in_portuguese(known, name, surface).count(name) >= often, name


@pytest.mark.parametrize("surface", ["terminal", "summary"])
@pytest.mark.parametrize("name", [*_names(3), "Api for Clients", "Send to Slack", "Jobs and Cron"])
def test_a_service_keeps_its_name(name, surface):
    text = json_report.render(ALL["rolled_back"])
    often = _in_portuguese(text, NEUTRAL, surface).count(NEUTRAL)

    assert _in_portuguese(text, name, surface).count(name) >= often > 0


def test_a_report_tells_the_names_in_its_texts_for_those_who_show_it_later():
    finding = replace(
        ALL["rolled_back"].findings[0], summary="20260104_add index to orders: Api for Clients"
    )
    report = replace(ALL["rolled_back"], findings=(finding,))
    with speaking("pt-BR"):
        keep_names(["20260104_add index to orders", "Api for Clients", "stands nowhere here"])
        found = with_names(report)
    read_again = json_report.parse(json_report.render(found).encode())
    with speaking("pt-BR"):
        keep_names(names_in(read_again))
        said = say("20260104_add index to orders and Api for Clients")

    assert found.names[:1] == ("20260104_add index to orders",)
    assert "stands nowhere here" not in found.names
    assert said == "20260104_add index to orders e Api for Clients"


def test_the_longest_name_at_a_place_counts_and_none_within_a_word():
    names = OwnersNames()
    for name in ("Deploy to", "Deploy to Railway", "[x] Deploy to", "Ab c"):
        names.add(name)

    def found(text):
        return [name for _, name in names.found_in(text)]

    assert found("Deploy to Railway; Deploy to you") == ["Deploy to Railway", "Deploy to"]
    assert found("[x] Deploy to you") == ["[x] Deploy to"]
    assert found("Ab cd; xAb c") == []
    assert found("nothing is known") == []


@pytest.fixture
def heard():
    found = []
    listen(found.append)
    yield found
    listen(None)


def test_what_an_api_calls_something_is_met_and_what_it_says_is_not(heard):
    parsed(b'{"check_runs": [{"name": "Deploy to Railway", "description": "all is well"}]}')
    parsed(b'{"required_status_checks": {"contexts": ["Lint and Test"]}, "sha": "a b"}')

    assert sorted(heard) == ["Deploy to Railway", "Lint and Test"]


def test_what_a_workflow_calls_something_is_met_in_its_commands_too(heard):
    parse_workflow_document(
        "x.yml",
        'name: Ship it\njobs:\n  a:\n    steps:\n      - run: |\n          railway up -s "Api for Clients"\n',
    )
    parse_document("y.yml", "services: { Jobs and Cron: {} }\n")

    assert {"Ship it", "Api for Clients", "Jobs and Cron"} <= set(heard)


def test_what_another_run_of_the_process_reads_is_not_met(heard):
    other = []

    def run():
        listen(other.append)
        parsed(b'{"name": "Name of theirs"}')

    copy_context().run(run)
    parsed(b'{"name": "Name of ours"}')

    assert (heard, other) == (["Name of ours"], ["Name of theirs"])


@pytest.mark.parametrize("items", [["one"], ["one", "other"]])
def test_what_is_read_side_by_side_is_met_too(heard, items):
    side_by_side(lambda each: parsed(b'{"name": "The %s"}' % each.encode()), items)

    assert sorted(heard) == [f"The {each}" for each in items]


def test_a_migration_is_met_by_its_path_and_its_name(heard, tmp_path):
    (tmp_path / "20260104090000_add index to orders.sql").touch()

    assert Folder(tmp_path).paths
    assert {"20260104090000_add index to orders", "add index to orders"} <= set(heard)
