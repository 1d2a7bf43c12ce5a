"""What is gathered behind a failure, and what is said where it cannot be."""

from functools import partial

import pytest

from tests.builders import deployment, old
from verifier.commands.failure_context import gather_background
from verifier.commands.known_variables import VariablesOnce
from verifier.commands.ports import attempt
from verifier.errors import DeniedError, UnreachableError
from verifier.model.background import LogLine
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.evidence import ShippedMigrations, Variables
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import Migration

OLD = {"A": "1", "B": "same", "RAILWAY_DEPLOYMENT_ID": "old", "PORT": "1"}
NEW = {"A": "2", "B": "same", "C": "3", "RAILWAY_DEPLOYMENT_ID": "new", "PORT": "2"}


class Kept:
    """What Railway and the checkout would say."""

    def __init__(
        self, *, own=True, denied=False, between=("abc1234 a title",), log="deploy failed"
    ):
        self.own = own
        self.log = log
        self.denied = denied
        self.between = between

    def _log(self, text):
        if self.denied:
            raise DeniedError("could not read the log: Not Authorized")
        return (LogLine(text),)

    def build_log(self, deployment_id):
        return self._log("build failed")

    def deploy_log(self, deployment_id):
        return self._log(self.log)

    def variables(self, judged):
        return {
            name: Variables(NEW if id_ == "new" else OLD, of_this_deployment=self.own)
            for name, id_ in judged.items()
        }

    def commits_between(self, older_sha, sha):
        return self.between

    def shipped(self, sha):
        versions = ("0101", "0102") if sha == deployment().commit_sha else ("0101",)
        added = ShippedMigrations(tuple(Migration(each, "step") for each in versions))
        return {"a": added, "b": NotAsked("no files"), "c": Unobserved("away")}


class Known:
    """Hides the values it was given."""

    def __init__(self):
        self.values = set()

    def learn(self, variables):
        self.values |= set(variables.values())

    def hide(self, text):
        for value in self.values:
            text = text.replace(value, "***")
        return text


def gather(judged=None, good=None, **kept):
    source = Kept(**kept)
    return gather_background(source, source, Known(), "api", judged or deployment(), good or old())


def test_everything_is_there():
    found = gather()

    assert found.log_lines == ("deploy failed",)
    assert found.changed_variables == ("A", "C")
    assert found.commits == ("abc1234 a title",)
    assert found.new_migrations == ("0102_step",)
    assert found.not_read == ()


def test_a_failed_build_is_explained_by_its_build_log():
    assert gather(deployment(status=Status.FAILED)).log_lines == ("build failed",)


def test_no_value_of_a_variable_is_told():
    assert not {"1", "2", "3"} & set(str(gather()).replace("'", " ").split())


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        pytest.param({"denied": True}, "its log: could not read the log: Not Authorized", id="log"),
        pytest.param({"own": False}, "its variables: this token may not read", id="variables"),
        pytest.param(
            {"between": Unobserved("a shallow clone")},
            "the commits in between: a shallow clone",
            id="commits",
        ),
    ],
)
def test_what_cannot_be_read_is_told(kept, told):
    assert gather(**kept).not_read[0].startswith(told)


def test_a_secret_of_the_container_is_hidden_before_a_line_is_cut():
    (line,) = gather(log=f"{'x' * 298}same tail").log_lines

    assert "sa" not in line


def test_the_same_commit_has_nothing_in_between():
    assert gather(good=old(commit="b")).commits == ()


def test_an_upload_has_no_commits():
    assert gather(deployment(commit_sha="")).commits == ()


class Containers:
    """Railway with what some deployments were started with; `denied` are refused."""

    def __init__(self, denied=(), is_down=False):
        self.denied, self.is_down, self.asked = denied, is_down, []

    def variables_at_start(self, deployment_ids):
        self.asked.append(tuple(deployment_ids))
        if self.is_down:
            raise UnreachableError("no answer")
        return {id_: self._of(id_) for id_ in deployment_ids if id_ not in self.denied}

    def variables(self, judged):
        self.asked.append(tuple(judged.values()))
        if refused := [id_ for id_ in judged.values() if id_ in self.denied]:
            raise DeniedError(f"no snapshot of {refused}")
        return {name: self._of(id_) for name, id_ in judged.items()}

    def _of(self, id_):
        return Variables({"A": id_}, of_this_deployment=True)


@pytest.mark.parametrize(
    ("railway", "unread", "further"),
    [
        pytest.param(Containers(), [], [], id="all at once"),
        pytest.param(Containers(denied=("b",)), ["b"], [("b",)], id="one is refused"),
        pytest.param(Containers(is_down=True), [], [("a",), ("b",), ("c",)], id="not together"),
    ],
)
def test_what_several_were_started_with_is_asked_at_once_and_fails_alone(railway, unread, further):
    secrets = Known()
    known = VariablesOnce(railway, secrets)

    found = {}
    for id_ in "abc":
        known.read_ahead("abc")
        found[id_] = attempt(partial(known.of, {"api": id_}))

    assert [id_ for id_, read in found.items() if isinstance(read, Unobserved)] == unread
    assert railway.asked == [("a", "b", "c"), *further]
    assert secrets.values == set("abc") - set(unread)
