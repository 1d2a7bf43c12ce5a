"""`python docs/owner.py`: writes where the project is at home into pages, forms and package.

The one place that says so is `REPOSITORY` in `verifier/model/project.py`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from verifier import __version__
from verifier.model.project import PLACEHOLDER, REPOSITORY, is_repository, major_tag

ROOT = Path(__file__).parents[1]
PLACES = (
    "README.md",
    "SUPPORT.md",
    "SECURITY.md",
    "docs/**/*.md",
    "examples/**/*.yml",
    "examples/**/*.md",
    ".github/CODEOWNERS",
    ".github/ISSUE_TEMPLATE/*.yml",
)
PACKAGE = "pyproject.toml"
_URLS = re.compile(r"\[project\.urls\]\n(?:\w.*\n)*\n")
_HOME = re.compile(r'Repository = "https://github\.com/(?P<name>[^"]+)"')
_NEXT = "[tool.flit.module]"


def written(text: str, before: str, now: str) -> str:
    """Return a page that names `now` where it named `before`, both OWNER/NAME."""
    named = re.sub(rf"(?<![\w.-]){re.escape(before)}(?![\w-])", now, text)
    return re.sub(rf"@{re.escape(owner_of(before))}(?![\w/-])", f"@{owner_of(now)}", named)


def owner_of(repository: str) -> str:
    """Return the OWNER of OWNER/NAME."""
    return repository.partition("/")[0]


def with_urls(package: str, repository: str) -> str:
    """Return pyproject.toml with the addresses that the page of the package shows."""
    bare = _URLS.sub("", package)
    if not repository:
        return bare
    home, tag = f"https://github.com/{repository}", major_tag(__version__)
    urls = (
        "[project.urls]\n"
        f'Repository = "{home}"\n'
        f'Documentation = "{home}/blob/{tag}/docs"\n'
        f'Changelog = "{home}/blob/main/CHANGELOG.md"\n'
        f'Issues = "{home}/issues"\n\n'
    )
    return bare.replace(_NEXT, urls + _NEXT)


def pages(root: Path) -> Iterator[Path]:
    """Yield every file in which the repository is named."""
    for place in PLACES:
        yield from sorted(root.glob(place))


def write(root: Path, repository: str) -> None:
    """Write OWNER/NAME, or the placeholder where it is empty, wherever the project is named."""
    if repository and not is_repository(repository):
        raise SystemExit(f"REPOSITORY is {repository!r}: expected OWNER/NAME as at GitHub")
    package = root / PACKAGE
    text = package.read_text("utf-8")
    home = _HOME.search(text)
    before, now = (home["name"] if home else PLACEHOLDER), repository or PLACEHOLDER
    for page in pages(root):
        page.write_text(written(page.read_text("utf-8"), before, now), "utf-8", newline="\n")
    package.write_text(with_urls(text, repository), "utf-8", newline="\n")


if __name__ == "__main__":
    write(ROOT, REPOSITORY)
