"""Makes text from outside harmless for the surface it is shown on."""

import re

from verifier.model.printable_text import printable

_LIMIT = 600


def plain(text: str, limit: int = _LIMIT) -> str:
    """
    Return `text` on one line, without control characters or direction marks, bounded.

    Cursor movements, colours, line breaks and workflow commands in somebody else's text reach
    no terminal and no log.
    """
    bare = printable(text[: 4 * limit]).strip()
    cut = bare if len(bare) <= limit else bare[: limit - 1] + "…"
    # The runner reads `::` at the start of a line, and `##[` anywhere in it, as a command.
    return re.sub(r"^::", ". ::", cut).replace("##[", "# #[")


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
