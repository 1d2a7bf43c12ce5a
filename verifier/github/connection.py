"""One request to GitHub's API, and its whole answer: in time, of bounded size, of that host."""

import json
import re
import weakref
from collections.abc import Mapping

import httpx

from verifier.errors import NotSentError, UnexpectedAnswerError, UnreachableError
from verifier.guarded import web
from verifier.model.http_status import Meaning, meaning_of

_LIMIT_S = 15.0
_LIMIT_BYTES = 32_000_000
#: What was renamed or moved is answered by one redirect.
_MOST_HOPS = 2
#: What is asked of a repository, behind its name or its number.
_IN_REPOSITORY = re.compile(r"/(?:repos/[^/]+/[^/]+|repositories/[0-9]+)((?:/.*)?)$", re.DOTALL)
_HINT = "check GITHUB_API_URL and the network of this runner"
#: Source: https://docs.github.com/en/rest/about-the-rest-api/api-versions
_HEADERS = {
    "Accept": "application/vnd.github+json",
    "Content-Type": "application/json",
    "X-GitHub-Api-Version": "2022-11-28",
}


class Connection:
    """
    Asks the API at `url` with `http`, which carries the token.

    A question is followed where GitHub moved a repository, to the same thing in it: what has been
    renamed in a repository is another thing by now. A change is sent to the address it is meant
    for alone, and nothing goes to another host.
    """

    def __init__(self, http: httpx.Client, url: str) -> None:
        self._http = http
        self._url = url.rstrip("/")

    @property
    def own_host(self) -> str:
        """Host of the server that is asked, as GitHub's program takes it; empty for github.com."""
        return own_host(self._url)

    def send(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, object] | None,
        purpose: str,
    ) -> web.Fetched:
        """
        Return the answer, whatever it says. `purpose` completes "could not …".

        Raises:
            UnreachableError: no answer, or none in time.
            UnexpectedAnswerError: it is too large, or leads elsewhere.
        """
        address: httpx.URL | None = httpx.URL(self._url + path, params=query or None)
        hops = _MOST_HOPS if verb == "GET" else 0
        while address is not None:
            request = self._http.build_request(verb, address, content=_sent(body))
            fetched = self._fetch(request, purpose)
            if meaning_of(fetched.status_code) is not Meaning.REDIRECT:
                return fetched
            address = _next_address(address, fetched) if hops > 0 else None
            hops -= 1
        told = f"could not {purpose}: GitHub's API led elsewhere"
        raise UnexpectedAnswerError(
            told,
            hint="check GITHUB_API_URL, and whether the repository or the branch was renamed",
        )

    def ask(self, document: str, variables: Mapping[str, object], purpose: str) -> web.Fetched:
        """Return GraphQL's answer to one question, whatever it says; raises as `send`."""
        body = {"query": document, "variables": variables}
        request = self._http.build_request("POST", graphql_url(self._url), content=_sent(body))
        return self._fetch(request, purpose)

    def close(self) -> None:
        """Close what is still open to GitHub."""
        self._http.close()

    def _fetch(self, request: httpx.Request, purpose: str) -> web.Fetched:
        failed = f"could not {purpose}: GitHub's API did not answer"
        try:
            return web.fetch(self._http, request, limit_s=_LIMIT_S, limit_bytes=_LIMIT_BYTES)
        except NotSentError as error:
            raise NotSentError(f"{failed}: {error.message}", hint=error.hint or _HINT) from error
        except UnreachableError as error:
            raise UnreachableError(f"{failed}: {error.message}", hint=_HINT) from error
        except UnexpectedAnswerError as error:
            told = f"could not {purpose}: {error.message}"
            raise UnexpectedAnswerError(told, hint=_HINT) from error


def _sent(body: Mapping[str, object] | None) -> bytes | None:
    """JSON of letters that travel whatever a text holds, half a character among it."""
    return None if body is None else json.dumps(body).encode("ascii")


def own_host(api_url: str) -> str:
    """Return the host that GitHub's program has to be told for an API; empty for github.com."""
    url = httpx.URL(api_url)
    host = url.netloc.decode("ascii")
    if host == "api.github.com":
        return ""
    # An own server has its API below a path, a company's own place at GitHub on a host of its own.
    return host if url.path.startswith("/api") else host.removeprefix("api.")


def graphql_url(api_url: str) -> str:
    """Return the address of GraphQL beside that of REST, of an own server too."""
    root = api_url.rstrip("/")
    return f"{root.removesuffix('/v3')}/graphql"


def open_connection(url: str, token: str) -> Connection:
    """
    Return a connection that asks with `token`; nothing is sent yet.

    Raises:
        UnreachableError: no connection can be made with the settings of this runner.
    """
    http = web.open_client({**_HEADERS, "Authorization": f"Bearer {token}"})
    connection = Connection(http, url)
    # A command has no moment at which the last of its parts is done with GitHub.
    weakref.finalize(connection, http.close)
    return connection


def _next_address(address: httpx.URL, fetched: web.Fetched) -> httpx.URL | None:
    """Where a redirect leads, None where that is not the same thing on the same host."""
    try:
        led = address.join(fetched.headers.get("location", ""))
        is_same = (led.scheme, led.host, led.port) == (address.scheme, address.host, address.port)
    except web.INVALID_ADDRESS:
        return None
    asked, found = _IN_REPOSITORY.search(address.path), _IN_REPOSITORY.search(led.path)
    if not is_same or asked is None or found is None or asked[1] != found[1]:
        return None
    led = led.copy_with(query=address.query or None)
    return led if led != address else None
