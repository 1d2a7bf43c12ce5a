"""What a person should do after a run, first thing first."""

from collections.abc import Iterator, Mapping

from verifier.model.platform import HoldOutcome
from verifier.model.report import ExitCode, RestoreOutcome, RollbackResult
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord

_BACK = (RestoreOutcome.RESTORED, RestoreOutcome.ADOPTED)


def advise(
    code: ExitCode,
    verdict: Verdict,
    plan: RollBackTo | Keep,
    records: Mapping[str, RollbackResult],
    verified: Verdict | None,
    links: Mapping[str, str],
    holds: Mapping[str, HoldOutcome],
) -> tuple[str, ...]:
    """Return the next steps, each a sentence of its own; `links` are the services' pages."""
    if code is ExitCode.GOOD:
        return ()
    return tuple(_steps(code, verdict, plan, records, verified, links, holds))


def _steps(
    code: ExitCode,
    verdict: Verdict,
    plan: RollBackTo | Keep,
    records: Mapping[str, RollbackResult],
    verified: Verdict | None,
    links: Mapping[str, str],
    holds: Mapping[str, HoldOutcome],
) -> Iterator[str]:
    if code is ExitCode.NOT_RECOVERED:
        yield "Production is not known to be good: look at it now."
    if code is ExitCode.CANCELLED and records:
        yield "The run was cancelled after a rollback had begun: look at production now."
    for name, record in records.items():
        if record.outcome not in _BACK:
            yield (
                f"Put {name} back by hand: open {links.get(name, 'the service at Railway')}, "
                f"deployment {record.to}, menu, Rollback ({record.reason})."
            )
    if isinstance(plan, Keep) and code is ExitCode.NOT_RECOVERED:
        yield f"Nothing was rolled back: {plan.reason}."
        for name, link in links.items():
            yield f"If {name} must go back, do it by hand: {link}"
    if records and verified is not None and verified.word is VerdictWord.FAILED:
        yield "The restored deployment fails too, so this deploy is not the only cause."
    back = [name for name, record in records.items() if record.outcome in _BACK]
    held = [name for name, outcome in holds.items() if outcome is HoldOutcome.HELD]
    if held:
        yield (
            f"Auto-deploy of {', '.join(held)} is off: when the next push is good, call "
            "verifier release."
        )
    if any(holds.get(name, HoldOutcome.NOT_HELD) is HoldOutcome.NOT_HELD for name in back):
        yield (
            "Auto-deploy is still on: the next push brings this commit back unless it is "
            "fixed or reverted first."
        )
    hints = [f.hint for f in verdict.findings if f.outcome.condemns and f.hint]
    if verdict.word is VerdictWord.INCONCLUSIVE:
        hints = [f.hint for f in verdict.findings if f.hint]
        yield "Nothing was seen to be wrong, and it was not seen to be right: find out why."
    yield from dict.fromkeys(f"{hint[0].upper()}{hint[1:]}." for hint in hints)
