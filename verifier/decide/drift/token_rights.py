"""What a workflow's token may where no file says so."""

from verifier.decide.workflows.job_permissions import PERMISSIVE, RESTRICTED
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.security_settings import RepositorySecurity, WorkflowToken
from verifier.model.workflow import Value


def default_rights(security: RepositorySecurity | Unobserved | NotAsked) -> Value:
    """Return what a workflow's token may where no file says so; None where that is not known."""
    token = security.workflow_token if isinstance(security, RepositorySecurity) else None
    if not isinstance(token, WorkflowToken):
        return None
    if isinstance(token.may_write, Unobserved):
        return None
    return PERMISSIVE if token.may_write else RESTRICTED
