"""Makes text from outside harmless for the surface it is shown on."""

import re
import unicodedata

_LIMIT = 600

#: Characters that only reorder or hide others.
_INVISIBLE = re.compile(
    "[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


def plain(text: str, limit: int = _LIMIT) -> str:
    """
    Return `text` on one line, without control characters or direction marks, bounded.

    Cursor movements, colours, line breaks and workflow commands in somebody else's text reach
    no terminal and no log.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    spaced = re.sub(r"\s+", " ", cut)
    visible = "".join(c if unicodedata.category(c) not in ("Cc", "Cs") else "�" for c in spaced)
    bare = _INVISIBLE.sub("", visible).strip()
    # The runner reads `::` at the start of a line, and `##[` anywhere in it, as a command.
    return re.sub(r"^::", ". ::", bare).replace("##[", "# #[")


def markdown(text: str, limit: int = _LIMIT) -> str:
    """Return `text` so that GitHub shows it as it is: no markup, table cell, HTML or mention."""
    escaped = re.sub(r"([\\`*_\[\]|~#!(){}])", r"\\\1", plain(text, limit))
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", "@\u200b")


def code(text: str, limit: int = _LIMIT) -> str:
    """Return `text` as a Markdown code span that fits into a table cell."""
    bare = plain(text, limit).replace("`", "'").replace("|", "¦")
    return f"`{bare}`" if bare else ""


def command_message(text: str) -> str:
    """
    Escape the message of a workflow command.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return plain(text, 4000).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """Escape a property of a workflow command."""
    return command_message(text).replace(":", "%3A").replace(",", "%2C")
