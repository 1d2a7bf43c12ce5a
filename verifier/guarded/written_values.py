"""
Reads what stands behind the name of a secret as languages write it, and finds the value in it.

Name, sign, value: between the last two may stand a type, the prefix of a literal, what the value is
wrapped in, a list, or a tag of YAML. None of them is the value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from verifier.guarded import yaml_below
from verifier.guarded.known_forms import Range
from verifier.guarded.public_words import looks_public, stands_for_one
from verifier.guarded.secret_words import NAMES, OF_ANOTHER, RANDOM, WORD
from verifier.model.late_pattern import LatePattern

_PLAIN_NAMES = ("passw", "pwd", "pass", "pw")
_PART = r"[A-Za-z_$][\w$]{0,40}"
_WORD = rf"{_PART}(?:(?:\.|::|\\){_PART}){{0,5}}"
_ARGUMENTS = r"(?:<[\w ,.?&'<>\[\]]{0,60}>|\[[\w ,.|=()\[\]]{0,60}\])?"
#: str, &'static str, Optional[str], String?, string | null
_TYPE = (
    rf"(?:&(?:'[a-z]{{1,20}}\s)?)?{_WORD}{_ARGUMENTS}[?!]?(?:\s?\|\s?{_WORD}{_ARGUMENTS}){{0,3}}"
)
_HEAD = LatePattern(
    NAMES + r"(?P<close>\\{0,3}['\"])?[\])]?\??"
    # As Go declares, and TypeScript asserts.
    rf"(?:(?<=\w)[ ](?:as[ ])?{_TYPE}(?=\s{{0,3}}=))?"
    # Who may read and write it, in C#.
    r"(?:\s?\{\s?(?:(?:public|private|protected|internal|get|set|init)[; ]{1,2}){1,8}\}"
    r"(?=\s{0,3}=))?"
    # The arrow of Scala, the blank behind a keyword of Clojure, the dots of a table.
    r"\s{0,3}(?P<sign>:[:=]|[?+]=|={1,3}>?|[:\uff1a\uff1d]>?|,|(?<=\s)->(?=\s)"
    r"|(?<=\w)[ ](?=\\{0,3}\")|(?<=\.\.\.)(?=['\"])"
    r"|\((?=[bBuUrR@$&]{0,2}\\{0,3}['\"`]))[ \t]{0,3}",
    re.IGNORECASE,
)
#: The name of a pair begins so, maybe with other words before that of a secret.
_PAIR_BEGINS = LatePattern(r"[\[({]\s{0,3}b?\\{0,3}['\"][\w.-]{0,40}$")
_ENTRY_BEGINS = LatePattern(r"(?:\[|[\[({]\s?:)[\w.-]{0,40}$")
_KEYWORD_BEGINS = LatePattern(r"(?:^|[\s({\[]):[\w.-]{0,40}$")
_DECLARED = LatePattern(rf"(?P<type>{_TYPE})\s{{0,3}}=(?![=>])\s{{0,3}}")
_STEP = LatePattern(
    r"(?P<blank>[ \t]{1,20}|\s{1,40})"
    # string(13) of PHP, (string) (len=13) of Go
    r"|(?P<cast>string\(\d{1,6}\)\s|\((?:\*?[a-z]\w{0,20}|len=\d{1,6}|cap=\d{1,6})\)\s"
    # <string> of TypeScript, <ref *1> of Node
    r"|<(?:ref \*\d{1,4}|[A-Za-z]\w{0,20}(?:\[\])?)>\s?(?=[\[{'\"`]))"
    r"|(?P<sigil>(?:%[wWiIqQ]|~[sScCwW])[\[({<|/])"
    # #<Secret:0x1 @value=… of Ruby, <Token: … of Python
    rf"|(?P<object>#?<{_WORD}(?:(?::|\sobject\sat\s)(?P<address>0x[0-9a-f]{{1,16}}))?:?\s)"
    rf"|(?P<wrapper>(?:new\s)?(?:\[\])?(?P<named>{_WORD})"
    # array:1 [ and array(1) { of PHP, Object [Name] { of Node
    rf"(?:(?::\d{{1,4}}|\(\d{{1,4}}\)|\s\[{_WORD}\])\s[\[{{]|[({{\[]"
    # Set { of Node
    r"|(?<=Set|Map)[ ]\{(?=\s?['\"])"
    # Behind a blank it is a remark, but for the first field of a record, and for a list of PHP.
    r"|[ ]\{(?=\s?[a-z_]{1,30}:\s)|(?<=rray)\s{1,2}[ \t]{0,40}\())"
    # A sign within quotes, and what ends base64, are of the value.
    r"|(?P<field>(?P<of>b?(?P<around>\\{0,3}['\"])?@?[A-Za-z_][\w-]{0,40}(?(around)(?P=around)))"
    r"(?:\s?(?:=>|:)|\s=(?!=)|=(?![=,;)\]}\s]|$)))"
    r"|(?:[bBuUrRfFLN@$]{1,2})?(?P<quoted>(?P<quote>\\{0,3}['\"`])"
    r"(?P<value>(?:(?!(?P=quote))(?:[^\n\x1e\\]|\\[^\n\x1e])){0,1000})(?P=quote))"
    r"|(?P<index>\[?\d{1,4}\]?\s?=>)"
    r"|(?P<open>[\[({])|(?P<shut>[\])}])|(?P<comma>,)"
    r"|(?P<bare>[^\s'\"`,;()\[\]{}<>\\]{1,200})"
)
_SHORTEST = 4
_SHORTEST_BARE = 8
_SHORTEST_OF_AN_ARROW = 6
#: Where a program puts a value in: {self}, ${{ … }}, {{ … }}; a colour of a theme's tokens.
_FILLED_IN = LatePattern(r"#[0-9a-fA-F]{6}$|\$?\{\{|\{[\w.!:]{0,40}\}$")
#: A word with its number: my-job-12
_NUMBERED = LatePattern(r"(?i:[a-z]{2,20}(?:[-_][a-z]{2,20}){0,4}[-_]?\d{1,3})")
_BREAK = LatePattern(r"[\n\x1e]")
_AT_AN_END = LatePattern(r"[ \t]{0,3}\r?[\n\x1e]")
_DIGIT = LatePattern(r"[0-9]")
_MOST_STEPS = 40
_CLOSES = {"(": ")", "[": "]", "{": "}", "<": ">"}
_ARROW = "->"
#: A text may have thousands of names, and each would be read to its end.
_FARTHEST = 1000
#: What asks for a value by its name, or by what is around it: the first word in it is that.
_ASKS = LatePattern(
    r"(?i:(?:.{0,80}[.:])?(?:get\w{0,20}|\w{0,10}env(?:iron)?|fetch|require|config|lookup|headers?"
    r"|settings|params?|input|find\w{0,20}|pop|r?split|r?partition|compile|search|match|sub|replace"
    r"|test|includes|index))"
)


@dataclass(frozen=True, slots=True)
class _Written:
    """A value as it is written, and what it is to the name before it."""

    span: Range
    is_quoted: bool
    is_first: bool = True
    #: In a field that has a name of its own.
    is_of_another: bool = False


def read(text: str) -> tuple[list[Range], dict[int, int]]:
    """Return where values stand, and what stands before one: where it begins, and ends."""
    values: list[Range] = []
    before: dict[int, int] = {}
    for head in _HEAD.finditer(text):
        if not _is_of_a_value(head):
            continue
        passed: dict[int, int] = {}
        found = [one for one in _written(text, head, passed) if _is_secret(text, head, one)]
        values += [one.span for one in found]
        # A tag of YAML is none, whatever follows it.
        if found or yaml_below.TAG.match(text, head.end()):
            before |= passed
    return values, before


def _is_of_a_value(head: re.Match[str]) -> bool:
    """Whether a comma is that of a pair, and a bracket that of a class: Secret("…")."""
    begin = head.start()
    earlier = head.string[max(0, begin - 60) : begin]
    if head["sign"] == " ":
        return _KEYWORD_BEGINS.search(earlier) is not None
    if head["sign"] != ",":
        return head["sign"] != "(" or "." not in head["suffix"]
    pattern = _ENTRY_BEGINS if head["close"] is None else _PAIR_BEGINS
    return pattern.search(earlier) is not None


def _written(text: str, head: re.Match[str], before: dict[int, int]) -> Iterator[_Written]:
    begin = at = head.end()
    is_colon = head["sign"] == ":"
    if is_colon and (items := list(yaml_below.items(text, at))):
        yield from (_Written(item, True, is_first=False) for item in items)
        return
    if is_colon and (declared := _DECLARED.match(text, at)):
        if _DIGIT.search(declared["type"]) is None:
            before[begin] = declared.end("type")
        at = declared.end()
    elif is_colon and (marks := yaml_below.MARKS.match(text, at)):
        at = marks.end()
        if yaml_below.TAG.match(text, begin):
            before[begin] = at
    if is_colon and (block := yaml_below.BLOCK.match(text, at)):
        before.setdefault(begin, block.end())
        yield from (_Written(line, True) for line in yaml_below.block(text, block.end()))
        return
    if at > begin and (_AT_AN_END.match(text, at) or text.startswith("!!", begin)):
        yield from _of_a_tag(text, at)
        return
    # Behind a type or a mark, and in `[name, value]`, it may stand by itself.
    is_bare = head["sign"] == _ARROW or (head["sign"] == "," and head["close"] is None)
    yield from _steps(text, at, before, is_bare or at > begin)


def _steps(text: str, begin: int, before: dict[int, int], takes_bare: bool) -> Iterator[_Written]:
    at, depth, is_first, is_asked, is_of_another = begin, 0, True, False, False
    for _ in range(_MOST_STEPS):
        step = _STEP.match(text, at)
        if step is None or at - begin > _FARTHEST:
            return
        at = step.end()
        match step.lastgroup:
            case "wrapper":
                depth += 1
                is_key = step[0].removesuffix("[").endswith(step["named"]) and step[0][-1] == "["
                is_asked = is_key or _ASKS.fullmatch(step["named"]) is not None
                # What has a digit may be the value itself, in front of something else.
                if _DIGIT.search(step["named"]) is None:
                    before.setdefault(step.start(), step.end("named"))
            case "sigil":
                end = text.find(_CLOSES.get(step[0][-1], step[0][-1]), at, at + _FARTHEST)
                if end > at and not _BREAK.search(text, at, end):
                    before.setdefault(step.start(), end + 1)
                    yield _Written((at, end), True, is_first, is_of_another)
                return
            case "object":
                depth += 1
                before.setdefault(step.start(), at)
                before.setdefault(step.start("address"), at)
            case "cast":
                before.setdefault(step.start() + 1, at)
            case "open":
                depth += 1
            case "shut":
                depth -= 1
                if depth <= 0:
                    return
            case "comma":
                if depth == 0:
                    return
                is_of_another = False
            case "field":
                if depth == 0:
                    return
                is_of_another = not yaml_below.OF_A_WRAPPER.fullmatch(step["of"])
            case "quoted":
                if not is_asked:
                    yield _Written(step.span("value"), True, is_first, is_of_another)
                    is_first = False
                is_asked = False
                if depth == 0:
                    return
            case "bare":
                if depth > 0 or takes_bare:
                    yield _Written(step.span(), False, is_first, is_of_another)
                if depth == 0:
                    return
                is_first = False
            case "blank" if depth == 0 and _BREAK.search(step[0]):
                return
            case _:
                pass


def _of_a_tag(text: str, at: int) -> Iterator[_Written]:
    """Yield what a tag of YAML's own, or one at the end of its line, is of."""
    if items := list(yaml_below.items(text, at)):
        yield from (_Written(item, True, is_first=False) for item in items)
    elif below := yaml_below.BELOW.match(text, at):
        yield _Written(below.span("value"), True)
    else:
        for one in _steps(text, at, {}, takes_bare=True):
            yield replace(one, is_quoted=True)


def _is_secret(text: str, head: re.Match[str], one: _Written) -> bool:
    value, name = text[slice(*one.span)], head["name"].casefold()
    if stands_for_one(value) or _FILLED_IN.match(value):
        return False
    if len(value) < _SHORTEST or not any(map(str.isalnum, value)):
        return False
    has_digit = any(char.isdigit() for char in value)
    is_plain = name.startswith(_PLAIN_NAMES) or "_pass" in name
    if is_plain and has_digit and head["sign"] == _ARROW:
        return len(value) >= _SHORTEST_OF_AN_ARROW and not OF_ANOTHER.fullmatch(head["suffix"])
    if not one.is_quoted and (len(value) < _SHORTEST_BARE or _NUMBERED.fullmatch(value)):
        return False
    if name == "key" or OF_ANOTHER.fullmatch(head["suffix"]) or one.is_of_another:
        return bool(RANDOM.fullmatch(value))
    if head["sign"] in (",", "(", " "):
        if not one.is_quoted and not has_digit:
            return False
        return not looks_public(value) or (is_plain and has_digit and "/" not in value)
    is_sure = is_plain and one.is_quoted and one.is_first
    if not is_sure and all(WORD.fullmatch(word) for word in value.strip(".,;:()`").split()):
        return False
    if one.is_quoted and one.is_first:
        return True
    return has_digit and (is_plain or not looks_public(value))
