"""Small checkouts and ledgers of every tool, in the states that they come in."""

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, field

NAMES = ("settings", "users", "orders")
SQL = tuple(f"create table {name} (id bigint)" for name in NAMES)
STAMPS = ("20260101090000", "20260102090000", "20260103090000")
TIMES = (1767225600000, 1767225660000, 1767225720000)


@dataclass(frozen=True)
class Tool:
    """How a tool's checkout and ledger look for the first `n` of three migrations."""

    name: str
    ids: tuple
    files: object
    """From n to texts by path."""
    table: str
    """SQL that makes the ledger."""
    rows: object
    """From n to the SQL of its rows."""
    unknown: tuple = ()
    """What a row without its file is called, where that is not its id."""


@dataclass(frozen=True)
class State:
    """One state of one tool, and what is to be said of it."""

    tool: str
    name: str
    files: dict
    statements: tuple
    applied: tuple | None = ()
    pending: tuple | None = ()
    unknown: tuple = ()
    modified: tuple = ()
    failed: tuple = ()
    more: dict = field(default_factory=dict)


def each(pattern, values=None):
    """From n to a dictionary of the first n files."""

    def files(n):
        given = values or SQL
        return {
            pattern.format(stamp=STAMPS[i], n=i + 1, name=NAMES[i], time=TIMES[i]): given[i]
            for i in range(n)
        }

    return files


def inserts(table, row):
    """From n to the statements that insert the first n rows."""

    def rows(n):
        return tuple(f"insert into {table} values ({row(i)})" for i in range(n))

    return rows


def both(files, **more):
    """Files with others that are always there."""
    return lambda n: {**{path.replace("__", "/"): text for path, text in more.items()}, **files(n)}


def with_config(files, path, text):
    return lambda n: {path: text, **files(n)}


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def alembic(i):
    before = f'"r{i}"' if i else "None"
    return f'"""revision = \'no\'"""\nrevision: str = "r{i + 1}"\ndown_revision = {before}\n'


def django(i):
    before = f'[("shop", "000{i}_{NAMES[i - 1]}")]' if i else "[]"
    return f"class Migration(migrations.Migration):\n    dependencies = {before}\n"


def drizzle(n):
    entries = [{"idx": i, "when": TIMES[i], "tag": f"000{i}_{NAMES[i]}"} for i in range(n)]
    files = {f"drizzle/000{i}_{NAMES[i]}.sql": SQL[i] for i in range(n)}
    return {"drizzle/meta/_journal.json": json.dumps({"entries": entries}), **files}


def graphile_hash(i):
    before = f"sha1:{graphile_hash(i - 1)}" if i else ""
    return hashlib.sha1(f"{before}\n{SQL[i]}".strip().encode() + b"\n").hexdigest()


def graphile(i):
    before = f"sha1:{graphile_hash(i - 1)}" if i else "-"
    return f"--! Previous: {before}\n--! Hash: sha1:{graphile_hash(i)}\n\n{SQL[i]}\n"


def atlas_hash(i):
    running = hashlib.sha256()
    for j in range(i + 1):
        running.update(f"{STAMPS[j]}_{NAMES[j]}.sql{SQL[j]}".encode())
    return base64.b64encode(running.digest()).decode()


def crc(text):
    value = zlib.crc32(text.encode())
    return value - (1 << 32) if value >= 1 << 31 else value


def sqitch_plan(n):
    lines = [f"{NAMES[i]} 2026-01-0{i + 1}T09:00:00Z Dev <d@x> # add" for i in range(n)]
    deploys = {f"deploy/{NAMES[i]}.sql": SQL[i] for i in range(n)}
    return {"sqitch.plan": "%project=shop\n\n" + "\n".join(lines) + "\n", **deploys}


LIQUIBASE_LOG = "databaseChangeLog:\n  - includeAll:\n      path: db/changelog/\n"

TOOLS = (
    Tool(
        "supabase",
        STAMPS,
        each("supabase/migrations/{stamp}_{name}.sql"),
        "create schema supabase_migrations; create table supabase_migrations.schema_migrations "
        "(version text, statements text[], name text)",
        inserts(
            "supabase_migrations.schema_migrations", lambda i: f"'{STAMPS[i]}', null, '{NAMES[i]}'"
        ),
    ),
    Tool(
        "alembic",
        ("r1", "r2", "r3"),
        with_config(
            each("alembic/versions/{n}.py", [alembic(i) for i in range(3)]),
            "alembic.ini",
            "[alembic]\nscript_location = %(here)s/alembic\n",
        ),
        "create table alembic_version (version_num varchar(32) primary key)",
        lambda n: (f"insert into alembic_version values ('r{n}')",),
    ),
    Tool(
        "django",
        tuple(f"shop.000{i + 1}_{name}" for i, name in enumerate(NAMES)),
        with_config(
            each("shop/migrations/000{n}_{name}.py", [django(i) for i in range(3)]), "manage.py", ""
        ),
        "create table django_migrations (id int, app text, name text, applied timestamptz); "
        "insert into django_migrations values (0, 'auth', '0001_initial', now())",
        inserts("django_migrations", lambda i: f"{i + 1}, 'shop', '000{i + 1}_{NAMES[i]}', now()"),
    ),
    Tool(
        "prisma",
        tuple(f"{STAMPS[i]}_{NAMES[i]}" for i in range(3)),
        with_config(
            each("prisma/migrations/{stamp}_{name}/migration.sql"), "prisma/schema.prisma", ""
        ),
        "create table _prisma_migrations (migration_name text, checksum text, "
        "started_at timestamptz, finished_at timestamptz, rolled_back_at timestamptz)",
        inserts(
            "_prisma_migrations",
            lambda i: f"'{STAMPS[i]}_{NAMES[i]}', '{sha256(SQL[i])}', now(), now(), null",
        ),
    ),
    Tool(
        "drizzle",
        tuple(f"000{i}_{name}" for i, name in enumerate(NAMES)),
        drizzle,
        "create schema drizzle; create table drizzle.__drizzle_migrations "
        "(id int, hash text, created_at bigint)",
        inserts("drizzle.__drizzle_migrations", lambda i: f"{i}, '{sha256(SQL[i])}', {TIMES[i]}"),
        unknown=tuple(map(str, TIMES)),
    ),
    Tool(
        "knex",
        tuple(f"{STAMPS[i]}_{NAMES[i]}.js" for i in range(3)),
        with_config(
            each("db/steps/{stamp}_{name}.js"),
            "knexfile.js",
            "module.exports = { migrations: { directory: './db/steps' } }",
        ),
        "create table knex_migrations (id int, name text, batch int); "
        "create table knex_migrations_lock (index int, is_locked int)",
        inserts("knex_migrations", lambda i: f"{i}, '{STAMPS[i]}_{NAMES[i]}.js', 1"),
    ),
    Tool(
        "sequelize",
        tuple(f"{STAMPS[i]}-{NAMES[i]}.js" for i in range(3)),
        with_config(
            each("db/steps/{stamp}-{name}.js"),
            ".sequelizerc",
            "module.exports = { 'migrations-path': path.resolve('db', 'steps') }",
        ),
        'create table "SequelizeMeta" (name text)',
        inserts('"SequelizeMeta"', lambda i: f"'{STAMPS[i]}-{NAMES[i]}.js'"),
    ),
    Tool(
        "typeorm",
        tuple(f"{NAMES[i].title()}{TIMES[i]}" for i in range(3)),
        each(
            "src/migrations/{time}-{name}.ts",
            [
                f"export class {NAMES[i].title()}{TIMES[i]} implements MigrationInterface {{}}"
                for i in range(3)
            ],
        ),
        "create table migrations (id int, timestamp bigint, name text)",
        inserts("migrations", lambda i: f"{i}, {TIMES[i]}, '{NAMES[i].title()}{TIMES[i]}'"),
    ),
    Tool(
        "kysely",
        tuple(f"{STAMPS[i]}-{NAMES[i]}" for i in range(3)),
        each("migrations/{stamp}-{name}.ts", ["import { Kysely } from 'kysely'"] * 3),
        "create table kysely_migration (name text, timestamp text)",
        inserts("kysely_migration", lambda i: f"'{STAMPS[i]}-{NAMES[i]}', '{i}'"),
    ),
    Tool(
        "mikro-orm",
        tuple(f"Migration{stamp}" for stamp in STAMPS),
        each("src/migrations/Migration{stamp}.ts", ["from '@mikro-orm/migrations'"] * 3),
        "create table mikro_orm_migrations (id int, name text, executed_at timestamptz)",
        inserts("mikro_orm_migrations", lambda i: f"{i}, 'Migration{STAMPS[i]}', now()"),
    ),
    Tool(
        "node-pg-migrate",
        tuple(f"{TIMES[i]}_{NAMES[i]}" for i in range(3)),
        each("migrations/{time}_{name}.sql", [f"-- Up Migration\n{text}" for text in SQL]),
        "create table pgmigrations (id int, name text, run_on timestamptz)",
        inserts("pgmigrations", lambda i: f"{i}, '{TIMES[i]}_{NAMES[i]}', now()"),
    ),
    Tool(
        "graphile-migrate",
        ("000001.sql", "000002.sql", "000003.sql"),
        with_config(
            each("migrations/committed/00000{n}-{name}.sql", [graphile(i) for i in range(3)]),
            ".gmrc",
            "{}",
        ),
        "create schema graphile_migrate; create table graphile_migrate.migrations "
        "(hash text, previous_hash text, filename text, date timestamptz)",
        inserts(
            "graphile_migrate.migrations",
            lambda i: f"'sha1:{graphile_hash(i)}', null, '00000{i + 1}.sql', now()",
        ),
    ),
    Tool(
        "flyway",
        ("1", "2", "3"),
        each("sql/V{n}__{name}.sql"),
        "create table flyway_schema_history (installed_rank int, version text, type text, "
        "script text, checksum int, success boolean)",
        inserts(
            "flyway_schema_history",
            lambda i: f"{i}, '{i + 1}', 'SQL', 'V{i + 1}__{NAMES[i]}.sql', {crc(SQL[i])}, true",
        ),
    ),
    Tool(
        "liquibase",
        tuple(f"db/changelog/{i + 1}.sql::{i + 1}::dev" for i in range(3)),
        both(
            with_config(
                each(
                    "db/changelog/{n}.sql",
                    [
                        f"--liquibase formatted sql\n--changeset dev:{i + 1}\n{SQL[i]}"
                        for i in range(3)
                    ],
                ),
                "db/main.yaml",
                LIQUIBASE_LOG,
            ),
            **{"liquibase.properties": "changeLogFile: db/main.yaml\n"},
        ),
        "create table databasechangelog (id text, author text, filename text, orderexecuted int); "
        "create table databasechangeloglock (id int, locked boolean)",
        inserts(
            "databasechangelog", lambda i: f"'{i + 1}', 'dev', 'db/changelog/{i + 1}.sql', {i}"
        ),
    ),
    Tool(
        "rails",
        STAMPS,
        each("db/migrate/{stamp}_{name}.rb"),
        "create table schema_migrations (version varchar)",
        inserts("schema_migrations", lambda i: f"'{STAMPS[i]}'"),
    ),
    Tool(
        "sqitch",
        NAMES,
        sqitch_plan,
        "create schema sqitch; create table sqitch.changes (change text, project text, "
        "script_hash text, committed_at timestamptz); create table sqitch.events "
        "(event text, change text, project text, committed_at timestamptz)",
        inserts(
            "sqitch.changes",
            lambda i: (
                f"'{NAMES[i]}', 'shop', '{hashlib.sha1(SQL[i].encode()).hexdigest()}', "
                f"'2026-01-0{i + 1}'"
            ),
        ),
    ),
    Tool(
        "golang-migrate",
        ("1", "2", "3"),
        each("migrations/00000{n}_{name}.up.sql"),
        "create table schema_migrations (version bigint, dirty boolean)",
        lambda n: (f"insert into schema_migrations values ({n}, false)",),
    ),
    Tool(
        "goose",
        STAMPS,
        each("migrations/{stamp}_{name}.sql", [f"-- +goose Up\n{text}" for text in SQL]),
        "create table goose_db_version (id int, version_id bigint, is_applied boolean); "
        "insert into goose_db_version values (0, 0, true)",
        inserts("goose_db_version", lambda i: f"{i + 1}, {STAMPS[i]}, true"),
    ),
    Tool(
        "dbmate",
        STAMPS,
        each("db/migrations/{stamp}_{name}.sql", [f"-- migrate:up\n{text}" for text in SQL]),
        "create table schema_migrations (version varchar)",
        inserts("schema_migrations", lambda i: f"'{STAMPS[i]}'"),
    ),
    Tool(
        "atlas",
        STAMPS,
        with_config(each("migrations/{stamp}_{name}.sql"), "migrations/atlas.sum", "h1:x\n"),
        "create schema atlas_schema_revisions; "
        "create table atlas_schema_revisions.atlas_schema_revisions (version text, "
        "description text, type int, applied int, total int, error text, hash text)",
        inserts(
            "atlas_schema_revisions.atlas_schema_revisions",
            lambda i: f"'{STAMPS[i]}', '{NAMES[i]}', 2, 1, 1, null, '{atlas_hash(i)}'",
        ),
    ),
    Tool(
        "yoyo",
        tuple(f"{i + 1}.{name}" for i, name in enumerate(NAMES)),
        with_config(each("steps/{n}.{name}.sql"), "yoyo.ini", "[DEFAULT]\nsources = steps\n"),
        "create table _yoyo_migration (migration_id text, applied_at_utc timestamp); "
        "create table yoyo_lock (locked int)",
        inserts("_yoyo_migration", lambda i: f"'{i + 1}.{NAMES[i]}', now()"),
    ),
    Tool(
        "aerich",
        tuple(f"{i}_{STAMPS[i]}_{NAMES[i]}.py" for i in range(3)),
        with_config(
            lambda n: {f"steps/models/{i}_{STAMPS[i]}_{NAMES[i]}.py": "" for i in range(n)},
            "pyproject.toml",
            '[tool.aerich]\nlocation = "./steps"\n',
        ),
        "create table aerich (id int, version text, app text, content jsonb)",
        inserts("aerich", lambda i: f"{i}, '{i}_{STAMPS[i]}_{NAMES[i]}.py', 'models', null"),
    ),
    Tool(
        "piccolo",
        ("2026-01-01T09:00:00", "2026-01-02T09:00:00", "2026-01-03T09:00:00"),
        with_config(
            each(
                "shop/piccolo_migrations/shop_{stamp}.py",
                [f'ID = "2026-01-0{i + 1}T09:00:00"' for i in range(3)],
            ),
            "piccolo_conf.py",
            "",
        ),
        "create table migration (id int, name text, app_name text, ran_on timestamp)",
        inserts("migration", lambda i: f"{i}, '2026-01-0{i + 1}T09:00:00', 'shop', now()"),
    ),
    Tool(
        "plain",
        STAMPS,
        each("migrations/{stamp}_{name}.sql"),
        "create table app_settings (key text, value text)",
        lambda n: (f"insert into app_settings values ('schema_version', '{STAMPS[n - 1]}')",),
    ),
)


def usual_states(tool):
    """Level, behind, ahead, and a database that the tool has never seen."""
    ids = tool.ids
    made = (tool.table,)
    yield State(tool.name, "current", tool.files(3), made + tool.rows(3), applied=ids)
    yield State(
        tool.name, "behind", tool.files(3), made + tool.rows(2), applied=ids[:2], pending=ids[2:]
    )
    is_undefined = tool.name == "alembic"
    yield State(
        tool.name,
        "ahead",
        tool.files(2),
        made + tool.rows(3),
        applied=None if is_undefined else ids[:2],
        pending=None if is_undefined else (),
        unknown=(tool.unknown or ids)[2:],
    )
    yield State(tool.name, "never-seen", tool.files(3), (), pending=ids, more={"is_there": False})


BY_NAME = {tool.name: tool for tool in TOOLS}


def special(name, state, *statements, files=None, rows=3, **expected):
    """A state of one tool's own: its usual table and rows, and then something else."""
    tool = BY_NAME[name]
    given = {**tool.files(3), **(files or {})}
    return State(name, state, given, (tool.table, *tool.rows(rows), *statements), **expected)


def _specials():
    ids = {tool.name: tool.ids for tool in TOOLS}
    supabase = "supabase_migrations.schema_migrations"
    yield special(
        "supabase",
        "restamped",
        f"insert into {supabase} values ('20260105143122', null, 'orders')",
        rows=2,
        applied=STAMPS[:2],
        pending=STAMPS[2:],
        unknown=("20260105143122",),
        more={"restamped": (STAMPS[2], "20260105143122", "orders")},
    )
    yield special(
        "supabase",
        "out-of-order",
        f"delete from {supabase} where version = '{STAMPS[1]}'",
        applied=(STAMPS[0], STAMPS[2]),
        pending=(STAMPS[1],),
        more={"out_of_order": (STAMPS[1],)},
    )
    yield special(
        "supabase",
        "old-ledger",
        f"alter table {supabase} drop column name, drop column statements",
        applied=STAMPS,
    )
    yield special(
        "supabase",
        "odd-names",
        f"insert into {supabase} values ('0001')",
        files={
            "supabase/migrations/notes.sql": "",
            "supabase/migrations/20260108.sql": "",
            "supabase/migrations/0001_é x.down.sql": "",
        },
        applied=("0001", *STAMPS),
    )
    yield special(
        "alembic",
        "two-heads",
        files={"alembic/versions/x.py": 'revision = "x"\ndown_revision = "r2"\n'},
        applied=("r1", "r2", "r3"),
        pending=("x",),
        more={"heads": ("r3", "x")},
    )
    yield special(
        "alembic",
        "depends-on",
        "update alembic_version set version_num = 'm'",
        files={"alembic/versions/m.py": 'revision = "m"\ndown_revision = None\ndepends_on = "r2"'},
        applied=("r1", "r2", "m"),
        pending=("r3",),
        more={"heads": ("m", "r3")},
    )
    yield special(
        "django",
        "squashed",
        files={
            "shop/migrations/0001_squashed.py": (
                "class Migration:\n    replaces = [('shop', '0001_settings'), "
                "('shop', '0002_users'), ('shop', '0003_orders')]\n"
            )
        },
        applied=("shop.0001_settings", "shop.0001_squashed", "shop.0002_users", "shop.0003_orders"),
    )
    for name in ("prisma", "flyway", "drizzle"):
        tool = BY_NAME[name]
        path = next(path for path in tool.files(3) if "users" in path and path.endswith(".sql"))
        yield special(
            name, "edited", files={path: "changed"}, applied=tool.ids, modified=(tool.ids[1],)
        )
    for name in ("graphile-migrate", "sqitch", "atlas"):
        tool = BY_NAME[name]
        path = next(path for path in tool.files(3) if "users" in path)
        text = tool.files(3)[path].replace("bigint", "int")
        yield special(name, "edited", files={path: text}, applied=tool.ids, modified=(tool.ids[1],))
    yield special(
        "prisma",
        "failed",
        "update _prisma_migrations set finished_at = null where migration_name like '%users'",
        applied=(ids["prisma"][0], ids["prisma"][2]),
        failed=(ids["prisma"][1],),
    )
    yield special(
        "prisma",
        "rolled-back",
        "update _prisma_migrations set rolled_back_at = now() where migration_name like '%orders'",
        applied=ids["prisma"][:2],
        pending=ids["prisma"][2:],
    )
    yield special(
        "golang-migrate",
        "dirty",
        "update schema_migrations set version = 2, dirty = true",
        applied=("1",),
        pending=("3",),
        failed=("2",),
    )
    yield special(
        "goose",
        "gone-down",
        f"insert into goose_db_version values (9, {STAMPS[2]}, false)",
        applied=STAMPS[:2],
        pending=STAMPS[2:],
    )
    yield special(
        "flyway",
        "failed",
        "update flyway_schema_history set success = false where version = '3'",
        applied=("1", "2"),
        failed=("3",),
    )
    yield special(
        "flyway",
        "baseline",
        "delete from flyway_schema_history where version = '1'",
        "update flyway_schema_history set type = 'BASELINE', checksum = null where version = '2'",
        applied=("1", "2", "3"),
    )
    yield special(
        "flyway",
        "repeatable-changed",
        "insert into flyway_schema_history values (9, null, 'SQL', 'R__views.sql', 1, true)",
        files={"sql/R__views.sql": "select 1"},
        applied=("1", "2", "3"),
        pending=("R__views.sql",),
    )
    yield special(
        "atlas",
        "half-applied",
        "update atlas_schema_revisions.atlas_schema_revisions set total = 2 "
        f"where version = '{STAMPS[2]}'",
        applied=STAMPS[:2],
        failed=STAMPS[2:],
    )
    yield special(
        "atlas",
        "cloud-row",
        "insert into atlas_schema_revisions.atlas_schema_revisions values "
        "('.atlas_cloud_identifier', 'x', 2, 0, 0, null, '')",
        applied=STAMPS,
    )
    yield special(
        "sqitch",
        "failed",
        "insert into sqitch.events values ('fail', 'orders', 'shop', now())",
        rows=2,
        applied=NAMES[:2],
        failed=NAMES[2:],
    )
    yield special(
        "drizzle",
        "late-entry",
        "delete from drizzle.__drizzle_migrations where id = 1",
        applied=(ids["drizzle"][0], ids["drizzle"][2]),
        pending=(ids["drizzle"][1],),
        more={"out_of_order": (ids["drizzle"][1],)},
    )
    for name, statement in (
        ("knex", "insert into knex_migrations_lock values (1, 1)"),
        ("yoyo", "insert into yoyo_lock values (1)"),
        ("liquibase", "insert into databasechangeloglock values (1, true)"),
    ):
        yield special(name, "locked", statement, applied=ids[name], more={"locked": True})
    yield special(
        "rails",
        "in-another-schema",
        "create schema app; alter table schema_migrations set schema app",
        applied=STAMPS,
    )


STATES = [state for tool in TOOLS for state in usual_states(tool)] + list(_specials())
