"""Which environment of GitHub a job has where an expression says so: often one in all runs."""

import re
from collections.abc import Iterator

from verifier.decide.drift.filter_patterns import is_one_name
from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, Term, text_of
from verifier.decide.workflows.expressions import (
    ExpressionScope,
    condition_of,
    holds,
    worked_out,
)
from verifier.model.workflow import Job, Workflow

_TEXT = re.compile(r"'((?:[^']|'')*)'")
_SECRET = re.compile(r"secrets\.\w+", re.IGNORECASE)
_NAMED = re.compile(r"secrets\s*(?:\.\s*|\[\s*')(\w+)", re.IGNORECASE)
_HEADS, _TAGS = "refs/heads/", "refs/tags/"
#: Nothing beside it, and no second one.
_ONE_EXPRESSION = re.compile(r"\$\{\{(?:(?!\}\}).)*\}\}", re.DOTALL)
_ANY_RUN = ("push", "workflow_dispatch")
#: Stands for a branch, or a tag, that no file names.
_ANY = "a-name-that-nobody-gives"
#: What runs for a branch, or a tag, that its own filters name.
_FILTERED = ("push",)
#: Whose commit is another one's: what uploads then is told in its own words.
_OF_PULLS = ("pull_request", "pull_request_target")
#: Nobody writes more, and each text is a run to think of.
_MOST_QUOTES = 100


def sure_environment(workflow: Workflow, job: Job, branch: str = "") -> str | None:
    """
    Return the environment that a job has in all of its runs; None where that is not certain.

    With a `branch`, in all runs of that one.
    """
    if job.environment is not None:
        return job.environment
    if f"{job.environment_expression}{job.condition}".count("'") > _MOST_QUOTES:
        return None
    found: set[str] = set()
    runs = [(event, f"{_HEADS}{branch}") for event in workflow.triggers if event not in _OF_PULLS]
    texts = f"{job.environment_expression} {job.condition}"
    for event, ref in runs if branch else _runs(workflow, texts):
        scope = _scope(event, ref)
        if _never_runs(job.condition, scope):
            continue
        named = text_of(worked_out(job.environment_expression, scope))
        if isinstance(named, NotKnown):
            return None
        found.add(named)
    return found.pop() if len(found) == 1 else None


def is_chosen_token(workflow: Workflow, job: Job, token: str, branch: str) -> bool:
    """
    Tell whether only a run of a branch knows which secret of several a token is.

    What another step has fetched is one that nobody can name.
    """
    if "secrets" not in token or token.count("'") > _MOST_QUOTES:
        return False
    named: set[str] = set()
    for event in workflow.triggers:
        scope = _scope(event, f"{_HEADS}{branch}")
        if event in _OF_PULLS or _never_runs(job.condition, scope):
            continue
        worth = worked_out(token, scope)
        named.add(worth.what if isinstance(worth, NotKnown) else "")
    return len(named) > 1 or not all(map(_SECRET.fullmatch, named))


def sure_secret(workflow: Workflow, job: Job, token: str) -> str:
    """
    Return the secret that a token is in all runs of a job; empty where that is not certain.

    It has to be chosen by the branch or the event: what only falls back on another secret where one
    is not set may be either.
    """
    texts = f"{token} {job.condition}"
    if not _ONE_EXPRESSION.fullmatch(token) or texts.count("'") > _MOST_QUOTES:
        return ""
    found = {
        _secret_in(token, event, ref)
        for event, ref in _runs(workflow, texts)
        if not _never_runs(job.condition, _scope(event, ref))
    }
    elsewhere = {_secret_in(token, event, ref) for event in _ANY_RUN for ref in _refs(texts)}
    return found.pop() if len(found) == 1 and elsewhere - found else ""


def _secret_in(token: str, event: str, ref: str) -> str:
    """Return which secret a token is where all of them are set; empty where it is none."""
    named: dict[str, Term] = {name.lower(): f"secrets.{name}" for name in _NAMED.findall(token)}
    scope = _scope(event, ref).having(secrets=PartlyKnown("secrets", named))
    worth = text_of(worked_out(token, scope))
    said = worth.what if isinstance(worth, NotKnown) else worth
    return said if _SECRET.fullmatch(said) else ""


def _refs(texts: str) -> list[str]:
    said = _TEXT.findall(texts)
    named = [text if text.startswith("refs/") else f"{_HEADS}{text}" for text in said]
    return [*named, f"{_HEADS}{_ANY}", f"{_TAGS}{_ANY}"]


def _runs(workflow: Workflow, texts: str) -> Iterator[tuple[str, str]]:
    """Yield events with refs: one of each kind that expressions of a job may tell apart."""
    others = _refs(texts)
    push = workflow.triggers.get("push")
    own = [f"{_HEADS}{name}" for name in push.branches] if push else []
    for event, trigger in workflow.triggers.items():
        if event in _OF_PULLS:
            continue
        is_kept = event in _FILTERED and bool(trigger.branches) and not trigger.tags
        if is_kept and all(map(is_one_name, trigger.branches)):
            yield from ((event, f"{_HEADS}{name}") for name in trigger.branches)
        else:
            yield from ((event, ref) for ref in (*own, *others))


def _scope(event: str, ref: str) -> ExpressionScope:
    kind = "tag" if ref.startswith(_TAGS) else "branch"
    name = ref.removeprefix(_TAGS).removeprefix(_HEADS)
    known: dict[str, Term] = {
        "event_name": event,
        "ref": ref,
        "ref_name": name,
        "ref_type": kind,
    }
    return ExpressionScope({"github": PartlyKnown("github", known)}, {"success": True})


def _never_runs(condition: str, scope: ExpressionScope) -> bool:
    try:
        return bool(condition) and holds(condition_of(condition), scope) is False
    except NoExpressionError:
        return False
