"""An address that is none is told without its password; a host that only has IPv6 is named."""

import re
import socket

import pytest

from verifier.database.addresses import check_url, ipv6_hint
from verifier.errors import ConfigError

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


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunt@er22@127.0.0.1:1/d",
        "postgresql://u:hunt/er22@127.0.0.1:1/d",
        "postgresql://u:hunt?er22@127.0.0.1:1/d",
        "postgresql://u:hunter22%zz@h/d",
        "postgresql://u:hunter22@h/d?unknown=1",
    ],
)
def test_what_is_no_address_is_told_without_its_password(url):
    with pytest.raises(ConfigError) as raised:
        check_url(url)

    assert not re.search("hunt|er22", f"{raised.value}{raised.value.hint}{raised.value.__cause__}")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p%40ss%2F@h:5432/d?user=me@server&options=-c%20x",
        "postgresql://u@h1:1,h2:2/d",
        "postgresql:///d?host=/var/run",
        "postgresql://u:p#ss@h/d",
    ],
)
def test_what_is_an_address_is_taken(url):
    assert check_url(url) == url


HOME = "postgresql://u:p@h:6543/postgres"


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("?pgbouncer=true&connection_limit=1", ""),
        ("?supa=base-pooler.x", ""),
        ("?sslmode=require&pgbouncer=true", "?sslmode=require"),
        ("?schema=public", ""),
        ("?schema=shop", "?options=-csearch_path%3Dshop"),
        ("?schema=shop&options=-cx%3D1", "?options=-cx%3D1"),
    ],
)
def test_what_other_drivers_write_behind_an_address_is_dropped(written, taken):
    assert check_url(HOME + written) == HOME + taken


def test_another_parameter_is_named():
    with pytest.raises(ConfigError, match="no parameter charset,"):
        check_url(f"{HOME}?charset=utf8&sslmode=require")
