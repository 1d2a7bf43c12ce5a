"""What an entry of a health document says beside its status and its message."""

from verifier.health.dispensable import marks_about
from verifier.health.document_keys import MESSAGES, STATUS, normal
from verifier.health.own_status import Json, word

_MOST = 50


def facts_of(value: Json) -> dict[str, str]:
    """
    Return the further fields of an object whose values are scalars or lists of these.

    Also what one inside it says of how much the entry is needed.
    """
    fields = [(k, v) for k, v in value.items() if normal(k) not in STATUS and k not in MESSAGES]
    return {key: word(item) for key, item in (*fields[:_MOST], *marks_about(value))}
