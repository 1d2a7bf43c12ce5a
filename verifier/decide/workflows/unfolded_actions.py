"""
A workflow with the steps of the repository's own actions in the place of those that use them.

What a step gives to an action is written out in the action's steps, secrets too: an expression of
a file cannot be worked out where it stands on what only its caller knows.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from verifier.decide.workflows.own_steps import is_own_action
from verifier.model.workflow import LocalAction, Step, Value, Workflow

#: The action of a folder of the repository; None where it cannot be read.
Actions: TypeAlias = Callable[[str], LocalAction | None]
#: So many actions may use one another at GitHub.
_DEEPEST = 10
#: Of a workflow together, and of their scripts; nobody writes more by hand.
_MOST_STEPS = 500
_MOST_CHARACTERS = 100_000
_LONGEST = 20_000
_EXPRESSION = re.compile(r"\$\{\{((?:(?!\}\}).)*)\}\}", re.DOTALL)
#: A text within an expression, or what is asked of the caller there.
_ASKED = re.compile(
    r"(?P<text>'(?:[^']|'')*')|(?<![\w.-])(?:inputs(?:\.(?P<name>[\w-]+)|\[\s*'(?P<quoted>[^']+)'\s*\])"
    r"|(?P<path>github\.action_path))(?![\w-])",
    re.IGNORECASE,
)
#: Stands for what is too long to be written out.
_ONLY_A_RUN_KNOWS = "${{ steps.unknown.outputs.value }}"


@dataclass(slots=True)
class _Unfolding:
    """One workflow's, which reads each action once."""

    actions: Actions
    known: dict[str, LocalAction | None] = field(default_factory=dict)
    steps: int = 0
    characters: int = 0

    def unfolded(self, steps: Sequence[Step], depth: int = _DEEPEST) -> Iterator[Step]:
        """Yield the steps, those of an action of the repository in the place of its use."""
        for step in steps:
            self.steps += 1
            folder = _folder_of(step)
            if folder and folder not in self.known:
                self.known[folder] = self.actions(folder)
            action = self.known.get(folder)
            is_much = self.steps > _MOST_STEPS or self.characters > _MOST_CHARACTERS
            if action is None or not depth or is_much:
                yield step
                continue
            given = {n.lower(): v for n, v in {**action.inputs, **step.inputs}.items()}
            inner = [_placed(each, step, given, f"./{folder}") for each in action.steps]
            self.characters += sum(len(each.shell) for each in inner)
            yield from self.unfolded(inner, depth - 1)


def unfolded(workflow: Workflow, actions: Actions) -> Workflow:
    """Return a workflow with the steps of the actions of its repository."""
    unfolding = _Unfolding(actions)
    jobs = [replace(job, steps=tuple(unfolding.unfolded(job.steps))) for job in workflow.jobs]
    return replace(workflow, jobs=tuple(jobs))


def _folder_of(step: Step) -> str:
    """Return the folder of the repository whose action a step uses; empty for all others."""
    if not step.uses.startswith("./") or is_own_action(step.uses, step.inputs):
        return ""
    return step.uses.removeprefix("./").strip("/")


def _placed(inner: Step, outer: Step, given: Mapping[str, Value], folder: str) -> Step:
    """Return a step of an action as it runs where another step uses that."""

    def filled_in(value: Value) -> Value:
        return _filled_in(value, given, folder) if isinstance(value, str) else value

    def all_told(values: Mapping[str, Value]) -> Mapping[str, Value]:
        return {name: filled_in(value) for name, value in values.items()}

    own = f"${{{{ ({said}) }}}}" if (said := _bare(inner.condition)) else ""
    path = {"GITHUB_ACTION_PATH": folder} if inner.shell else {}
    return replace(
        inner,
        line=outer.line,
        condition=_both(outer.condition, str(filled_in(own))),
        shell=str(filled_in(inner.shell)),
        inputs=all_told(inner.inputs),
        variables={**outer.variables, **path, **all_told(inner.variables)},
        folder=str(filled_in(inner.folder)) or ".",
        goes_on=inner.goes_on or outer.goes_on,
        goes_on_if=inner.goes_on_if or outer.goes_on_if,
    )


def _filled_in(text: str, given: Mapping[str, Value], folder: str) -> str:
    """Return a text of an action with what it is given in the place of its inputs."""
    if "${{" not in text:
        return text
    longest = max((len(value) for value in given.values() if isinstance(value, str)), default=0)
    if text.count("${{") * (longest + 1) > _LONGEST * 10:
        return _ONLY_A_RUN_KNOWS

    def whole(found: re.Match[str]) -> str:
        body = found[1].strip()
        alone = _ASKED.fullmatch(body)
        if alone and not alone["text"]:
            return folder if alone["path"] else _text(_value_of(alone, given))
        return f"${{{{ {_ASKED.sub(part, body)} }}}}"

    def part(found: re.Match[str]) -> str:
        if found["text"]:
            return found[0]
        return _as_term(folder if found["path"] else _text(_value_of(found, given)))

    written = _EXPRESSION.sub(whole, text)
    return written if len(written) <= _LONGEST else _ONLY_A_RUN_KNOWS


def _value_of(asked: re.Match[str], given: Mapping[str, Value]) -> Value:
    return given.get((asked["name"] or asked["quoted"]).lower())


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _as_term(text: str) -> str:
    """Return a text of a file as a part of an expression."""
    alone = _EXPRESSION.fullmatch(text.strip())
    if alone:
        return f"({alone[1].strip()})"
    found = [each.strip() for each in _EXPRESSION.findall(text)]
    if not found:
        return _quoted(text)
    between = [each.replace("{", "{{").replace("}", "}}") for each in _EXPRESSION.split(text)[::2]]
    form = "".join(f"{each}{{{n}}}" for n, each in enumerate(between[:-1])) + between[-1]
    return f"format({', '.join([_quoted(form), *(f'({each})' for each in found)])})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _both(outer: str, inner: str) -> str:
    """Return the condition that holds where both do; in doubt it holds."""
    said = [_bare(each) for each in (outer, inner)]
    return " && ".join(f"({each})" for each in said if each)


def _bare(condition: str) -> str:
    alone = _EXPRESSION.fullmatch(condition.strip())
    if alone:
        return alone[1].strip()
    return "" if "${{" in condition else condition.strip()
