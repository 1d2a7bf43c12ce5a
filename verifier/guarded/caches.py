"""Was an answer given by a cache on the way, in place of the application?"""

import re
from collections.abc import Mapping

#: What vendors call an answer out of their cache: HIT, TCP_MEM_HIT, RefreshHit, STALE, …
#: Sources: https://developers.cloudflare.com/cache/concepts/cache-responses/,
#: https://docs.railway.com/networking/cdn, https://vercel.com/docs/headers/response-headers,
#: https://developer.fastly.com/reference/http/http-headers/X-Cache/.
_CACHED = re.compile(r"hit\b|\b(stale|updating|revalidated|prerender)\b", re.IGNORECASE)
#: "Response is Stale" and its like; only a cache says that.
#: Source: https://www.rfc-editor.org/rfc/rfc7234#section-5.5
_STALE = re.compile(r"(?:^|,)\s*11[0-3]\b")
_NUMBER = re.compile(r"[0-9]{1,18}")
#: Headers of requests and policies, and squid's word for what it would have had.
_SAYS_NOTHING = ("cache-control", "x-cache-lookup", "x-cache-key", "x-cache-hits", "cache-status")


def is_cached(headers: Mapping[str, str]) -> bool:
    """Tell by its headers, whose names are in small letters, whether a cache gave an answer."""
    if _is_above_zero(headers.get("age", "")) or _is_above_zero(headers.get("x-cache-hits", "")):
        return True
    if _is_hit(headers.get("cache-status", "")) or _STALE.search(headers.get("warning", "")):
        return True
    if len(headers.get("x-varnish", "").split()) > 1:
        return True  # the request's number, and that of the one whose answer it is
    told = [
        value
        for name, value in headers.items()
        if "cache" in name and name not in _SAYS_NOTHING and not name.startswith("access-control")
    ]
    timing = headers.get("server-timing", "")
    told += [part for part in timing.split(",") if part.strip().startswith("cdn-cache")]
    return any(_CACHED.search(value) for value in told)


def _is_hit(cache_status: str) -> bool:
    """Whether any cache of RFC 9211's list says `hit`."""
    parameters = [
        parameter.strip().casefold()
        for cache in cache_status.split(",")
        for parameter in cache.split(";")[1:]
    ]
    return any(parameter in ("hit", "hit=?1") for parameter in parameters)


def _is_above_zero(numbers: str) -> bool:
    """Whether any cache of a list says for how many seconds, or how often, it has its copy."""
    return any(_NUMBER.fullmatch(n.strip()) and int(n) > 0 for n in numbers.split(","))
