"""Answers of caches are recognised by what the vendors and RFC 9211 send."""

import httpx
import pytest

from tests.builders import START
from tests.patience import processor_s
from verifier.guarded.caches import is_cached
from verifier.guarded.probe import IdentityPaths, Prober
from verifier.model.evidence import Endpoint, Origin


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"age": "7"}, id="age"),
        pytest.param({"cache-status": "ExampleCache; hit; ttl=30"}, id="rfc-9211"),
        pytest.param(
            {"cache-status": 'Origin; fwd=uri-miss, "Netlify Edge"; hit'}, id="rfc-9211-second"
        ),
        pytest.param({"cf-cache-status": "HIT"}, id="cloudflare"),
        pytest.param({"cf-cache-status": "REVALIDATED"}, id="cloudflare-revalidated"),
        pytest.param({"cf-cache-status": "STALE"}, id="cloudflare-stale"),
        pytest.param({"cf-cache-status": "UPDATING"}, id="cloudflare-updating"),
        pytest.param({"x-cache": "HIT", "age": "0"}, id="railway"),
        pytest.param({"x-cache": "STALE"}, id="railway-stale"),
        pytest.param({"x-cache": "Hit from cloudfront"}, id="cloudfront"),
        pytest.param({"x-cache": "RefreshHit from cloudfront"}, id="cloudfront-refresh"),
        pytest.param({"x-cache": "HIT, MISS"}, id="fastly-shield"),
        pytest.param({"x-cache-hits": "0, 1"}, id="fastly-hits"),
        pytest.param({"x-cache": "TCP_MEM_HIT from a1.deploy.akamai.net"}, id="akamai"),
        pytest.param({"server-timing": "cdn-cache; desc=HIT, edge; dur=1"}, id="akamai-timing"),
        pytest.param({"x-cache": "TCP_HIT"}, id="azure"),
        pytest.param({"cdn-cache": "HIT"}, id="bunny"),
        pytest.param({"x-vercel-cache": "PRERENDER"}, id="vercel"),
        pytest.param({"x-varnish": "32770 3"}, id="varnish"),
        pytest.param({"x-proxy-cache": "HIT"}, id="nginx"),
        pytest.param({"x-cache-status": "HIT"}, id="nginx-status"),
        pytest.param({"x-litespeed-cache": "hit"}, id="litespeed"),
        pytest.param({"x-sucuri-cache": "HIT"}, id="sucuri"),
    ],
)
def test_an_answer_of_a_cache(headers):
    assert is_cached(headers)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"age": "0", "x-cache": "MISS"}, id="railway"),
        pytest.param({"x-cache": "DYNAMIC"}, id="railway-dynamic"),
        pytest.param({"cf-cache-status": "DYNAMIC"}, id="cloudflare"),
        pytest.param({"cf-cache-status": "MISS"}, id="cloudflare-miss"),
        pytest.param({"cf-cache-status": "BYPASS"}, id="cloudflare-bypass"),
        pytest.param({"x-cache": "Miss from cloudfront"}, id="cloudfront"),
        pytest.param({"x-cache": "MISS, MISS", "x-cache-hits": "0, 0"}, id="fastly"),
        pytest.param({"x-cache": "TCP_MISS from a1.deploy.akamai.net"}, id="akamai"),
        pytest.param({"cache-status": "ExampleCache; fwd=miss; stored"}, id="rfc-9211"),
        pytest.param({"cache-control": "stale-while-revalidate=5"}, id="policy"),
        pytest.param({"x-varnish": "32770"}, id="varnish"),
        pytest.param({"x-cache-lookup": "HIT from squid"}, id="squid-lookup"),
        pytest.param({"age": "soon"}, id="no-age"),
    ],
)
def test_an_answer_of_the_application(headers):
    assert not is_cached(headers)


def test_an_answer_that_has_the_id_of_an_earlier_request_is_a_copy():
    def same(_):
        headers = {"x-railway-request-id": "one"}
        return httpx.Response(200, json={"status": "ok"}, headers=headers)

    http = httpx.Client(transport=httpx.MockTransport(same))
    prober = Prober(http, IdentityPaths((), ()), lambda: START)

    origins = [prober.probe(Endpoint.LIVE, "https://a.test/").answer.origin for _ in range(3)]

    assert origins == [Origin.APPLICATION, Origin.CACHE, Origin.CACHE]


def test_a_header_of_one_word_without_end_is_read_in_time():
    headers = {"x-cache": "_" * 100_000}

    assert not is_cached(headers)
    assert processor_s(lambda: is_cached(headers), 1) < 1
