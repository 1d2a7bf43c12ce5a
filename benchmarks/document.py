"""`python -m benchmarks.document`: write the tables of docs/benchmarks.md from docs/figures."""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.growth import of_repositories, of_scale
from benchmarks.proofs import of_false_rollbacks, of_faults, of_soak
from benchmarks.told import (
    GATE,
    LIMIT,
    ContradictionError,
    Told,
    mapping_of,
    rows_of,
    table,
)

_DOCS = Path(__file__).parent.parent / "docs"
PAGE = _DOCS / "benchmarks.md"
FIGURES = _DOCS / "figures"
#: What `gate` may take of the limit and its confirmation, and how much longer practice takes.
_AT_MOST, _AT_LEAST = 1.5, 20.0
_MODES = {
    GATE: "subscription",
    "gate, polling": "polling",
    "gate, Railway's event": "Railway's event",
    "gate, beside a slow build": "beside a slow build",
}
SHELL = "sleep and curl"
_OTHERS = (SHELL, "5-second loop", "poll and smoke")
_WAITS = "the first looks may meet the replaced deployment, which answers in turn with the new one"
#: Why a kind falls short where it does.
_REASONS = {
    "critical environment": "the limit reads no history first, and claims nothing",
    "missing migration": _WAITS,
    "schema behind, under 200": _WAITS,
    "missing view": _WAITS,
    "Redis down": _WAITS,
    "crash after a minute": "it fails after `stable-for`: with 90 s it is taken back",
    "silent": "silence alone is no failure, unless `on-inconclusive: rollback`",
    "slow degradation": "no answer in time is no failure, unless `on-inconclusive: rollback`",
    "crash loop": "each start answers well at first; three failures in a row take several",
}
_UNKNOWN = "not known"


def parts() -> Mapping[str, Callable[[], str]]:
    """Return what writes each marked part of the page, by its name."""
    practice = Told.read(FIGURES / "practice.json")
    exposure, overhead = _whole("exposure.json"), _whole("overhead.json")
    start = _whole("start.json")
    return {
        "practice, measured": lambda: measured_all(practice),
        "practice, settings": lambda: with_settings(practice),
        "practice, gate": lambda: of_the_gate(practice),
        "practice, falls short": lambda: falls_short(practice),
        "practice, others": lambda: of_others(practice),
        "exposure, measured": lambda: once(exposure),
        "exposure": lambda: of_exposure(rows_of(exposure["rows"])),
        "overhead, measured": lambda: once(overhead),
        "overhead": lambda: of_overhead(overhead),
        "start, measured": lambda: once(start),
        "start": lambda: of_start(rows_of(start["rows"])),
        **_of_many(),
    }


def _of_many() -> Mapping[str, Callable[[], str]]:
    """Return the parts of what is played many times, or in many sizes."""
    rendered: Mapping[str, Callable[[Mapping[str, object]], str]] = {
        "false rollbacks": of_false_rollbacks,
        "soak": of_soak,
        "scale": lambda told: of_scale(rows_of(told["rows"])),
        "repositories": of_repositories,
        "faults": lambda told: f"```text\n{of_faults(told)}```\n",
    }
    made: dict[str, Callable[[], str]] = {}
    for name, render in rendered.items():
        told = _whole(f"{name.replace(' ', '-')}.json")
        made[name] = partial(render, told)
        made[f"{name}, measured"] = partial(once, told)
    return made


def _whole(name: str) -> Mapping[str, object]:
    try:
        found: object = json.loads((FIGURES / name).read_text("utf-8"))
    except ValueError as error:
        raise ContradictionError(f"{name} is not whole: {error}") from error
    return mapping_of(found)


def written(page: str, made: Mapping[str, Callable[[], str]]) -> str:
    """
    Return a page with its marked parts made anew.

    Raises:
        KeyError: it marks a part that nobody makes.
    """
    marked = re.compile(r"(<!-- figures: (?P<name>[^>]+) -->\n).*?(<!-- end of figures -->)", re.S)
    return marked.sub(lambda found: found[1] + made[found["name"]]() + found[3], page)


def measured(machine: Mapping[str, object]) -> str:
    """Return when and where a run was made."""
    loads = [machine.get("load at the beginning"), machine.get("load at the end")]
    means = [each[0] for each in loads if isinstance(each, list) and each]
    load = " to ".join(f"{mean:.0f}" for mean in sorted(means))
    parts = [
        str(machine.get("system")),
        f"{machine.get('cores')} cores",
        *([f"Python {machine['python']}"] if "python" in machine else []),
    ]
    known = [f"commit {machine.get('commit')}", *([f"load average {load}"] if load else [])]
    return f"{', '.join(parts)}; {'; '.join(known)}"


def once(told: Mapping[str, object]) -> str:
    """Return when and where all figures of a file were measured."""
    return f"Measured once each: {measured(mapping_of(told['machine']))}.\n"


def measured_all(told: Told) -> str:
    """Return when and where the plays were made, by the commit that made them."""
    lines = []
    for machine in (told.machine, *told.earlier):
        own = [p.practice for p in told.as_played() if p.commit == machine.get("commit")]
        if own:
            names = ", ".join(f"*{name}*" for name in dict.fromkeys(own))
            lines.append(f"- {measured(machine)}: {names}.\n")
    return "Measured once each:\n\n" + "".join(lines)


def with_settings(told: Told) -> str:
    """Return what the gate does with other settings than the default ones, where it falls short."""
    known = {*_MODES, *_OTHERS, LIMIT}
    cells = [
        [one.kind, f"`{one.practice.partition(', ')[2]}`", told.cell(one.kind, one.practice)]
        for one in told.plays
        if one.practice not in known
    ]
    return table(["kind of bad commit", "with", "served"], cells)


def of_the_gate(told: Told) -> str:
    """Return the gate in all its modes beside the limit."""
    head = ["kind of bad commit", "the limit", "subscription", "times"]
    head += [word for name, word in _MODES.items() if name != GATE]
    rows = []
    for kind in _kinds(told):
        times = told.of_limit(kind)
        modes = [told.cell(kind, name) for name in _MODES if name != GATE]
        shown = "" if times is None else f"{times:.2f}"
        rows.append([kind, told.cell(kind, LIMIT), told.cell(kind, GATE), shown, *modes])
    return table(head, rows)


def of_others(told: Told) -> str:
    """Return what others take."""
    kinds = _kinds(told)
    cells = [[kind, *(told.cell(kind, name) for name in _OTHERS)] for kind in kinds]
    return table(["kind of bad commit", *_OTHERS], cells)


def falls_short(told: Told) -> str:
    """Return what must be shown, whether it is, and why not."""
    ratios = {kind: told.of_limit(kind) for kind in _kinds(told)}
    known = [ratio for ratio in ratios.values() if ratio is not None]
    rows = []
    if known:
        middle = median(known)
        rows.append(["all, in the median", f"{middle:.2f} times", _met(middle <= _AT_MOST), ""])
    for kind, ratio in ratios.items():
        gate = told.find(kind, GATE)
        if gate is None or (ratio is not None and ratio <= _AT_MOST):
            continue
        is_ended = ratio is not None and gate.bad_live_s is not None
        shown = f"{ratio:.2f} times" if is_ended else gate.cell
        rows.append([kind, shown, "", _REASONS.get(kind, _UNKNOWN)])
    head = [f"at most {_AT_MOST} times the limit and its confirmation", "measured", "", "why"]
    return f"{table(head, rows)}\n{_beside_the_shell(told)}"


def of_exposure(rows: Sequence[Mapping[str, object]]) -> str:
    """
    Return each figure beside what it must not exceed.

    Raises:
        ContradictionError: one stands there twice.
    """
    cells: list[list[str]] = []
    for row in rows:
        value, limit = float(str(row["value"])), float(str(row["limit"]))
        mark = "" if value <= limit else ", missed"
        if any(cell[0] == row["what"] for cell in cells):
            raise ContradictionError(f"{row['what']}: stands there twice")
        cells.append(
            [str(row["what"]), f"{round(value, 2):g} {row['unit']}{mark}", f"{round(limit, 2):g}"]
        )
    return table(["what", "measured", "at most"], cells)


def of_overhead(told: Mapping[str, object]) -> str:
    """
    Return what the gate of a good deploy takes, by mode.

    Raises:
        ContradictionError: the job ended red, or before all services served the commit.
    """
    cells = []
    for one in rows_of(told["costs"]):
        job_s, after_s = float(str(one["job_s"])), float(str(one["after_live_s"]))
        if one["code"] or not 0 <= after_s <= job_s:
            raise ContradictionError(f"{one['mode']}: no gate of a good deploy takes that")
        cells.append(
            [
                str(one["mode"]),
                f"{job_s / 60:.1f}",
                f"{after_s:.0f} s",
                *(_requests(one, provider) for provider in ("railway", "github")),
                str(one["application_requests"]),
            ]
        )
    return table(
        [
            "mode",
            "runner minutes",
            "of it after all serve the commit",
            "requests to Railway",
            "to GitHub",
            "to the application",
        ],
        cells,
    )


def of_start(rows: Sequence[Mapping[str, object]]) -> str:
    """Return how long each start takes, beside something bare, and what it may take."""
    cells = []
    for row in rows:
        seconds, limit = float(str(row["seconds"])), row["limit"]
        mark = "" if limit is None or seconds <= float(str(limit)) else ", missed"
        shown = "" if limit is None else f"{limit} s"
        ratio = f"{row['ratio']} x `{row['base']}`"
        processor = f"{float(str(row['processor_s'])):.2f} s"
        cells.append([str(row["what"]), f"{seconds:.2f} s{mark}", shown, processor, ratio])
    return table(["what", "took", "at most", "of the processor", "that is"], cells)


def _requests(cost: Mapping[str, object], provider: str) -> str:
    size = float(str(cost[f"{provider}_bytes"])) / 1000
    return f"{cost[f'{provider}_requests']}, {size:.0f} kB"


def _beside_the_shell(told: Told) -> str:
    ended = [k for k in _kinds(told) if (one := told.find(k, SHELL)) and one.bad_live_s is not None]
    few = [kind for kind in ended if _times(told, kind) < _AT_LEAST]
    red = [kind for kind in _kinds(told) if (one := told.find(kind, SHELL)) and one.code]
    if not ended:
        return (
            f"*Sleep and curl* ends none of {len(_kinds(told))}: that the gate is {_AT_LEAST:g} "
            f"times as fast where it does cannot be shown. It notices {len(red)}.\n"
        )
    missed = f"; less in {', '.join(few)}" if few else " in each"
    return f"*Sleep and curl* ends {len(ended)}: the gate is {_AT_LEAST:g} times as fast{missed}.\n"


def _times(told: Told, kind: str) -> float:
    shell, gate = told.find(kind, SHELL), told.find(kind, GATE)
    served_s = shell.bad_live_s if shell else None
    own_s = gate.bad_live_s if gate else None
    return served_s / own_s if served_s and own_s else 0.0


def _met(is_met: bool) -> str:
    return "met" if is_met else "missed"


def _kinds(told: Told) -> list[str]:
    return list(dict.fromkeys(one.kind for one in told.plays))


def main() -> None:
    """Write the page; tell what of the figures cannot be true, and leave it then."""
    try:
        page = written(PAGE.read_text("utf-8"), parts())
    except ContradictionError as error:
        sys.exit(str(error))
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
