"""Bodies of changes against GitHub's own description of its API."""

import json
import re
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

_FILE = Path(__file__).parent.parent / "data" / "github_bodies.json"
_ROOT = "/repos/[^/]+/[^/]+"


@cache
def _validators():
    said = json.loads(_FILE.read_text("utf-8"))
    found = []
    for what, schema in said["bodies"].items():
        verb, path = what.split(" ")
        pattern = re.compile(_ROOT + re.sub(r"\{[^}]+\}", "[^/]+", path))
        whole = {**schema, "components": said["components"]}
        found.append((verb, pattern, Draft202012Validator(whole)))
    return found


def wrong_in(verb, path, body):
    """What GitHub would not take of a change; nothing where it is not described, or no change."""
    for known, pattern, validator in _validators():
        if known == verb and pattern.fullmatch(path):
            return [_told(error) for error in validator.iter_errors(json.loads(body))]
    return []


def _told(error):
    """The deepest reason: "is not valid under any of" helps nobody."""
    inner = sorted(error.context, key=lambda each: len(each.absolute_path), reverse=True)
    return _told(inner[0]) if inner else error.message
