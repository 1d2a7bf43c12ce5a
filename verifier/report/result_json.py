"""The result of a command that leaves no report, as JSON for programs."""

import json
from collections.abc import Mapping

from verifier.report.harmless_text import json_text


def render(kind: str, value: Mapping[str, object]) -> str:
    """
    Return the result as indented JSON of the schema `verifier.KIND/v1`, ending in a newline.

    What is not ASCII is escaped, so that nothing in it can steer a terminal.
    """
    return json_text(json.dumps({"schema": f"verifier.{kind}/v1", **value}, indent=2))
