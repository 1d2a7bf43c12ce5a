"""Whether a pull request could still be merged, and why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from verifier.decide.drift.merged_protection import effective, has_merge_queue, required_checks
from verifier.decide.drift.refused_actions import Certainty, least_refusal, least_refusal_beside
from verifier.decide.drift.reports import Reported, Reports
from verifier.model.finding import Unobserved
from verifier.model.merging import MergeFacts, ReportedCheck
from verifier.model.protection import Protection, RequiredCheck, Setting

#: What was reported longer ago may never be reported again.
_LATELY = timedelta(days=90)
_LINEAR = frozenset({"squash", "rebase"})
_ACTIONS_OFF = (
    "GitHub Actions is switched off for this repository, and nothing else was seen to report it"
)
_NO_WAY = "no way of merging is left: linear history needs squash or rebase to be allowed"
_NO_COMMON_WAY = "no way of merging is left that both the repository and its rulesets allow"
_ANY_METHOD = frozenset({"merge", "squash", "rebase"})


@dataclass(frozen=True, slots=True)
class Merging:
    """What a pull request into one branch meets."""

    reports: Reports | Unobserved
    """What the workflows of the branch report."""
    facts: MergeFacts
    day: date


def why_blocked(protection: Protection, merging: Merging) -> frozenset[str]:
    """Return each reason why nobody who is bound by all of it could merge a pull request."""
    has_queue = has_merge_queue(protection)
    return frozenset(
        (
            *_checks(protection, merging, has_queue),
            *_approvals(protection, merging.facts),
            *_methods(protection, merging.facts.methods),
            *_queue_method(protection),
            *(["the branch is locked"] if effective(protection, Setting.LOCK).level else []),
        )
    )


def why_never_reported(check: RequiredCheck, merging: Merging, has_queue: bool | Unobserved) -> str:
    """
    Return why a pull request could wait for a check for ever; empty where it surely would not.

    A job must be in the workflows, run on every pull request, and have passed on the newest
    merged one. What no job reports must have passed on all that were read, by the app that the
    check is pinned to. What was there months ago alone is no evidence, and where it is not known
    whether there is a merge queue there may be one.
    """
    if isinstance(merging.reports, Unobserved):
        return f"could not read the workflows ({merging.reports.explained})"
    if not merging.facts.has_actions and not _is_by_others(check, merging.facts):
        return _ACTIONS_OFF
    jobs = merging.reports.named(check.name, is_seen=_is_seen_always(check, merging.facts))
    pending = [job.pending for job in jobs]
    if jobs and all(pending):
        return f"a pull request could wait for it forever: {pending[0]}"
    refused = _why_refused(jobs, merging.facts)
    if refused:
        return refused
    unseen = [job.is_disabled for job in jobs if isinstance(job.is_disabled, Unobserved)]
    if unseen and len(unseen) == len(jobs):
        return f"could not read whether its workflow is disabled ({unseen[0].explained})"
    if jobs and has_queue and not any(job.in_merge_queue for job in jobs):
        return _why_not_in_queue(check, merging.reports, has_queue)
    heads = merging.facts.heads
    if isinstance(heads, Unobserved):
        return f"could not read what merged pull requests reported ({heads.explained})"
    if jobs:
        return _why_not_by_a_job(check, heads, merging.day)
    if has_queue:
        return "no job reports it, and whether its app reports in the merge queue is not known"
    if any(seen.name == check.name and seen.by_github for head in heads[:1] for seen in head):
        return "a workflow of GitHub's own reports it, which pull requests from forks never have"
    found = [[seen for seen in head if _satisfies(seen, check)] for head in heads]
    if not found or not all(found):
        return _why_without_job(check, heads[:1], merging.reports)
    return _why_no_evidence([seen for head in found for seen in head], found[0], merging.day)


def _why_refused(jobs: Sequence[Reported], facts: MergeFacts) -> str:
    """Why GitHub lets no job of them run, where that is sure."""
    policies = facts.action_policies
    own = least_refusal([job.uses for job in jobs], policies)
    if own is not None and own.certainty is Certainty.SURE:
        return f"its job cannot run: it uses {own.uses}, {own.why}"
    beside = least_refusal_beside([job.used_beside for job in jobs], policies)
    if beside is not None and beside.certainty is Certainty.SURE:
        return f"GitHub runs no job of its file: another one uses {beside.uses}, {beside.why}"
    return ""


def _is_seen_always(check: RequiredCheck, facts: MergeFacts) -> bool:
    """Tell whether a job of the name was on every merged pull request that was read."""
    heads = () if isinstance(facts.heads, Unobserved) else facts.heads
    named = [any(s.name == check.name and s.is_job for s in head) for head in heads]
    return bool(named) and all(named)


def _is_by_others(check: RequiredCheck, facts: MergeFacts) -> bool:
    """Tell whether something else than a job reported it on every merged pull request."""
    heads = () if isinstance(facts.heads, Unobserved) else facts.heads
    return bool(heads) and all(any(_satisfies(s, check) for s in head) for head in heads)


def _why_without_job(
    check: RequiredCheck, newest: Sequence[frozenset[ReportedCheck]], reports: Reports
) -> str:
    event = reports.by_other_event.get(check.name)
    if event is not None:
        return f"only {event} reports it, and a pull request without one would wait for it forever"
    if any(seen.name == check.name and seen.is_job for head in newest for seen in head):
        return (
            "no job reports it by the files, though the latest merged pull request has it: whether "
            "the next one will is not known, so require it manually where something always does"
        )
    return "no job reports it, so every pull request would wait for it forever"


def _why_not_in_queue(check: RequiredCheck, reports: Reports, has_queue: bool | Unobserved) -> str:
    doubt = next((each.reason for each in reports.in_queue if each.may_be(check.name)), "")
    if doubt:
        return f"could not read whether a job reports it in the merge queue ({doubt})"
    if isinstance(has_queue, Unobserved):
        return (
            f"could not read whether there is a merge queue ({has_queue.explained}), which "
            "would wait for it forever: its workflow has no on: merge_group"
        )
    return "the merge queue would wait for it forever: its workflow has no on: merge_group"


def _why_no_evidence(
    found: Sequence[ReportedCheck], newest: Sequence[ReportedCheck], today: date
) -> str:
    """Why what was reported does not show that the next pull request will have it, and pass."""
    if not all(seen.is_passed for seen in found):
        return "it failed on a pull request that was merged, so every pull request may wait for it"
    if all(seen.seen_at is None or today - seen.seen_at.date() > _LATELY for seen in newest):
        dates = [f"{seen.seen_at:%Y-%m-%d}" for seen in newest if seen.seen_at]
        when = f"on {max(dates)}" if dates else "at a time that is not known"
        return f"it was last reported {when}, so it may never be again"
    return ""


def _why_not_by_a_job(
    check: RequiredCheck, heads: Sequence[frozenset[ReportedCheck]], today: date
) -> str:
    found = [seen for seen in heads[0] if seen.name == check.name and seen.is_job] if heads else []
    if not found:
        return "it was not reported on the latest merged pull request"
    if check.app_id is not None and all(seen.app_id != check.app_id for seen in found):
        return f"it is pinned to app {check.app_id}, but a job of GitHub Actions reports it"
    return _why_no_evidence(found, found, today)


def _satisfies(seen: ReportedCheck, check: RequiredCheck) -> bool:
    # A job that no workflow has for pull requests came by a push of that commit.
    if seen.name != check.name or seen.is_job:
        return False
    return check.app_id is None or seen.app_id == check.app_id


def _checks(
    protection: Protection, merging: Merging, has_queue: bool | Unobserved
) -> Iterator[str]:
    for check in required_checks(protection):
        why = why_never_reported(check, merging, has_queue)
        if why:
            pinned = f" (app {check.app_id})" if check.app_id else ""
            yield f"check {check.name}{pinned}: {why}"


def _approvals(protection: Protection, facts: MergeFacts) -> Iterator[str]:
    wanted = effective(protection, Setting.APPROVALS).level
    unread = [s.name for s in protection.sources if Setting.APPROVALS in s.unread]
    if unread:
        yield f"could not read how many approvals {unread[0]} asks for"
    if not wanted:
        return
    if isinstance(facts.approvers, Unobserved):
        yield f"could not read how many people may approve ({facts.approvers.explained})"
    elif facts.approvers <= wanted:
        people = "person" if facts.approvers == 1 else "people"
        yield (
            f"{facts.approvers} {people} can write, and no one can approve their own pull request: "
            f"too few for {wanted}"
        )


def _methods(protection: Protection, methods: frozenset[str] | Unobserved) -> Iterator[str]:
    match why_no_method(protection, methods):
        case Unobserved() as unread:
            yield f"could not read how pull requests may be merged ({unread.explained})"
        case str(why):
            yield why
        case None:
            return


def _queue_method(protection: Protection) -> Iterator[str]:
    """A queue merges in its own way; whether GitHub changes that with the rules is not known."""
    is_linear = effective(protection, Setting.LINEAR_HISTORY).level > 0
    if is_linear and any(source.queue_method == "merge" for source in protection.sources):
        yield (
            "the merge queue of the classic rule makes merge commits, which linear history does "
            "not take: let it squash or rebase first"
        )


def why_no_method(
    protection: Protection, methods: frozenset[str] | Unobserved
) -> str | Unobserved | None:
    """
    Return why nothing can be merged in the ways that `methods` of the repository are.

    None where something can, `Unobserved` where that was not seen.
    """
    limits = [source.merge_methods for source in protection.sources if source.merge_methods]
    hidden = [source.hidden_methods for source in protection.sources if source.hidden_methods]
    is_linear = effective(protection, Setting.LINEAR_HISTORY).level > 0
    if not limits and not hidden and not is_linear:
        return None
    if isinstance(methods, Unobserved):
        return methods
    if not methods.intersection(_LINEAR if is_linear else _ANY_METHOD, *limits):
        return _NO_WAY if is_linear else _NO_COMMON_WAY
    return hidden[0] if hidden else None
