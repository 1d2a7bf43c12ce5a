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
