"""Migration ledgers, one file a tool: what a checkout ships, and what is applied."""

from collections.abc import Mapping

from verifier.database.ledgers import (
    aerich,
    alembic,
    atlas,
    dbmate,
    django,
    drizzle,
    flyway,
    golang_migrate,
    goose,
    graphile_migrate,
    knex,
    kysely,
    liquibase,
    mikro_orm,
    node_pg_migrate,
    piccolo,
    plain,
    prisma,
    rails,
    sequelize,
    sqitch,
    supabase,
    typeorm,
    yoyo,
)
from verifier.database.ledgers.tool import Ledger

_MODULES = (
    aerich,
    alembic,
    atlas,
    dbmate,
    django,
    drizzle,
    flyway,
    golang_migrate,
    goose,
    graphile_migrate,
    knex,
    kysely,
    liquibase,
    mikro_orm,
    node_pg_migrate,
    piccolo,
    plain,
    prisma,
    rails,
    sequelize,
    sqitch,
    supabase,
    typeorm,
    yoyo,
)

#: By the tool's name.
LEDGERS: Mapping[str, Ledger] = {module.LEDGER.tool: module.LEDGER for module in _MODULES}
