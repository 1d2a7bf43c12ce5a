"""Tests lie in the room that they test, and each module has some that are found at once."""

import subprocess
import sys

import pytest

from tests.tests_of import (
    COMMAND,
    PACKAGE,
    ROOT,
    TESTS,
    covered,
    module_name,
    modules,
    nearest_to,
    next_to,
    room_of,
    tried,
)

# The imports of all tests are read for it, which takes seconds.
pytestmark = pytest.mark.slow

#: Folders that are no room's, and what is in them.
NO_ROOMS = {
    "action": "tests of action/start.py and action.yml",
    "data": "answers of real systems, and files of the first user",
    "database/breaking": "one table of migrations after the other, for one question of the database",
    "fuzz": "odd texts for every parser",
    "properties": "random histories against the safety properties of the whole gate",
    "report/data": "whole reports",
    "sandbox/services": "the services of the town that the sandbox plays",
    "soak": "a gate that runs for hours",
    "worlds": "random worlds, played on the sandbox",
}
#: Where a room is come to by another one, as in production.
ENTRANCES = {
    "commands": ("cli", "wiring"),
    "decide/workflows": ("decide.drift", "github.workflows"),
    "health": ("guarded.probe",),
    "language": ("cli",),
}
#: What tests of another room cover, and why: each by those that `python -m tests.tests_of` names.
ELSEWHERE = {
    "it decides one step of a gate or a drill, which is played as a whole": {
        "decide.gate.drill_outcome",
        "decide.gate.fallen",
        "decide.gate.hidden",
        "decide.gate.misplaced",
        "decide.gate.named_services",
        "decide.gate.not_serving",
        "decide.gate.still_live",
        "decide.gate.unjudged",
        "decide.gate.what_was_said",
    },
    "a noun alone: what is done with it is tested where it is done": {
        name.removeprefix("verifier.")
        for name, path in modules(PACKAGE).items()
        if room_of(path) == "model" and path.name != "__init__.py"
    },
    "settings for one command, which is tested as a whole": {
        "config.replay_terms",
        "database.migration_lint",
        "decide.migrations.pull_policy",
    },
    "an answer of GitHub's is read by the client that asks for it": {
        "decide.questions.repository_setting_drift",
        "delivery.drift_issue",
        "github.bulk",
        "github.bulk_keys",
    },
    "its text is rendered by the room that shows it": {"decide.drift.trend", "decide.survey_lines"},
    "each client and each reader of YAML goes through it": {
        "guarded.graphql_schema",
        "guarded.repeated_keys",
    },
    "a process of its own, which tests of the sandbox start and talk to": {
        "sandbox.demo",
        "sandbox.host.keeper",
        "sandbox.serve",
    },
}
NAMED = set().union(*ELSEWHERE.values())
FILES = [path for path in modules(PACKAGE).values() if path.name != "__init__.py"]


def named(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def test_each_folder_of_tests_is_a_room_or_says_what_it_is():
    folders = {p.relative_to(TESTS).as_posix() for p in TESTS.rglob("*") if p.is_dir()}
    told = {f for f in folders if not f.startswith("data/") and "__pycache__" not in f}
    rooms = {f for f in told if (PACKAGE / f / "__init__.py").is_file()}

    assert told - rooms == set(NO_ROOMS)


def test_a_test_comes_to_the_room_that_it_lies_in():
    strangers = []
    for test in TESTS.rglob("test_*.py"):
        folder = test.parent.relative_to(TESTS).as_posix()
        if folder == "." or folder in NO_ROOMS:
            continue
        ways = tuple(
            f"verifier.{way}" for way in (folder.replace("/", "."), *ENTRANCES.get(folder, ()))
        )
        if not any(f"{module}.".startswith(f"{way}.") for module in tried(test) for way in ways):
            strangers.append(test.relative_to(ROOT).as_posix())

    assert strangers == []


def test_each_module_has_tests_in_its_room_or_says_where():
    lonely = {
        named(path)
        for path in FILES
        if room_of(path) and module_name(path) not in covered(room_of(path))
    }

    assert lonely - NAMED == set()
    assert NAMED - lonely - {n for n in NAMED if n.startswith("model.")} == set()


@pytest.mark.parametrize(
    ("module", "first"),
    [
        ("decide/gate/judge.py", "tests/decide/gate/test_judge.py"),
        ("decide/questions/gate_run_drift.py", "tests/decide/questions/test_gate_run_drift.py"),
        ("cli/gate.py", "tests/commands/test_gate.py"),
        ("decide/gate/hidden.py", "tests/commands/test_hidden_services.py"),
        ("database/ledgers/prisma.py", "tests/database/"),
    ],
)
def test_the_tests_of_a_module_are_named_the_nearest_first(module, first):
    own, others = nearest_to(PACKAGE / module)

    assert (own or others)[0].relative_to(ROOT).as_posix().startswith(first)


@pytest.mark.parametrize(
    ("module", "test"),
    [
        pytest.param("wiring/known_secrets.py", "guarded/test_redaction.py", id="elsewhere"),
        pytest.param("delivery/posting.py", "delivery/test_notifications.py", id="by-what-uses-it"),
        pytest.param("report/slack.py", "delivery/test_notifications.py", id="in-another-room"),
    ],
)
def test_what_sees_a_module_from_elsewhere_is_named_too(module, test):
    assert TESTS / test in next_to(PACKAGE / module)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param("verifier/nowhere.py", "is no file", id="nothing-there"),
        pytest.param("verifier/decide", "is no file", id="a-folder"),
        pytest.param("tests/parsed.py", "is no module of the package", id="of-the-tests"),
    ],
)
def test_what_is_no_module_is_told_in_a_sentence(asked, told):
    done = subprocess.run(
        [sys.executable, "-m", "tests.tests_of", asked], cwd=ROOT, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{asked} {told}")


def test_of_tests_that_are_as_near_those_come_first_that_name_it():
    own, _ = nearest_to(PACKAGE / "sandbox/scenarios/fates.py")

    assert TESTS / "sandbox/test_trouble.py" in own[:2]


def test_the_parts_of_a_command_are_one_room():
    assert {room_of(PACKAGE / part / "gate.py") for part in COMMAND} == {"commands"}
