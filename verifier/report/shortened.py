"""A text that is longer than its surface takes: cut after a line, and saying so."""

from verifier.report.spoken import say

#: Bytes that GitHub takes of a job's summary and of a comment, less than its limits of 1 MiB and
#: 65,536 characters.
#: Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
SUMMARY_BYTES = 1_000_000
COMMENT_BYTES = 60_000
_FOR_THE_REST = 300


def shortened(text: str, most_bytes: int) -> str:
    """Return `text` in at most so many bytes, with how many lines were left out, if any were."""
    if len(text.encode("utf-8")) <= most_bytes:
        return text
    lines = text.splitlines(keepends=True)
    kept: list[str] = []
    left_bytes = most_bytes - _FOR_THE_REST
    for line in lines:
        left_bytes -= len(line.encode("utf-8"))
        if left_bytes < 0:
            break
        kept.append(line)
    left = len(lines) - len(kept)
    told = (
        "1 more line was left out here; the JSON report has all."
        if left == 1
        else f"{left} more lines were left out here; the JSON report has all."
    )
    return f"{''.join(kept)}\n\n**{say(told)}**\n"
