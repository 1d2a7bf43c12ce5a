"""`python -m tests.report.ten_seconds` writes what somebody woken up at night reads first."""

from pathlib import Path

from tests.report.situations import ALL
from verifier.report import terminal

PAGE = Path(__file__).parents[2] / "docs" / "ten-seconds.md"
#: The headline, and so many lines after it.
LINES = 5
TITLES = {
    "passed": "A good deploy",
    "rolled_back": "A bad one, rolled back",
    "not_recovered": "A bad one, and no way back",
    "inconclusive": "Not enough to tell",
    "broken_build": "A build that failed",
    "preflight": "A pull request whose migration is missing",
}
_HEAD = """\
# Ten seconds

Whoever is woken up at three in the morning reads the first lines: what happened, what is live, what now. These are
the first six of each report, as a log without colours shows them, held by a test to what the program prints; job
summary, HTML page and Slack say the same. The services and commits are invented.
"""


def first_lines(name: str) -> str:
    """Return the headline of a situation and the lines after it."""
    return "\n".join(terminal.render(ALL[name]).splitlines()[: LINES + 1]).rstrip()


def page() -> str:
    """Return the text of the page."""
    parts = [f"\n## {title}\n\n```\n{first_lines(name)}\n```\n" for name, title in TITLES.items()]
    return _HEAD + "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8", newline="\n")
