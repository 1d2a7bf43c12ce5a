"""What the steps after an upload are for, as far as that is certain."""

import re
from collections.abc import Sequence
from enum import StrEnum

from verifier.decide.workflows.harmless_steps import commands_in, is_harmless
from verifier.decide.workflows.shell_words import commands_of
from verifier.model.workflow import Step


class OldStep(StrEnum):
    """What a step of a pipeline does after an upload."""

    WAIT = "wait"
    HEALTH = "health"
    DEAD_ROLLBACK = "dead-rollback"
    OTHER = "other"
    DOUBTFUL = "doubtful"


_SAYS = frozenset(("echo", "printf", "true", ":", "set", "date", "exit"))
_TELLS = _SAYS | {"[", "[[", "test", "jq", "cat"}
_ASKS = _TELLS | frozenset(
    (
        "curl",
        "wget",
        "sleep",
        "for",
        "break",
        "continue",
        "grep",
        "seq",
        "head",
        "tail",
        "tr",
        "sed",
        "cut",
        "wc",
    )
)
_ARITHMETIC = re.compile(r"\$\(\([^()]*\)\)")
#: Sends something, or asks in another way than by GET.
_SENDS = re.compile(
    r"-[A-Za-z]*[XdFT].*|--(?:request|data|form|json|upload|post|method|body).*", re.DOTALL
)
_HEALTH = re.compile(r"health|\b(?:readyz?|livez?|readiness|liveness|smoke)\b", re.IGNORECASE)
_MESSAGE = re.compile(r"slack|discord|teams|telegram|webhook", re.IGNORECASE)
_EXPRESSION = re.compile(r"\$\{\{\s*(?:\w+\.)*(\w+)\s*\}\}")
#: Paths at which an application says how it is, besides those that say so.
_USUAL = re.compile(r"/?|.*/(?:up|ping|status|version|alive|heartbeat)/?", re.IGNORECASE)
#: What follows an address, or a variable that holds one.
_PATH = re.compile(r"(?:https?://[^/\s\"'$]+|\$\{?\w+\}?)(/[^\s\"'?);|]*)")
#: Where another product serves: no gate of Railway's asks there.
_OTHER_HOST = re.compile(
    r"\.(?:vercel\.app|netlify\.app|herokuapp\.com|onrender\.com|fly\.dev|pages\.dev|workers\.dev|"
    r"github\.io|web\.app|azurewebsites\.net|amplifyapp\.com)\b",
    re.IGNORECASE,
)
_ROLLBACK = re.compile(r"roll[- ]?back|revert", re.IGNORECASE)
_TOUCHES = re.compile(
    r"\b(?:sleep|curl|wget|httpx?|railway|verifier)\b|health|roll[- ]?back", re.IGNORECASE
)
_STATUS = re.compile(r"(?:failure|always|cancelled)\s*\(")
_OUTPUT = re.compile(r"steps\.([\w-]+)\.outputs\.([\w-]+)\s*==\s*'([^']*)'")
_RESULT = re.compile(r"steps\.([\w-]+)\.(?:outcome|conclusion)\s*==\s*'failure'")
#: What a later step would see.
_LEFT_BEHIND = re.compile(r"GITHUB_(?:ENV|PATH)\b")


def old_step(step: Step, before: Sequence[tuple[str, Step]]) -> OldStep:
    """Return what a step does; `before` are those between the upload and it, with their ids."""
    commands = list(commands_in(step.shell))
    names = {words[0] for words in commands}
    if "sleep" not in names and is_harmless(step):
        return OldStep.OTHER
    if may_roll_back(step):
        return OldStep.DEAD_ROLLBACK if _never_runs(step, before) else OldStep.DOUBTFUL
    if step.uses or _LEFT_BEHIND.search(step.shell):
        is_told = not _TOUCHES.search(f"{step.uses}\n{step.name}") or _MESSAGE.search(step.uses)
        return OldStep.OTHER if is_told and step.uses else OldStep.DOUBTFUL
    if "sleep" in names and names <= _SAYS | {"sleep"}:
        return OldStep.WAIT
    asks = [words for words in commands if words[0] in ("curl", "wget")]
    if _MESSAGE.search(step.shell + step.name) and names <= _TELLS | {"curl"}:
        return OldStep.OTHER
    sends = any(_SENDS.fullmatch(word) for words in asks for word in words)
    # What a page of the business says no gate reads.
    reads_page = "grep" in names and any(not _HEALTH.search(" ".join(words)) for words in asks)
    is_named = _HEALTH.search(step.name) and _asks_usual_paths(step.shell) and not reads_page
    only_asks = bool(asks) and names <= _ASKS and not sends and not _OTHER_HOST.search(step.shell)
    if only_asks and (is_named or all(_HEALTH.search(" ".join(words)) for words in asks)):
        return OldStep.HEALTH
    return OldStep.DOUBTFUL if _TOUCHES.search(f"{step.name}\n{step.shell}") else OldStep.OTHER


def _asks_usual_paths(shell: str) -> bool:
    """Tell whether it asks for nothing but health: a gate asks for no page of the business."""
    paths = _PATH.findall(_EXPRESSION.sub(r"$\1", shell))
    return all(_USUAL.fullmatch(path) or _HEALTH.search(path) for path in paths)


def may_roll_back(step: Step) -> bool:
    """Tell whether a step speaks of a rollback."""
    return any(map(_ROLLBACK.search, (step.shell, step.name, step.uses)))


def _never_runs(step: Step, before: Sequence[tuple[str, Step]]) -> bool:
    """Tell whether its condition asks for the failure of a step, which ends the job."""
    text = step.condition.strip()
    if text.startswith("${{") and text.endswith("}}"):
        text = text[3:-2]
    if _STATUS.search(text) or "||" in text or "${{" in text:
        return False
    asked = dict(before)
    for part in text.split("&&"):
        if (found := _RESULT.fullmatch(part.strip())) and found[1] in asked:
            return not asked[found[1]].goes_on
        if (found := _OUTPUT.fullmatch(part.strip())) and found[1] in asked:
            return _fails_with(asked[found[1]], found[2], found[3])
    return False


def _fails_with(step: Step, name: str, value: str) -> bool:
    """Tell whether a step that sets an output to this value always fails right after it."""
    if step.goes_on or step.uses or "<<" in step.shell:
        return False
    is_open, is_set = False, False
    for command in commands_of(_ARITHMETIC.sub("1", step.shell)):
        words = [word.text({}) for word in command.words]
        said = [word for word in words[1:] if f"{name}=" in word]
        if any("\0" in word or "%" in word for word in said) or (command.inner and is_open):
            return False
        if f"{name}={value}" in said:
            is_open = is_set = True
        elif is_open and words[:1] == ["exit"]:
            code = words[1] if len(words) > 1 else "0"
            if not code.isdecimal() or int(code) == 0 or command.end not in (";", "\n", ""):
                return False
            is_open = False
        elif is_open and words[:1] not in (["echo"], ["printf"], ["fi"], ["done"], []):
            return False
    return is_set and not is_open
