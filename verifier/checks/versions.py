"""Which of two schema versions is older?"""

APPLY_MIGRATIONS = "apply the missing migrations to this database, then deploy again"


def is_behind(current: str, expected: str) -> bool:
    """
    Tell whether `current` is older than `expected`.

    Ids of digits are compared as numbers. Other ids have no order: any difference is behind.
    """
    if current.isdecimal() and expected.isdecimal():
        return int(current) < int(expected)
    return current != expected
