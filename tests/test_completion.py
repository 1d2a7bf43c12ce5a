"""What a shell is given to complete a command with, and what it is offered."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def completed(form, words="", word=""):
    """What the program answers to a shell: `form` names that and what it asks for."""
    asked = {"_VERIFIER_COMPLETE": form, "COMP_WORDS": words, "COMP_CWORD": word}
    done = subprocess.run(
        [Path(sys.executable).with_name("verifier")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **asked},
    )
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_its_completion(shell):
    assert "_VERIFIER_COMPLETE" in completed(f"{shell}_source")


def test_completion_knows_the_commands():
    assert completed("bash_complete", "verifier pre", "1").split() == ["plain,preflight"]


@pytest.mark.parametrize("word", ["--rollback=", "--rollback=a"])
def test_fish_completes_what_stands_behind_an_option_and_its_sign(word):
    found = completed("fish_complete", f"verifier gate {word}", word).splitlines()

    assert "plain,--rollback=auto" in found
    assert all(line.startswith("plain,--rollback=") for line in found)
    alone = completed("fish_complete", "verifier gate --rollback ")
    assert "plain,auto" in alone.splitlines()


def test_fish_is_told_a_description_with_its_commas():
    (doctor,) = completed("fish_complete", "verifier doc", "doc").splitlines()

    assert "," in doctor.partition("\t")[2]
    assert 'string split --max 1 "," $completion' in completed("fish_source")
