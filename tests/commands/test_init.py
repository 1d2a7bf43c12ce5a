"""The line of `verifier init` over an environment and a folder of its own."""

import pytest

from verifier.commands.init import init, write_files
from verifier.decide.first_config import Proposal
from verifier.errors import DeniedError
from verifier.model.deployment import Scope


class Environment:
    scope = Scope("p", "acme", "e", "production", {"api": "1", "worker": "2"})

    def variables(self, service):
        if service == "worker":
            raise DeniedError("not yours")
        return {"RUN_MODE": "api"}


class Project:
    def __init__(self, **files):
        self.files = files

    def tool(self):
        return ""

    def workflows(self):
        return []

    def has(self, path):
        return path in self.files

    def write(self, path, text):
        self.files[path] = text


def test_a_service_whose_variables_are_hidden_is_proposed_all_the_same():
    proposal = init(Environment(), Project(), "acme/verifier@abc")

    text = proposal.files[".github/verifier.yml"]
    assert "'api': { role: api, run-mode: 'api' }" in text
    assert "'worker':" in text


@pytest.mark.parametrize(
    ("may_replace", "kept"), [(False, "old"), (True, "new")], ids=["refused", "allowed"]
)
def test_what_is_there_is_replaced_only_where_a_person_says_so(may_replace, kept):
    project = Project(a="old")
    proposal = Proposal({"a": "new", "b": "new"}, ())

    written = list(write_files(proposal, project, lambda path: may_replace))

    assert written == [("a", may_replace), ("b", True)]
    assert project.files == {"a": kept, "b": "new"}
