"""Which rights a database role has too many of: a gate only reads."""

from collections.abc import Iterator

from verifier.model.database_rights import Power, PowerKind, Rights
from verifier.model.finding import Finding, Outcome
from verifier.model.phrases import first_of

GRANTS = "doctor.grants"
_HINT = "use a dedicated read-only role: see the SQL below"
_MOST = 5


def check_powers(rights: Rights) -> Iterator[Finding]:
    """Warn of a role that may do more than read: what breaks in a run could do it, too."""
    role = rights.role
    writable = [right.asked for right in rights.tables if right.may_write]
    if role.is_superuser or writable:
        what = "everything" if role.is_superuser else ", ".join(writable)
        text = f"{role.name} can write {what}; read access is enough"
        yield Finding(GRANTS, Outcome.WARN, text, hint=_HINT)
    told = {f"{right.schema}.{right.name}" for right in rights.tables if right.may_write}
    others = [power for power in rights.powers if power.name not in told]
    if others:
        text = f"{role.name} can do more than read: {first_of(list(map(_said, others)), _MOST)}"
        open_to = [power.name for power in others if power.kind is PowerKind.CREATES_IN]
        hint = _HINT
        if open_to:
            schemas = ", ".join(open_to[:_MOST])
            hint += f"; where everybody may: revoke create on schema {schemas} from public;"
        yield Finding(GRANTS, Outcome.WARN, text, hint=hint)


def _said(power: Power) -> str:
    match power.kind:
        case PowerKind.BECOMES:
            return f"become {power.name}, a superuser"
        case PowerKind.MEMBER:
            return f"do what {power.name} may"
        case PowerKind.OWNS_DATABASE:
            return f"change the database {power.name}, whose owner it is"
        case PowerKind.CREATES_ROLES:
            return "create roles"
        case PowerKind.CREATES_DATABASES:
            return "create databases"
        case PowerKind.REPLICATES:
            return "replicate the database"
        case PowerKind.OWNS:
            return f"change {power.name}, whose owner it is"
        case PowerKind.WRITES:
            return f"write {power.name}"
        case PowerKind.CREATES_SCHEMAS:
            return "create schemas"
        case PowerKind.CREATES_IN:
            return f"create tables in the schema {power.name}"
