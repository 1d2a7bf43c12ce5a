"""The event that started a job, read from the file that the runner names."""

import pytest

from verifier.delivery.surfaces import read_event_file
from verifier.errors import WrongInputError


@pytest.mark.parametrize("content", ["", "{", "[" * 200_000, "\udc80"])
def test_an_event_that_cannot_be_read_is_said_to_be_wrong(content, tmp_path, monkeypatch):
    path = tmp_path / "event.json"
    path.write_text(content, "utf-8", errors="surrogateescape")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))

    with pytest.raises(WrongInputError, match="could not read an event"):
        read_event_file()
