"""Do the components that fail say that the application does not reach its database?"""

from collections.abc import Iterable

from verifier.model.check_ids import NOT_THERE, component_check
from verifier.model.finding import Finding

_ASKS = {component_check(name) for name in ("supabase", "database", "postgres")}
_RESTS = {component_check(name) for name in ("environment", "project_ref", "schema_version")}


def is_database_away(failing: Iterable[Finding]) -> bool:
    """
    Whether the findings say so.

    The application asks for the connection and for what stands in it: where both fail, nothing is
    missing. A single table that is not there may fail the connection's component as well, and
    nothing else; what has vanished from the document with all the rest says nothing.
    """
    checks = {f.check for f in failing if f.objects != (NOT_THERE,)}
    return bool(checks & _ASKS) and checks >= _RESTS
