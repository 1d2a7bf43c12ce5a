"""
Files as they look once they are somebody else's, for who is not root and can give none away.

As a program it stands for the Python of a step: which paths, and what Python is given.
"""

import os
import runpy
import sys

SOMEBODY_ELSE = os.geteuid() + 1
_ASKED = {"stat": os.stat, "lstat": os.lstat}


def seen_as_theirs(name, paths):
    """Return `os.stat` or `os.lstat` as it answers where `paths` are somebody else's."""
    theirs = {str(path) for path in paths}

    def ask(path, **options):
        found = _ASKED[name](path, **options)
        if str(path) not in theirs:
            return found
        mode, inode, device, links, _, *rest = found[:10]
        return os.stat_result((mode, inode, device, links, SOMEBODY_ELSE, *rest))

    return ask


if __name__ == "__main__":
    _, paths, _, script, *_ = sys.argv
    if script == "-c":  # whether it is new enough
        sys.exit()
    for name in _ASKED:
        setattr(os, name, seen_as_theirs(name, paths.split(os.pathsep)))
    sys.argv = sys.argv[3:]
    runpy.run_path(script, run_name="__main__")
