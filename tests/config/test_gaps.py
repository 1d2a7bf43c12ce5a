"""What commands take that need only a part of the environment."""

import pytest

from verifier.config.audit_settings import load_audit
from verifier.config.settings import load_railway, load_text, load_with_gaps
from verifier.errors import MissingSettingError
from verifier.guarded.mistakes import InvalidConfigError

FILE = """\
version: 1
services: { shop-api: { role: api } }
ledger: { tool: supabase }
"""


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "verifier.yml"
    file.write_text(FILE, "utf-8")
    return file


def test_every_gap_is_told_and_hides_no_other(path):
    settings, of_railway, others = load_with_gaps(path, {"DATABASE_URL": "postgresql+asyncpg://x"})

    assert list(settings.config.services) == ["shop-api"]
    assert [text.split(",")[0] for text in of_railway] == ["found no token"]
    assert [text.split(",")[0].split(" in ")[0] for text in others] == [
        "found the name of a driver",
        "found no address for shop-api",
    ]


def test_a_file_with_mistakes_is_still_refused(path):
    path.write_text("version: 2\n", "utf-8")

    with pytest.raises(InvalidConfigError):
        load_with_gaps(path, {})


def test_asking_railway_alone_takes_no_database(path):
    assert load_railway(path, {"RAILWAY_TOKEN": "t"}).has_project_token

    with pytest.raises(InvalidConfigError, match="found no token"):
        load_railway(path, {})


def test_a_missing_token_is_not_the_files_fault(path):
    with pytest.raises(MissingSettingError) as raised:
        load_audit(path, {}, is_named=True)

    assert "found no GITHUB_TOKEN" in raised.value.message
    assert path.name not in raised.value.message


def test_the_merge_key_is_named_and_no_service(path):
    path.write_text(
        "version: 1\nservices:\n  a: &x { role: api, url: https://a.test }\n"
        "  b:\n    <<: *x\n    role: worker\n",
        "utf-8",
    )

    with pytest.raises(InvalidConfigError, match="found <<, the merge key") as raised:
        load_railway(path, {"RAILWAY_TOKEN": "t"})

    assert ":5:" in raised.value.message


def with_pattern(pattern):
    ledger = f"ledger: {{ expected: {{ file: a.py, pattern: '{pattern}' }} }}"
    return load_text(f"version: 1\nservices: {{ api: {{}} }}\n{ledger}\n", "verifier.yml")


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("V = (a{99999999999})", "repetition number"),
        ("V = " + "(" * 3000 + ")" * 3000, "a regular expression"),
        ("V = (", "a regular expression"),
    ],
)
def test_a_pattern_that_python_does_not_take_is_a_mistake_of_the_file(pattern, problem):
    with pytest.raises(InvalidConfigError, match=problem):
        with_pattern(pattern)


def test_a_pattern_that_a_later_python_may_read_otherwise_is_taken_as_it_is():
    assert with_pattern("V = ([[0-9]]+)") is not None
