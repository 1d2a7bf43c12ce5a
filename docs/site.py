"""A hook of mkdocs: pages lead from the repository to the site as they do from file to file."""

import posixpath
import re
import runpy
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
#: Pages of the repository that the site has as well, by their name there.
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security-policy.md",
    "SUPPORT.md": "support.md",
}
#: What pages link to and is no page, as it is.
FILES = (
    "action.yml",
    "LICENSE",
    "tests/public_seam.txt",
    "docs/pictures/gate-dark.svg",
    "docs/pictures/gate-light.svg",
    "docs/pictures/page-dark.png",
    "docs/pictures/page-light.png",
    "docs/pictures/soak.svg",
    "docs/figures/practice.json",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "schemas").glob("*.json")),
)
#: A badge, which GitHub draws for a page of the repository.
_BADGE = re.compile(r"^\[!\[.*\n", re.MULTILINE)
_LINK = re.compile(r"(\]\(|(?:src|srcset|href)=\")([^)#\s\":]+)(#[^)\"]*)?(?=[)\"])")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """In the menu, put the pages in place of the pattern that they match."""
    for group in config.nav or ():
        for title, names in group.items():
            group[title] = [page for name in names for page in pages_of(name)]
    return config


def pages_of(name: str) -> list[str]:
    """Return the pages that an entry of the menu stands for, by their names."""
    folder = ROOT / "docs"
    found = sorted(folder.glob(name)) if "*" in name else [folder / name]
    return [path.relative_to(folder).as_posix() for path in found]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what lies outside of docs/ and is linked to."""
    for source, name in PAGES.items():
        files.append(File.generated(config, name, content=(ROOT / source).read_text("utf-8")))
    for source in FILES:
        if not source.startswith("docs/"):
            files.append(File.generated(config, f"files/{source}", abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: object) -> str:
    """Lead each relative link where its target is on the site."""
    names = {name: source for source, name in PAGES.items()}
    source = names.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def moved(found: re.Match[str]) -> str:
        return f"{found[1]}{place_of(found[2], source, page.file.src_uri)}{found[3] or ''}"

    return _LINK.sub(moved, _BADGE.sub("", markdown))


def place_of(target: str, source: str, on_site: str) -> str:
    """Return where `target`, as written in the file `source`, is from the page `on_site`."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    if path in PAGES:
        place = PAGES[path]
    elif path.startswith("docs/"):
        place = path.removeprefix("docs/")
    elif path in FILES:
        place = f"files/{path}"
    else:
        # A folder or a source: it is read in the repository.
        return f"{REPOSITORY}{path}"
    return posixpath.relpath(place, posixpath.dirname(on_site) or ".")


#: The environment that the site is built in has none of our packages.
_PROJECT = runpy.run_path(str(ROOT / "verifier/model/project.py"))
#: From the root of the site to the repository.
REPOSITORY = f"https://github.com/{_PROJECT['REPOSITORY'] or _PROJECT['PLACEHOLDER']}/blob/main/"
