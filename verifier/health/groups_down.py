"""Groups of any name of which nothing is good: `providers: {openai: down}`."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from verifier.health.applications_within import NO_GROUP
from verifier.health.dispensable import OWN_DATA, SAID_OF_DATA
from verifier.health.document_keys import (
    COMPONENTS,
    CROWDS,
    FAILURES,
    KINDS,
    MAYBE_COMPONENTS,
    WARNINGS,
    is_about_now,
    normal,
)
from verifier.health.doubts import tells_bad
from verifier.health.figures import measures
from verifier.health.flag_names import name_means, words_of
from verifier.health.not_of_now import (
    GLOSSARIES,
    MAYBE_GLOSSARIES,
    POLICIES,
    RUNS,
    SETTINGS,
    STORES,
)
from verifier.health.own_status import Json, own_status
from verifier.health.sentences import status_of_text
from verifier.health.state_flags import is_copy, says_lazy
from verifier.health.trouble_by_name import tells_gravity
from verifier.health.vocabulary import is_plain_word, is_yes_or_no, status_of
from verifier.health.word_set import word_set
from verifier.model.evidence import HealthStatus

#: What ran now and then, comes and goes, is watched rather than used, or would be told.
_NO_PARTS = (
    GLOSSARIES
    | MAYBE_GLOSSARIES - {"endpoints"}
    | POLICIES
    | RUNS
    | NO_GROUP
    | OWN_DATA
    | CROWDS
    | word_set(
        "build ci deploy deployment deployments release test tests lint report reports import "
        "export payment payments stream streams channel channels broadcast broadcasts live game "
        "games severity severities threshold thresholds mock mocks tenants tenant log logger "
        "loggers level levels colors colours theme palette lock locks door doors run runs "
        "heartbeats account accounts profile profiles session sessions cert certs license"
    )
)
#: A flag in a group of such a name says how its part is, and not whether it was chosen.
_OF_STATES = word_set(
    "connectivity connection connections connected status statuses health reachability reachable "
    "availability available loaded ready readiness online up initialized alive"
)
#: Who uses an application links these or does not.
_LINKED = word_set("connected")
#: How something is done, and not whether.
_OPTIONS = word_set("ssl tls encrypted secure enabled configured running active busy pooled cached")
#: These are of no use before they are loaded.
_LOADED = word_set("loaded initialized initialised ready")
_MODELS = word_set(
    "model models llm llms embedder embedders embedding embeddings encoder tokenizer reranker "
    "classifier detector pipeline pipelines checkpoint weights transcriber whisper"
)
_NOT_LOADED = word_set("notloaded notinitialized notinitialised notready uninitialized")
_LONGEST = 200
_MOST = 100
_BAD = (HealthStatus.BAD, HealthStatus.CRITICAL)


def parts_down(key: str, around: Sequence[Json]) -> Iterator[tuple[str, str]]:
    """
    Yield the key and the word of each part of a group of which all that is told is bad.

    With one that is good the others may be a choice, and what is read as components is told.
    """
    value = around[-1]
    if not _may_be_group(key) or own_status(value) is not None:
        return
    told = {k: v for k, v in value.items() if is_about_now(k) and not measures(normal(k))}
    is_lazy = any(map(says_lazy, map(_first_of, around)))
    flag = _not_loaded(told) if words_of(key)[-1] in _MODELS else ""
    if flag:
        yield from () if is_lazy or _is_another_loaded(around) else ((flag, "false"),)
        return
    bad = {k: _said_bad(key, k, v, is_lazy=is_lazy) for k, v in told.items()}
    if told and all(bad.values()):
        yield from bad.items()


def _may_be_group(key: str) -> bool:
    words = words_of(key)
    kind = normal(key)
    is_read = kind in COMPONENTS | KINDS | FAILURES | WARNINGS | MAYBE_COMPONENTS
    is_other = not _NO_PARTS.isdisjoint(words) or tells_gravity(key) or is_copy(key)
    is_trouble = any(name_means(word) is not HealthStatus.GOOD for word in words)
    return bool(words) and not (is_read or is_other or is_trouble)


def _said_bad(group: str, key: str, item: object, *, is_lazy: bool) -> str:
    """Return what is said of a part that is bad; empty where it is not, or nobody can tell."""
    is_of_others = isinstance(item, str) and normal(item) in SAID_OF_DATA
    if is_of_others and normal(key) in OWN_DATA | CROWDS:
        return ""
    if is_copy(key) or name_means(key) is not HealthStatus.GOOD:
        return ""
    if isinstance(item, dict):
        flag = _not_loaded(item)
        return f"{flag}: false" if flag and not is_lazy and not says_lazy(item) else ""
    if isinstance(item, bool):
        return "false" if item is False and _states_by_flags(group, key) and not is_lazy else ""
    if not isinstance(item, str):
        return ""
    bare = item.strip()
    if normal(bare) in _NOT_LOADED:
        return "" if is_lazy else bare
    is_word = status_of(bare) in _BAD and is_plain_word(bare) and not is_yes_or_no(bare)
    is_text = status_of(bare) is HealthStatus.UNKNOWN and len(bare) <= _LONGEST
    is_sentence = is_text and (tells_bad(bare) or status_of_text(bare) in _BAD)
    return bare if is_word or is_sentence else ""


def _states_by_flags(group: str, key: str) -> bool:
    words, own = words_of(group), words_of(key)
    if not SETTINGS.isdisjoint(words):
        return False
    # What a model is asked to do, as `gpu` and `streaming`, stands beside what it is.
    is_of_model = words[-1] in _MODELS and not _OF_STATES.isdisjoint(own)
    is_stated = not _OF_STATES.isdisjoint(words) and words[-1] not in _LINKED
    is_option = not _OPTIONS.isdisjoint(own)
    return is_of_model or (is_stated and not is_option) or normal(key) in STORES


def _first_of(value: Json) -> Json:
    return dict(islice(value.items(), _MOST))


def _is_another_loaded(around: Sequence[Json]) -> bool:
    """Whether a neighbour says that it is: then which of them are is a choice."""
    others = _first_of(around[-2]).values() if len(around) > 1 else ()
    flags = (o.get(k) for o in others if isinstance(o, dict) for k in o if normal(k) in _LOADED)
    return any(flag is True for flag in flags)


def _not_loaded(value: Mapping[str, object]) -> str:
    """Return the flag by which an object says that it is not loaded; none where another is good."""
    flags = {k: v for k, v in value.items() if isinstance(v, bool) and normal(k) in _LOADED}
    return next(iter(flags), "") if flags and not any(flags.values()) else ""
