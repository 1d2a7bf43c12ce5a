"""
Steps that are known to change nothing outside of their runner, and to tell nobody but people.

What is not known to be harmless is not: a word or a form that is missing here costs a proposal, a
word too many could let something undo a deploy.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from verifier.decide.workflows.own_steps import action_only_judges, only_judges
from verifier.decide.workflows.shell_words import Word, commands_of
from verifier.model.workflow import Job, Step, Value, Workflow

_KEYWORDS = frozenset(
    ("if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "time", "done", "fi")
)
_COMMANDS = re.compile(
    r"echo|printf|true|false|:|test|\[|\[\[|exit|set|date|mkdir|cat|jq|sleep|for|break|continue|grep|"
    r"seq|head|tail|tr|cut|wc|rm|ls|pwd|cp|touch|basename|dirname|uname"
)
#: Commands of several words that only read, or tell people.
_READS = {
    ("gh", "issue", "create"),
    ("gh", "run", "watch"),
    ("railway", "logs"),
    ("railway", "status"),
} | {
    ("gh", noun, verb)
    for noun in ("issue", "pr", "release", "repo", "run", "workflow")
    for verb in ("list", "status", "view")
}
#: Actions that prepare a runner, or keep files of the run.
_PREPARING = re.compile(
    r"actions/(?:checkout|cache(?:/restore|/save)?|(?:up|down)load-artifact|"
    r"setup-(?:node|python|go|java|dotnet))|astral-sh/setup-uv|oven-sh/setup-bun|"
    r"docker/setup-(?:buildx|qemu)-action",
    re.IGNORECASE,
)
#: Actions that write to a chat.
_TELLING = re.compile(
    r"slackapi/slack-github-action|8398a7/action-slack|act10ns/slack|rtcamp/action-slack-notify|"
    r"ravsamhq/notify-slack-action|ilshidur/action-discord|sarisia/actions-status-discord|"
    r"tsickert/discord-webhook|appleboy/(?:telegram|discord)-action|"
    r"jdcargile/ms-teams-notification",
    re.IGNORECASE,
)
_CHAT_ADDRESS = re.compile(
    r"https://(?:hooks\.slack\.com/services|slack\.com/api|discord(?:app)?\.com/api/webhooks|"
    r"[\w-]+\.webhook\.office\.com|outlook\.office(?:365)?\.com/webhook|api\.telegram\.org|"
    r"chat\.googleapis\.com)/.*",
    re.IGNORECASE | re.DOTALL,
)
#: What a variable is called that holds a chat's address: words of these alone, one of a chat.
_CHATS = r"SLACK|DISCORD|TEAMS|TELEGRAM|MATTERMOST|GCHAT"
_OF_CHATS = (
    rf"(?:{_CHATS}|WEBHOOKS?|HOOK|URL|URI|INCOMING|MS|CHAT|CHANNEL|BOT|API|TOKEN|ALERTS?|MESSAGE|"
    "NOTIFY|NOTIFICATIONS?|DEPLOY(?:S|MENTS?)?|CI|OPS|DEV|TEAM|PROD(?:UCTION)?|STAGING|FAILURES?|"
    "ERRORS?|STATUS)"
)
_CHAT_NAME = re.compile(
    rf"(?=(?:\w+_)?(?:{_CHATS})(?:_|$)){_OF_CHATS}(?:_{_OF_CHATS})*", re.IGNORECASE
)
_SECRET = re.compile(r"\$\{\{\s*(?:secrets|vars)\.(\w+)\s*\}\}")
_EXPRESSION = re.compile(r"\$\{\{\s*(?:(?:secrets|vars|env)\.)?(\w+)\s*\}\}")
_OTHER_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
#: Options of curl that say nothing of where it sends to; the second kind takes a word.
_FLAGS = re.compile(
    r"-[fsSiLgvk]+|--(?:fail|silent|show-error|include|location|compressed|verbose)"
)
_GIVEN = re.compile(
    r"-[fsSiL]*[dHXowFm]|--(?:data(?:-raw|-binary|-urlencode|-ascii)?|json|form|header|request|"
    r"output|write-out|max-time|connect-timeout|retry|retry-delay|retry-max-time)"
)
_JOINED = re.compile(
    r"-X\w+|--(?:data(?:-raw|-binary)?|header|request|max-time|retry)=.*", re.DOTALL
)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
#: Variables by which a shell or a program runs something else, or asks elsewhere.
_LEADS_ASTRAY = re.compile(
    r"BASH|ENV$|SHELLOPTS|PATH$|LD_|DYLD_|PS\d|IFS|PROMPT|CURL_|GH_(?:HOST|CONFIG|PATH|PAGER|BROWSER)"
)
_TO_NOWHERE = re.compile(r"\d*>>?\s*/dev/null(?![^\s;|&)])|\d*>&[\d-]")
_ARITHMETIC = re.compile(r"\$\(\([^()`@]*\)\)")
_PLAIN_BRACES = re.compile(r"\$\{#?\w+\}")
#: Forms of the shell in which a command or an address may stand that the reader of its words does
#: not see, and what a later step would see.
_HIDING = re.compile(r"\$\{|\$['\"\[]|<<|/dev/(?:tcp|udp)|GITHUB_(?:ENV|PATH)\b")
#: Options of `gh` by which an issue starts something, or a browser.
_STARTS = re.compile(r"-\w*[lw]|--(?:label|web|project|template)")
_SHELL = re.compile(r"(?:(?:ba)?sh)?(?:\s+(?:-[euxo]+|pipefail|--noprofile|--norc|\{0\}))*")
_LONGEST = 20_000
_DEEPEST = 5


def is_harmless(step: Step) -> bool:
    """Tell whether a step is known to change nothing outside of its runner."""
    if step.uses:
        name = step.uses.partition("@")[0]
        if _PREPARING.fullmatch(name) or action_only_judges(step):
            return True
        return bool(_TELLING.fullmatch(name) and not _sends_elsewhere(step))
    return _is_harmless_text(step.shell, step.variables)


def is_harmless_in(workflow: Workflow, job: Job, step: Step) -> bool:
    """Tell the same of it where it stands, with the shell and the variables that it has there."""
    given = {**workflow.variables, **job.variables, **step.variables}
    is_plain = not job.has_containers and not any(map(_LEADS_ASTRAY.match, given))
    is_shell = bool(step.uses) or bool(_SHELL.fullmatch(step.interpreter or job.interpreter))
    if not is_plain or not is_shell or not is_harmless(step):
        return False
    return bool(step.uses) or _is_harmless_text(step.shell, given)


def commands_in(text: str) -> Iterator[list[str]]:
    """Yield the words of each command, from its name on; those within others too."""
    for words in _commands(text, _DEEPEST):
        if named := _from_name(words):
            yield [word.text({}) for word in named]


def _sends_elsewhere(step: Step) -> bool:
    """Tell whether a chat's action is given the address of something else."""
    return any(
        re.search("hook|^api$", name, re.IGNORECASE) and not _is_chat_value(value)
        for name, value in (*step.inputs.items(), *step.variables.items())
        if isinstance(value, str) and "://" in value
    )


def _is_harmless_text(text: str, given: Mapping[str, Value]) -> bool:
    shell = _OTHER_EXPRESSION.sub("${_}", _EXPRESSION.sub(r"${\1}", text))
    shell = _TO_NOWHERE.sub("", shell)
    hidden = _HIDING.search(_PLAIN_BRACES.sub("", _ARITHMETIC.sub("1", shell)))
    if hidden or len(shell) > _LONGEST:
        return False
    assigned = {name for words in _commands(shell, _DEEPEST) for name in _assigned(words)}
    if any(map(_LEADS_ASTRAY.match, assigned)):
        return False
    said = {**given, **dict.fromkeys(assigned, "")}
    return all(_is_harmless_command(words, said) for words in _commands(shell, _DEEPEST))


def _is_harmless_command(words: Sequence[Word], given: Mapping[str, Value]) -> bool:
    words = _from_name(words)
    texts = [word.text({}) for word in words]
    if not texts or _COMMANDS.fullmatch(texts[0]):
        return True
    if only_judges(texts):
        return True
    if texts[0] == "curl":
        return _only_asks_chats(words[1:], given)
    starts_something = "create" in texts and any(map(_STARTS.match, texts))
    return not starts_something and not _READS.isdisjoint({tuple(texts[:2]), tuple(texts[:3])})


def _from_name(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words of a command from its name on."""
    for number, word in enumerate(words):
        text = word.text({})
        if text not in _KEYWORDS and not _ASSIGNMENT.match(text):
            return words[number:]
    return ()


def _only_asks_chats(words: Sequence[Word], given: Mapping[str, Value]) -> bool:
    """Tell whether a curl says nothing that is not known, and each of its addresses is a chat's."""
    addresses = []
    is_given = False
    for word in words:
        said = word.text({})
        if is_given:
            if not word.is_quoted and any(part.variable for part in word.parts):
                return False  # it may be several words
            is_given = False
        elif _GIVEN.fullmatch(said):
            is_given = True
        elif not _FLAGS.fullmatch(said) and not _JOINED.fullmatch(said):
            addresses.append(word)
    return bool(addresses) and all(_is_chat(word, given) for word in addresses)


def _is_chat(word: Word, given: Mapping[str, Value]) -> bool:
    parts = [part for part in word.parts if part.variable or part.text]
    name = parts[0].variable if parts else ""
    if not name:
        return _CHAT_ADDRESS.fullmatch("".join(part.text for part in parts)) is not None
    if len(parts) > 1 and parts[1].text[:1] not in ("?", "/"):
        return False
    return _is_chat_value(given[name]) if name in given else bool(_CHAT_NAME.fullmatch(name))


def _is_chat_value(value: Value) -> bool:
    """Tell whether a variable is given a chat's address, or a secret of such a name."""
    if not isinstance(value, str):
        return False
    secret = _SECRET.fullmatch(value.strip())
    return bool(
        _CHAT_NAME.fullmatch(secret[1]) if secret else _CHAT_ADDRESS.fullmatch(value.strip())
    )


def _assigned(words: Sequence[Word]) -> Iterator[str]:
    """Yield the variables that a command may set: before it, by `for`, or by `printf -v`."""
    texts = [word.text({}) for word in words]
    yield from (found[1] for text in texts if (found := _ASSIGNMENT.match(text)))
    for number, text in enumerate(texts[:-1]):
        if text in ("for", "-v"):
            yield texts[number + 1]


def _commands(text: str, depth: int) -> Iterator[Sequence[Word]]:
    """Yield the words of each command; one that cannot be seen through is yielded as unknown."""
    for command in commands_of(_ARITHMETIC.sub("1", text)):
        for inner in command.inner:
            if depth == 0 or not _is_whole(inner):
                yield (Word(),)
            else:
                yield from _commands(inner, depth - 1)
        yield command.words


def _is_whole(inner: str) -> bool:
    """Tell whether quotes within `$(…)` are closed: else a parenthesis in them has ended it."""
    return inner.count('"') % 2 == inner.count("'") % 2 == 0
