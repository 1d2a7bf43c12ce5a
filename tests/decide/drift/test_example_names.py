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


def test_a_quote_that_is_never_closed_hides_no_other_name():
    assert example_names("A=\"x\nB='it\nC=1\n", ()) == ("A", "B", "C")


@pytest.mark.parametrize("quote", ["'", '"', "`"])
def test_what_stands_in_a_value_of_several_lines_is_no_name(quote):
    assert example_names(f"A={quote}a\nX=1\n{quote}\nB=$(rm x)\n", ()) == ("A", "B")
