"""Names of relations as the sandbox's databases take them, which have other names than a team's."""

import re

_PART = r'(?:"(?:[^"]|"")*"|[^".]+)'
_WITH_DATABASE = re.compile(rf"\s*{_PART}\.({_PART}\.{_PART})")


def without_database(name: str) -> str:
    """Return the name of a relation without that of its database, if it begins with one."""
    found = _WITH_DATABASE.fullmatch(name)
    return found[1] if found else name
