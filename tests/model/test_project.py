"""Where a person is sent to read on: to an address, never to a file that is not theirs."""

import pytest

from verifier.model import project
from verifier.model.project import page


@pytest.mark.parametrize(
    ("repository", "action", "told"),
    [
        ("", "", "docs/moving.md in the verifier's repository"),
        ("", "acme/gate@0123abc", "https://github.com/acme/gate/blob/0123abc/docs/moving.md"),
        ("me/gate", "", "https://github.com/me/gate/blob/HEAD/docs/moving.md"),
        ("me/gate", "acme/gate@v1", "https://github.com/acme/gate/blob/v1/docs/moving.md"),
        # The placeholder is nobody's address.
        ("", "OWNER/gate@COMMIT", "docs/moving.md in the verifier's repository"),
    ],
)
def test_a_page_is_named_by_its_address(monkeypatch, repository, action, told):
    monkeypatch.setattr(project, "REPOSITORY", repository)

    assert page("docs/moving.md", action) == told
