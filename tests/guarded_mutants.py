"""What strangers write, and what answers are worth: rules, and how each is broken."""

_ALL = ("tests/commands", "tests/decide")

#: The rule, the file, the code, what stands there once the rule is broken, and who notices.
ROWS = (
    (
        "a claim is granted by the reference that was asked for alone",
        "github/memory.py",
        'if made.get("ref") != wanted:',
        "if False:",
        ("tests/github",),
    ),
    (
        "only the answer that GitHub documents is one",
        "github/api.py",
        "if fetched.status_code != _RIGHT[verb]:",
        "if fetched.status_code >= 400:",
        ("tests/github",),
    ),
    (
        "nothing is led to another host with the token",
        "github/connection.py",
        "return led if is_same and led != address else None",
        "return led",
        ("tests/github",),
    ),
    (
        "a plan from a file goes back, and never on",
        "decide/gate/manual.py",
        "if target.created_at >= condemned.created_at:",
        "if False:",
        _ALL,
    ),
    (
        "a plan from a file is held against the rules of now",
        "decide/gate/manual.py",
        "if (reason := refuse_target(state, condemned, target, records, policy)) is not None:",
        "if (reason := None) is not None:",
        _ALL,
    ),
    (
        "git takes no repository from a folder of a commit",
        "guarded/child.py",
        '"safe.bareRepository=explicit",',
        "",
        ("tests/guarded",),
    ),
    (
        "a program that reads a checkout is given no secret",
        "guarded/child.py",
        "env={**passed, **more},",
        "env={**os.environ, **more},",
        ("tests/guarded",),
    ),
    (
        "a claim that breaks is one that is away",
        "commands/claims.py",
        'return attempt_source("claim", partial(self._tools.memory.claim, deployment_id, number))',
        "return self._tools.memory.claim(deployment_id, number)",
        _ALL,
    ),
    (
        "an error that nobody foresaw says nothing of what Railway did",
        "commands/rollback_execution.py",
        'return UnknownOutcomeError(f"unexpected error ({type(error).__name__}: {error})")',
        "return None",
        _ALL,
    ),
    (
        "a secret is found behind its quoting",
        "guarded/secret_forms.py",
        "readings.append(read)",
        "pass",
        ("tests/guarded",),
    ),
    (
        "what is not known to be public is secret",
        "guarded/public_values.py",
        "return not _PUBLIC_VALUE.fullmatch(value[:200])",
        "return False",
        ("tests/guarded",),
    ),
    (
        "a stranger's comment or issue is none of ours",
        "github/authors.py",
        "return is_bot or",
        "return True or",
        ("tests/github",),
    ),
    (
        "a source that breaks is one that is away",
        "commands/ports.py",
        'return UnreachableError(f"unexpected error ({type(error).__name__}: {error})")',
        "raise error",
        _ALL,
    ),
    (
        "an odd word on the platform is no incident",
        "railway/client.py",
        'raise UnexpectedAnswerError("Railway\'s status of its platform is malformed")',
        'return "it is not stable"',
        ("tests/railway",),
    ),
    (
        "a list of Railway's that does not end is no list",
        "railway/scope.py",
        'raise UnexpectedAnswerError("Railway\'s list of projects does not end")',
        "return",
        ("tests/railway",),
    ),
)
