"""What a soak says: a table of first and last gates, what grew, and a plot."""

from statistics import median

#: By name of the measure: its title, and how much more at the end than at the beginning is growth.
MEASURES = {
    "gate_mb": ("gate: memory, MB", 10.0),
    "gate_files": ("gate: open files", 4),
    "gate_sockets": ("gate: open sockets", 4),
    "gate_children": ("gate: processes that it started", 2),
    "processes": ("sandbox: processes between two gates", 4),
    "sandbox_files": ("sandbox: open files between two gates", 10),
    "left_files": ("files left in TMPDIR", 0),
}
WIDTH, HEIGHT, LEFT, GAP = 720, 90, 10, 34


def ends(measured, name):
    """The median of the first and of the last fifth of the gates, at least five of each."""
    values = [getattr(one, name) for one in measured]
    some = max(5, len(values) // 5)
    return median(values[:some]), median(values[-some:])


def grown(measured):
    """The measures that are larger at the end than at the beginning."""
    if len(measured) < 10:
        return []
    found = []
    for name, (_, most) in MEASURES.items():
        first, last = ends(measured, name)
        if last - first > most:
            found.append(name)
    return found


def figures(measured):
    """What was run, then first, last and largest of each measure, for a file."""
    grew = grown(measured)
    rows = []
    for name, (title, _) in MEASURES.items():
        first, last = ends(measured, name)
        most = max(getattr(one, name) for one in measured)
        row = {"what": title, "first": first, "last": last, "largest": most}
        rows.append({**row, "grew": name in grew})
    first_mb, last_mb = ends(measured, "sandbox_mb")
    return {
        "gates": len(measured),
        "of_bad_commits": sum(one.commit == "missing-migration" for one in measured),
        "to_be_killed": sum(one.killed_after_s > 0 for one in measured),
        "killed": sum(one.was_killed for one in measured),
        "wrong": sum(not one.is_right for one in measured),
        "sandbox_mb": [first_mb, last_mb],
        "rows": rows,
    }


def table(measured):
    """The same for people."""
    told = figures(measured)
    lines = [
        f"{told['gates']} gates, {told['of_bad_commits']} of bad commits, "
        f"{told['to_be_killed']} to be killed, {told['killed']} killed, {told['wrong']} wrong",
        "",
        "| measure | first | last | largest |",
        "|---|---|---|---|",
    ]
    for row in told["rows"]:
        mark = " GREW" if row["grew"] else ""
        cells = f"{row['first']:g} | {row['last']:g}{mark} | {row['largest']:g}"
        lines.append(f"| {row['what']} | {cells} |")
    return "\n".join(lines) + "\n"


def plotted(measured):
    """A plot of each measure over the gates, as SVG; a gate that was to be killed is marked."""
    parts = []
    for row, (name, (title, _)) in enumerate(MEASURES.items()):
        values = [getattr(one, name) for one in measured]
        top, most = row * (HEIGHT + GAP) + GAP, max(*values, 1)
        step = WIDTH / max(len(values) - 1, 1)
        points = [(LEFT + n * step, top + HEIGHT * (1 - v / most)) for n, v in enumerate(values)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<text x="{LEFT}" y="{top - 8}">{title}, at most {most:g}</text>')
        parts.append(f'<path class="axis" d="M{LEFT} {top}v{HEIGHT}h{WIDTH}"/>')
        parts.append(f'<polyline points="{line}"/>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2"/>'
            for (x, y), one in zip(points, measured, strict=True)
            if one.killed_after_s
        ]
    height = len(MEASURES) * (HEIGHT + GAP) + GAP
    style = (
        "text{font:13px sans-serif;fill:#57606a}polyline{fill:none;stroke:#0969da;stroke-width:1.5}"
        ".axis{fill:none;stroke:#8c959f}circle{fill:#cf222e}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 2 * LEFT} {height}" '
        f'role="img"><title>{len(measured)} gates in a row</title><style>{style}</style>'
        f"{''.join(parts)}</svg>\n"
    )
