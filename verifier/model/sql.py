"""What SQL of the configuration may be."""

import re

#: Functions whose effect outlasts a transaction, read-only and rolled back as it may be; and those
#: that run what a text says, which may be composed of pieces that say nothing by themselves.
#: A comment may stand before the bracket.
#: Source: https://www.postgresql.org/docs/current/functions-admin.html, functions-xml.html; dblink,
#: adminpack, tablefunc, xml2 and http.
_OUTLASTING = re.compile(
    r"""\b(
    pg_(?:try_)?advisory_lock(?:_shared)? | pg_advisory_unlock\w* | pg_(?:terminate|cancel)_backend
    | pg_reload_conf | pg_rotate_logfile | pg_switch_wal | pg_promote | pg_create_restore_point
    | pg_\w*replication_slot\w* | pg_logical_slot_\w+ | pg_replication_origin\w*
    | pg_logical_emit_message | pg_wal_replay_(?:pause|resume) | pg_log_\w+
    | pg_stat_reset\w* | pg_stat_statements_reset | pg_file_\w+ | pg_(?:start_|stop_)?backup\w*
    | lo_(?:import|export) | dblink(?:_\w+)? | http(?:_(?:get|post|put|patch|delete|head))?
    | (?:query|cursor)_to_xml\w* | ts_stat | ts_rewrite | crosstab\w* | connectby | xpath_table
    )"?\s*(?:\(|/\*|--)""",
    re.VERBOSE | re.IGNORECASE,
)
#: A name whose characters are written by their numbers, U&"pg\005fadvisory_lock".
_NUMBERED_NAME = re.compile(r'\bU&"', re.IGNORECASE)
_READING = frozenset({"select", "with", "values", "table"})


def is_query(text: str) -> bool:
    """
    Whether a statement begins as one that reads.

    It does not end a transaction then; what it may do within one is the transaction's to say.
    """
    words = text.split(None, 1)
    return bool(words) and words[0].casefold() in _READING


def outlasting(text: str) -> str:
    """
    Return what a statement calls whose effect no rollback undoes, "" where nothing is seen.

    What a function of the database does itself is not seen.
    """
    if found := _OUTLASTING.search(text):
        return found[1]
    return 'a name in U&"…"' if _NUMBERED_NAME.search(text) else ""
