"""What to ask a tool for besides applying: a line with the flags and the folder of the project."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote


@dataclass(frozen=True, slots=True)
class _Requests:
    """Words of a tool's line that apply migrations, and what stands there for another request."""

    apply: str
    mark: str = ""
    """Notes one migration as applied and runs nothing, whatever else is pending."""
    failed: Sequence[tuple[str, str]] = ()
    """After one that did not end: when, and which request."""
    late: str = ""
    """Applies also what is older than the newest that is applied."""
    merge: str = ""
    """Writes a migration that follows all heads, without which nothing is applied."""
    heads: str = ""
    """Applies what is pending of all heads."""
    squash: str = ""
    """Enters one in place of all that it was squashed from."""
    unmark: str = ""
    """Takes the entry of one away, where the tool stops at one without a file."""
    usual: str = ""
    """The whole line, where a project changes nothing of it."""


_REQUESTS = {
    "alembic": _Requests(
        "alembic upgrade head",
        "alembic stamp {version}",
        merge="alembic merge heads",
        heads="alembic upgrade heads",
        squash="alembic stamp --purge {version}",
    ),
    "atlas": _Requests(
        "migrate apply",
        failed=(("once you have completed it", "migrate set {version}"),),
        late="migrate apply --exec-order non-linear",
        usual='atlas migrate apply --url "$DATABASE_URL"',
    ),
    "django": _Requests(
        "manage.py migrate",
        "manage.py migrate --fake {group} {name}",
        merge="manage.py makemigrations --merge",
    ),
    "flyway": _Requests(
        " migrate",
        failed=(("once nothing is left of it", " repair"),),
        late=" -outOfOrder=true migrate",
        usual="flyway migrate",
    ),
    "golang-migrate": _Requests(
        " up",
        failed=(
            ("if all of it exists", " force {version}"),
            ("if nothing is", " force {before}"),
        ),
        usual='migrate -path migrations -database "$DATABASE_URL" up',
    ),
    "goose": _Requests(" postgres ", late=" -allow-missing postgres "),
    "node-pg-migrate": _Requests("node-pg-migrate up", late="node-pg-migrate up --no-check-order"),
    "prisma": _Requests(
        "migrate deploy",
        "migrate resolve --applied {version}",
        (
            ("if nothing is left of it", "migrate resolve --rolled-back {version}"),
            ("if all of it exists", "migrate resolve --applied {version}"),
        ),
        usual="npx prisma migrate deploy",
    ),
    "sqitch": _Requests(
        "sqitch deploy",
        failed=(("its failed change was reverted, so", "sqitch deploy"),),
        usual="sqitch deploy",
    ),
    "supabase": _Requests(
        "db push",
        "migration repair --status applied {version}",
        unmark="migration repair --status reverted {version}",
        late="db push --include-all",
    ),
    "yoyo": _Requests("yoyo apply", "yoyo mark --match '^{version}$'"),
}
#: Of Alembic, where Flask runs it.
_FLASK = _Requests(
    "flask db upgrade",
    "flask db stamp {version}",
    merge="flask db merge heads",
    heads="flask db upgrade heads",
    squash="flask db stamp --purge {version}",
)
#: What applies no migration that is older than the newest applied one, and what to do instead.
_NEVER_LATE = {
    "drizzle": "drizzle never applies what is older than its newest entry: generate it again",
    "kysely": "kysely stops at what is older than its newest entry: give the file a newer name, or "
    "set allowUnorderedMigrations in its configuration",
}
#: What applies nothing while its ledger has entries that the checkout lacks.
_WANTS_ALL = frozenset({"supabase", "knex", "kysely"})


def late_line(tool: str, line: str) -> str | None:
    """
    Return the line that applies what is out of order as well, as `line` applies what is pending.

    None where the tool never does.
    """
    if tool in _NEVER_LATE:
        return None
    known = _REQUESTS.get(tool)
    if known is None or not known.late:
        return line
    return _instead(line, known.apply, known.late) or line


def merge_line(tool: str, line: str) -> str:
    """Return the line that merges several heads, empty where the tool has none."""
    known = _known(tool, line)
    return _instead(line, known.apply, known.merge) if known and known.merge else ""


def squash_line(tool: str, line: str, version: str) -> str:
    """Return the line that enters a migration in place of those that it was squashed from."""
    known = _known(tool, line)
    return _filled(line, known, known.squash, version) if known and known.squash else ""


def heads_line(tool: str, line: str) -> str:
    """Return the line that applies what is pending where a project means to have several heads."""
    known = _known(tool, line)
    return (_instead(line, known.apply, known.heads) if known and known.heads else "") or line


def too_late(tool: str) -> str:
    """Return what to do about one that is out of order, of a tool that never applies it."""
    return _NEVER_LATE[tool]


def mark_line(tool: str, line: str, version: str) -> str:
    """Return the line that marks one migration as applied, empty where the tool has none."""
    known = _REQUESTS.get(tool)
    return _filled(line, known, known.mark, version) if known and known.mark else ""


def unmark_line(tool: str, line: str, version: str) -> str:
    """Return the line that takes away the entry of a migration that has no file any more."""
    known = _REQUESTS.get(tool)
    return _filled(line, known, known.unmark, version) if known and known.unmark else ""


def failed_lines(tool: str, line: str, version: str, before: str) -> str:
    """
    Return what to run after a migration that did not end, and when; empty where the tool has none.

    `before` is the version before it, empty for the first; an empty `line` is the usual one.
    """
    known = _REQUESTS.get(tool)
    if known is None:
        return ""
    filled = [
        (
            when,
            _filled(
                line or known.usual,
                known,
                request.replace("{before}", quote(before)),
                version,
            ),
        )
        for when, request in known.failed
        if before or "{before}" not in request
    ]
    return ", ".join(f"{when}: {told}" for when, told in filled if told)


def wants_all(tool: str) -> bool:
    """Whether the tool applies nothing while its ledger has entries that the checkout lacks."""
    return tool in _WANTS_ALL


def _known(tool: str, line: str) -> _Requests | None:
    return _FLASK if _FLASK.apply in line else _REQUESTS.get(tool)


def _filled(line: str, known: _Requests, request: str, version: str) -> str:
    group, _, bare = version.partition(".")
    values = {"{version}": version, "{group}": group, "{name}": bare}
    for word, value in values.items():
        request = request.replace(word, quote(value))
    return _instead(line, known.apply, request)


def _instead(line: str, words: str, others: str) -> str:
    """Put other words where the last of these stand, empty where the line has them not."""
    before, found, after = line.rpartition(words)
    return f"{before}{others}{after}" if found else ""
