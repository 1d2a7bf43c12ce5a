"""The step as a runner starts it: what is isolated, what is told whatever happens."""

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("command", "python", "code", "told"),
    [
        pytest.param("deploy", sys.executable, 2, "takes one of gate", id="unknown-command"),
        pytest.param("", sys.executable, 2, "takes one of gate", id="no-command"),
        pytest.param("$(id)", sys.executable, 2, "takes one of gate", id="hostile-command"),
        pytest.param("gate", "/nope", 2, "Python 3.11 or newer is needed", id="no-python"),
    ],
)
def test_a_wrong_call_is_one_sentence(start, command, python, code, told):
    done = start(command, python=python)

    assert (done.returncode, told in done.stdout) == (code, True)
    assert "Traceback" not in done.stdout + done.stderr


def test_only_preflight_is_given_a_linter(setting_up):
    (linter,) = setting_up.LINTERS.values()

    assert set(setting_up.LINTERS) == {"preflight"}
    assert linter.read_text().startswith("squawk-cli==")
    assert setting_up.places((setting_up.LOCK, linter)) != setting_up.places()


@pytest.mark.usefixtures("ready")
def test_what_the_verifier_cannot_write_is_written_for_it(start, outputs, tmp_path):
    done = start("gate", VERIFIER_ROLLBACK="maybe")

    assert done.returncode == 2
    assert "'maybe' is not one of" in done.stderr
    assert outputs()["exit-code"] == "2"
    assert "No verdict" in (tmp_path / "summary").read_text()


@pytest.mark.usefixtures("ready")
def test_nothing_of_the_job_or_the_checkout_is_imported(start, tmp_path):
    trap = "raise SystemExit('the checkout was run')"
    (tmp_path / "checkout").mkdir()
    for name in ("click.py", "verifier.py", "sitecustomize.py", "hashlib.py", "venv.py"):
        (tmp_path / "checkout" / name).write_text(trap)

    done = start("doctor", PYTHONPATH=str(tmp_path / "checkout"), PYTHONSTARTUP="click.py")

    assert "the checkout was run" not in done.stdout + done.stderr
    assert "found no such file" in done.stderr


@pytest.mark.usefixtures("ready")
def test_arguments_are_lines_and_no_shell_words(start, tmp_path):
    done = start("gate", VERIFIER_ARGUMENTS="--config\n$(touch pwned) `id`\n")

    assert not (tmp_path / "checkout" / "pwned").exists()
    assert "$(touch pwned) `id`" in done.stderr


@pytest.mark.parametrize(
    ("temp", "told"),
    [
        pytest.param(None, "the locked packages could not be installed", id="the-other-place"),
        pytest.param("/dev/null/temp", "cannot be written", id="no-place"),
    ],
)
def test_a_cache_that_cannot_be_written_is_passed_over(start, tmp_path, temp, told):
    changes = {"RUNNER_TEMP": temp} if temp else {}

    done = start("gate", RUNNER_TOOL_CACHE="/dev/null/cache", PIP_NO_INDEX="1", **changes)

    assert (done.returncode, told in done.stdout) == (4, True)


def test_without_an_index_it_says_so(start, outputs, tmp_path):
    done = start("gate", PIP_NO_INDEX="1", PIP_FIND_LINKS="", UV_OFFLINE="1")

    assert done.returncode == 4
    assert "the locked packages could not be installed" in done.stdout
    assert outputs()["verdict"] == "inconclusive"
    assert list((tmp_path / "cache").rglob("new")) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.usefixtures("ready")
def test_a_full_disk_and_a_home_that_cannot_be_written_change_no_verdict(start):
    full = dict.fromkeys(("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "VERIFIER_REPORT"), "/dev/full")

    done = start("gate", HOME="/dev/null", **full)

    assert done.returncode == 2
    assert "found no such file" in done.stderr
    assert "could not write GITHUB_OUTPUT: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("theirs", [True, False], ids=["whole", "cut-short"])
def test_what_another_job_set_up_meanwhile_is_kept_if_it_is_whole(setting_up, tmp_path, theirs):
    place = tmp_path / "cache" / "key"

    def install(python, _):
        """Take so long that another job is done first."""
        (python.parent.parent / "ours").touch()
        setting_up.make(place, lambda python, _: (python.parent.parent / "theirs").touch())
        if not theirs:
            setting_up.python_in(place).unlink()

    made = setting_up.make(place, install)

    assert made == setting_up.python_in(place)
    assert made.exists()
    assert (place / "theirs").exists() is theirs
    assert (place / "ours").exists() is not theirs
    assert list(place.parent.iterdir()) == [place]
