"""Where this verifier's own documentation is, for links in what it writes."""

import re
from collections.abc import Mapping
from importlib import metadata

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_REF = re.compile(r"[\w./-]+")
_TITLE = "Documentation"


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


def _of_package() -> str:
    try:
        named = metadata.metadata("railway-deploy-verifier").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    pages = dict(str(line).split(", ", 1) for line in named if ", " in str(line))
    page = pages.get(_TITLE, "")
    return f"{page.rstrip('/')}/" if page.startswith("https://") else ""
