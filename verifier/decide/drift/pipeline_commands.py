"""What the commands of a pipeline's step are for: a test, a deploy, a health check, a rollback."""

import re
from collections.abc import Sequence

from verifier.decide.workflows.own_steps import is_own_action
from verifier.decide.workflows.shell_results import Sought, command_words, name_of, shell_commands
from verifier.model.workflow import Step

#: These only print, copy or install what is named behind them.
_ONLY_NAMES = re.compile(
    r"(?:echo|printf|cat|pip3?|pipx|apt|apt-get|apk|brew|git|rm|cp|mv|cd|ls|mkdir|grep|sed|which|type"
    r"|export|source|test|\[|\[\[|trap|:)$"
)
_INSTALLS = ("install", "add", "i", "ci")
_RUNNER = re.compile(
    r"(?:pytest|py\.test|tox|nox|jest|vitest|rspec|phpunit|mocha|ava|unittest|ctest)(?:@\S+)?$"
)
_TEST = re.compile(
    r"(?:\S*/)?(?:go|cargo|dotnet|deno|swift|flutter|mix|rails|just|task|playwright|nx)"
    r" (?:\S+ )*?test\b"
    r"|(?:\S*/)?(?:mvnw?|gradlew?) (?:\S+ )*?(?:test|check|verify)\b"
    r"|(?:npm|yarn|pnpm|bun) (?:\S+ )*?(?:t|test\S*)(?: |$)"
    r"|make (?:\S+ )*?(?:test|check)\S*|rake (?:test|spec)\b|node --test\b|cypress run\b"
    r"|(?:python\d?(?:\.\d+)? )?(?:\S*/)?manage\.py test\b"
)
_WRAPPED = re.compile(
    r"(?:(?:sudo|env|npx|bunx|time|nice|xvfb-run) |(?:uv|poetry|pipenv|hatch|pdm|rye|bundle) "
    r"(?:run|exec) |python\d?(?:\.\d+)? -m |timeout \S+ |[A-Za-z_]\w*=\S* )+"
)
_UPLOAD = re.compile(r"railway (?:\S+ )*?(?:up|redeploy)\b")
#: Takes something back where a condition asks how a step went; elsewhere it may be the deploy.
_MAY_UNDO = re.compile(r"railway (?:\S+ )*?(?:redeploy|down)\b|git (?:\S+ )*?revert\b")
_ASKS_A_STEP = re.compile(r"\bsteps\s*[.\[]|\bfailure\s*\(", re.IGNORECASE)
_HEALTH = re.compile(
    r"(?:\S*/)?(?:curl|wget|https?|httpx|xh) .*(?:health|/ready|/live)", re.IGNORECASE
)
_ROLLBACK = re.compile(
    r"railway (?:\S+ )*?rollback\b|curl .*deploymentRollback"
    r"|(?:(?:ba)?sh |\./)?\S*roll[-_]?back\S*(?: |$)",
    re.IGNORECASE,
)
_ROLLBACK_ACTION = re.compile(r"roll[-_]?back", re.IGNORECASE)
_ROLLBACK_NAME = re.compile(
    r"(?:auto\w*\s+)?roll[- ]?back\b(?!.*\b(?:notes?|drill)\b)", re.IGNORECASE
)

TEST = "test"
DEPLOY = "deploy"
HEALTH = "health check"
ROLLBACK = "rollback"


def kind_of_command(words: Sequence[str]) -> str:
    """Return what a command is for; empty for anything else."""
    text = " ".join(command_words(words))
    text = text[len(wrapped[0]) :] if (wrapped := _WRAPPED.match(text)) else text
    rest = text.split(" ")
    first = name_of(rest[0])
    if _ROLLBACK.match(text):
        return ROLLBACK
    if _ONLY_NAMES.match(first) or any(word in _INSTALLS for word in rest[1:3]):
        return ""
    if any(_RUNNER.match(name_of(word)) for word in rest) or _TEST.match(text):
        return TEST
    if _UPLOAD.match(text):
        return DEPLOY
    return HEALTH if _HEALTH.match(text) else ""


def is_of_kind(kind: str) -> Sought:
    """What has the failure of such a command followed through a shell text."""
    return Sought(lambda words: kind_of_command(words) == kind, may_be_compared=True)


def kind_of(step: Step) -> str:
    """Return what a step is for, a rollback before all else; empty for anything else."""
    kinds = [kind_of_command(words) for words in shell_commands(step.shell)]
    is_of_rollback = _ROLLBACK_ACTION.search(step.uses) and not is_own_action(
        step.uses, step.inputs
    )
    if ROLLBACK in kinds or is_of_rollback:
        return ROLLBACK
    if _ASKS_A_STEP.search(step.condition) and any(
        _MAY_UNDO.match(" ".join(words)) for words in shell_commands(step.shell)
    ):
        return ROLLBACK
    found = next((kind for kind in (TEST, DEPLOY, HEALTH) if kind in kinds), "")
    is_named = bool(step.shell) and not found and _ROLLBACK_NAME.match(step.name)
    return ROLLBACK if is_named else found


def is_bare_request(words: Sequence[str]) -> bool:
    """Tell whether curl asks for health and takes an HTTP error for a success."""
    rest = command_words(words)
    if not rest or name_of(rest[0]) != "curl" or kind_of_command(words) != HEALTH:
        return False
    flags = [word for word in rest[1:] if word.startswith("-")]
    short = "".join(word[1:] for word in flags if not word.startswith("--"))
    is_shown = "f" in short or any(word.startswith("--fail") for word in flags)
    return not (is_shown or "w" in short or "--write-out" in flags)
