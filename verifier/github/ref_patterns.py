"""
Patterns of branches in rulesets, as GitHub matches them: Ruby's `File.fnmatch` by path.

`*` and `?` stay within one part of a name, `**/` goes over any number of parts.

Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#using-fnmatch-syntax
"""

import re

from verifier.github.json_shapes import JsonObject

_ANY_FOLDERS, _WITHIN = "(?:[^/]+/)*", "[^/]"


def matches_ref(pattern: str, ref: str) -> bool:
    """Tell whether a pattern such as `refs/heads/release/**/*` matches a whole ref."""
    return re.fullmatch(_expression(pattern), ref) is not None


def is_about(ref_name: JsonObject, branch: str, default_branch: str) -> bool:
    """
    Tell whether a ruleset with these conditions on `ref_name` is about a branch.

    Where it is not known which branch is the default one, "", this one may be.
    """
    include, exclude = ref_name.get("include"), ref_name.get("exclude")
    may_be_default = default_branch in ("", branch)
    is_default = default_branch == branch
    return _fits(include, branch, is_default=may_be_default) and not _fits(
        exclude, branch, is_default=is_default
    )


def _fits(patterns: object, branch: str, *, is_default: bool) -> bool:
    known = map(str, patterns) if isinstance(patterns, list) else ()
    ref = f"refs/heads/{branch}"
    return any(
        p == "~ALL" or (p == "~DEFAULT_BRANCH" and is_default) or matches_ref(p, ref) for p in known
    )


def _expression(pattern: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        is_start = at == 0 or pattern[at - 1] == "/"
        if is_start and pattern.startswith("**/", at):
            part, at = _ANY_FOLDERS, at + 3
        elif pattern[at] == "*":
            part, at = f"{_WITHIN}*", at + 1
        elif pattern[at] == "?":
            part, at = _WITHIN, at + 1
        elif pattern[at] == "\\" and at + 1 < len(pattern):
            part, at = re.escape(pattern[at + 1]), at + 2
        elif pattern[at] == "[" and "]" in pattern[at + 2 :]:
            part, at = _set(pattern, at)
        else:
            part, at = re.escape(pattern[at]), at + 1
        parts.append(part)
    return "".join(parts)


def _set(pattern: str, at: int) -> tuple[str, int]:
    """One letter of a set, and where the pattern goes on after it."""
    end = pattern.index("]", at + 2)
    inside = pattern[at + 1 : end]
    is_other = inside[:1] in ("!", "^") and len(inside) > 1
    letters = inside[1:] if is_other else inside
    escaped = re.sub(r"([\\\[\]^&~|])", r"\\\1", letters)
    return f"(?!/)[{'^' if is_other else ''}{escaped}]", end + 1
