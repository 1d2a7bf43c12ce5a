"""What was played many times, as tables for docs/benchmarks.md: false rollbacks, soak, faults."""

from collections.abc import Mapping

from benchmarks.told import ContradictionError, mapping_of, rows_of, table

#: How it is told in docs/benchmarks.md; the gate first.
_PRACTICES = ("the gate", "sleep and curl", "5-second loop", "poll and smoke")


def of_false_rollbacks(told: Mapping[str, object]) -> str:
    """
    Return good ones taken back / good ones not green / bad ones passed, by trouble and practice.

    Raises:
        ContradictionError: a count is of more than was played, or a cell is missing.
    """
    rows, seeds = rows_of(told["rows"]), int(str(told["seeds"]))
    kinds = list(dict.fromkeys(str(row["trouble"]) for row in rows))
    found = {(row["trouble"], row["practice"]): row for row in rows}
    cells = []
    for kind in kinds:
        line = [kind]
        for practice in _PRACTICES:
            row = found.get((kind, practice), {})
            counts = [int(str(row.get(name, -1))) for name in ("rolled_back", "red", "passed")]
            if not all(0 <= count <= seeds for count in counts):
                raise ContradictionError(f"{kind}, {practice}: {counts} of {seeds} cannot be")
            line.append(" / ".join(map(str, counts)))
        cells.append(line)
    return table([f"trouble, {seeds:,} seeds each", *_PRACTICES], cells)


def of_soak(told: Mapping[str, object]) -> str:
    """
    Return what was run in a row, and what of it grew.

    Raises:
        ContradictionError: more were killed than chosen, or than there were.
    """
    asked, gates, chosen, killed = (
        int(str(told[name])) for name in ("asked_for", "gates", "to_be_killed", "killed")
    )
    if not 0 <= killed <= chosen <= gates <= asked:
        raise ContradictionError(f"{killed} killed of {chosen} of {gates} gates cannot be")
    rows = rows_of(told["rows"])
    held = told["sandbox_mb"]
    before, after = (float(str(mb)) for mb in held) if isinstance(held, list) else (0.0, 0.0)
    grown = [str(row["what"]) for row in rows if row["grew"]]
    cells = [
        [str(row["what"]), *(f"{row[name]:g}" for name in ("first", "last", "largest"))]
        for row in rows
    ]
    which = f"{gates:,} gates" if gates == asked else f"{gates:,} of {asked:,} gates"
    text = (
        f"{which} in {told['minutes']} minutes (seed {told['seed']}), "
        f"{told['of_bad_commits']} on bad commits; "
        f"{killed} killed as they ran, of {chosen} chosen; "
        f"{told['wrong']} wrong verdicts or runs that did not finish; "
        f"grown: {', '.join(grown) or 'nothing'}; "
        f"the sandbox's own memory: {before:.0f} to {after:.0f} MB.\n\n"
    )
    return text + table(["measure", "first", "last", "largest"], cells)


def of_faults(told: Mapping[str, object]) -> str:
    """
    Return the matrix as text, and what random pairs of faults came to.

    Raises:
        ContradictionError: it counts another number of wrong cells than it shows.
    """
    rows, faults = rows_of(told["rows"]), told["faults"]
    names = [str(fault) for fault in faults] if isinstance(faults, list) else []
    signs = [mapping_of(row["cells"]) for row in rows]
    if bool(told["opposite"]) != any("X" in str(c) for each in signs for c in each.values()):
        raise ContradictionError("the cells do not show as many opposite verdicts as are told")
    width = max(len(str(row["call"])) for row in rows)
    numbers = " ".join(f"{n:>3}" for n in range(1, len(names) + 1))
    lines = [
        "calls broken for good, once, from the second time on; good, bad, critical in a cell",
        ". as without it   i inconclusive   3 red, not known good   X wrong   - not met",
        "",
        f"{'':{width}}  {numbers}",
    ]
    for row, cells in zip(rows, signs, strict=True):
        shown = " ".join(str(cells.get(name, "---")) for name in names)
        lines.append(f"{row['call']!s:<{width}}  {shown}")
    lines += ["", *(f"{n:>3} {name}" for n, name in enumerate(names, 1))]
    lines += ["", f"{told['gates']} gates, {told['opposite']} opposite verdicts"]
    return "\n".join(lines) + "\n"
