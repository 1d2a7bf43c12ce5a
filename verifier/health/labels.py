"""What the entries of a health document call themselves."""

import re

from verifier.health.document_keys import NAMES, normal
from verifier.health.own_status import Json, level_of, message_of, word
from verifier.health.vocabulary import status_of
from verifier.model.cut_text import cut_to
from verifier.model.evidence import HealthStatus

_SHORT = 40


def label_of(value: Json) -> str:
    """Return what an entry of a list calls itself; empty where it has no name."""
    if isinstance(value.get("source"), str) and level_of(value) is not None:
        return word(value["source"])
    others = (key for key in value if normal(key).endswith("name"))
    by_key = {key.casefold(): item for key, item in value.items()}
    for key in (*NAMES, *others):
        item = by_key.get(key.casefold())
        if not isinstance(item, str) or not item.strip():
            continue
        if item.endswith("Error"):  # the class of what was thrown; the message says where
            return name_in(message_of(value)) or item
        return cut_to(200, item.strip())
    described = value.get("description")
    # A description is a name where nothing else is one and a status stands beside it.
    is_name = isinstance(described, str) and len(described) <= _SHORT and "result" in value
    return word(described) if is_name else ""


def named_by(value: Json) -> str:
    """Return the plain name of an entry; empty where only a kind or an id tells it from others."""
    by_key = {normal(key): item for key, item in value.items()}
    found = (by_key.get(key) for key in ("name", "checkname", "service", "component"))
    return next((cut_to(200, item.strip()) for item in found if isinstance(item, str)), "")


def name_in(text: str) -> str:
    """Return the component that an error names at its beginning: `pg: connection refused`."""
    start, colon, _ = text.partition(":")
    start = start.strip()
    is_name = colon and re.fullmatch(r"\w[\w ./-]{0,39}", start) and len(start.split()) <= 3
    return start if is_name and status_of(start) is HealthStatus.UNKNOWN else ""
