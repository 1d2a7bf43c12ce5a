"""Where this verifier's own documentation is, for links in what it writes."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import metadata

from verifier.model.check_ids import RENAMED

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_REF = re.compile(r"[\w./-]+")
_TITLE = "Documentation"
_CHECK = re.compile(r"[a-z][a-z_]*(?:\.[a-z_]+)?")
#: Checks that are named after what an application or a configuration calls something.
_FAMILIES = ("component", "extra", "probe", "latency")
_OF_CONFIG = ("health", "mistake")


def docs_url(environ: Mapping[str, str]) -> str:
    """
    Return the folder of the pages, ending in a slash; empty where none is known.

    In a job it is that of the action that runs, at the very commit that was pinned; else what the
    installed package names.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    """
    repository = environ.get("GITHUB_ACTION_REPOSITORY", "")
    ref = environ.get("GITHUB_ACTION_REF", "")
    server = environ.get("GITHUB_SERVER_URL", "https://github.com")
    if _NAME.fullmatch(repository) and _REF.fullmatch(ref) and server.startswith("https://"):
        return f"{server}/{repository}/blob/{ref}/docs/"
    return _of_package()


def check_page(check: str, environ: Mapping[str, str]) -> str:
    """Return the page of a check; empty where none is known. Families of names share one."""
    folder = docs_url(environ)
    family, _, own = RENAMED.get(check, check).partition(".")
    is_shared = family in _FAMILIES or (family == "config" and own not in _OF_CONFIG)
    name = family if is_shared else f"{family}.{own}"
    return f"{folder}checks/{name}.md" if folder and _CHECK.fullmatch(name) else ""


@cache
def _of_package() -> str:
    """Read it once: a page links to it for every finding."""
    try:
        named = metadata.metadata("railway-deploy-verifier").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    pages = dict(str(line).split(", ", 1) for line in named if ", " in str(line))
    page = pages.get(_TITLE, "")
    return f"{page.rstrip('/')}/" if page.startswith("https://") else ""
