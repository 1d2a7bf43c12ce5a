"""A host that only has IPv6 is named as the cause."""

import socket

import pytest

from verifier.database.addresses import ipv6_hint

SIX, FOUR = int(socket.AF_INET6), int(socket.AF_INET)
URL = "postgresql://postgres:hunter22@db.abcdefghijklmnop.supabase.co:5432/postgres"


@pytest.mark.parametrize(
    ("url", "families", "told"),
    [
        pytest.param(URL, [SIX], "postgres.abcdefghijklmnop:PASSWORD@REGION.pooler", id="supabase"),
        pytest.param("postgresql://x@db.example.org/y", [SIX, SIX], "IPv4", id="another-host"),
        pytest.param(URL, [SIX, FOUR], "", id="both"),
        pytest.param(URL, [], "", id="does-not-resolve"),
        pytest.param("postgresql:///x?host=/tmp", [SIX], "", id="local-socket"),
    ],
)
def test_hint(url, families, told):
    hint = ipv6_hint(url, lambda host: families)

    assert told in hint
    assert bool(hint) is bool(told)
    assert "hunter22" not in hint
