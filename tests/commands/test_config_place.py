"""Where a configuration is looked for."""

from pathlib import Path

import pytest

from verifier.cli.options import config_in


@pytest.mark.parametrize(
    ("given", "there", "found"),
    [
        pytest.param("deploy/v.yml", ["a/deploy/v.yml"], "a/deploy/v.yml", id="from the checkout"),
        pytest.param("a/v.yml", ["a/v.yml"], "a/v.yml", id="into the checkout"),
        pytest.param("a/v.yml", ["a/v.yml", "a/a/v.yml"], "a/a/v.yml", id="both"),
        pytest.param("v.yml", ["v.yml"], "a/v.yml", id="beside the checkout"),
        pytest.param("a/v.yml", [], "a/a/v.yml", id="nowhere"),
        pytest.param("b/../v.yml", ["v.yml"], "a/b/../v.yml", id="round about"),
        pytest.param("a/../v.yml", ["v.yml"], "a/a/../v.yml", id="into it and out again"),
    ],
)
def test_a_relative_path_is_the_checkouts_or_leads_into_it(
    tmp_path, monkeypatch, given, there, found
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for path in there:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("version: 1\n")

    place = config_in(Path(given), Path("a"))

    assert place.as_posix() == found


def test_a_configuration_that_is_a_link_to_itself_is_one_that_is_not_there(tmp_path):
    (tmp_path / "a.yml").symlink_to("a.yml")

    assert config_in(Path("a.yml"), tmp_path) == tmp_path / "a.yml"
