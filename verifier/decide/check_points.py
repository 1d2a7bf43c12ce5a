"""What a person has to know of the checks that a first configuration requires of a pull request."""

from collections.abc import Iterator, Sequence


def check_points(
    required: Sequence[str], filtered: Sequence[str], skipped: Sequence[str]
) -> Iterator[str]:
    """Yield why checks are not required: what paths keep from running, what a condition skips."""
    if filtered:
        yield (
            "checks that may never report on a pull request, and so cannot be required: "
            f"{', '.join(filtered)}. Take away the filter of paths or types of their "
            "workflow, or filter inside its jobs"
        )
    if skipped:
        yield (
            "checks that may be skipped on a pull request, which counts as success, and so are not "
            f"required: {', '.join(skipped)}"
        )
    if not (required or filtered or skipped):
        yield "no job reports on a pull request, so protection.checks is empty"
