"""
Workflow files into the model: which jobs they have, when they run, expressions as written.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from verifier.errors import UnexpectedAnswerError
from verifier.github.json_shapes import entries, mapping
from verifier.github.runners import default_shells
from verifier.github.secret_names import secret_names
from verifier.github.workflow_expressions import expressions_in
from verifier.github.workflow_rules import why_not_taken
from verifier.guarded.checkout_file import read_inside
from verifier.guarded.mistakes import InvalidConfigError
from verifier.guarded.yaml_document import Document, parse_workflow_document
from verifier.model.finding import Unobserved
from verifier.model.workflow import Cron, Job, LocalAction, Step, Trigger, Value, Workflow

FOLDER = ".github/workflows/"
#: How a workflow calls another one of its own repository.
_OF_ITS_OWN = ("./", "$/")
#: A file of that size is read in seconds; nobody writes a larger one by hand.
_MOST_CHARACTERS = 512 * 1024
#: Of all its scripts together.
_MOST_OF_SCRIPTS = 64 * 1024
#: Of a text with expressions, and of a condition; GitHub refuses longer ones.
#: Source: https://github.com/actions/runner/blob/main/src/Sdk/DTExpressions2/Expressions2/ExpressionConstants.cs
_LONGEST_EXPRESSION = 21_000


def parse_workflow(path: str, text: str) -> Workflow | Unobserved:
    """Return the workflow that a file describes."""
    if len(text) > _MOST_CHARACTERS:
        return Unobserved(f"{path} is larger than 512 KiB, and was not read")
    try:
        document = parse_workflow_document(path, text)
    except InvalidConfigError as error:
        # What is too large, or too deep, for this reader may be read by GitHub.
        is_refused = not isinstance(error.__cause__, RecursionError | ValueError)
        reason = f"{path} is not a readable workflow: {error.message}"
        return Unobserved(reason, is_final=is_refused)
    value = mapping(document.value)
    if too_much := _too_much(value):
        return Unobserved(f"{path} has {too_much}, and was not read")
    triggers = value.get("on")
    jobs = mapping(value.get("jobs"))
    called = mapping(mapping(mapping(triggers).get("workflow_call")).get("inputs"))
    return Workflow(
        path=path,
        name=_text(value.get("name")) or path,
        triggers=_triggers(triggers),
        crons=tuple(_crons(mapping(triggers).get("schedule"))),
        jobs=tuple(_job(document, str(id_), mapping(job)) for id_, job in jobs.items()),
        inputs=dict(_defaults(called)),
        required_inputs=frozenset(
            map(str, filter(lambda name: _must_be_given(called[name]), called))
        ),
        permissions=_value(value.get("permissions")),
        concurrency=_value(value.get("concurrency")),
        variables=_values(value.get("env")),
        secrets=secret_names(value.get("env")),
        folder=_default(value, "working-directory"),
        fault=why_not_taken(value),
        expressions=tuple(expressions_in(value)),
    )


def _too_much(workflow: Mapping[str, object]) -> str:
    """What is longer than anybody writes, and would keep who reads it busy; empty for nothing."""
    jobs = [mapping(job) for job in mapping(workflow.get("jobs")).values()]
    steps = [step for job in jobs for step in entries(job.get("steps"))]
    if sum(len(_text(step.get("run"))) for step in steps) > _MOST_OF_SCRIPTS:
        return f"more than {_MOST_OF_SCRIPTS // 1024} KiB of scripts"
    texts = [_text(part.get("if")) for part in (*jobs, *steps)]
    texts += [written.text for written in expressions_in(workflow)]
    if any(len(text) > _LONGEST_EXPRESSION for text in texts):
        return f"an expression of more than {_LONGEST_EXPRESSION:,} characters"
    return ""


def workflow_value(path: str, text: str) -> Mapping[str, Value]:
    """Return what a workflow file is as data; nothing where it cannot be read."""
    try:
        return _values(parse_workflow_document(path, text).value)
    except InvalidConfigError:
        return {}


def parse_action(path: str, text: str) -> LocalAction | None:
    """Return the action that a file describes; None where it cannot be read."""
    if len(text) > _MOST_CHARACTERS:
        return None
    try:
        document = parse_workflow_document(path, text)
    except InvalidConfigError:
        return None
    value = mapping(document.value)
    steps = mapping(value.get("runs")).get("steps")
    if _too_much({"jobs": {"runs": {"steps": steps}}}):
        return None
    inputs = dict(_defaults(value.get("inputs")))
    return LocalAction(inputs, tuple(_steps(document, ("runs",), steps)))


def action_in(checkout: Path, folder: str) -> LocalAction | None:
    """Return the action of a folder of a checkout; None where it cannot be read."""
    for name in ("action.yml", "action.yaml"):
        path = f"{folder}/{name}".lstrip("/")
        try:
            content = read_inside(checkout, path, 4 * _MOST_CHARACTERS)
        except UnexpectedAnswerError:
            continue
        return parse_action(path, content.decode("utf-8-sig", "replace"))
    return None


def workflow_in(checkout: Path, path: str) -> Workflow | Unobserved:
    """Return the workflow that a file of a checkout describes."""
    try:
        content = read_inside(checkout, path, 4 * _MOST_CHARACTERS)
    except UnexpectedAnswerError as error:
        return Unobserved(error.message)
    return parse_workflow(path, content.decode("utf-8-sig", "replace"))


def _defaults(inputs: object) -> Iterator[tuple[str, Value]]:
    """What each input is where the caller does not give it: its default, or its type's."""
    for name, said in mapping(inputs).items():
        empty = {"boolean": False, "number": 0}.get(_text(mapping(said).get("type")), "")
        default = mapping(said).get("default")
        yield str(name), empty if default is None else _value(default)


def _must_be_given(said: object) -> bool:
    return mapping(said).get("required") is True and "default" not in mapping(said)


def _triggers(value: object) -> Mapping[str, Trigger]:
    match value:
        case str(event):
            return {event: Trigger()}
        case list(events):
            return {str(event): Trigger() for event in events}
        case dict(by_event):
            return {str(event): _trigger(mapping(said)) for event, said in by_event.items()}
        case _:
            return {}


def _trigger(said: Mapping[str, object]) -> Trigger:
    return Trigger(
        branches=_texts(said.get("branches")),
        branches_ignore=_texts(said.get("branches-ignore")),
        paths=_texts(said.get("paths")),
        paths_ignore=_texts(said.get("paths-ignore")),
        types=_texts(said.get("types")),
        tags=(*_texts(said.get("tags")), *_texts(said.get("tags-ignore"))),
        workflows=_texts(said.get("workflows")),
    )


def _crons(value: object) -> Iterator[Cron]:
    for entry in value if isinstance(value, list) else []:
        cron, zone = mapping(entry).get("cron"), mapping(entry).get("timezone")
        if isinstance(cron, str) and zone is None:
            yield Cron(cron)
        elif isinstance(cron, str):
            yield Cron(cron, _text(zone), _zone(_text(zone)))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _job(document: Document, id_: str, job: Mapping[str, object]) -> Job:
    called = _text(job.get("uses"))
    strategy = job.get("strategy")
    named = _default(job, "shell") or _default(mapping(document.value), "shell")
    usual, on_windows = ("", "") if named else default_shells(job)
    return Job(
        id=id_,
        line=document.line(("jobs", id_)),
        name=_value(job.get("name")),
        matrix=_value(mapping(strategy).get("matrix")),
        strategy=strategy if isinstance(strategy, str) else "",
        condition=_text(job.get("if")),
        needs=_texts(job.get("needs")),
        calls=called[2:].partition("@")[0] if called.startswith(_OF_ITS_OWN) else called,
        inputs=_values(job.get("with")),
        inherits_secrets=_text(job.get("secrets")) == "inherit",
        permissions=_value(job.get("permissions")),
        steps=tuple(_steps(document, ("jobs", id_), job.get("steps"))),
        concurrency=_value(job.get("concurrency")),
        variables=_values(job.get("env")),
        folder=_default(job, "working-directory"),
        interpreter=named or usual,
        interpreter_on_windows=on_windows,
        goes_on=_is_on(job.get("continue-on-error")),
        has_containers="container" in job or "services" in job,
        environment=None if "${{" in (place := _environment(job.get("environment"))) else place,
        environment_expression=place if "${{" in place else "",
        secrets=secret_names(job),
    )


def _environment(value: object) -> str:
    return _text(value if isinstance(value, str) else mapping(value).get("name"))


def _steps(document: Document, place: tuple[str, ...], steps: object) -> Iterator[Step]:
    for index, step in enumerate(map(mapping, steps if isinstance(steps, list) else [])):
        yield Step(
            line=document.line((*place, "steps", index)),
            name=_text(step.get("name")) or _text(step.get("id")),
            condition=_text(step.get("if")),
            shell=_text(step.get("run")),
            goes_on=_is_on(step.get("continue-on-error")),
            uses=_text(step.get("uses")),
            inputs=_values(step.get("with")),
            variables=_values(step.get("env")),
            folder=_text(step.get("working-directory")),
            interpreter=_text(step.get("shell")),
            id=_text(step.get("id")),
            goes_on_if=_expression(step.get("continue-on-error")),
        )


def _default(said: Mapping[str, object], key: str) -> str:
    return _text(mapping(mapping(said.get("defaults")).get("run")).get(key))


def _expression(value: object) -> str:
    said = _text(value).strip()
    return said if said.startswith("${{") and said.endswith("}}") else ""


def _is_on(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip() not in ("", "false"))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else "" if value is None else str(value)


def _value(value: object) -> Value:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [_value(item) for item in value]
        case _:
            return _values(value)


def _values(value: object) -> Mapping[str, Value]:
    return {str(key): _value(inner) for key, inner in mapping(value).items()}


def _texts(value: object) -> tuple[str, ...]:
    match value:
        case str(text):
            return (text,)
        case list(items):
            return tuple(str(item) for item in items)
        case _:
            return ()
