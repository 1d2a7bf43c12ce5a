"""What a role sees, and what a database is blamed for: rules, and how each is broken."""

_TESTS = ("tests/checks", "tests/decide", "tests/database")

#: The rule, the file, the code, what stands there once the rule is broken, and who notices.
ROWS = (
    (
        "a marker that may be hidden is not missing",
        "checks/guards.py",
        "isinstance(database, DatabaseReading) and database.hidden_markers:",
        "isinstance(database, DatabaseReading) and False:",
        _TESTS,
    ),
    (
        "a table that is hidden is not missing",
        "database/session.py",
        "return Relation(name, kind, unseen=hidden or answer)",
        "return Relation(name, kind, answer.reason)",
        _TESTS,
    ),
    (
        "a ledger of which rows may be hidden is not read",
        "database/ledgers/read.py",
        "    if hidden is not None and not ledger.is_one_row:",
        "    if False:",
        ("tests/database",),
    ),
    (
        "a probe is told of rows that are hidden from it",
        "database/session.py",
        "b\"select set_config('row_security', 'off', true)\"",
        'b"select 1"',
        ("tests/database",),
    ),
    (
        "what a database lacks moves nothing by itself",
        "decide/gate/rollback_plan.py",
        "    if (reason := _blameless(verdict, past.before)) is not None:",
        "    if (reason := None) is not None:",
        _TESTS,
    ),
    (
        "a pending migration is held against what uses that database",
        "checks/database_use.py",
        "    if finding.outcome.condemns and not users_of_database(evidence):",
        "    if False:",
        _TESTS,
    ),
    (
        "only the judged deployment's own document shows what it uses",
        "checks/database_use.py",
        "        if not isinstance(attributed, Attributed):\n            continue\n"
        "        document = attributed.answer.document",
        "        document = probe.answer.document",
        _TESTS,
    ),
    (
        "a rollback rests on no failure that was not confirmed",
        "decide/gate/judge.py",
        "        if isinstance(rest, Wait):\n            return rest\n",
        "",
        _TESTS,
    ),
    (
        "a branch that raises the expected version waits for production",
        "checks/branch_version.py",
        "    if is_behind(found, expected.version):",
        "    if False:",
        ("tests/commands",),
    ),
    (
        "doctor tells of rows that are hidden from its role",
        "decide/diagnosis.py",
        "    if markers or reading.hidden_markers:",
        "    if markers:",
        ("tests/commands",),
    ),
    (
        "the role that is printed sees the rows that are asked for",
        "database/grants.py",
        "        *_policies(NEW_ROLE, secured),\n",
        "",
        ("tests/database",),
    ),
    (
        "an outage that the verifier sees as well is no deployment's doing",
        "checks/outage.py",
        "        replace(finding, blameless=_BLAMELESS)\n",
        "        finding\n",
        ("tests/checks",),
    ),
    (
        "what the verifier reaches is no outage",
        "checks/outage.py",
        "    if not isinstance(evidence.database, Unobserved) or not evidence.database_was_read:",
        "    if False:",
        ("tests/checks",),
    ),
    (
        "a missing table is no outage",
        "model/check_ids.py",
        "    return bool(checks & asks) and all(check in checks for check in rests)",
        "    return bool(checks & asks)",
        ("tests/checks",),
    ),
    (
        "what a probe sets is undone before the next",
        "database/isolated_queries.py",
        'b"rollback to savepoint foreign_query"',
        'b"release savepoint foreign_query"',
        ("tests/database",),
    ),
    (
        "nothing of a session stays with a pooler",
        "database/isolated_queries.py",
        'connection.execute(b"rollback")',
        'connection.execute(b"commit")',
        ("tests/database",),
    ),
    (
        "a probe whose effect no transaction undoes is not asked",
        "database/session.py",
        "if is_query(q) and not outlasting(q)}",
        "if is_query(q)}",
        ("tests/database",),
    ),
)
