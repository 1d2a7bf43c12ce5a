"""What to ask a tool for besides applying: a line with the flags and the folder of the project."""

from shlex import quote

from verifier.model.tool_rules import ToolRequests, ToolRules


def late_line(rules: ToolRules, line: str) -> str | None:
    """
    Return the line that applies what is out of order as well, as `line` applies what is pending.

    None where the tool never does.
    """
    if rules.too_late:
        return None
    known = rules.requests_in(line)
    return _instead(line, known.apply, known.late) or line


def merge_line(rules: ToolRules, line: str) -> str:
    """Return the line that merges several heads, empty where the tool has none."""
    known = rules.requests_in(line)
    return _instead(line, known.apply, known.merge)


def squash_line(rules: ToolRules, line: str, version: str) -> str:
    """Return the line that enters a migration in place of those that it was squashed from."""
    known = rules.requests_in(line)
    return _filled(line, known, known.squash, version)


def heads_line(rules: ToolRules, line: str) -> str:
    """Return the line that applies what is pending where a project means to have several heads."""
    known = rules.requests_in(line)
    return _instead(line, known.apply, known.heads) or line


def mark_line(rules: ToolRules, line: str, version: str) -> str:
    """Return the line that marks one migration as applied, empty where the tool has none."""
    known = rules.requests_in(line)
    return _filled(line, known, known.mark, version)


def unmark_line(rules: ToolRules, line: str, version: str) -> str:
    """Return the line that takes away the entry of a migration that has no file any more."""
    known = rules.requests_in(line)
    return _filled(line, known, known.unmark, version)


def failed_lines(rules: ToolRules, line: str, version: str, before: str) -> str:
    """
    Return what to run after a migration that did not end, and when; empty where the tool has none.

    `before` is the version before it, empty for the first; an empty `line` is the usual one.
    """
    known = rules.requests_in(line)
    filled = [
        (
            when,
            _filled(
                line or known.usual,
                known,
                request.replace("{before}", quote(before)),
                version,
            ),
        )
        for when, request in known.failed
        if before or "{before}" not in request
    ]
    return ", ".join(f"{when}: {told}" for when, told in filled if told)


def _filled(line: str, known: ToolRequests, request: str, version: str) -> str:
    group, _, bare = version.partition(".")
    values = {"{version}": version, "{group}": group, "{name}": bare}
    for word, value in values.items():
        request = request.replace(word, quote(value))
    return _instead(line, known.apply, request)


def _instead(line: str, words: str, others: str) -> str:
    """Put other words where the last of these stand, empty where there are none or no place."""
    if not others:
        return ""
    before, found, after = line.rpartition(words)
    return f"{before}{others}{after}" if found else ""
