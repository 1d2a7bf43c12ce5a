"""What `verifier health` reads: one address, asked once as a gate would."""

from urllib.parse import urlsplit

from verifier.errors import WrongInputError
from verifier.guarded import web
from verifier.guarded.path_survey import survey
from verifier.model.health_survey import SurveyedPath


def read_health(url: str) -> SurveyedPath:
    """
    Ask `url` once.

    Raises:
        WrongInputError: it is no address of the web.
        UnreachableError: no connection can be made with the settings of this runner.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise WrongInputError(f"{url} is not a URL: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise WrongInputError("expected a URL such as https://example.up.railway.app/health")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with web.open_client() as http:
        return survey(http, f"{parts.scheme}://{parts.netloc}", [path])[0]
