"""The action's script on a Mac: its bash is of 2007, and knows nothing that came after 3.2."""

import re

import pytest

from tests.action.step import ROOT, STEP

#: What newer versions brought, as it is written.
#: Source: https://git.savannah.gnu.org/cgit/bash.git/tree/NEWS
NEWER = {
    "4.0: named arrays": r"\b(?:declare|local|typeset)\s+-\w*[A]",
    "4.0: lists of lines": r"\b(?:mapfile|readarray)\b",
    "4.0: other letters": r"\$\{\w+(?:\[[^]]*\])?(?:\^|,)",
    "4.0: both streams": r"&>>|\|&",
    "4.0: going on in a case": r";;?&",
    "4.0: a process beside it": r"\bcoproc\b",
    "4.0: all folders": r"\bglobstar\b",
    "4.0: steps and zeros of a range": r"\{\w+\.\.\w+\.\.|\{0\d+\.\.",
    "4.0: a time of less than a second": r"\bread\b[^|;\n]*\s-t\s*0?\.\d",
    "4.1: a number for a stream": r"\bexec\s+\{\w+\}",
    "4.2: whether it is set": r"(?:\[\[|\btest|\[)\s+(?:!\s+)?-v\s",
    "4.2: from the end": r"\[-\d+\]|\$\{\w+:[^}]*:\s*-\d",
    "4.2: a time": r"printf\s+(?:-v\s+\w+\s+)?['\"]?[^\n]*%\([^)]*\)T",
    "4.2: globals of a function": r"\bdeclare\s+-\w*g",
    "4.2: the last of a pipe": r"\blastpipe\b",
    "4.3: another name": r"\b(?:declare|local|typeset)\s+-\w*n",
    "4.3: the next that ends": r"\bwait\s+-\w*[nfp]",
    "4.4: changed text": r"\$\{\w+(?:\[[^]]*\])?@",
    "4.4: streams by -d": r"\blocal\s+-(?:\s|$)|\binherit_errexit\b",
    "5.0: times": r"\$\{?EPOCH(?:SECONDS|REALTIME)|\$\{?SRANDOM|\$\{?BASHPID",
}
OF_NEWER = [
    "declare -A seen", "mapfile -t lines", "readarray lines", "${name^^}", "${name,,}", "make |& tee",
    "make &>> log", "a) x ;;& b) y", "a) x ;& b) y", "coproc make", "shopt -s globstar", "{1..9..2}",
    "{01..10}", "read -t 0.5 line", "exec {fd}> log", "[[ -v name ]]", "${list[-1]}", "${name:0:-1}",
    "printf '%(%s)T'", "declare -g x=1", "shopt -s lastpipe", "local -n other", "wait -n", "${name@Q}",
    "shopt -s inherit_errexit", "$EPOCHSECONDS", "${BASHPID}",
]  # fmt: skip


def newer_than_3_2(text):
    """Name what an old bash would not take, or would take for something else."""
    code = re.sub(r"(?m)(?:^|\s)#.*$", "", text)
    return [what for what, written in NEWER.items() if re.search(written, code)]


@pytest.mark.parametrize("line", OF_NEWER)
def test_what_came_later_is_known(line):
    assert newer_than_3_2(line)


def test_the_script_has_nothing_that_came_later():
    assert newer_than_3_2((ROOT / "action" / "run.sh").read_text("utf-8")) == []
    assert newer_than_3_2(STEP["run"]) == []


def test_no_list_of_the_script_may_be_empty():
    """Before 4.4 an empty one was taken for one that nobody had set, and `set -u` ended the script."""
    text = (ROOT / "action" / "run.sh").read_text("utf-8")
    used = set(re.findall(r"\$\{(\w+)\[@\]\}", text))

    assert used == {name for name, first in re.findall(r"(\w+)=\((\S)", text) if first != ")"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("system", "runner"),
    [
        pytest.param("linux-gnu", "Linux", id="linux"),
        pytest.param("darwin23", "macOS", id="mac"),
        pytest.param("msys", "Windows", id="windows"),
        pytest.param("cygwin", "Windows", id="cygwin"),
        pytest.param("", "", id="of-its-own"),
    ],
)
@pytest.mark.parametrize("command", ["deploy", "$(id)"])
def test_the_step_says_the_same_on_every_system(start, outputs, system, runner, command):
    done = start(command, OSTYPE=system, RUNNER_OS=runner, RUNNER_ARCH="ARM64")

    assert (done.returncode, outputs()["exit-code"]) == (2, "2")
    assert "takes one of gate" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("system", ["msys", "linux-gnu"])
def test_the_signs_of_a_path_of_windows_are_taken_as_they_are(start, outputs, tmp_path, system):
    place = "D:\\a\\_actions\\acme\\the verifier"
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / place).symlink_to(ROOT)

    done = start("deploy", OSTYPE=system, GITHUB_ACTION_PATH=place, RUNNER_TEMP="D:\\a\\_temp\\new")

    assert "takes one of gate" in done.stdout, done.stderr
    assert outputs()["verdict"] == "inconclusive"


def test_an_environment_of_windows_has_its_python_elsewhere(setting_up, monkeypatch, tmp_path):
    monkeypatch.setattr(setting_up.os, "name", "nt")
    found = setting_up.python_in(tmp_path)
    monkeypatch.undo()

    assert found == tmp_path / "Scripts" / "python.exe"
