"""Each file of `decide/questions/` is asked, is known to the configuration, and says what it is about."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import verifier
from verifier.commands.audit_questions import KINDS
from verifier.config.protection_section import may_be_exempted
from verifier.model.protection import Setting, kind_of

PACKAGE = Path(verifier.__file__).parent
#: The first word where a question got no answer.
UNREAD = {
    "report",
    *("protection", "workflows", "services", "secrets", "checks-reported", "gate-runs"),
    *("environments", "history", "repository", "schedules", "action-policies"),
}
#: A question in one file, and nothing else.
COMET = """
from collections.abc import Iterator

from verifier.decide.drift.question import Asked, Question
from verifier.model.finding import Outcome
from verifier.model.protection import Drift, DriftKind

KIND = DriftKind("comet-tail", unread_by=frozenset({"workflows"}))


def _ask(asked: Asked) -> Iterator[Drift]:
    yield Drift(f"{KIND}: Halley", "none", "one", asked.evidence.facts.name, Outcome.WARN)


QUESTION = Question(KIND, _ask)
"""
PROGRAM = """
from datetime import UTC, datetime
from verifier.commands.audit_questions import KINDS, QUESTIONS
from verifier.config.protection_section import may_be_exempted
from verifier.decide.drift.changes import Looked, changes_since
from verifier.decide.drift.question import AuditPolicy
from verifier.decide.drift.repository_drift import repository_drift
from verifier.model.audited_repository import RepositoryEvidence, RepositoryFacts
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.protection import ProtectionPolicy

no = NotAsked("")
facts = RepositoryFacts("acme/shop", "main", False, False, False, None)
evidence = RepositoryEvidence(facts, {}, (), {}, (), no, no, no, {}, no)
policy = AuditPolicy(QUESTIONS, lambda *_: ProtectionPolicy({}))
(row,) = repository_drift(evidence, policy, datetime(2026, 1, 20, tzinfo=UTC))
print(row.setting, row.source)
unread = repository_drift(
    RepositoryEvidence(facts, {}, Unobserved("it"), {}, (), no, no, no, {}, no),
    AuditPolicy((), policy.protection),
    datetime(2026, 1, 20, tzinfo=UTC),
)
for now in ((), unread):
    print(len(changes_since([row], Looked(tuple(now), ("acme/shop",)), KINDS).gone))
print(may_be_exempted(row.setting))
print("comet-tail" in map(str, KINDS))
"""


def test_a_question_is_one_file(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "verifier", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "verifier/decide/questions/comet_tail_drift.py").write_text(COMET)

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.splitlines() == [
        "comet-tail: Halley acme/shop",
        *("1", "0", "True", "True"),
    ], done.stderr


@pytest.mark.parametrize(
    "setting", [*Setting, *map(str, KINDS), "secret NAME", "service: api: cron"]
)
def test_what_differs_can_be_exempted(setting):
    assert may_be_exempted(setting)


@pytest.mark.parametrize(
    "setting", ["repository", "services", "secrets", "schedules", "protection"]
)
def test_what_was_not_read_is_not_exempted(setting):
    assert not may_be_exempted(setting)


def test_what_the_audit_tells_is_about_its_kind_or_was_not_read():
    told = set()
    files = [f for part in ("drift", "questions") for f in (PACKAGE / "decide" / part).glob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Drift"), args=[ast.Constant(value=str(setting)), *_]):
                    told.add(kind_of(setting))
                case _:
                    pass

    assert told - {*map(str, KINDS), *Setting} == UNREAD - {*map(str, KINDS)}
    assert not any(map(may_be_exempted, UNREAD - {*map(str, KINDS)}))
