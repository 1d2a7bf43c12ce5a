"""A branch cannot switch off what lints its migrations."""

import subprocess

import pytest

from verifier.config.sections import Config
from verifier.wiring.preflight import open_pull_request

OFF = 'excluded_rules = ["ban-drop-column"]\n'
SQL = {"migrations/2.sql": b"alter table orders drop column total;\n"}


def pull_request(folder, settings):
    """A checkout whose main has the first of these settings of the linter, its branch the second."""

    def git(*arguments):
        given = ("-c", "user.name=t", "-c", "user.email=t@t.test")
        subprocess.run(["git", *given, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    for name, content in zip(("main", "branch"), settings, strict=True):
        (folder / "README").write_text(name)
        if content:
            (folder / ".squawk.toml").write_text(content)
        git("add", "-A")
        git("commit", "-qm", name)
        if name == "main":
            git("checkout", "-qb", "branch")
    return open_pull_request(Config(version=1), folder, "main", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "is_told"), [(("", ""), True), (("", OFF), True), ((OFF, ""), False)]
)
def test_the_settings_of_the_base_count(settings, is_told, tmp_path):
    remarks = pull_request(tmp_path, settings).lint(SQL)

    assert ("ban-drop-column" in {remark.rule for remark in remarks}) is is_told
