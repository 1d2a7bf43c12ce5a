"""Scripts that a stranger wrote to keep whoever reads them busy: read in time, or told as unread."""

import json

import pytest

from tests.counted_calls import calls_of
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.questions.gate_run_drift import gate_run_drift
from verifier.decide.questions.masked_drift import mask_drift
from verifier.decide.questions.pipeline_drift import pipeline_drift
from verifier.decide.workflows.script_texts import make_recipe
from verifier.decide.workflows.shell_results import ShellOptions, hides_failure
from verifier.github.workflow_expressions import insides
from verifier.github.workflows import parse_workflow
from verifier.model.finding import Unobserved
from verifier.model.pull_files import BaseBranch, PullFiles
from verifier.model.workflow import Workflow

#: Just below what is read at all.
SIZE = 60_000
UNITS = (
    "railway up\n", "verifier gate\n", "verifier gate && ", "if true; then ", "if [ -n $a ]; then ",
    "$(", "`", "f() { ", "a=(", "(", "()", "{ ", "case x in a) ", "cat <<A\n", "bash -c '", "'", '"', '"a"', '"a',
    "${a:-", "\\\n", "a | ", "|| true\n", "; ", "\n", "npm test\n", "curl x/health\n",
)  # fmt: skip


def with_script(text):
    step = json.dumps({"run": text})
    return f"on: pull_request\njobs: {{ t: {{ runs-on: x, steps: [{step}] }} }}\n"


def questions_about(text):
    workflow = parse_workflow("a.yml", with_script(text))
    assert isinstance(workflow, Workflow)
    return lambda: [list(ask([workflow])) for ask in (mask_drift, gate_run_drift, pipeline_drift)]


@pytest.mark.parametrize("unit", UNITS)
def test_a_script_of_one_piece_over_and_over_is_read_in_time(unit):
    """In calls: by the square, twice the length would take four times as many."""
    one, twice = (calls_of(questions_about(unit * (n // len(unit)))) for n in (1_000, 2_000))

    assert twice < 2.2 * one + 500


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", UNITS)
def test_the_longest_script_of_one_piece_over_and_over_ends(unit):
    questions_about(unit * (SIZE // len(unit)))()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(with_script("true\n" * 14_000), "64 KiB of scripts", id="scripts"),
        pytest.param(with_script("${{ " * 6_000), "an expression of more than 21,000", id="open"),
        pytest.param(
            f"on: push\njobs: {{ t: {{ runs-on: x, name: '{'${{ a }}' * 3_000}' }} }}\n",
            "an expression of more than 21,000",
            id="name",
        ),
        pytest.param(
            f"on: push\njobs: {{ t: {{ runs-on: x, if: '{'true && ' * 3_000}true' }} }}\n",
            "an expression of more than 21,000",
            id="condition",
        ),
    ],
)
def test_what_is_longer_than_anybody_writes_is_told_as_not_read(text, told):
    found = parse_workflow("a.yml", text)

    assert isinstance(found, Unobserved)
    assert told in found.reason
    assert not found.is_final


def test_many_long_scripts_count_together():
    step = json.dumps({"run": "true\n" * 2_000})
    text = f"on: push\njobs: {{ t: {{ runs-on: x, steps: [{', '.join([step] * 8)}] }} }}\n"

    assert isinstance(parse_workflow("a.yml", text), Unobserved)


def test_a_name_that_is_longer_than_anybody_reads_is_left_open():
    name = "${{ matrix.a }}" * 1_300
    job = f"t: {{ runs-on: x, name: '{name}', strategy: {{ matrix: {{ a: [1, 2] }} }} }}"
    workflow = parse_workflow("a.yml", f"on: pull_request\njobs: {{ {job} }}\n")

    found = reports_on_pull_request(PullFiles((workflow,)), BaseBranch("main"), frozenset(), None)

    assert found.checks == ()
    (left,) = found.unresolved
    assert "a name of more than 500 characters" in left.reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${{ a }} b ${{c}}", [" a ", "c"]),
        ("${{ ${{ a }} }}", [" ${{ a "]),
        ("${{ a", []),
        ("}} ${{ a }}", [" a "]),
        ("${{}}", [""]),
        ("", []),
    ],
)
def test_expressions_stand_between_their_braces(text, found):
    assert list(insides(text)) == found


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("verifier gate && a && b", ""),
        ("verifier gate && a\nb", "shell"),
        ("verifier gate && a | b\nfi", ""),
        ("verifier gate && a && b; c", "shell"),
        ("verifier gate; x=1\nexit 1", ""),
    ],
)
def test_what_runs_after_a_list_decides_whether_it_is_lost(text, hidden):
    assert hides_failure(text, ShellOptions(errexit=True, pipefail=True)) == hidden


#: Calls for each character that is read, and each target.
MOST_CALLS = 8


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a " * 10_000 + ":\n" + "\tb\n" * 10_000, id="one name over and over"),
        pytest.param(
            " ".join(f"a{i}" for i in range(6_000)) + ":\n" + "\tb\n" * 10_000, id="many names"
        ),
        pytest.param("a: b\n" * 20_000, id="one target over and over"),
        pytest.param("a:\n" + "\tb\n" * 30_000, id="many lines"),
        pytest.param(f"V=x{' ' * SIZE}x\na:\n\tb\n", id="spaces in a value"),
    ],
)
def test_a_makefile_is_read_in_time(text):
    assert calls_of(lambda: make_recipe(text, ["a"], {})) < MOST_CALLS * len(text)


def test_a_rule_of_several_targets_is_run_for_each_of_them():
    text = "V =  up  \na b: c\n\t@railway $(V)\nc: ; echo c\nb:\n\techo b\n"

    assert make_recipe(text, ["a"], {}) == "echo c\nrailway up"
    assert make_recipe(text, ["b"], {}) == "echo c\nrailway up\necho b"
    assert make_recipe(text, ["b", "a"], {}) == "echo c\nrailway up\necho b\nrailway up"
    assert make_recipe(text, [], {}) == "echo c\nrailway up"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a:\n\tb\n" * 8_000, id="many rules"),
        pytest.param(f"V={'x' * 50_000}\na:\n" + "\t$(V)\n" * 10_000, id="a long value"),
        pytest.param(f"V={'x' * 900}\na:\n" + "\t$(V)\n" * 10_000, id="a value over and over"),
        pytest.param(f"V={'x' * 50_000}\na:\n\t{'$(V)' * 1_000}\n", id="a long value in a line"),
    ],
)
def test_many_targets_of_one_command_are_read_in_time(text):
    targets, recipes = ["a", *(f"b{i}" for i in range(20_000))], []

    calls = calls_of(lambda: recipes.append(make_recipe(text, targets, {})))

    assert len(recipes[0]) < 250_000
    assert calls < MOST_CALLS * (len(text) + len(targets))
