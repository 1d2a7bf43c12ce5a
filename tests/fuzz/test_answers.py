"""
Whatever Railway, GitHub, a database, a checkout, a log or a plan says is read, or refused as what
it is: no answer ends a run by an error that nobody foresaw.
"""

import contextlib
import json
import re

import httpx
import pytest

from tests.fuzz.fuzzing import (
    ODD,
    ODD_CELLS,
    ROOT,
    chances,
    changed_texts,
    try_all,
    with_odd_values,
)
from tests.github.test_bulk_parse import HELD, pull, pulls, repository, run
from tests.github.test_wrong_answers import CALLS as GITHUB_CALLS
from tests.github.test_wrong_answers import asked as asked_of_github
from tests.guarded.log_lines import LINES
from tests.railway.test_wrong_answers import CALLS as RAILWAY_CALLS
from tests.railway.test_wrong_answers import asked as asked_of_railway
from tests.railway.test_wrong_answers import right_data, says
from tests.report.test_surfaces import report
from verifier.database.isolated_queries import Unanswered
from verifier.database.ledger_reading import LedgerQueries, parse_ledger
from verifier.database.ledgers import LEDGERS
from verifier.database.visibility import Sights
from verifier.decide.gate.log_lines import telling_lines
from verifier.errors import VerifierError
from verifier.github.bulk_parse import parse_repository
from verifier.github.issue_text import AuditSubject, read_text
from verifier.guarded.redaction import Redactor, redacted
from verifier.model.background import LogLine
from verifier.report import json_report, markdown, terminal

SHA = "a" * 40
RULE = {
    "type": "pull_request",
    "ruleset_id": 1,
    "parameters": {"required_approving_review_count": 1},
}
CHECKS = {
    "type": "required_status_checks",
    "ruleset_id": 1,
    "parameters": {"required_status_checks": [{"context": "Test", "integration_id": 15368}]},
}
RECORD = {"service": "api", "deployment": "d", "commit": SHA, "image": "x", "standing": "verified"}
PAYLOAD = {
    "format": "verifier.record/v1",
    "railway_environment": "production-id",
    "records": [RECORD],
}
BOT = {"login": "github-actions[bot]", "type": "Bot"}
#: What GitHub answers, by the end of the path.
GITHUB = {
    "/repos/acme/shop": {
        "full_name": "acme/shop",
        "private": True,
        "default_branch": "main",
        "pushed_at": "2026-01-01T00:00:00Z",
    },
    "/branches": [{"name": "main", "protected": True}],
    "/rules/branches/main": [RULE, CHECKS],
    "/rulesets": [{"id": 1, "name": "main", "target": "branch", "enforcement": "active"}],
    "/rulesets/1": {
        "id": 1,
        "name": "main",
        "enforcement": "active",
        "rules": [RULE, CHECKS],
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}],
    },
    "/branches/main/protection": {
        "required_status_checks": {"strict": True, "checks": [{"context": "Test", "app_id": 1}]},
        "required_pull_request_reviews": {"required_approving_review_count": 1},
        "enforce_admins": {"enabled": True},
        "allow_force_pushes": {"enabled": False},
        "restrictions": {"users": [{"login": "ann"}], "teams": [], "apps": [{"slug": "x"}]},
    },
    "/branches/main": {"name": "main", "protected": True, "protection": {"enabled": True}},
    "/deployments": [
        {"id": 1, "payload": PAYLOAD, "created_at": "2026-01-01T00:00:00Z", "creator": BOT}
    ],
    "/matching-refs/verifier/rollback/": [{"ref": "refs/verifier/rollback/d1/1"}],
    "/matching-refs/verifier/hold/": [{"ref": "refs/verifier/hold/s1"}],
    "/issues": [{"number": 1, "state": "open", "body": "", "user": BOT, "title": "x"}],
    "/issues/1/comments": [{"id": 1, "body": "<!-- railway-deploy-verifier:gate -->", "user": BOT}],
    "/git/refs": {"ref": "refs/verifier/rollback/d1/1"},
    "/graphql": {"data": {"viewer": {"login": "some-app[bot]"}}},
}
NODE = repository(
    defaultBranchRef={
        "name": "main",
        "branchProtectionRule": {
            "requiresApprovingReviews": True,
            "requiredApprovingReviewCount": 1,
            "requiredStatusChecks": [{"context": "Test", "app": {"databaseId": 1}}],
        },
    },
    rulesets={
        "totalCount": 1,
        "nodes": [
            {
                "databaseId": 1,
                "name": "main",
                "enforcement": "ACTIVE",
                "target": "BRANCH",
                "conditions": {"refName": {"include": ["~ALL"], "exclude": []}},
                "rules": {"totalCount": 1, "nodes": [{"type": "DELETION", "parameters": None}]},
                "bypassActors": {"totalCount": 0, "nodes": []},
                "source": {"nameWithOwner": "acme/shop"},
            }
        ],
    },
    pullRequests=pulls(pull(nodes=[run("Test"), HELD])),
    pushedAt="2026-01-01T00:00:00Z",
)


@pytest.fixture(scope="module")
def right():
    """What Railway documents, by operation."""
    return {operation: right_data(operation) for operation in RAILWAY_CALLS}


def test_answers_of_railway(right):
    def parse(chance):
        operation = chance.choice(list(RAILWAY_CALLS))
        odd = with_odd_values({"data": right[operation]}, chance)
        asked_of_railway(operation, says(200, json.dumps(odd).encode()))

    try_all(chances(), parse)


def test_answers_of_github():
    def parse(chance):
        call = chance.choice(list(GITHUB_CALLS))

        def answer(request):
            path = request.url.path.removeprefix("/repos/acme/shop") or "/repos/acme/shop"
            value = GITHUB.get(path.removeprefix("/git"), GITHUB.get(path, []))
            if request.method in ("POST", "PATCH") and isinstance(value, list):
                value = {"id": 1, "number": 1, "ref": "refs/verifier/hold/s1"}
            odd = with_odd_values(value, chance) if chance.random() < 0.6 else value
            status = 201 if request.method == "POST" and path != "/graphql" else 200
            return httpx.Response(status, content=json.dumps(odd).encode())

        asked_of_github(call, answer)

    try_all(chances(), parse, parts=3)


def test_repositories_of_graphql():
    try_all(chances(), lambda chance: parse_repository(with_odd_values(NODE, chance)), parts=3)


def test_texts_of_the_tracked_issue():
    subject = AuditSubject("verifier.yml", ("main",), ("acme/shop",))
    marked = f"| x | y |\n\n{subject.mark}<!-- 0123456789abcdef --><!-- no drift -->\n\nz"
    words = (subject.mark, "<!-- ", " -->", "<!--", *ODD)
    try_all(changed_texts([marked], words), lambda text: read_text(text, subject), parts=3)


def test_rows_of_ledgers():
    def parse(chance):
        ledger = LEDGERS[chance.choice(list(LEDGERS))]
        name = ledger.table.rpartition(".")[2]
        own = (*ledger.columns, *ledger.optional, *ledger.digested)
        columns = {name: own, **ledger.companion_tables}
        answers = {
            table: [
                tuple(chance.choice(ODD_CELLS) for _ in names) for _ in range(chance.randint(0, 4))
            ]
            for table, names in columns.items()
        }
        if chance.random() < 0.1:
            answers[name] = Unanswered("gone")
        parse_ledger(LedgerQueries(ledger, "public", columns), answers, Sights(()))

    try_all(chances(), parse, parts=2)


class Held:
    """A checkout whose files are texts."""

    def __init__(self, files):
        self.files = files
        self.paths = tuple(sorted(files))

    def read(self, paths):
        return {path: self.files[path].encode("utf-8", "surrogatepass") for path in paths}


def checkouts():
    """By folder, the projects of the corpus that are there."""
    found = {}
    for root in sorted(ROOT.glob("tests/data/ledgers/*/repo")):
        files = {
            path.relative_to(root).as_posix(): path.read_text("utf-8", "replace")[:3000]
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        found[root.parent.name] = files
    return found


def test_files_of_ledgers():
    known = checkouts()

    def parse(chance):
        files = dict(known[chance.choice(list(known))])
        for _ in range(chance.randint(1, 3)):
            path, other = chance.choice(list(files)), chance.choice(list(files))
            at = chance.randint(0, len(files[path]))
            put = chance.choice([*ODD, "${a", "[a]\n", "x=1\n", "include: ../x", files[other][:50]])
            files[path] = files[path][:at] + put + files[path][at + chance.choice([0, 3, 30]) :]
        for ledger in LEDGERS.values():
            for ask in (ledger.detect, ledger.table_of, lambda f, t=ledger: t.list_shipped(f, "")):
                with contextlib.suppress(VerifierError):
                    ask(Held(files))

    try_all(chances(), parse, parts=2)


def test_lines_of_logs():
    corpus = [line for line, _, _ in LINES]
    redact = Redactor(["Zk8vQ2mX91LrT4wN", "hunter22"])
    words = ("\x1b[31m", "Zk8vQ2mX", "91LrT4wN", "%25", "&amp;", "\\u00", "\x1e", *ODD)

    def parse(text):
        said = text.split("\n")
        shown = redact.lines(said)
        assert len(shown) == len(said)
        assert not re.search(r"hunter22|Zk8vQ2mX91LrT4wN", " ".join(shown))
        telling_lines([LogLine(line, "info") for line in shown])

    try_all(changed_texts(corpus, words), parse)


def test_plan_files():
    plan = json.loads(json_report.render(report()))

    def parse(chance):
        odd = with_odd_values(plan, chance)
        try:
            found = json_report.parse(json.dumps(odd).encode())
        except ValueError:
            json_report.later_schema(json.dumps(odd).encode())
            return
        shown = redacted(found, Redactor(["hunter22"]))
        for render in (json_report.render, terminal.render, markdown.render):
            render(shown)

    try_all(chances(), parse)
