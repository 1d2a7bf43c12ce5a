"""Counts of those who should be at work, where there is nobody: `celery_workers: 0`."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from verifier.health.document_keys import is_about_now, normal
from verifier.health.flag_names import words_of
from verifier.health.groups import works_alone
from verifier.health.own_status import Json, own_status
from verifier.health.word_set import word_set
from verifier.model.evidence import HealthStatus

#: What does its work by processes of its own, and how it counts these.
_TOOLS = word_set(
    "celery dramatiq huey rq arq bull bullmq bee beequeue resque faktory taskiq "
    "procrastinate gearman hangfire oban"
)
#: It calls those workers that are busy.
_OF_PROCESSES = word_set("sidekiq")
_CLUSTERS = word_set("kafka redpanda")
_WORKERS = word_set("worker workers processes")
_PROCESSES = word_set("process processes")
_BROKERS = word_set("broker brokers")
_DONE_BY = ((_TOOLS, _WORKERS), (_OF_PROCESSES, _PROCESSES), (_CLUSTERS, _BROKERS))
#: These stand before or behind what is counted: `online_workers`, `worker_count`.
_COUNTED = word_set("count total num number of online connected alive live registered running")
#: Whose number falls to none although nothing is wrong, or was chosen.
_OTHERS = word_set(
    "min max minimum maximum desired busy idle restarts restarted failed dead lost free required "
    "stuck extra new error errors last per"
)
#: Fewer of these than one is trouble whatever they are called after.
_ALONE = word_set("workers brokers replicas nodes")
_UP = word_set("online alive up connected healthy reachable")
_AT_A_QUEUE = word_set("workers consumers workercount consumercount numworkers numconsumers")
_NAMES = word_set("name queue queuename topic subject id")
_ASIDE = word_set(
    "dlq dlx dead deadletter delayed delay retry retries poison parked parking failed"
)
_LONGEST = 200
_WAITING = word_set("pending waiting queued messages ready depth backlog enqueued lag")

_MOST = 100
_FEW = 20


def nobody_at_work(key: str, around: Sequence[Json]) -> Iterator[tuple[str, str]]:
    """
    Yield the key and the text of each count in the last of `around` that should be none of zero.

    `key` is that under which it stands. What is off, or does its work itself, needs nobody.
    """
    value = around[-1]
    said = own_status(value)
    if said is not None and said.status is not HealthStatus.GOOD and len(around) > 1:
        return
    outer = words_of(key)
    waiting = [k for k, v in value.items() if normal(k) in _WAITING and type(v) is int and v > 0]
    for own, item in value.items():
        if not _is_none(item) or not is_about_now(own):
            continue
        words = words_of(own)
        named = _counted(words, outer)
        is_told = named and not any(works_alone(each, named) for each in _of_it(around))
        is_left = bool(waiting) and normal(own) in _AT_A_QUEUE and not _is_set_aside(outer, value)
        if is_told or is_left:
            beside = f", {waiting[0]}: {value[waiting[0]]}" if is_left else ""
            yield own, f"{own}: {'none' if item in ('', []) else item}{beside}"


def _is_set_aside(outer: Sequence[str], value: Json) -> bool:
    """Whether a queue keeps by design what nobody takes out: by its key, or the name it states."""
    said = (v[:_LONGEST] for k, v in value.items() if normal(k) in _NAMES and isinstance(v, str))
    return any(not _ASIDE.isdisjoint(words) for words in (outer, *map(words_of, said)))


def _of_it(around: Sequence[Json]) -> Iterator[Mapping[str, object]]:
    """Yield what is around a count, with the settings that stand beside that: the first of each."""
    for each in around:
        first = dict(islice(each.items(), _MOST))
        yield first
        beside = (dict(islice(v.items(), _MOST)) for v in first.values() if isinstance(v, dict))
        yield from islice(beside, _FEW)


def _is_none(item: object) -> bool:
    return item in (0, "0", []) and not isinstance(item, bool | float)


def _counted(words: Sequence[str], outer: Sequence[str]) -> str:
    """Return whose workers or brokers a name counts; empty where it counts anything else."""
    if not words or not _OTHERS.isdisjoint((*words, *outer)):
        return ""
    for tools, parts in _DONE_BY:
        own, beside = tools.intersection(words), tools.intersection(outer[-1:])
        rest = set(words) - tools - parts - _COUNTED
        if rest:
            continue
        if own and (not parts.isdisjoint(words) or not parts.isdisjoint(outer[-1:])):
            return min(own)
        if beside and not parts.isdisjoint(words):
            return min(beside)
    is_alone = len(words) == 2 and words[0] in _ALONE and words[1] in _UP
    return words[0] if is_alone else ""
