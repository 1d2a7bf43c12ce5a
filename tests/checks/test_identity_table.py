"""Whose answer counts, case by case: address, name, instances, overlap, log."""

from dataclasses import replace

import pytest

from tests.builders import answer, deployment, old, probe, service_evidence, sha, state
from verifier.checks.answers import counts
from verifier.checks.identity import Proven, prove
from verifier.commands.request_log import RequestLog
from verifier.errors import DeniedError
from verifier.guarded.caches import is_cached
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.evidence import Origin

ID = "0a1b2c3d-0000-4000-8000-00000000000b"
OTHER_ID = "0a1b2c3d-0000-4000-8000-00000000000a"
FOREIGN_ID = "ffffffff-0000-4000-8000-00000000000f"

#: The address that is asked; the service has `api.test` and `api.customer.test`.
ADDRESSES = {
    "own": "https://api.test",
    "custom": "https://api.customer.test",
    "staging": "https://api-staging.test",
    "preview": "https://api-pr-7.test",
    "a dot behind": "https://api.test.",
    "in capitals": "https://API.Test.:443/x",
    "with another port": "https://api.test:8443",
    "umlauts": "https://bücher.test",
    "punycode": "https://xn--bcher-kva.test",
    "umlauts of another": "https://bucher.test",
}
NAMES = {
    "nothing": {},
    "id": {"deployment_id": ID},
    "other id": {"deployment_id": OTHER_ID},
    "foreign id": {"deployment_id": FOREIGN_ID},
    "build time": {"deployment_id": "2026-01-01T12:00:00Z"},
    "build number": {"deployment_id": "4711"},
    "build time, sha": {"deployment_id": "2026-01-01T12:00:00Z", "commit_sha": sha("b")},
    "sha": {"commit_sha": sha("b")},
    "short sha": {"commit_sha": "bbbbbbb"},
    "other sha": {"commit_sha": sha("a")},
    "a branch for a sha": {"commit_sha": "main"},
    "ID in capitals": {"deployment_id": ID.upper()},
    "id in braces": {"deployment_id": f"{{{ID.upper()}}}"},
    "id without hyphens": {"deployment_id": ID.replace("-", "")},
    "OTHER ID": {"deployment_id": OTHER_ID.upper()},
    "other id without hyphens": {"deployment_id": OTHER_ID.replace("-", "")},
    "a digest for an id": {"deployment_id": "d41d8cd98f00b204e9800998ecf8427e"},
    "a build id like a UUID": {"deployment_id": f"build-{ID}"},
    "SHA": {"commit_sha": sha("b").upper()},
    "SHORT SHA": {"commit_sha": "BBBBBBB"},
    "OTHER SHA": {"commit_sha": sha("a").upper()},
    "id, other sha": {"deployment_id": ID, "commit_sha": sha("a")},
}


RUNS_ON = ("CRASHED", "RUNNING")


def around(what, instances):
    """Railway's statement while there is so much else that may answer."""
    running = ("RUNNING",) * instances
    judged = deployment(ID, instances=running)
    before = {
        "alone": old(OTHER_ID),
        "draining": old(OTHER_ID, status=Status.REMOVING, instances=running),
        "overlap": old(OTHER_ID, status=Status.SUCCESS, instances=running),
        "hidden": old(OTHER_ID),
        "twin": old(OTHER_ID, commit="b", status=Status.REMOVING, instances=running),
        "word to come": old(OTHER_ID, status=Status.UNKNOWN),
        "crashed": old(OTHER_ID, status=Status.CRASHED),
        "crashed, one instance runs": old(OTHER_ID, status=Status.CRASHED, instances=RUNS_ON),
        "removed, one instance runs": old(OTHER_ID, status=Status.REMOVED, instances=RUNS_ON),
    }[what]
    domains = ("api.test", "api.customer.test", "bücher.test")
    return judged, replace(state(judged, before, domains=domains), may_hide=what == "hidden")


#: Address, what the answer names, instances, what else there is, log has it; and the proof.
TABLE = [
    ("own", "id", 1, "alone", False, "id"),
    ("own", "id", 2, "draining", False, "id"),
    ("own", "id", 10, "overlap", False, "id"),
    ("own", "id", 1, "hidden", False, "id"),
    ("custom", "id", 1, "overlap", False, "id"),
    ("staging", "id", 1, "alone", False, "id"),
    ("preview", "id", 2, "overlap", False, "id"),
    ("own", "other id", 1, "alone", False, None),
    ("own", "other id", 2, "overlap", False, None),
    ("own", "other id", 1, "overlap", True, None),
    ("own", "foreign id", 1, "alone", False, None),
    ("staging", "foreign id", 1, "alone", False, None),
    ("own", "id, other sha", 1, "overlap", False, "id"),
    ("own", "build time", 1, "alone", False, "no other"),
    ("own", "build time", 1, "draining", False, None),
    ("own", "build time", 1, "draining", True, "log"),
    ("own", "build number", 10, "alone", False, "no other"),
    ("own", "build number", 1, "hidden", False, None),
    ("staging", "build number", 1, "alone", False, None),
    ("own", "build time, sha", 1, "draining", False, "commit"),
    ("staging", "build time, sha", 1, "draining", False, None),
    ("own", "sha", 1, "alone", False, "commit"),
    ("own", "sha", 2, "overlap", False, "commit"),
    ("own", "sha", 10, "draining", False, "commit"),
    ("custom", "sha", 1, "draining", False, "commit"),
    ("staging", "sha", 1, "alone", False, None),
    ("staging", "sha", 1, "draining", False, None),
    ("preview", "sha", 1, "alone", False, None),
    ("staging", "sha", 1, "alone", True, "log"),
    ("own", "sha", 1, "twin", False, None),
    ("own", "sha", 1, "twin", True, "log"),
    ("own", "sha", 1, "hidden", False, None),
    ("own", "short sha", 1, "overlap", False, "commit"),
    ("staging", "short sha", 1, "alone", False, None),
    ("own", "other sha", 1, "alone", False, None),
    ("own", "other sha", 1, "overlap", True, None),
    ("own", "a branch for a sha", 1, "alone", False, "no other"),
    ("own", "a branch for a sha", 1, "overlap", False, None),
    ("own", "nothing", 1, "alone", False, "no other"),
    ("own", "nothing", 10, "alone", False, "no other"),
    ("custom", "nothing", 2, "alone", False, "no other"),
    ("staging", "nothing", 1, "alone", False, None),
    ("preview", "nothing", 1, "alone", False, None),
    ("own", "nothing", 1, "draining", False, None),
    ("own", "nothing", 1, "overlap", False, None),
    ("own", "nothing", 1, "hidden", False, None),
    ("own", "nothing", 1, "hidden", True, "log"),
    ("own", "nothing", 1, "word to come", False, None),
    ("own", "nothing", 1, "crashed", False, "no other"),
    ("own", "nothing", 1, "twin", False, None),
    ("own", "nothing", 2, "overlap", True, "log"),
    ("staging", "nothing", 1, "overlap", True, "log"),
    ("own", "ID in capitals", 1, "overlap", False, "id"),
    ("own", "id in braces", 1, "overlap", False, "id"),
    ("own", "id without hyphens", 1, "overlap", False, "id"),
    ("own", "OTHER ID", 1, "alone", False, None),
    ("own", "other id without hyphens", 1, "alone", False, None),
    ("own", "a digest for an id", 1, "alone", False, "no other"),
    ("own", "a digest for an id", 1, "draining", False, None),
    ("own", "a build id like a UUID", 1, "alone", False, "no other"),
    ("own", "a build id like a UUID", 1, "overlap", False, None),
    ("own", "SHA", 1, "draining", False, "commit"),
    ("own", "SHORT SHA", 1, "draining", False, "commit"),
    ("own", "OTHER SHA", 1, "alone", False, None),
    ("a dot behind", "nothing", 1, "alone", False, "no other"),
    ("a dot behind", "sha", 1, "draining", False, "commit"),
    ("in capitals", "nothing", 1, "alone", False, "no other"),
    ("with another port", "nothing", 1, "alone", False, None),
    ("umlauts", "nothing", 1, "alone", False, "no other"),
    ("punycode", "nothing", 1, "alone", False, "no other"),
    ("punycode", "sha", 1, "overlap", False, "commit"),
    ("umlauts of another", "nothing", 1, "alone", False, None),
    ("own", "nothing", 1, "crashed, one instance runs", False, None),
    ("own", "nothing", 1, "crashed, one instance runs", True, "log"),
    ("own", "nothing", 1, "removed, one instance runs", False, "no other"),
    ("own", "id", 1, "removed, one instance runs", False, "id"),
]


@pytest.mark.parametrize(("address", "named", "instances", "what", "logged", "expected"), TABLE)
def test_whose_answer_counts(address, named, instances, what, logged, expected):
    judged, statement = around(what, instances)
    asked = replace(statement, service=replace(statement.service, url=ADDRESSES[address]))
    service = service_evidence(
        judged=judged, before=asked, logged_requests=frozenset(["request"] if logged else [])
    )
    given = replace(answer(deployment_id="", commit_sha=""), **NAMES[named])

    proof = prove(given, service)

    assert isinstance(proof, Proven) is (expected is not None)
    assert expected is None or expected in proof.by


CLOUDFLARE, FASTLY, VERCEL = "cf-cache-status", "x-cache", "x-vercel-cache"


@pytest.mark.parametrize(
    ("headers", "counted"),
    [
        pytest.param({}, True, id="no-cache"),
        pytest.param({"age": "12"}, False, id="any-by-age"),
        pytest.param({"age": "5, 3"}, False, id="two-ages"),
        pytest.param({"age": "0, 3"}, False, id="one-age-of-two"),
        pytest.param({"age": "0, 0"}, True, id="no-age"),
        pytest.param({"age": "²"}, True, id="an-age-that-is-no-number"),
        pytest.param({"warning": '110 cache "Response is Stale"'}, False, id="stale-by-warning"),
        pytest.param({"warning": '199 a "b", 111 c "d"'}, False, id="second-warning"),
        pytest.param({"warning": '299 app "deprecated since 110"'}, True, id="another-warning"),
        pytest.param({"x-app-cache": "HIT"}, False, id="an-app-cache-may-be-a-proxy's"),
        pytest.param({"x-app-cache": "MISS"}, True, id="an-app-cache-passed"),
        pytest.param({"cache-status": "edge; hit"}, False, id="any-by-rfc-9211"),
        pytest.param({"cache-status": "edge; fwd=miss"}, True, id="passed-by-rfc-9211"),
        pytest.param({CLOUDFLARE: "HIT"}, False, id="cloudflare"),
        pytest.param({CLOUDFLARE: "STALE"}, False, id="cloudflare-stale"),
        pytest.param({CLOUDFLARE: "DYNAMIC"}, True, id="cloudflare-passed"),
        pytest.param({FASTLY: "MISS, HIT"}, False, id="fastly"),
        pytest.param({FASTLY: "MISS, MISS"}, True, id="fastly-passed"),
        pytest.param({FASTLY: "Hit from cloudfront"}, False, id="cloudfront"),
        pytest.param({FASTLY: "Miss from cloudfront"}, True, id="cloudfront-passed"),
        pytest.param({FASTLY: "TCP_MEM_HIT from a1"}, False, id="akamai"),
        pytest.param({VERCEL: "PRERENDER"}, False, id="vercel"),
        pytest.param({VERCEL: "MISS"}, True, id="vercel-passed"),
        pytest.param({"x-varnish": "2 1"}, False, id="varnish"),
        pytest.param({"x-varnish": "2"}, True, id="varnish-passed"),
    ],
)
@pytest.mark.parametrize("named", ["id", "sha"])
def test_what_a_cache_kept_counts_for_nobody(headers, counted, named):
    judged, statement = around("alone", 1)
    service = service_evidence(judged=judged, before=statement)
    origin = Origin.CACHE if is_cached(headers) else Origin.APPLICATION
    given = replace(answer(origin=origin, deployment_id="", commit_sha=""), **NAMES[named])

    assert counts(given, service) is counted


class Log:
    """Railway's request log: it has a request from some look on, or is refused."""

    def __init__(self, from_look):
        self.from_look, self.looks = from_look, 0

    def logged_requests(self, deployment_id, request_ids):
        self.looks += 1
        if self.from_look is None:
            raise DeniedError("not allowed")
        return frozenset(request_ids if self.looks >= self.from_look else ())


@pytest.mark.parametrize(
    ("from_look", "what", "named", "counted"),
    [
        pytest.param(1, "draining", "nothing", [True, True, True], id="early"),
        pytest.param(2, "draining", "nothing", [False, True, True], id="late"),
        pytest.param(3, "overlap", "build time", [False, False, True], id="later"),
        pytest.param(9, "overlap", "nothing", [False, False, False], id="never"),
        pytest.param(None, "draining", "nothing", [False, False, False], id="refused"),
        pytest.param(None, "alone", "nothing", [True, True, True], id="refused-and-not-needed"),
        pytest.param(None, "overlap", "sha", [True, True, True], id="refused-and-named"),
        pytest.param(1, "overlap", "other id", [False, False, False], id="named-otherwise"),
    ],
)
def test_the_request_log_counts_from_when_it_has_the_answer(from_look, what, named, counted):
    judged, statement = around(what, 1)
    log = RequestLog(Log(from_look))
    given = replace(answer(deployment_id="", commit_sha=""), **NAMES[named])

    looks = [
        log.beside(
            service_evidence(
                probe(replace(given, request_id=f"request-{n}")), judged=judged, before=statement
            )
        )
        for n in range(3)
    ]

    assert [counts(look.probes[0].answer, look) for look in looks] == counted
