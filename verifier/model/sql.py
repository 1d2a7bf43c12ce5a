"""What SQL of the configuration may be."""

import re

#: Functions whose effect outlasts a transaction, read-only and rolled back as it may be.
#: Source: https://www.postgresql.org/docs/current/functions-admin.html; dblink and adminpack.
_OUTLASTING = re.compile(
    r"""\b(
    pg_(?:try_)?advisory_lock(?:_shared)? | pg_advisory_unlock\w* | pg_(?:terminate|cancel)_backend
    | pg_reload_conf | pg_rotate_logfile | pg_switch_wal | pg_promote | pg_create_restore_point
    | pg_\w*replication_slot\w* | pg_replication_origin\w* | pg_logical_emit_message
    | pg_stat_reset\w* | pg_stat_statements_reset | pg_file_\w+ | pg_backup_\w+
    | lo_(?:import|export) | dblink\w*
    )"?\s*\(""",
    re.VERBOSE | re.IGNORECASE,
)
_READING = frozenset({"select", "with", "values", "table"})


def is_query(text: str) -> bool:
    """
    Whether a statement begins as one that reads.

    It does not end a transaction then; what it may do within one is the transaction's to say.
    """
    words = text.split(None, 1)
    return bool(words) and words[0].casefold() in _READING


def outlasting(text: str) -> str:
    """Return a function that a statement calls whose effect no rollback undoes, "" where none."""
    found = _OUTLASTING.search(text)
    return found[1] if found else ""
