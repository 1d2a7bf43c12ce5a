"""Holds workflows, forms and the YAML of pages to the schemas that are published for them."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "schemas"
CHECKER = Path(sys.executable).with_name("check-jsonschema")
BLOCK = re.compile(r"^ *```ya?ml\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
#: Files of the repository, by the schema that check-jsonschema brings for them.
FILES = {
    "github-workflows": (".github/workflows/*.yml", "examples/*/.github/workflows/*.yml"),
    "github-actions": ("action.yml",),
    "github-issue-forms": (".github/ISSUE_TEMPLATE/[!c]*.yml",),
    "github-issue-config": (".github/ISSUE_TEMPLATE/config.yml",),
    "dependabot": (".github/dependabot.yml",),
}
#: Where no schema is published that says more than the reader of the file itself.
BY_THEIR_READERS = ({"repos"}, {"path", "pattern"})
_JOB = {"runs-on": "ubuntu-24.04"}


def pages() -> list[Path]:
    """Return every page that may have YAML in it."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    return sorted(found)


def whole(value: object) -> tuple[str, object] | None:
    """Return a snippet's schema, and the snippet as a whole file; None of one by its reader."""
    match value:
        case list():
            return "github-workflows", {"on": "push", "jobs": {"a": {**_JOB, "steps": value}}}
        case {"jobs": _}:
            return "github-workflows", value
        case {"updates": _}:
            return "dependabot", value
        case {"must": _}:
            return "rehearsal", value
        case dict() if set(value) in BY_THEIR_READERS:
            return None
        case dict():
            return "verifier", {"version": 1, **value}
    raise SystemExit(f"a snippet is neither a mapping nor a list: {value!r}")


def snippets() -> Iterator[tuple[str, str, object]]:
    """Yield a schema, a name and the whole file of each snippet."""
    for page in pages():
        for number, found in enumerate(BLOCK.finditer(page.read_text("utf-8")), start=1):
            # `on` is a word of GitHub's there, and no truth.
            value = yaml.load(found[1], yaml.BaseLoader)  # noqa: S506 it makes texts alone
            typed = yaml.safe_load(found[1])
            meant = whole(typed)
            if meant is not None:
                schema, file = meant
                if isinstance(file, Mapping) and "on" in value:
                    file = {"on" if key is True else key: each for key, each in file.items()}
                name = page.relative_to(ROOT).as_posix().replace("/", "-")
                yield schema, f"{name}-{number}.yml", file


def check(schema: str, files: list[Path]) -> bool:
    """Say what is wrong, and return whether nothing is."""
    own = SCHEMAS / f"{schema}.schema.json"
    given = (
        ["--schemafile", str(own)] if own.is_file() else ["--builtin-schema", f"vendor.{schema}"]
    )
    done = subprocess.run([str(CHECKER), *given, *map(str, files)], check=False)  # noqa: S603
    return done.returncode == 0


def main() -> int:
    """Check all of them; 1 where one is wrong."""
    is_good, count = True, 0
    for schema, patterns in FILES.items():
        found = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
        is_good &= check(schema, found)
        count += len(found)
    with tempfile.TemporaryDirectory() as folder:
        by_schema: dict[str, list[Path]] = {}
        for schema, name, value in snippets():
            file = Path(folder) / name
            file.write_text(yaml.safe_dump(value), "utf-8")
            by_schema.setdefault(schema, []).append(file)
        for schema, files in by_schema.items():
            is_good &= check(schema, files)
            count += len(files)
    sys.stdout.write(f"{count} files and snippets\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
