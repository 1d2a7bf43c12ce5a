"""Makes text from outside harmless for the surface it is shown on."""

import re

from verifier.model.printable_text import printable
from verifier.model.railway_trace import without_trace
from verifier.report.spoken import say

_LIMIT = 600
#: Between these an empty comment is put: they would be a link or a reference together.
_APART = r"\1<!-- -->\2"
_LEADING = (
    # Whatever stands before: GitHub links behind `_`, a digit or a letter outside of ASCII, too.
    re.compile(r"(?i)(https?|ftp|mailto|xmpp)(:)"),
    re.compile(r"(?i)(www)(\.)"),
    re.compile(r"(?i)(GH)(-[0-9])"),
    re.compile(r"(#)([0-9])"),
    re.compile(r"(:)([a-z0-9_+-]{1,40}:)"),
)
#: What may be a commit's hash: no link is made of six digits.
_HASH = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{7,40}(?![0-9a-zA-Z])")
#: Railway's ids. In an address they stay whole: half of one leads nowhere.
_ID = re.compile(
    r"(?<![0-9a-z/=-])([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z-])", re.IGNORECASE
)
_HYPHENS = 4
#: What makes a list, a line or a heading of it at the start of a line.
_AT_START = re.compile(r"^([0-9]{0,9})([-+=.])")


def plain(text: str, limit: int = _LIMIT) -> str:
    """
    Return `text` on one line, without control characters or direction marks, bounded.

    Cursor movements, colours, line breaks and workflow commands in somebody else's text reach
    no terminal and no log.
    """
    bare = printable(text[: 4 * limit]).strip()
    cut = bare if len(bare) <= limit else bare[: limit - 1] + "…"
    # The runner reads `::` at the start of a line, and `##[` anywhere in it, as a command.
    quiet = f". {cut}" if cut.startswith("::") else cut
    return quiet.replace("##[", "# #[")


def prose(text: str, limit: int = _LIMIT) -> str:
    """
    Return `text` as `plain` does, for people.

    Of a deployment's id it has the first eight digits, of the number of a request nothing: reports
    for programs have them whole.
    """
    said = without_trace(text[: 8 * limit])
    # Most texts have no id, and are many.
    return plain(_ID.sub(r"\1", said) if said.count("-") >= _HYPHENS else said, limit)


def markdown(text: str, limit: int = _LIMIT) -> str:
    """Return a message of ours, in the language in force, as `verbatim` shows it."""
    return verbatim(say(text), limit)


def verbatim(text: str, limit: int = _LIMIT) -> str:
    """
    Return `text` so that GitHub shows it as it is, and leads nowhere from it.

    No markup, table cell, list, HTML, formula or mention, no address that becomes a link, no
    reference to an issue or a commit: those are found in the rendered text, where an empty comment
    keeps them apart that nobody sees.

    Source: https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
    """
    escaped = re.sub(r"([\\`*_\[\]|~#!(){}])", r"\\\1", prose(text, limit))
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for leading in _LEADING:
        escaped = leading.sub(_APART, escaped)
    escaped = _HASH.sub(lambda found: "<!-- -->".join(re.findall(".{1,6}", found[0])), escaped)
    escaped = escaped.replace("$", "<span>$</span>").replace("@", "@\u200b")
    return _AT_START.sub(r"\1\\\2", escaped)


def code(text: str, limit: int = _LIMIT) -> str:
    """Return `text` as a Markdown code span that fits into a table cell."""
    bare = prose(text, limit).replace("`", "'").replace("|", "¦")
    return f"`{bare}`" if bare else ""


def command_message(text: str) -> str:
    """
    Escape the message of a workflow command.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return prose(say(text), 4000).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """Escape a property of a workflow command."""
    return command_message(text).replace(":", "%3A").replace(",", "%2C")


def json_text(text: str) -> str:
    """
    Return JSON ending in a newline, the same value in a text that holds no workflow command.

    The runner reads `##[` anywhere in a line of a log as one.
    """
    return text.replace("##[", "##\\u005b") + "\n"
