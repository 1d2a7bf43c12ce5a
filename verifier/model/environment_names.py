"""Are two names of an environment the same one, spelled otherwise?"""

#: Short forms in use, each with the name that it stands for.
_SHORT = {
    "prod": "production",
    "prd": "production",
    "stage": "staging",
    "stg": "staging",
    "dev": "development",
    "develop": "development",
}


def is_spelled_otherwise(found: str, expected: str) -> bool:
    """Whether two names that differ differ in case, blanks or a usual short form alone."""
    return found != expected and _bare(found) == _bare(expected) != ""


def _bare(name: str) -> str:
    plain = name.strip().casefold()
    return _SHORT.get(plain, plain)
