"""Objects and lists that say nothing of now: what was before, and what words stand for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.health.dispensable import is_dispensable
from verifier.health.document_keys import (
    COMPONENTS,
    FAILURES,
    KINDS,
    is_about_now,
    is_of_another_time,
    is_of_the_last_time,
    names_component,
    normal,
)
from verifier.health.flag_names import names_trouble, words_of
from verifier.health.own_status import own_status
from verifier.health.state_flags import offers_something
from verifier.health.word_set import word_set
from verifier.model.evidence import UNNAMED, Component, HealthStatus

#: Whatever has such a word in its name was before.
_BEFORE = word_set(
    "history histories past previous prev former old before yesterday archive archived"
)
#: A list of these tells one after the other what happened.
_HAPPENED = word_set(
    "log logs event events timeline recent samples heartbeats outages attempts retries runs builds "
    "deployments changes transitions journal audit checks"
)
#: What words stand for, or where they lead: none of them is said of anything.
GLOSSARIES = word_set(
    "messages links hrefs legend translations i18n l10n locales labels annotations docs "
    "documentation urls uris icons emojis codes colors colours texts strings aliases "
    "mapping mappings examples example"
)
#: Likewise, but something in them may have failed as well.
MAYBE_GLOSSARIES = word_set(
    "routes endpoints paths pages redirects actions commands options config configuration settings "
    "env environment hooks handlers callbacks events meta"
)
#: What is true or false in these was chosen, and says of nothing how it is.
SETTINGS = word_set(
    "features feature flags toggles experiments capabilities permissions rights preferences"
)
#: Of these one may be lost.
_MEMBERS = word_set("nodes upstreams targets instances replicas backends servers hosts peers")
#: What is in these is there by choice.
_CHOSEN = word_set("modules plugins integrations")
#: What to do where something fails is said under these.
POLICIES = word_set("fallback retry retries")
#: These run now and then.
RUNS = word_set("jobs job backups backup tasks task crons cron")
#: Under these stands what was chosen, or what would be done: no application.
NO_APPLICATION = (
    GLOSSARIES
    | MAYBE_GLOSSARIES
    | SETTINGS
    | _CHOSEN
    | POLICIES
    | RUNS
    | word_set(
        "module plugin integration feature addon addons extension extensions driver drivers "
        "provider providers support backup profile profiles session sessions"
    )
)
#: Hardly anything works without one of these that has it. A cache or a search may be left out.
STORES = word_set(
    "db database postgres postgresql pg mysql mariadb mongo mongodb redis valkey kafka rabbit "
    "rabbitmq amqp banco bd"
)
_TIME = re.compile(r"(?:^|[^a-z])(?:at|ts|time|timestamp|date)$|[a-z](?:At|Time)$")
_NO = ("false", "no", "0")
_NOT_WELL = (HealthStatus.BAD, HealthStatus.CRITICAL, HealthStatus.WARNING, HealthStatus.PENDING)


def is_not_of_now(key: str, child: object) -> bool:
    """Whether what stands under a key is a glossary, or what was before."""
    if normal(key) in GLOSSARIES:
        return isinstance(child, dict) or (isinstance(child, list) and normal(key) != "messages")
    words = words_of(key)
    if words[-1:] and words[-1] in SETTINGS and isinstance(child, dict):
        return all(isinstance(v, bool) and not names_component(k) for k, v in child.items())
    if not _BEFORE.isdisjoint(words):
        return isinstance(child, dict | list)
    is_either = isinstance(child, dict | list) and bool(words)
    is_event = is_either and words[-1] in ("events", "event", "log", "logs", "timeline")
    is_list = isinstance(child, list) and bool(words)
    is_past = is_list and words[-1] in _HAPPENED and _is_of_what_happened(words)
    return is_event or (is_past and not _has_names(child))


def _is_of_what_happened(words: Sequence[str]) -> bool:
    """`recent_checks` is one, `checks` is none."""
    return words[-1] != "checks" or "recent" in words or "last" in words


def no_worse_than_a_warning(part: Component) -> Component:
    """Return a component that is worth a look where it is not well."""
    return replace(part, status=HealthStatus.WARNING) if part.status in _NOT_WELL else part


def _has_names(child: object) -> bool:
    """Whether what is in a list is each about another: `runs` of several jobs."""
    entries = [item for item in child if isinstance(item, dict)] if isinstance(child, list) else []
    return any(normal(key).endswith("name") for entry in entries for key in entry)


def _has_run(key: str, child: object) -> bool:
    """Whether a key tells what ran now and then: its errors are those of a time that is over."""
    if RUNS.isdisjoint(words_of(key)[-1:]):
        return False
    if isinstance(child, list):
        return True
    inner = [child, *child.values()] if isinstance(child, dict) else []
    return any(_TIME.search(k) for each in inner if isinstance(each, dict) for k in each)


def _is_of_times(key: str, child: object) -> bool:
    """Whether a list tells of one time after the other, each with its own: `deploys`."""
    if not isinstance(child, list) or normal(key) in COMPONENTS | KINDS or _has_names(child):
        return False
    return bool(child) and all(isinstance(e, dict) and any(map(_TIME.search, e)) for e in child)


def of_a_choice(key: str, child: object, part: Component) -> Component:
    """
    Return a component of what may be switched off, as one that nobody asks for.

    A plain false among modules, plugins and integrations may be how they were set up.
    """
    kind = normal(part.place.split(".")[-2]) if "." in part.place else ""
    is_policy = not is_about_now(key) or names_trouble(key) or normal(key) in POLICIES
    is_word = isinstance(child, str) and is_policy
    is_choice = kind in _CHOSEN and (isinstance(child, bool) or is_word)
    return replace(part, is_incidental=True) if is_choice else part


def of_its_place(key: str, child: object, part: Component) -> Component:
    """
    Return a component, no worse than a warning where it says how something last ended.

    The same where its key is a word for failures in what may be a glossary: `config`, `actions`.
    """
    if normal(key) == "incidents" or (isinstance(child, list) and is_of_the_last_time(key)):
        return no_worse_than_a_warning(part)
    is_error = normal(part.place.rpartition(".")[2]) in FAILURES
    if is_error and (_has_run(key, child) or _is_of_times(key, child)):
        return no_worse_than_a_warning(part)
    if not isinstance(child, dict):
        return part
    if is_of_another_time(key) or offers_something(key):
        return replace(part, is_incidental=True)
    is_maybe = normal(key) in MAYBE_GLOSSARIES and own_status(child) is None
    is_word = is_maybe and normal(part.place.rpartition(".")[2]) in FAILURES
    return no_worse_than_a_warning(part) if is_word or is_of_the_last_time(key) else part


def with_lost_stores(around: Component, parts: Sequence[Component]) -> Iterator[Component]:
    """
    Yield what stands in a component, with a warning of each store that a good one has lost.

    `users: {status: ok, db: false}` is an application that has none; in `cache: {redis: false}` it
    says which store it is.
    """
    words = words_of(around.name.rpartition(".")[2])
    is_store = names_component(around.name) or not NO_APPLICATION.isdisjoint(words)
    is_chosen = any(normal(key) in NO_APPLICATION for key in around.place.split("."))
    is_told = around.status is HealthStatus.GOOD and not is_store and not is_chosen
    for part in parts:
        place, _, key = part.place.rpartition(".")
        is_lost = part.is_incidental and part.status is HealthStatus.BAD and part.word in _NO
        if is_told and is_lost and place == around.place and normal(key) in STORES:
            yield replace(part, status=HealthStatus.WARNING, is_incidental=False)
        else:
            yield part


def members_that_others_stand_for(components: Sequence[Component]) -> Iterator[Component]:
    """
    Yield components of a document that is a list, those no worse than a warning that lie in a bad
    member of a group without a name of its own, while another member is good: one node of two.
    """
    good = {c.place.rpartition(".")[0] for c in components if c.status is HealthStatus.GOOD}
    for component in components:
        keys = component.place.split(".")
        groups = (".".join(keys[:end]) for end, key in enumerate(keys) if key.isdecimal())
        is_member = keys[0] == "$" and any(
            group in good and _is_unnamed_group(group, component.name) for group in groups
        )
        yield no_worse_than_a_warning(component) if is_member else component


def _is_unnamed_group(place: str, name: str) -> bool:
    kind = place.rpartition(".")[2]
    return normal(kind) in _MEMBERS and kind in name.split(".")


def beneath_good_ones(components: Sequence[Component]) -> Iterator[Component]:
    """
    Yield components, those no worse than a warning that lie in one that says it is good.

    The same for what the document calls optional. What has a name in a list or a map for
    components is one of its own, whatever is around it.
    """
    good = {c.place for c in components if c.status is HealthStatus.GOOD}
    for component in components:
        keys = component.place.split(".")
        around = (".".join(keys[:end]) for end in range(1, len(keys)))
        above = next((place for place in around if place in good), "")
        inner = keys[above.count(".") + 1 :] if above else []
        is_own = component.name.rpartition(".")[2] != UNNAMED and any(
            normal(key) in COMPONENTS | KINDS for key in inner
        )
        is_lesser = (above and not is_own) or is_dispensable(component)
        yield no_worse_than_a_warning(component) if is_lesser else component
