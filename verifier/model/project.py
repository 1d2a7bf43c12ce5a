"""Where this project is at home. Whoever publishes it writes it here once, then `make owner`."""

import re

#: OWNER/NAME at GitHub. Empty as long as nobody publishes it: what needs it is not written then.
REPOSITORY = ""
#: What the pages say until then.
PLACEHOLDER = "OWNER/railway-deploy-verifier"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[\w.-]+")
_PINNED = re.compile(r"(?P<repository>[A-Za-z0-9][A-Za-z0-9-]*/[\w.-]+)@(?P<ref>[\w./-]+)")


def is_repository(name: str) -> bool:
    """Whether it is OWNER/NAME of somebody, and not the placeholder."""
    return bool(_NAME.fullmatch(name)) and not name.startswith("OWNER/")


def raw_url(repository: str, ref: str, path: str) -> str:
    """Return the address of a file as it is at a commit, branch or tag."""
    return f"https://raw.githubusercontent.com/{repository}/{ref}/{path}"


def page_url(path: str, action: str = "") -> str:
    """
    Return the address of a page such as "docs/moving.md"; empty where nobody knows it.

    `action` is OWNER/NAME@COMMIT of the workflows, or empty: whose page fits it is at that commit.
    """
    named = _PINNED.fullmatch(action)
    if named and is_repository(named["repository"]):
        return f"https://github.com/{named['repository']}/blob/{named['ref']}/{path}"
    return f"https://github.com/{REPOSITORY}/blob/HEAD/{path}" if REPOSITORY else ""


def page(path: str, action: str = "") -> str:
    """Return where a person reads a page: its address, or in whose repository it is."""
    return page_url(path, action) or f"{path} in the verifier's repository"


def major_tag(version: str) -> str:
    """Return the tag that follows the releases of a major version: `v1` of 1.4.2."""
    return f"v{version.partition('.')[0]}"


# From here on made from action.yml and action/start.py, by `make reference`.
#: Each input of the action, and the variable as which the verifier is given it.
ACTION_INPUTS = {
    "command": "VERIFIER_COMMAND",
    "config": "VERIFIER_CONFIG",
    "sha": "VERIFIER_SHA",
    "deployment": "VERIFIER_DEPLOYMENT",
    "services": "VERIFIER_SERVICES",
    "since": "VERIFIER_SINCE",
    "rollback": "VERIFIER_ROLLBACK",
    "arguments": "VERIFIER_ARGUMENTS",
    "report": "VERIFIER_REPORT",
    "html": "VERIFIER_HTML",
    "junit": "VERIFIER_JUNIT",
    "otlp": "VERIFIER_OTLP",
    "openmetrics": "VERIFIER_OPENMETRICS",
    "zizmor": "VERIFIER_ZIZMOR",
    "python": "VERIFIER_PYTHON",
    "railway-token": "RAILWAY_TOKEN",
    "railway-api-token": "RAILWAY_API_TOKEN",
    "app-url": "RAILWAY_APP_URL",
    "database-url": "DATABASE_URL",
    "github-token": "GITHUB_TOKEN",
    "slack-webhook-url": "SLACK_WEBHOOK_URL",
}
#: Those that are hidden wherever they are read.
SECRET_INPUTS = frozenset(
    (
        "railway-token",
        "railway-api-token",
        "database-url",
        "github-token",
        "slack-webhook-url",
    )
)
#: The commands that the action starts.
ACTION_COMMANDS = frozenset(
    (
        "gate",
        "check",
        "preflight",
        "ready",
        "audit",
        "rollback",
        "doctor",
    )
)
