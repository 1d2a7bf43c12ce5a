"""Who may no longer push to a branch once a change to it takes a pull request."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.model.audited_repository import DirectPush
from verifier.model.bypass import ActorKind, Bypass, BypassMode
from verifier.model.phrases import named


@dataclass(frozen=True, slots=True)
class Pushers:
    """Who pushes to a branch without a pull request, or may."""

    workflows: Sequence[str] = ()
    """Files of which a step seems to, with its line."""
    pushes: Sequence[DirectPush] = ()
    """What came lately, newest first."""
    keys: Sequence[str] = ()
    """Deploy keys that may."""


NOBODY = Pushers()


def refused_pushes(branch: str, by: Pushers, bypass: Sequence[Bypass]) -> Iterator[str]:
    """Yield what GitHub would refuse of what they do; `bypass` are those who are let through."""
    for place in by.workflows:
        yield (
            f"{place} seems to push to {branch}, which GitHub refuses from then on: let it "
            "open a pull request, or permit its app in protection.bypass"
        )
    free = [each.actor for each in bypass if each.mode is not BypassMode.PULL_REQUEST]
    newest: dict[str, DirectPush] = {}
    for push in by.pushes:
        newest.setdefault(push.actor, push)
    for who, push in newest.items():
        if all(who.removesuffix("[bot]") != actor.name for actor in free):
            yield (
                f"{who} pushed to {branch} without a pull request on {push.at:%Y-%m-%d}, which "
                "GitHub refuses from then on, unless a permission in protection.bypass lets it "
                "through"
            )
    if by.keys and all(actor.kind is not ActorKind.DEPLOY_KEYS for actor in free):
        yield (
            f"deploy keys may push ({named(by.keys)}), which GitHub refuses on {branch} from then "
            "on: permit deploy-keys in protection.bypass where one does"
        )
