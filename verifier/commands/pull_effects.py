"""What the migrations of a pull request make, and what of it production has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from verifier.commands.ledger import Compared
from verifier.commands.ports import attempt
from verifier.decide.migrations.branch import EFFECT, check_effects, done_by_hand
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.migration_ledger import DatabaseObject, Migration
from verifier.model.sought_effects import SoughtEffects

#: Of so many migrations the effects are looked up.
_NEWEST = 50


@dataclass(frozen=True, slots=True)
class Effects:
    """What migrations create, by version, and what of it the database has."""

    sought: Mapping[str, SoughtEffects]
    present: frozenset[DatabaseObject]


class Contents(Protocol):
    """The files of a branch; may raise a `ProviderError`."""

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]: ...


class EffectSource(Protocol):
    """A database whose catalogue can be asked."""

    def effects(
        self, tool: str, migrations: Sequence[Migration], contents: Mapping[str, bytes]
    ) -> Effects:
        """Look up what these migrations create; `contents` are by the path of their files."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What there is to say of effects."""

    findings: tuple[Finding, ...]
    done: frozenset[str] = frozenset()
    """Versions that are not applied, of which the database has everything that they make."""


def look_up(pull: Contents, ledger: EffectSource, compared: Compared) -> LookedUp:
    """Look the effects of the newest migrations up, as far as their SQL names them."""
    shipped = compared.evidence.shipped.migrations
    newest = [m for m in shipped if m.file.endswith(".sql")][-_NEWEST:]
    contents = attempt(lambda: pull.read(m.file for m in newest))
    if isinstance(contents, Unobserved):
        text = f"could not look up effects: {contents.reason}"
        return LookedUp((Finding(EFFECT, Outcome.SKIP, text, hint=contents.hint),))
    report = compared.report
    found = ledger.effects(report.tool, newest, contents)
    waiting = (*report.to_apply, *(each.version for each in report.doubtful))
    told = check_effects(waiting, report.applied or (), found.sought, found.present)
    return LookedUp(tuple(told), done_by_hand(report.to_apply, found.sought, found.present))
