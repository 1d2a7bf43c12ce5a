"""What lines of a log tell of known causes, each with its page docs/causes/ID.md."""

import re
from dataclasses import dataclass

from verifier.decide.gate.cause_steps import LEDGER, LOGS, SET
from verifier.model.known_cause import CauseRule
from verifier.model.late_pattern import LatePattern


@dataclass(frozen=True, slots=True)
class LogSign:
    """A cause that a log line tells. What its group matches is `found`."""

    rule: CauseRule
    pattern: LatePattern


def _sign(id_: str, pattern: str, text: str, step: str) -> LogSign:
    return LogSign(CauseRule(id_, text, step), LatePattern(pattern, re.IGNORECASE))


#: What a line says is more exact than which check failed. The first that fits a service counts,
#: so what explains more stands first.
BY_LOG = (
    _sign(
        "python-module-missing",
        r"ModuleNotFoundError: No module named '([\w.-]+)'",
        "the image has no Python module {found}",
        "if it is your own, check PYTHONPATH; else find out which package brings it, often one of "
        "another name, and add that to the requirements",
    ),
    _sign(
        "own-file-missing",
        r"Cannot find (?:module|package) ['\"`]?((?:[.~@]|\.\.|file:/)?/[^\s'\"`]*|#[^\s'\"`]+"
        r"|\.\.?(?=['\"`]))",
        "the image has no file {found}, which the code imports by a path or an alias",
        "check that the file is committed, that the build writes it and resolves aliases such as "
        "@/, and that the start command names what the build writes",
    ),
    _sign(
        "node-module-missing",
        r"(?:ERR_MODULE_NOT_FOUND\W{0,4})?Cannot find (?:module|package)[^\w@]{0,4}([@\w./-]*)"
        r"|ERR_MODULE_NOT_FOUND",
        "the image has no Node module {found}",
        "if it is an alias of your own, let the build resolve it; else find out which package the "
        "code means, add it to dependencies, not devDependencies, and commit the lock file",
    ),
    _sign(
        "import-failed",
        r"ImportError: cannot import name '(\w+)'",
        "the code imports {found}, which the installed version does not have",
        "pin the version that has it, or change the import",
    ),
    _sign(
        "syntax-error",
        r"\b(SyntaxError|IndentationError)\b",
        "the code cannot be read: {found}",
        "run the linter on this commit, and require it before a merge",
    ),
    _sign(
        "variable-missing",
        r"(?:KeyError: '|(?:missing|required|undefined)(?: required)? (?:environment )?variable:? "
        r"?[`'\"]?|environment variable [`'\"]?)([A-Z][A-Z0-9_]{2,60})\b",
        "the variable {found} is not set",
        f"{SET} {{found}}=…",
    ),
    _sign(
        "port-taken",
        r"\bEADDRINUSE\b|address already in use",
        "the port is taken: two processes of the container listen on it",
        "start one server only, on the port in PORT",
    ),
    _sign(
        "listens-on-localhost",
        r"(?:listening|running|serving|started)\b.{0,40}(127\.0\.0\.1|localhost)",
        "the app listens on {found}, where Railway cannot reach it",
        "listen on 0.0.0.0 (or ::) and on the port in PORT",
    ),
    _sign(
        "out-of-memory",
        r"\b(?:heap )?out of memory\b|\bMemoryError\b|\bOOMKilled\b|\b(?:code|status) 137\b",
        "the process ran out of memory",
        "raise the memory limit of {service} on Railway, or start fewer workers",
    ),
    _sign(
        "relation-missing",
        r"(?:relation|column) \"([\w.]+)\" does not exist|\bUndefined(?:Table|Column)\b",
        "the database has no {found}: a migration is not applied",
        LEDGER,
    ),
    _sign(
        "database-password",
        r"password authentication failed for user",
        "the database refuses the password",
        f"compare DATABASE_URL with the database's own: {SET} DATABASE_URL=…",
    ),
    _sign(
        "database-full",
        r"too many (?:clients|connections)|MaxClientsInSessionMode|remaining connection slots"
        r"|max client connections reached",
        "the database has no connection left",
        "use the transaction pooler (port 6543 at Supabase), or a smaller pool in each service",
    ),
    _sign(
        "database-permission",
        r"permission denied for (?:table|schema|relation|view|sequence|function) (\w+)",
        "the app's database user may not use {found}",
        "grant it in a migration; verifier doctor prints the rights that the verifier needs itself",
    ),
    _sign(
        "api-key-invalid",
        r"\bInvalid API key\b|\binvalid JWT\b|\bJWT expired\b",
        "Supabase refuses the app's key",
        f"take the key of this project: {SET} SUPABASE_SERVICE_KEY=…",
    ),
    _sign(
        "redis-password",
        r"\bNOAUTH\b|\bWRONGPASS\b",
        "Redis refuses the password",
        f"{SET} 'REDIS_URL=${{{{Redis.REDIS_URL}}}}'",
    ),
    _sign(
        "name-unknown",
        r"\bENOTFOUND ([\w.-]+)|could not translate host name \"([\w.-]+)\""
        r"|Temporary failure in name resolution|Name or service not known",
        "a host name cannot be resolved",
        "check the addresses in the variables of {service}; *.railway.internal works only inside "
        "Railway, and not while building",
    ),
    _sign(
        "connection-refused",
        r"\bECONNREFUSED\b|connection refused",
        "something that the app connects to does not listen there",
        f"check that it runs on Railway, and its address and port: {LOGS}",
    ),
    _sign(
        "certificate",
        r"CERTIFICATE_VERIFY_FAILED|self[- ]signed certificate",
        "a certificate is not trusted",
        "connect to the name in the certificate, or give the app the authority's certificate",
    ),
    _sign(
        "disk-full",
        r"No space left on device|\bENOSPC\b",
        "the disk is full",
        "grow or empty the volume of {service}, or write to it instead of the container",
    ),
    _sign(
        "several-heads",
        r"Multiple head revisions",
        "two branches added migrations, and Alembic does not know which is last",
        "alembic merge heads, commit it, then deploy again",
    ),
    _sign(
        "start-command-missing",
        r"No start command|missing script: \"?'?(\w*)",
        "Railway does not know how to start the app",
        "set the start command in railway.json, or under Settings of {service}",
    ),
    _sign(
        "dockerfile-missing",
        r"(?:failed to read dockerfile|Dockerfile\W{0,3} (?:does not exist|not found))",
        "the Dockerfile is not where Railway looks for it",
        "set its path by RAILWAY_DOCKERFILE_PATH, and the root directory of {service}",
    ),
    _sign(
        "install-failed",
        r"\bnpm (?:ERR!|error)|ERR_PNPM_|Could not find a version that satisfies"
        r"|ResolutionImpossible|frozen[- ]lockfile|lock ?file .{0,40}(?:outdated|out of sync)",
        "the packages could not be installed",
        "commit the lock file that fits, and pin versions that exist",
    ),
    _sign(
        "command-unknown",
        r"(?:exec: |sh: |bash: )?\"?([\w./-]+)\"?: (?:command not found|executable file not found)",
        "the image has no command {found}",
        "correct the start command, or find out which package brings it, often one of another name",
    ),
    _sign(
        "health-path-fails",
        r"Health ?check failed|replicas never became healthy",
        "Railway's own health check failed, so the deployment never went live",
        "see what the path answers: verifier health URL",
    ),
)
