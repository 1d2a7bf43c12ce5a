"""
A repository of GitHub's GraphQL API into the model.

What a token may not see is null there, or missing from a list: it is never taken for "off".

Source: https://docs.github.com/en/graphql/reference/objects#repository
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from verifier.github.bulk_protection import parse_protection
from verifier.github.json_shapes import JsonObject, entries, has_more, mapping, time_if_readable
from verifier.github.merged_pulls import PASSED_CONCLUSIONS, PASSED_STATE, WITHOUT_FILE
from verifier.github.workflows import parse_workflow
from verifier.model.audited_repository import RepositoryEvidence, RepositoryFacts
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.merging import ReportedCheck
from verifier.model.workflow import SWITCHED_OFF, Workflow

_IN_BULK = NotAsked("not read in bulk audits")
_ALONE = "audit it with --one-by-one"


def parse_repository(
    node: object, denied: Collection[str] = (), *, has_rulesets: bool = True, host: str = ""
) -> RepositoryEvidence | Unobserved:
    """
    Return what a node of `nodes(ids:)` shows; null is a repository that is hidden or gone.

    `denied` are the fields of it that the token was refused: null there is no answer. An older
    server may have no rulesets at all: then there is nothing hidden about them. `host` is that of
    an own server.
    """
    said = mapping(node)
    name, is_private = said.get("nameWithOwner"), said.get("isPrivate")
    if not isinstance(name, str) or not isinstance(is_private, bool):
        return Unobserved("not visible to this token, or deleted")
    ref = mapping(said.get("defaultBranchRef"))
    branch = ref.get("name")
    facts = RepositoryFacts(
        name=name,
        default_branch=branch if isinstance(branch, str) else "",
        is_private=is_private,
        is_archived=said.get("isArchived") is True,
        # A branch that is hidden is none that is missing.
        is_empty=said.get("isEmpty") is True and "defaultBranchRef" not in denied,
        pushed_at=time_if_readable(said.get("pushedAt")),
        host=host,
    )
    if not has_rulesets:
        said = {**said, "rulesets": {"totalCount": 0, "nodes": []}}
    protection = parse_protection(said, facts.default_branch, denied)
    return RepositoryEvidence(
        facts=facts,
        protections={facts.default_branch: protection} if facts.default_branch else {},
        workflows=_workflows(said, facts.default_branch, denied),
        merged_heads={facts.default_branch: _merged_heads(said, facts.default_branch, denied)},
        schedules=_IN_BULK,
        secrets=_IN_BULK,
        variables=_IN_BULK,
        environments=_IN_BULK,
        pushes={},
    )


def _workflows(
    said: JsonObject, branch: str, denied: Collection[str]
) -> tuple[Workflow | Unobserved, ...] | Unobserved:
    tree = said.get("object")
    if tree is None and "object" in denied:
        return Unobserved("this token does not see files", "it needs Contents: read")
    if isinstance(tree, dict) and not isinstance(tree.get("entries", []), list):
        return Unobserved("GitHub does not say what is in .github/workflows", _ALONE)
    disabled = frozenset(_disabled(_newest_head(said, branch)))
    return tuple(
        replace(file, is_disabled=True)
        if isinstance(file, Workflow) and file.path in disabled
        else file
        for file in _files(tree)
    )


def _disabled(head: JsonObject) -> Iterator[str]:
    """Paths of workflows that ran for a commit, and that GitHub does not run any more."""
    for suite in entries(mapping(head.get("checkSuites")).get("nodes")):
        run = mapping(suite.get("workflowRun"))
        if str(mapping(run.get("workflow")).get("state")).lower() in SWITCHED_OFF:
            yield str(mapping(run.get("file")).get("path"))


def _newest_head(said: JsonObject, branch: str) -> JsonObject:
    """The last commit of the newest pull request that was merged into a branch; empty without."""
    newest = _newest(_merged_into(said, branch))
    commits = entries(mapping(newest.get("commits")).get("nodes"))
    return mapping(commits[0].get("commit")) if commits else {}


def _merged_into(said: JsonObject, branch: str) -> list[JsonObject]:
    pulls = entries(mapping(said.get("pullRequests")).get("nodes"))
    return [pull for pull in pulls if pull.get("baseRefName") == branch]


def _newest(pulls: Sequence[JsonObject]) -> JsonObject:
    return max(pulls, key=lambda pull: str(pull.get("mergedAt")), default={})


def _files(tree: object) -> Iterator[Workflow | Unobserved]:
    for entry in entries(mapping(tree).get("entries")):
        path, blob = entry.get("path"), mapping(entry.get("object"))
        if not isinstance(path, str):
            yield Unobserved("GitHub does not name a file of .github/workflows")
            continue
        if not path.endswith((".yml", ".yaml")):
            continue
        text = blob.get("text")
        if not isinstance(text, str) or blob.get("isTruncated") is True:
            yield Unobserved(f"GitHub returned only a part of {path}")
        else:
            yield parse_workflow(path, text)


def _merged_heads(
    said: JsonObject, branch: str, denied: Collection[str]
) -> tuple[frozenset[ReportedCheck], ...] | Unobserved:
    """What the newest pull request merged into the branch has on its head; none without one."""
    connection = mapping(said.get("pullRequests", {"totalCount": 0, "nodes": []}))
    if "pullRequests" in denied or not isinstance(connection.get("nodes"), list):
        why = "this token does not see what pull requests reported"
        return Unobserved(why, "it needs Pull requests, Checks and Commit statuses: read")
    pulls = entries(connection.get("nodes"))
    into = _merged_into(said, branch)
    if not into:
        if not has_more(connection, len(pulls)):
            return ()
        why = f"none of the latest {len(pulls)} merged pull requests went into {branch}"
        return Unobserved(why, _ALONE)
    seen_at = time_if_readable(_newest(into).get("mergedAt"))
    rollup = _newest_head(said, branch).get("statusCheckRollup", {})
    if rollup is None:
        return (frozenset(),)  # nothing ever reported on it
    contexts = mapping(mapping(rollup).get("contexts"))
    nodes = entries(contexts.get("nodes"))
    if has_more(contexts, len(nodes)):
        why = f"only {len(nodes)} of the checks of the latest merged pull request were read"
        return Unobserved(why, _ALONE)
    return (frozenset(_seen(node, seen_at) for node in nodes),)


def _seen(node: JsonObject, seen_at: datetime | None) -> ReportedCheck:
    if "name" not in node:
        is_passed = str(node.get("state")).lower() == PASSED_STATE
        return ReportedCheck(str(node.get("context")), None, False, is_passed, seen_at)
    suite = mapping(node.get("checkSuite"))
    app = mapping(suite.get("app"))
    is_job = app.get("slug") == "github-actions"
    number = app.get("databaseId")
    return ReportedCheck(
        name=str(node.get("name")),
        app_id=number if isinstance(number, int) else None,
        is_job=is_job,
        is_passed=str(node.get("conclusion")).lower() in PASSED_CONCLUSIONS,
        seen_at=seen_at,
        by_github=is_job and _has_no_file(suite),
    )


def _has_no_file(suite: JsonObject) -> bool | None:
    event = mapping(suite.get("workflowRun")).get("event")
    return event == WITHOUT_FILE if isinstance(event, str) else None
