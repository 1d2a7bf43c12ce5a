"""What a ledger says: rules, and how each is broken, for `tests.mutants`."""

#: The rule, the file, the code, what stands there once the rule is broken, and the tests.
ROWS = (
    (
        "what Supabase has under another version is not pending",
        "model/migration_ledger.py",
        "if version not in moved)",
        ")",
        ("tests/checks", "tests/commands", "tests/decide"),
    ),
    (
        "a doubtful alias of a migration is none",
        "decide/migrations/comparison.py",
        "if claimed[a] == 1}",
        "}",
        ("tests/checks", "tests/commands", "tests/decide"),
    ),
    (
        "what a tool may not be asked for is not pending",
        "decide/migrations/comparison.py",
        "[m for m in missing if m.wanted is Applicability.YES]",
        "list(missing)",
        ("tests/checks", "tests/commands", "tests/decide"),
    ),
    (
        "what Liquibase includes and is not there is told",
        "database/liquibase_changelog.py",
        """        raise UnexpectedAnswerError(text, hint=_HINT)

    def _folder(""",
        """        return []

    def _folder(""",
        ("tests/database",),
    ),
    (
        "doubt about one tool says nothing about another",
        "database/tool_detection.py",
        "            unread.append(error)",
        "            raise error",
        ("tests/database",),
    ),
    (
        "the table in the database decides between tools",
        "database/tool_detection.py",
        "in_both or _strongest(signs)",
        "_strongest(signs)",
        ("tests/database",),
    ),
    (
        "of two with the same statements each has an entry of its own",
        "decide/migrations/renumbering.py",
        "offered[fingerprint].pop()",
        "offered[fingerprint][-1]",
        ("tests/checks", "tests/commands", "tests/decide"),
    ),
    (
        "a name alone proves nothing where the ledger keeps statements",
        "decide/migrations/renumbering.py",
        "        is_silent = not entry.fingerprint and not (keeps_statements and migration.fingerprint)",
        "        is_silent = True",
        ("tests/decide/migrations",),
    ),
    (
        "a name that others have proves nothing",
        "decide/migrations/renumbering.py",
        "named[entry.name] == held[entry.name] == 1",
        "True",
        ("tests/decide/migrations",),
    ),
    (
        "what nobody can tell is not called applied",
        "checks/migrations.py",
        "    if not report.to_apply and not report.doubtful:",
        "    if not report.to_apply:",
        ("tests/decide/migrations",),
    ),
    (
        "a deploy that could not be undone is called one",
        "commands/ready.py",
        "        found += check_outlook(ROLLBACK, changes, older, task.policy, Outcome.FAIL)",
        "        found += check_outlook(ROLLBACK, changes, older, task.policy, Outcome.WARN)",
        ("tests/commands",),
    ),
    (
        "what golang-migrate is past is not applied",
        "decide/migrations/passed_over.py",
        "        if order < highest_passed:",
        "        if False:",
        ("tests/decide/migrations",),
    ),
    (
        "what production has is not to be made again",
        "decide/migrations/branch.py",
        "    if version in branch.done:",
        "    if False:",
        ("tests/decide/migrations",),
    ),
    (
        "a ledger that is not there makes nothing pending",
        "checks/migrations.py",
        "if not report.is_there:",
        "if False:",
        ("tests/checks", "tests/commands", "tests/decide"),
    ),
    (
        "a view that a cascade takes with it is dropped",
        "database/relation_changes.py",
        "        if is_named or not column:",
        "        if False:",
        ("tests/database/breaking",),
    ),
    (
        "what a migration includes from elsewhere is told as unread",
        "database/sql_statements.py",
        "            if include := _INCLUDE.match(text, start):",
        "            if include := None:",
        ("tests/database/breaking",),
    ),
    (
        "a comment in a comment hides no statement",
        "database/sql_text.py",
        "            depth += count",
        "            depth += 0",
        ("tests/database/breaking",),
    ),
    (
        "a command of psql that sends a statement ends it",
        "database/sql_statements.py",
        '        is_command = edge[0] == "\\\\"',
        "        is_command = False",
        ("tests/database/breaking",),
    ),
)
