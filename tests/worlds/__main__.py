"""`python -m tests.worlds --worlds 300`: plays random worlds and prints a confusion matrix."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.worlds.batch import play_batch
from tests.worlds.compare import Comparison, compare
from tests.worlds.draw import draw
from tests.worlds.play import play, playground

#: So many worlds share a sandbox.
_BATCH = 25
_CODES = ("0 passed", "0 superseded", "0 unaffected", "1 failed", "3 failed", "4 inconclusive")


def main():
    """Play the worlds; exit with 1 where the gate was wrong about one."""
    options = _options()
    if options.world is not None:
        sys.exit(_replay(options.world))
    seeds = range(options.first, options.first + options.worlds)
    batches = [seeds[n : n + _BATCH] for n in range(0, len(seeds), _BATCH)]
    end_s = time.monotonic() + options.minutes * 60
    found = []
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(play_batch, list(b), end_s) for b in batches]):
            found += done.result()
    sys.stdout.write(table(sorted(found, key=lambda c: c.seed)))
    sys.exit(1 if any(c.wrong for c in found) else 0)


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=300)
    parser.add_argument("--world", type=int, help="play this one alone and show what was said")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=120, help="begin no world after these")
    return parser.parse_args()


def _replay(seed):
    world = draw(seed)
    sys.stdout.write(f"{world}\n\n")
    with playground() as sandbox, tempfile.TemporaryDirectory() as folder:
        played = play(world, sandbox, Path(folder))
    for gate in played.gates:
        sys.stdout.write(f"--- the gate of {gate.commit}\n{gate.told}\n")
    sys.stdout.write(f"{played.live} {played.rollbacks} {sorted(played.withdrawn)}\n")
    sys.stdout.write(f"{compare(world, played)}\n")
    return 1 if compare(world, played).wrong else 0


def table(found: list[Comparison]):
    """The confusion matrix, what was wrong, and what bad stays live with the reason."""
    cells = Counter((c.truth, c.said) for c in found)
    said = [*_CODES, *sorted({c.said for c in found} - set(_CODES))]
    rows = [["truth", *said]]
    for truth in sorted({c.truth for c in found}):
        rows.append([truth, *(str(cells[truth, s] or ".") for s in said)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    wrong = Counter(text.split(":")[0].split(" in ")[0] for c in found for text in c.wrong)
    lines += ["", f"{len(found)} worlds, wrong about {sum(bool(c.wrong) for c in found)}"]
    lines += [f"  {count} x {text}" for text, count in wrong.most_common()]
    lines += [f"  world {c.seed}: {text}" for c in found for text in c.wrong]
    left = [c for c in found if c.left_live]
    lines += ["", f"bad and live at the end: {len(left)}"]
    lines += [f"  world {c.seed}: {c.left_live}" for c in left]
    alarms = ", ".join(str(c.seed) for c in found if c.is_false_alarm)
    lines += ["", f"exit 3, and everything that serves is good: {alarms or 'none'}"]
    reactions = sorted(c.reaction_s for c in found if c.reaction_s is not None)
    if reactions:
        middle, most = reactions[len(reactions) // 2], reactions[-1]
        lines += ["", f"critical to mutation: median {middle:.2f} s, longest {most:.2f} s"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
