"""A GitHub that gives each request the answer that a test wrote for it, and no other."""

import json
from dataclasses import dataclass, field

import httpx

from verifier.github.api import Api
from verifier.github.connection import Connection

API = "https://forge.test"


@dataclass
class Answers:
    name: str
    waiting: list = field(default_factory=list)
    requests: list = field(default_factory=list)

    def on(self, verb, path, status=200, *, error=None, **answer):
        """Answer the next request of this kind so, or raise `error` instead."""
        self.waiting.append((verb, f"/repos/{self.name}{path}", status, error, answer))

    def get(self, path, **answer):
        self.on("GET", path, **answer)

    def get_at(self, path, status=200, **answer):
        """Answer the next request for a whole path so."""
        self.waiting.append(("GET", path, status, None, answer))

    def post(self, path, status=201, **answer):
        self.on("POST", path, status, **answer)

    def graphql(self, data, errors=()):
        """Answer the next question to GraphQL so."""
        answer = {"data": data, **({"errors": list(errors)} if errors else {})}
        self.waiting.append(("POST", "/graphql", 200, None, {"json": answer}))

    def delete(self, path, status=204, **answer):
        self.on("DELETE", path, status, **answer)

    def __call__(self, request):
        self.requests.append(request)
        path = request.url.raw_path.decode().partition("?")[0]
        for entry in self.waiting:
            verb, wanted, status, error, answer = entry
            if (verb, wanted) == (request.method, path):
                self.waiting.remove(entry)
                if error is not None:
                    raise error
                return httpx.Response(status, **answer)
        raise AssertionError(f"nobody expected {request.method} {path}")

    def api(self, url=API, **arguments):
        http = httpx.Client(transport=httpx.MockTransport(self), headers={"Authorization": "t"})
        return Api(Connection(http, url), self.name, **arguments)

    def sent(self):
        return [json.loads(r.content) for r in self.requests if r.content]
