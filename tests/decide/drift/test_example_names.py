"""Names of a file such as .env.example: comments, exceptions, values of several lines."""

import pytest

from verifier.decide.drift.example_names import example_names

TEXT = """\
# Copy this file: cp .env.example .env
#OLD_NAME=1
APP_ENV=development   # or production
export REDIS_URL=redis://x
 SPACED = 1
QUOTED="a # b"
KEY="-----BEGIN KEY-----
MIIEowIBAAKCAQEA=
abc=
-----END KEY-----"
SAID='it\\'s fine'
REDIS_URL=twice
not a line
EMPTY=
POSTGRES_HOST=db
"""


@pytest.mark.parametrize(
    ("exceptions", "missing"),
    [((), ()), (("POSTGRES_*",), ("POSTGRES_HOST",)), (("*_URL", "EMPTY"), ("REDIS_URL", "EMPTY"))],
)
def test_the_names_that_are_set_but_for_the_exceptions(exceptions, missing):
    every = ("APP_ENV", "REDIS_URL", "SPACED", "QUOTED", "KEY", "SAID", "EMPTY", "POSTGRES_HOST")

    assert example_names(TEXT, exceptions) == tuple(n for n in every if n not in missing)


def test_what_other_containers_read_is_no_name_of_the_first_users_api():
    text = "APP_ENV=\nDATABASE_ENABLED=\nDATABASE_PROVIDER=\nCACHE_REDIS_URI=\nPOSTGRES_HOST=\n"

    assert example_names(text, ["DATABASE_*", "CACHE_*", "POSTGRES_*"]) == ("APP_ENV",)
