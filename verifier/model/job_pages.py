"""Where the job that this runs in, and its repository, are shown at GitHub."""

from collections.abc import Mapping


def repository_page(environ: Mapping[str, str]) -> str:
    """Return the address of the repository's page; empty outside of a job."""
    server = environ.get("GITHUB_SERVER_URL", "https://github.com")
    repository = environ.get("GITHUB_REPOSITORY", "").strip()
    return f"{server}/{repository}" if repository else ""


def run_page(environ: Mapping[str, str]) -> str:
    """Return the address of the page of the run; empty outside of a job."""
    page, run = repository_page(environ), environ.get("GITHUB_RUN_ID", "")
    return f"{page}/actions/runs/{run}" if page and run else ""
