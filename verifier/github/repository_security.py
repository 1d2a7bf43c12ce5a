"""
What a repository's own settings give away, as far as a token may see it.

Sources: https://docs.github.com/en/rest/actions/permissions,
https://docs.github.com/en/rest/deploy-keys/deploy-keys, https://docs.github.com/en/rest/repos/repos
"""

from collections.abc import Iterator

from verifier.errors import AbsentError, DeniedError
from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, mapping
from verifier.model.audited_repository import RepositorySecurity

_PERMISSION = "Administration: read"
#: Free for a public repository. GitHub's keys under `security_and_analysis`.
_FREE = {
    "secret_scanning": "secret scanning",
    "secret_scanning_push_protection": "push protection",
    "dependabot_security_updates": "Dependabot security updates",
}


def read_security(api: Api) -> RepositorySecurity:
    """
    Return what is seen to be open; what this token may not see is not.

    Raises:
        ProviderError: GitHub did not tell, for another reason than the token's rights.
    """
    rights = _seen(api, "/actions/permissions/workflow")
    facts = mapping(api.get("", "Metadata: read"))
    return RepositorySecurity(
        token_may_write=rights.get("default_workflow_permissions") == "write",
        token_may_approve=rights.get("can_approve_pull_request_reviews") is True,
        writing_keys=tuple(_writing_keys(api)),
        switched_off=() if facts.get("private") is not False else tuple(_switched_off(facts)),
    )


def _seen(api: Api, path: str) -> JsonObject:
    try:
        return mapping(api.get(path, _PERMISSION))
    except (AbsentError, DeniedError):
        return {}


def _writing_keys(api: Api) -> Iterator[str]:
    try:
        for key in map(mapping, api.pages("/keys", _PERMISSION)):
            if key.get("read_only") is False:
                yield str(key.get("title") or key.get("id"))
    except (AbsentError, DeniedError):
        return


def _switched_off(facts: JsonObject) -> Iterator[str]:
    features = mapping(facts.get("security_and_analysis"))
    for key, name in _FREE.items():
        if mapping(features.get(key)).get("status") == "disabled":
            yield name
