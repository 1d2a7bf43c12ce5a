"""What a person should do after a run, first thing first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from verifier.model.check_ids import COMPONENT, HEALTH, is_of
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Outcome
from verifier.model.phrases import sentence
from verifier.model.platform import HoldOutcome
from verifier.model.railway_trace import without_trace
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What was done about a verdict, by service name, and what was seen then."""

    rollbacks: Mapping[str, RollbackResult]
    afterwards: Verdict | None
    """None where nothing was rolled back, or the run ended before it could look again."""
    holds: Mapping[str, HoldOutcome]
    fails_too: bool
    """Whether the restored deployment fails as well, so that the judged one is not to blame."""
    command: str = "gate"
    """What was run: nobody is sent to the command that has just answered."""
    other: str = ""
    """The commit that must not stay, where that is not the one that the run is about."""


_PLANNED = "Roll back as planned: verifier rollback"


def naming_plan(advice: tuple[str, ...], report_file: str) -> tuple[str, ...]:
    """Return the advice with the file that the plan was written to."""
    named = f"Roll back as planned: verifier rollback --plan {report_file}"
    return tuple(
        f"{named}{step.removeprefix(_PLANNED)}" if step.startswith(_PLANNED) else step
        for step in advice
    )


def advise(
    code: ExitCode,
    verdict: Verdict,
    plan: RollBackTo | Keep,
    after: Aftermath,
    links: Mapping[str, str],
) -> tuple[str, ...]:
    """Return the next steps, each a sentence of its own; `links` are the services' pages."""
    if code is ExitCode.GOOD:
        return tuple(_after_a_good_end(after))
    return tuple(dict.fromkeys(_steps(code, verdict, plan, after, links)))


def _steps(
    code: ExitCode,
    verdict: Verdict,
    plan: RollBackTo | Keep,
    after: Aftermath,
    links: Mapping[str, str],
) -> Iterator[str]:
    records, afterwards = after.rollbacks, after.afterwards
    is_refused = after.command == "rollback" and isinstance(plan, Keep)
    is_bad = _is_left_bad(verdict, plan, after)
    if code is ExitCode.NOT_RECOVERED and after.command != "check" and not (is_refused or is_bad):
        yield "Look at production now: verifier check says what is live and how it is."
    was_touched = any(record.outcome.was_tried for record in records.values())
    is_proven = afterwards is not None and afterwards.word is VerdictWord.PASSED
    if code is ExitCode.CANCELLED and was_touched and not is_proven:
        yield (
            "The run was cancelled before its rollback was verified: production is NOT confirmed "
            f"healthy. Check it now: verifier check{_pages(links, links)}"
        )
    if any(record.outcome is RestoreOutcome.PLANNED for record in records.values()):
        yield f"Roll back as planned: verifier rollback{_pages(links, links)}"
    if isinstance(plan, RollBackTo) and not is_proven:
        yield from _into_the_unknown(plan, records)
    manual: dict[str, list[str]] = {}
    for name, record in records.items():
        if record.is_under_way:
            yield (
                f"The rollback of {name} to {record.to} is under way ({record.reason}): look again "
                "with verifier status."
            )
        elif not record.outcome.is_back and record.outcome is not RestoreOutcome.PLANNED:
            manual.setdefault(without_trace(record.reason), []).append(name)
    for why, names in manual.items():
        to = ", ".join(f"{name} to {records[name].to}" for name in names)
        yield f"Roll back manually at Railway, {to} ({why}){_pages(names, links)}"
    if isinstance(plan, Keep) and code is ExitCode.NOT_RECOVERED:
        yield from _of_what_was_kept(plan, _pages(links, links), is_bad, is_refused)
    if records and after.fails_too and afterwards and afterwards.word is VerdictWord.FAILED:
        yield "The restored deployment fails too, so this deploy is not the only cause."
    if afterwards is not None and afterwards.word is VerdictWord.INCONCLUSIVE:
        yield sentence(f"could not verify what is live now: {afterwards.reason}")
        yield from _unclear(afterwards)
    yield from _next_pushes(after)
    if code is ExitCode.CANCELLED and not records:
        yield (
            "Nothing was concluded. Judge this deployment: run the gate again, or verifier "
            f"check{_pages(links, links)}"
        )
    elif verdict.word is VerdictWord.INCONCLUSIVE and not any(_unclear(verdict)):
        yield f"No failure was found, but success was not confirmed{_first_to_check(verdict)}."
    for finding in verdict.findings:
        if finding.hint and finding.outcome.condemns:
            yield sentence(finding.hint)
    yield from _unclear(_without_passing_doubts(verdict, afterwards))


def _into_the_unknown(plan: RollBackTo, records: Mapping[str, RollbackResult]) -> Iterator[str]:
    """Say what of the way back nobody vouches for."""
    for move in plan.moves:
        record = records.get(move.service.name)
        if move.is_into_the_unknown and record is not None and record.outcome.may_be_made:
            yield (
                f"Look at {move.service.name} yourself: {move.target.id}, which it went back to, "
                "was verified by no gate and found good by no run; nothing else was known to be "
                "good."
            )


def _of_what_was_kept(plan: Keep, pages: str, is_bad: bool, is_refused: bool) -> Iterator[str]:
    """Say why nothing was rolled back; the command that does it first where it is due."""
    if is_bad:
        yield f"Roll back: verifier rollback, or manually at Railway{pages}"
    yield f"Nothing was rolled back: {plan.reason}."
    if is_refused:
        yield (
            "See how production is with verifier check, and what each service can go back to with "
            f"verifier status; then name it with verifier rollback --to, or use Railway{pages}"
        )
    elif not is_bad:
        yield f"If a rollback is needed: verifier rollback, or manually at Railway{pages}"


def _is_left_bad(verdict: Verdict, plan: RollBackTo | Keep, after: Aftermath) -> bool:
    """Whether what failed serves because this run was not to roll back: no doubt is left."""
    outcomes = {record.outcome for record in after.rollbacks.values()}
    is_held_back = outcomes == {RestoreOutcome.PLANNED} or (
        isinstance(plan, Keep) and plan.is_by_setting
    )
    is_good_now = after.afterwards is not None and after.afterwards.word is not VerdictWord.FAILED
    return is_held_back and verdict.word is VerdictWord.FAILED and not is_good_now


def _without_passing_doubts(verdict: Verdict, afterwards: Verdict | None) -> Verdict:
    """
    Leave out answers that were unclear and are good by now: deployments had changed places.

    What could not be read keeps its step: it will be as unclear the next time.
    """
    good = {
        (finding.check, finding.service)
        for finding in (afterwards.findings if afterwards else ())
        if finding.outcome is Outcome.PASS
    }
    left = [
        finding
        for finding in verdict.findings
        if finding.outcome is not Outcome.INCONCLUSIVE
        or not (is_of(finding.check, HEALTH) or is_of(finding.check, COMPONENT))
        or (finding.check, finding.service) not in good
    ]
    return replace(verdict, findings=tuple(left))


def _next_pushes(after: Aftermath) -> Iterator[str]:
    """What the next push does to what was put back."""
    yield from _held(after)
    if _still_deploying(after):
        yield (
            f"Auto-deploy is still on: the next push deploys commit {after.other[:8]} again unless "
            "it is fixed or reverted first. This run was started for another commit."
            if after.other
            else "Auto-deploy is still on: the next push deploys this commit again unless it is "
            "fixed or reverted first."
        )


def _after_a_good_end(after: Aftermath) -> Iterator[str]:
    """What comes after a manual rollback that went well: nothing else ends well and has moved."""
    yield from _held(after)
    if _still_deploying(after):
        yield (
            "Auto-deploy is still on: the next push deploys what was rolled back again unless it "
            "is fixed or reverted first."
        )


def _still_deploying(after: Aftermath) -> bool:
    back = [name for name, record in after.rollbacks.items() if record.outcome.is_back]
    holds = (after.holds.get(name, HoldOutcome.NOT_HELD) for name in back)
    return any(hold is HoldOutcome.NOT_HELD for hold in holds)


def _held(after: Aftermath) -> Iterator[str]:
    """What this run switched off: a manual rollback that went well has done so too."""
    held = [name for name, outcome in after.holds.items() if outcome is HoldOutcome.HELD]
    if held:
        yield (
            f"Auto-deploy of {', '.join(held)} is off: run verifier release once the fix is ready."
        )


def _pages(names: Iterable[str], links: Mapping[str, str]) -> str:
    pages = ", ".join(f"{name} {links[name]}" for name in names if name in links)
    return f": {pages}" if pages else "."


def _unclear(verdict: Verdict) -> Iterator[str]:
    """What can be done about what was not seen; where nothing failed, about all that is told."""
    is_all = verdict.word is VerdictWord.INCONCLUSIVE
    for finding in verdict.findings:
        if finding.hint and (is_all or finding.outcome is Outcome.INCONCLUSIVE):
            yield sentence(finding.hint)


def _first_to_check(verdict: Verdict) -> str:
    """Name the one check to look at first; nothing where no check is unclear."""
    unclear = [f for f in verdict.findings if f.outcome is Outcome.INCONCLUSIVE]
    if not unclear:
        return ""
    subject = f"{unclear[0].check} of {unclear[0].service}".removesuffix(" of ")
    return f": look at {subject} first"
