"""How what is measured grows with its size: a fitted exponent, and tables of it."""

import math
from collections.abc import Mapping, Sequence

from benchmarks.told import ContradictionError, rows_of, table

#: What time, memory, calls and requests may grow with at most.
LIMIT = 1.1


_EXPONENTS = ("exponent", "exponent_of_memory", "exponent_of_calls", "exponent_of_requests")


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the least-squares line through the upper half, in logarithms."""
    upper = [(math.log(size), math.log(took)) for size, took in points[len(points) // 2 :]]
    mean_x = sum(x for x, _ in upper) / len(upper)
    mean_y = sum(y for _, y in upper) / len(upper)
    over = sum((x - mean_x) * (y - mean_y) for x, y in upper)
    return over / sum((x - mean_x) ** 2 for x, _ in upper)


def of_scale(rows: Sequence[Mapping[str, object]]) -> str:
    """
    Return how decisions grow, from a size to the next.

    Raises:
        ContradictionError: a row has another exponent than its figures give.
    """
    cells = []
    for row in rows:
        sizes, took = _numbers(row["sizes"]), _numbers(row["seconds"])
        if len(sizes) != len(took) or _differs(row, sizes, took):
            raise ContradictionError(f"{row['what']}: the figures do not give that exponent")
        held, asked = _numbers(row["megabytes"]), _numbers(row["requests"])
        times = ", ".join(f"{each / took[0]:.3g}" for each in took)
        cells.append(
            [
                str(row["what"]),
                ", ".join(f"{size:,.0f}" for size in sizes),
                times,
                f"{took[-1]:.2f}",
                f"{float(str(row['exponent'])):.2f}",
                f"{float(str(row['exponent_of_calls'])):.2f}",
                f"{held[-1]:.3g}, {float(str(row['exponent_of_memory'])):.2f}",
                f"{asked[0]:.0f} to {asked[-1]:.0f}" if asked else "none",
                _why(row),
            ]
        )
    head = ["what", "sizes", "times the smallest", "largest, s", "exponent", "of calls"]
    return table([*head, "MB of the largest, exponent", "requests to Railway", "why"], cells)


def of_repositories(told: Mapping[str, object]) -> str:
    """
    Return what the audit of so many repositories takes, and how that grows.

    Raises:
        ContradictionError: a row is of other repositories than were there.
    """
    cells, whole = [], []
    for row in rows_of(told["rows"]):
        count, all_ = (float(str(row[name])) for name in ("repositories", "of"))
        if count > all_ or (row["shares"] == 1 and count != all_):
            raise ContradictionError(f"{count:.0f} of {all_:.0f} repositories cannot be")
        of_share = f", share {row['share']} of {row['shares']}" if row["shares"] != 1 else ""
        figures = [float(str(row[name])) for name in _OF_AN_AUDIT]
        requests, processor_s, seconds, megabytes = figures
        cells.append(
            [
                f"{count:,.0f}{of_share}",
                f"{requests:.0f}",
                f"{processor_s:.1f}",
                f"{seconds:.0f}",
                f"{megabytes:.0f}",
            ]
        )
        if row["shares"] == 1:
            whole.append((count, figures))
    grown = [exponent([(count, max(f[n], 1e-3)) for count, f in whole]) for n in range(4)]
    cells.append(["exponent, without shares", *(_shown(each) for each in grown)])
    return table(["repositories", "requests", "processor, s", "took, s", "more memory, MB"], cells)


_OF_AN_AUDIT = ("requests", "processor_s", "seconds", "megabytes")


def _shown(grown: float) -> str:
    return f"{grown:.2f}" if grown <= LIMIT else f"{grown:.2f}, missed"


def _why(row: Mapping[str, object]) -> str:
    """Return why a row grows faster than it may; empty where it does not."""
    over = [name for name in _EXPONENTS if float(str(row[name] or 0)) > LIMIT]
    if not over:
        return ""
    is_time_alone = over == ["exponent"]
    return str(row["reason"]) or (
        "no more calls each: a busy machine" if is_time_alone else "missed"
    )


def _differs(row: Mapping[str, object], sizes: list[float], took: list[float]) -> bool:
    found = exponent(list(zip(sizes, took, strict=True)))
    return abs(found - float(str(row["exponent"]))) > 0.02


def _numbers(found: object) -> list[float]:
    return [float(str(each)) for each in found] if isinstance(found, list) else []
