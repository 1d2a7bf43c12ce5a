"""Some worlds in one sandbox, in a process of its own."""

import sys
import tempfile
import time
from pathlib import Path

from tests.worlds.compare import compare
from tests.worlds.draw import draw
from tests.worlds.play import play, playground


def play_batch(seeds, end_s):
    """Play these worlds one after the other; begin none after `end_s` on the monotonic clock."""
    found = []
    with playground() as sandbox, tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            if time.monotonic() >= end_s:
                break
            world = draw(seed)
            played = play(world, sandbox, Path(folder))
            comparison = compare(world, played)
            if comparison.wrong:
                sys.stderr.write("".join(f"{world}\n{g.told}\n" for g in played.gates))
            sys.stderr.write(f"{comparison}\n")
            sys.stderr.flush()
            found.append(comparison)
    return found
