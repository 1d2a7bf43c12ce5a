"""Tells a document that only asks for credentials from one that reports health."""

import re

from verifier.health.document_keys import normal
from verifier.health.own_status import Said, message_of, own_status, word
from verifier.model.evidence import HealthStatus

_WANTS_LOGIN = re.compile(
    r"unauthori[sz]ed|unauthenticated|not authenticated|forbidden|access denied|log ?in required|"
    r"(?:invalid|missing|expired|no) (?:access |api |auth )?"
    r"(?:token|key|credentials)",
    re.IGNORECASE,
)
_EXPLAINS = frozenset(("documentation", "docs", "help", "hint", "runbook", "description"))


def wants_login(value: object) -> bool:
    """Whether a document says nothing but that the verifier may not see it."""
    if not isinstance(value, dict) or own_status(value) not in (
        None,
        Said(HealthStatus.BAD, "false"),
    ):
        return False
    told = {key: item for key, item in value.items() if normal(key) not in _EXPLAINS}
    texts = [word(item) or message_of(item) for item in told.values() if isinstance(item, dict)]
    texts += [word(item) for item in told.values() if isinstance(item, str)]
    return len(value) <= 6 and any(_WANTS_LOGIN.search(text) for text in texts)
