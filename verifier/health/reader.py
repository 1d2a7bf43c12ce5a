"""Reads the body of a health answer, whatever framework wrote it."""

import json
from collections.abc import Sequence
from dataclasses import replace

from verifier.health import dialects
from verifier.model.evidence import HealthDocument
from verifier.model.finding import Unobserved


def parse_health(
    body: bytes,
    *,
    content_type: str = "",
    sha_paths: Sequence[str] = (),
    deployment_paths: Sequence[str] = (),
) -> HealthDocument | Unobserved:
    """
    Return the health document in `body`, or what the body is instead.

    The paths lead to the commit and to the deployment id, keys separated by dots
    ("version.git_sha"); the first one that leads to a known value counts.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Unobserved("the body is not UTF-8")
    if not text.strip():
        return Unobserved("the body is empty")
    if _looks_like_html(text, content_type):
        return Unobserved("the body is an HTML page, not a health document")
    try:
        value: object = json.loads(text)
    except RecursionError:
        return Unobserved("the body is JSON nested too deeply to be a health document")
    except ValueError:
        document = dialects.parse_text(text)
        return document or Unobserved("the body is neither JSON nor a known plain-text status")
    document = dialects.parse_json(value, content_type)
    if document is None:
        return Unobserved("the body is JSON without a known status")
    return replace(
        document,
        commit_sha=_first_value(value, sha_paths),
        deployment_id=_first_value(value, deployment_paths),
    )


def _looks_like_html(text: str, content_type: str) -> bool:
    start = text.lstrip()[:200].casefold()
    return "text/html" in content_type.casefold() or start.startswith(("<!doctype html", "<html"))


def _first_value(value: object, paths: Sequence[str]) -> str:
    for path in paths:
        found = value
        for key in path.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str) and found.casefold() not in ("", "unknown", "none", "null"):
            return found
    return ""
