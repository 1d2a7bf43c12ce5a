"""What a name reaches, and what may be there unseen, without a server."""

import pytest

from verifier.database.visibility import Sight, Sights
from verifier.model.finding import Unobserved


def sight(asked="users", schema="public", *, near=True, use=True, hides=False):
    return Sight(asked, schema, "users", False, "gate", use, True, near, hides)


FAR = sight(schema="other", near=False)
NAMED = sight("other.users", "other", near=False)
CLOSED = sight("other.users", "other", near=False, use=False)


@pytest.mark.parametrize(
    ("found", "asked", "reached"),
    [
        ((FAR, sight()), "users", sight()),
        ((FAR,), "users", FAR),
        ((CLOSED, NAMED), "other.users", NAMED),
        ((CLOSED,), "other.users", CLOSED),
        ((sight(),), "orders", None),
    ],
)
def test_a_name_reaches_what_is_near_or_is_named_with_its_schema(found, asked, reached):
    assert Sights(found).of(asked) == reached


def test_what_is_out_of_the_search_path_is_hidden_unless_its_schema_is_named():
    assert "does not search" in FAR.why_hidden().reason
    assert NAMED.why_hidden() is None
    assert sight().why_hidden() is None


def test_where_the_catalogue_was_not_read_rows_may_be_there_unseen():
    unread = Unobserved("not read")

    assert Sights((), unread).why_rows_hidden("users") is unread
    assert Sights((sight(),)).why_rows_hidden("users") is None
    assert Sights((sight(hides=True),)).why_rows_hidden("users") is not None


def test_rows_that_did_not_come_are_told_by_what_hides_them():
    answer = Unobserved("no answer")

    assert "does not search" in Sights((FAR,)).why_unread("users", answer).reason
    assert Sights((sight(),)).why_unread("users", answer) is answer
