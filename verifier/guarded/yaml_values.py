"""Which texts of a YAML file are numbers, truths and nothing: in settings, and in workflows."""

import re

import yaml

from verifier.guarded import bounded_yaml

_MOST_DIGITS = 15


class SettingsLoader(bounded_yaml.Loader):
    """YAML 1.2's core rules: `off` and `no` are texts, and so are `0001` and dates."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, object]]] = {}  # noqa: RUF012


SettingsLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf")
)
SettingsLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile("^(?:null|~|)$"), ["n", "~", ""]
)
SettingsLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int",
    re.compile(r"^-?(?:0|[1-9][0-9]{0,30})$"),
    list("-0123456789"),
)


class WorkflowLoader(bounded_yaml.Loader):
    """YAML as GitHub reads workflows: `3.10` is a number, `yes` a text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, object]]] = {}  # noqa: RUF012


def _number(_: yaml.SafeLoader, node: yaml.Node) -> int | float:
    text = str(node.value)
    for prefix, base in (("0x", 16), ("0o", 8)):
        if text.startswith(prefix):
            return int(text[2:], base)
    if text.lstrip("+-").isdigit() and len(text) <= _MOST_DIGITS:
        return int(text)
    return float(text.replace(".inf", "inf").replace(".nan", "nan").replace(".Inf", "inf"))


def _bool(_: yaml.SafeLoader, node: yaml.Node) -> bool:
    return str(node.value).lower() == "true"


_TRUTH, _NULL, _NUMBER = (f"tag:yaml.org,2002:{name}" for name in ("bool", "null", "float"))
WorkflowLoader.add_implicit_resolver(
    _TRUTH, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
WorkflowLoader.add_implicit_resolver(
    _NULL, re.compile("^(?:null|Null|NULL|~|)$"), ["n", "N", "~", ""]
)
WorkflowLoader.add_implicit_resolver(
    _NUMBER,
    re.compile(
        r"^(?:0x[0-9a-fA-F]+|0o[0-7]+|[-+]?\.(?:inf|Inf)|\.nan"
        r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$"
    ),
    list("-+.0123456789"),
)
WorkflowLoader.add_constructor(_TRUTH, _bool)
WorkflowLoader.add_constructor(_NUMBER, _number)


class QuickWorkflowLoader(WorkflowLoader):
    """
    The same from the events of libyaml, which are there five times as soon.

    The tree is made of them in Python, whose recursion has a limit: at a text of 200,000 brackets
    libyaml's own composer ends the whole process.
    """

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._events = yaml.CSafeLoader(text)

    def check_event(self, *kinds: object) -> bool:
        return bool(self._events.check_event(*kinds))

    def peek_event(self) -> yaml.Event | None:
        return self._events.peek_event()

    def get_event(self) -> yaml.Event | None:
        return self._events.get_event()
