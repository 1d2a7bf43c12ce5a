"""The names of the Git references with which rollbacks are claimed, without `refs/`."""

from collections.abc import Iterable, Mapping

from verifier.model.past_verdict import Claim, LatestClaim

CLAIMS = "verifier/rollback/"
_FIRST_ASKED = "asked"


def claim_ref(deployment_id: str, attempt: int) -> str:
    """Name what claims a rollback; whoever creates it may make that attempt."""
    return f"{CLAIMS}{deployment_id}/{attempt}"


def asked_ref(deployment_id: str, attempt: int) -> str:
    """Name what says that Railway was asked for it, and has answered."""
    return f"{CLAIMS}{deployment_id}/{_asked(attempt)}"


def claims_in(names: Iterable[str]) -> Mapping[str, LatestClaim]:
    """
    Return the latest attempt, by the id of the deployment that was to be left.

    Names that are none of ours are passed over.
    """
    found: dict[str, set[str]] = {}
    for name in names:
        id_, _, last = name.removeprefix(CLAIMS).rpartition("/")
        if name.startswith(CLAIMS) and id_:
            found.setdefault(id_, set()).add(last)
    claims: dict[str, LatestClaim] = {}
    for id_, lasts in found.items():
        attempts = [int(last) for last in lasts if last.isascii() and last.isdigit()]
        if attempts:
            latest = max(attempts)
            is_settled = _asked(latest) in lasts
            claims[id_] = LatestClaim(latest, Claim.SPENT if is_settled else Claim.HELD)
    return claims


def _asked(attempt: int) -> str:
    return _FIRST_ASKED if attempt == 1 else f"{_FIRST_ASKED}-{attempt}"
