"""The line of `verifier init` over an environment and a folder of its own."""

import pytest
import yaml
from click.testing import CliRunner

from tests.builders import answer, deployment, document, sha
from verifier.cli import cli
from verifier.commands.init import KeptFile, init, is_of_init, write_files
from verifier.config.settings import load_settings
from verifier.decide.first_config import Proposal
from verifier.errors import DeniedError
from verifier.github.workflows import parse_workflow
from verifier.model.checkout_facts import NO_FACTS
from verifier.model.deployment import Scope
from verifier.model.evidence import Component, HealthDocument, HealthStatus, Origin
from verifier.model.finding import Unobserved
from verifier.model.health_survey import ServedService, SurveyedPath


class Environment:
    scope = Scope("p", "acme", "e", "production", {"api": "1", "worker": "2"})

    def variables(self, service):
        if service == "worker":
            raise DeniedError("not yours")
        return {"RUN_MODE": "api"}

    def __init__(self, answers=None, domains=("api",), live=None):
        self.answers = answers or {}
        self.domains = domains
        self.live = live

    def served(self):
        return {
            name: ServedService(f"https://{name}.test", "/up", self.live) for name in self.domains
        }

    def survey(self, url, paths):
        absent = answer(404, doc=Unobserved("x"))
        return tuple(
            SurveyedPath(path, *self.answers[path])
            if path in self.answers
            else SurveyedPath(path, absent)
            for path in paths
        )


class Project:
    def __init__(self, **files):
        self.files = files

    def tool(self):
        return ""

    def action(self, folder):
        return None

    def script(self, path):
        return None

    def workflows(self):
        return []

    def facts(self):
        return NO_FACTS

    def health_path(self):
        return ""

    def branch(self):
        return "main"

    def read(self, path):
        return self.files.get(path)

    def write(self, path, text):
        self.files[path] = text


def test_a_service_whose_variables_are_hidden_is_proposed_all_the_same():
    proposal, _ = init(Environment(), Project(), "acme/verifier@abc")

    text = proposal.files[".github/verifier.yml"]
    assert "'api': { role: api, url: 'https://api.test', run-mode: 'api' }" in text
    assert "'worker':" in text


@pytest.mark.parametrize("domains", [("api",), ("worker",), ()])
def test_the_address_that_was_asked_is_written_so_that_no_workflow_has_to_pass_it(
    domains, tmp_path
):
    proposal, _ = init(Environment(domains=domains), Project(), "acme/verifier@abc")
    path = tmp_path / "verifier.yml"
    path.write_text(proposal.files[".github/verifier.yml"])

    asks = "api" not in domains
    given = {"RAILWAY_APP_URL": "https://a.test"} if asks else {}
    settings = load_settings(path, {"RAILWAY_TOKEN": "t", **given})

    assert settings.service_url("api") == ("https://a.test" if asks else "https://api.test")
    assert settings.service_url("worker") == "", "its own status alone speaks for it"
    assert any("RAILWAY_APP_URL" in line for line in proposal.to_set) is asks


@pytest.mark.parametrize(
    ("may_replace", "kept"), [(False, "old"), (True, "new")], ids=["refused", "allowed"]
)
def test_what_is_there_is_replaced_only_where_a_person_says_so(may_replace, kept):
    project = Project(a="old", c="same")
    proposal = Proposal({"a": "new", "b": "new", "c": "same"}, ())

    dealt = list(write_files(proposal, project, lambda kept: may_replace))

    difference = ("--- a", "+++ a, proposed", "@@ -1 +1 @@", "-old", "+new")
    assert dealt == ["a" if may_replace else KeptFile("a", difference), "b", KeptFile("c", ())]
    assert project.files == {"a": kept, "b": "new", "c": "same"}


def test_written_again_is_what_init_owns_and_never_a_configuration_that_a_person_tuned():
    config, workflow = ".github/verifier.yml", ".github/workflows/railway-gate.yml"
    project = Project(**{config: "tuned", workflow: "old"})
    proposal = Proposal({config: "new", workflow: "new"}, ())

    dealt = list(write_files(proposal, project, is_of_init))

    assert [getattr(one, "path", one) for one in dealt] == [config, workflow]
    assert isinstance(dealt[0], KeptFile)
    assert project.files == {config: "tuned", workflow: "new"}


GOOD = HealthStatus.GOOD
DEEP = document(
    components=(
        Component("database", GOOD, "up"),
        Component("database.pool", GOOD, "up"),
        Component("redis", HealthStatus.BAD, "down"),
        Component("debug", GOOD, "true", is_incidental=True),
    )
)
TEXT = Unobserved("the body is neither JSON nor a known plain-text status")
PAGE = Unobserved("the body is an HTML page, not a health document")
NOTHING = document(components=())
SCHEMA = document(components=(), rule="schema fingerprint")


def health_of(answers, **changes):
    proposal, _ = init(Environment(answers, **changes), Project(), "acme/verifier@abc")
    config = yaml.safe_load(proposal.files[".github/verifier.yml"])
    return config.get("health"), config.get("identity")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(
            {"/health": (answer(doc=NOTHING),), "/health/deep": (answer(doc=DEEP),)},
            ("/health", None, "/health/deep", None, ["database"]),
            id="components-that-are-good-now",
        ),
        pytest.param(
            {"/up": (answer(doc=NOTHING),), "/health": (answer(doc=NOTHING),)},
            ("/up", None, None, None, []),
            id="railways-own-health-check-first",
        ),
        pytest.param(
            {"/health": (answer(doc=DEEP),)},
            ("/health", None, "/health", None, ["database"]),
            id="one-path-for-all",
        ),
        pytest.param(
            {"/health/ready": (answer(doc=NOTHING),), "/health/schema": (answer(doc=SCHEMA),)},
            (None, "/health/ready", None, "/health/schema", []),
            id="ready-and-schema",
        ),
        pytest.param(
            {"/ping": (answer(doc=TEXT, content_type="text/plain"),)},
            ("/ping", None, None, None, []),
            id="any-text-lives",
        ),
        pytest.param(
            {path: (answer(doc=PAGE, content_type="text/html"),) for path in ("/health", "/ping")},
            (None, None, None, None, []),
            id="a-page-for-every-address",
        ),
        pytest.param(
            {"/up": (answer(doc=PAGE, content_type="text/html"),)},
            ({"path": "/up", "expect": "html"}, None, None, None, []),
            id="railways-own-health-check-is-a-page",
        ),
        pytest.param(
            {"/health": (answer(503, doc=DEEP),)},
            ("/health", None, "/health", None, ["database"]),
            id="failing-now",
        ),
    ],
)
def test_health_paths_are_those_that_work_now(answers, expected):
    health, identity = health_of(answers)

    keys = ("live", "ready", "deep", "schema", "required")
    assert tuple(health[key] for key in keys) == expected
    assert identity is None


def test_identity_is_where_the_live_deployment_is_named():
    live = deployment("3f2a1b4c-0000-4000-8000-000000000000", commit="b")
    ids = {
        "version.sha": sha("b")[:7],
        "header:x-deployment-id": live.id,
        "commit": "2d3f9a1",
    }

    _, identity = health_of({"/health": (answer(doc=DEEP), ids)}, live=live)

    assert identity == {"sha": ["version.sha"], "deployment": ["header:x-deployment-id"]}


@pytest.mark.parametrize(
    ("answers", "domains", "told"),
    [
        pytest.param({}, (), "0 services have a public address", id="nobody-to-ask"),
        pytest.param({}, ("x", "y"), "2 services have a public address", id="two-to-choose-from"),
        pytest.param(
            {"/health": (answer(doc=DEEP),)},
            ("api", "admin"),
            '/health: HTTP 200, "healthy"; database, database.pool, redis',
            id="what-each-path-says",
        ),
    ],
)
def test_what_was_asked_is_told(answers, domains, told):
    _, health = init(Environment(answers, domains), Project(), "acme/verifier@abc")

    assert told in "\n".join(health.lines)


def test_what_belongs_to_others_is_not_required():
    parts = (Component("postgres", GOOD, "up"), Component("stripe", GOOD, "up"))
    given = {"/health": (answer(doc=document(components=parts)),)}

    proposal, _ = init(Environment(given), Project(), "acme/verifier@abc")

    text = proposal.files[".github/verifier.yml"]
    assert "# these only warn, until you add them: 'stripe'" in text
    assert "required: ['postgres']" in text


def test_what_is_not_good_now_is_told_in_the_file_and_on_the_terminal():
    parts = (Component("postgres", GOOD, "up"), Component("redis", HealthStatus.BAD, "down"))
    given = {"/health": (answer(doc=document(components=parts)),)}

    proposal, _ = init(Environment(given), Project(), "acme/verifier@abc")

    text = proposal.files[".github/verifier.yml"]
    assert "# these are not good now; add them to required once they are: 'redis'" in text
    assert "required: ['postgres']" in text
    told = [line for line in proposal.open_points if line.startswith("redis is not good now")]
    assert len(told) == 1


def test_a_path_for_ready_that_is_not_good_now_is_told_in_the_file_and_on_the_terminal():
    down = document(status=HealthStatus.BAD)
    given = {"/health": (answer(),), "/ready": (answer(503, doc=down),)}

    proposal, _ = init(Environment(given), Project(), "acme/verifier@abc")

    text = proposal.files[".github/verifier.yml"]
    assert "# this is not good now; set ready to it once it is: '/ready'\n  ready: null" in text
    told = [line for line in proposal.open_points if line.startswith("/ready is not good now")]
    assert len(told) == 1


def limit(text):
    used = Component("mail", GOOD, "free", text)
    return answer(doc=TEXT), {}, HealthDocument(GOOD, "good", (used,))


class Counting(Environment):
    """Each request is counted in the limit that is told."""

    asked = 0

    def survey(self, url, paths):
        self.asked += 1
        self.answers = {"/health/rate-limit": limit(f"{self.asked} of 60 used")}
        return super().survey(url, paths)


@pytest.mark.parametrize(
    ("environment", "written"),
    [
        pytest.param(
            Environment({"/health/rate-limit": limit("3 of 60 used")}),
            [{"name": "rate-limit", "path": "/health/rate-limit"}],
            id="told",
        ),
        pytest.param(Counting(), None, id="asking-uses-it-up"),
        pytest.param(Environment({"/health/rate-limit": (answer(doc=TEXT),)}), None, id="unknown"),
    ],
)
def test_what_is_told_beside_health_is_asked_unless_asking_changes_it(environment, written):
    proposal, seen = init(environment, Project(), "acme/verifier@abc")

    health = yaml.safe_load(proposal.files[".github/verifier.yml"]).get("health") or {}
    assert health.get("extra") == written
    is_told = any("requesting it uses up what it returns" in line for line in seen.lines)
    assert is_told is isinstance(environment, Counting)


@pytest.mark.parametrize(
    ("action", "there"),
    [
        pytest.param("", {}, id="no-workflow-is-written"),
        pytest.param("", {".github/workflows/railway-drift.yml": "on: {}\n"}, id="it-is-there"),
        pytest.param("acme/verifier@abc", {}, id="it-is-written"),
    ],
)
def test_the_configuration_names_no_file_that_is_not_in_the_repository(action, there):
    project = Project(**there)
    proposal, _ = init(Environment(), project, action)
    list(write_files(proposal, project, lambda _: True))

    audit = yaml.safe_load(project.files[".github/verifier.yml"])["audit"]
    assert all(path in project.files for path in audit.get("scheduled", ()))
    assert ("scheduled" in audit) is bool(action or there)


class AtTheEdge(Environment):
    """Railway's edge answers at every path, since nothing listens behind it."""

    def survey(self, url, paths):
        down = answer(502, doc=document(components=()), origin=Origin.EDGE)
        return tuple(SurveyedPath(path, down) for path in paths)


def test_an_application_that_is_down_is_not_one_without_health():
    proposal, seen = init(AtTheEdge(), Project(), "acme/verifier@abc")

    assert "health" not in yaml.safe_load(proposal.files[".github/verifier.yml"])
    assert seen.lines[0] == "api does not answer at https://api.test"
    assert any("no health path was found" in point for point in proposal.open_points)


def test_an_application_without_health_is_told():
    proposal, _ = init(Environment(), Project(), "acme/verifier@abc")

    assert any(
        point.startswith("none of the usual health paths answers") for point in proposal.open_points
    )


class AtWork(Project):
    """A repository with one workflow: its jobs, as text."""

    def __init__(self, jobs):
        super().__init__()
        self.text = f"on:\n  push:\n  pull_request:\njobs:\n{jobs}"

    def workflows(self):
        return [parse_workflow(".github/workflows/ci.yml", self.text)]


@pytest.mark.parametrize(
    ("end", "why"),
    [
        pytest.param(f"# {'x' * 600_000}\n", "larger than 512 KiB", id="large"),
        pytest.param("jobs: {}\n", "found 'jobs' twice", id="twice"),
        pytest.param("x: { <<: { y: 1 } }\n", "merge key", id="merge"),
        pytest.param("\tx: 1\n", "invalid YAML", id="no-yaml"),
    ],
)
def test_a_workflow_that_cannot_be_read_is_told_with_the_reason(end, why):
    project = AtWork("  deploy: { runs-on: x, steps: [{ run: railway up }] }\n")
    project.text += end

    proposal, _ = init(Environment(), project, "acme/verifier@abc")

    (told,) = (point for point in proposal.open_points if "ci.yml" in point)
    assert why in told
    assert "\n" not in told
    assert "What it uploads, judges or reports is not known here" in told


RUN = "runs-on: ubuntu-24.04, steps: [{ run: make }]"


@pytest.mark.parametrize(
    ("deploys", "required"),
    [
        pytest.param("if: github.ref == 'refs/heads/main', needs: test", ["test"], id="of-main"),
        pytest.param("needs: test", ["test", "deploy"], id="only-after-what-is-required-too"),
    ],
)
def test_a_check_that_a_condition_may_skip_is_not_required(deploys, required):
    project = AtWork(f"  test: {{ {RUN} }}\n  deploy: {{ {deploys}, {RUN} }}\n")

    proposal, _ = init(Environment(), project, "acme/verifier@abc")

    config = yaml.safe_load(proposal.files[".github/verifier.yml"])
    assert config["protection"]["checks"] == required
    told = [point for point in proposal.open_points if "counts as success" in point]
    assert [point.endswith(": deploy") for point in told] == ([True] if len(required) == 1 else [])


@pytest.mark.parametrize(
    ("action", "is_refused"),
    [
        ("acme/verifier@FULL_HASH", True),
        ("acme/verifier@YOUR_COMMIT", True),
        ("acme/verifier@COMMIT_HASH", True),
        ("acme/verifier@xxxxxxxx", True),
        (f"acme/verifier@{'0' * 40}", True),
        (f"ORG/verifier@{'a' * 40}", True),
        (f"example/verifier@{'a' * 40}", True),
        (f"acme/verifier@{'a' * 40}", False),
        (f"organic/verifier@{'a' * 40}", False),
        ("acme/verifier@v1", False),
        ("acme/verifier@fully-tested", False),
    ],
)
def test_what_is_still_to_be_filled_in_is_no_action(tmp_path, action, is_refused):
    arguments = ["init", "--action", action, "--checkout", str(tmp_path)]

    done = CliRunner(env={"RAILWAY_TOKEN": None, "RAILWAY_API_TOKEN": None}).invoke(cli, arguments)

    assert ("is no action" in done.output) is is_refused
