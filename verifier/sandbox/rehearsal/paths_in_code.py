"""Whether an application has a health endpoint at a path, by what stands in its checkout."""

import subprocess
from functools import lru_cache
from pathlib import Path

from verifier.guarded import child_process

#: Those of the example, which the stand-in has anyhow.
EXAMPLE_PATHS = ("/health", "/health/ready", "/health/deep", "/health/schema")
_LONGEST_FILE = 500_000
_MOST_FILES = 20_000
_LIMIT_S = 60
#: Endings of what applications are written in.
CODE = frozenset(
    f".{ending}"
    for ending in (
        *("py", "rb", "js", "jsx", "ts", "tsx", "mjs", "cjs", "go", "rs", "java", "kt", "kts"),
        *("scala", "php", "cs", "fs", "ex", "exs", "erl", "clj", "swift", "c", "cc", "cpp"),
        *("toml", "json", "conf", "properties"),
    )
)


def answers_at(path: str, checkout: Path) -> bool:
    """
    Tell whether a path is one of the example's, or is written in the code of the checkout.

    Written means as a whole, as a prefix and the rest, as routers put them together, or as the name
    of a file. The configuration itself says nothing here: a wrong path stands there too.
    """
    if path in EXAMPLE_PATHS:
        return True
    texts, names = _code(checkout)
    bare = path.strip("/")
    if _is_written(bare, texts) or any(f"/{bare}/" in name for name in names):
        return True
    parts = bare.split("/")
    cuts = (("/".join(parts[:n]), "/".join(parts[n:])) for n in range(1, len(parts)))
    return any(_is_written(prefix, texts) and _is_written(rest, texts) for prefix, rest in cuts)


def _is_written(bare: str, texts: str) -> bool:
    """Whether a path stands between quotes, with or without slashes around it."""
    return any(
        f"{quote}{before}{bare}{after}{quote}" in texts
        for quote in "\"'`"
        for before in ("/", "")
        for after in ("", "/")
    )


@lru_cache(maxsize=4)
def _code(checkout: Path) -> tuple[str, tuple[str, ...]]:
    """Return the text of the code in a checkout, and its files as `/folder/name/`."""
    files = files_of(checkout)
    texts = []
    for name in files:
        path = checkout / name
        is_code = path.suffix in CODE and path.is_file() and not path.is_symlink()
        if is_code and path.stat().st_size <= _LONGEST_FILE:
            texts.append(path.read_text("utf-8", errors="replace"))
    folders = tuple(f"/{Path(name).with_suffix('').as_posix()}/" for name in files)
    return "\n".join(texts), folders


def files_of(checkout: Path) -> list[str]:
    """Return the files of a checkout but for GitHub's, without what git is told to leave out."""
    names = _listed_by_git(checkout)
    if names is None:
        names = [str(p.relative_to(checkout)) for p in checkout.rglob("*") if p.is_file()]
    return [name for name in names if not name.startswith(".github/")][:_MOST_FILES]


def _listed_by_git(checkout: Path) -> list[str] | None:
    """Return the files that git has or would take; None where it takes this for no checkout."""
    asked = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = child_process.git(asked, checkout, _LIMIT_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if listed.returncode != 0:
        return None
    return [name for name in listed.stdout.decode(errors="replace").split("\0") if name]


def prefix_in_git(checkout: Path) -> str:
    """Return where a folder lies in its git checkout, with `/` at the end; empty at the top."""
    try:
        shown = child_process.git(["rev-parse", "--show-prefix"], checkout, _LIMIT_S)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return shown.stdout.decode("utf-8", "replace").rstrip("\n") if shown.returncode == 0 else ""
