"""
What is known of a run of which a gate is asked: by what it was started, and of which ref it is.

Nothing is known of what more than one event may have started.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from verifier.decide.drift.event_filters import why_other_branch
from verifier.decide.drift.filter_patterns import is_chosen
from verifier.decide.workflows.expression_values import PartlyKnown, Term
from verifier.model.workflow import RAILWAY_BOT, Trigger, Workflow

_HEADS, _TAGS = "refs/heads/", "refs/tags/"
_CLASS = re.compile(r"\[(\w)[^\]]*\]")
_WILD = re.compile(r"\*+")
_TEXT = re.compile(r"'((?:[^']|'')*)'")
#: Nobody writes more, and each text is a run to think of.
_MOST_TEXTS = 20


@dataclass(frozen=True, slots=True)
class StartedBy:
    """What starts a run."""

    event: str = ""
    """Empty where that is not known."""
    ref: str = ""
    """As GitHub writes it; empty where that is not known."""
    followed: str = ""
    """The event of the run that it follows; empty where it follows none, or nobody knows which."""

    conclusion: str = "success"
    """How that one ended."""

    @property
    def name(self) -> str:
        """The branch, or the tag."""
        return self.ref.removeprefix(_HEADS).removeprefix(_TAGS)

    @property
    def is_of_a_tag(self) -> bool:
        return self.ref.startswith(_TAGS)

    def never_starts(self, trigger: Trigger) -> bool:
        """Tell whether a trigger of this event starts nothing for it."""
        if not self.ref:
            return False
        if trigger.tags:
            names = trigger.tags if self.is_of_a_tag else trigger.branches
            is_left = bool(names) and is_chosen(names, self.name)
            is_ignored = bool(trigger.branches_ignore) and not self.is_of_a_tag
            return bool(why_other_branch(trigger, self.name)) if is_ignored else not is_left
        return bool(why_other_branch(trigger, self.name))


def of_branch(event: str, branch: str, followed: str = "") -> StartedBy:
    """Return what an event of a branch starts; `branch` is empty where it is not known."""
    return StartedBy(event, f"{_HEADS}{branch}" if branch else "", followed)


def of_tags(workflow: Workflow) -> Iterator[StartedBy]:
    """Yield pushes of tags that start a workflow: one of each kind that conditions tell apart."""
    push = workflow.triggers.get("push", Trigger())
    for pattern in push.tags:
        plain = _WILD.sub("0", _CLASS.sub(r"\1", pattern)).translate({ord(c): None for c in "+?"})
        names = [plain]
        for text in _texts(workflow):
            names.append(text.removeprefix(_TAGS) if text.startswith(_TAGS) else f"{plain}{text}")
        for name in names:
            if is_chosen(push.tags, name):
                yield StartedBy("push", f"{_TAGS}{name}")


def _texts(workflow: Workflow) -> list[str]:
    conditions = [c for j in workflow.jobs for c in (j.condition, *(s.condition for s in j.steps))]
    return list(dict.fromkeys(t for c in conditions for t in _TEXT.findall(c)))[:_MOST_TEXTS]


def known_of(run: StartedBy, project: str, environment: str) -> Mapping[str, Term]:
    """Return what its `github` says; `project` and `environment` are Railway's, where known."""
    if not run.ref:
        return {}
    match run.event:
        case "push":
            kind = "tag" if run.is_of_a_tag else "branch"
            return {"event_name": "push", "ref": run.ref, "ref_name": run.name, "ref_type": kind}
        case "workflow_run":
            ended: dict[str, Term] = {"head_branch": run.name, "conclusion": run.conclusion}
            ended |= {"event": run.followed} if run.followed else {}
            inner = {"workflow_run": PartlyKnown("github.event.workflow_run", ended)}
            return {"event_name": run.event, "event": PartlyKnown("github.event", inner)}
        case "deployment_status":
            return {"event_name": run.event, "event": _deployed(project, environment)}
        case _:
            return {}


def _deployed(project: str, environment: str) -> PartlyKnown:
    """Return what Railway tells GitHub of a deployment of this environment."""
    of_all: dict[str, Term] = {}
    if project and environment:
        of_all = {"environment": f"{project} / {environment}"}
    told: dict[str, Term] = {}
    for name in ("deployment", "deployment_status"):
        what = f"github.event.{name}"
        by = PartlyKnown(f"{what}.creator", {"login": RAILWAY_BOT})
        told[name] = PartlyKnown(what, {**of_all, "creator": by})
    return PartlyKnown("github.event", told)
