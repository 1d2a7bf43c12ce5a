"""The `health` and `identity` sections of a first configuration, as lines of its file."""

from collections.abc import Iterator, Sequence

from verifier.model.health_survey import HealthChoice, UnaskedPath, WhyUnasked
from verifier.model.http_status import TOO_MANY

_NO_PATH = (
    "none of the usual health paths answers: health is switched off, and a gate judges by "
    "Railway's status alone. Set health.live and health.deep where there are any"
)
_NO_USABLE_PATH = (
    "no health path answers as a gate could judge it: health is switched off, and a gate judges by "
    "Railway's status alone, until you set health.live or health.deep"
)


def lines_of(choice: HealthChoice) -> Iterator[str]:
    """Yield the lines of the configuration, every path written out."""
    yield "health:"
    yield from _comments(_of_live(choice))
    for name, path in (
        ("live", choice.live),
        ("ready", choice.ready),
        ("deep", choice.deep),
        ("schema", choice.schema),
    ):
        yield from _comments(_of_path(choice, name))
        said = _text(path) if path else "null"
        is_page = name == "live" and choice.live_is_page
        yield f"  {name}: {{ path: {said}, expect: html }}" if is_page else f"  {name}: {said}"
    if choice.others:
        yield "  # these only warn, until you add them: " + ", ".join(map(_text, choice.others))
    yield f"  required: [{', '.join(map(_text, choice.required))}]"
    if choice.extras:
        yield "  # open breakers, used-up limits and late jobs: these only warn"
        yield "  extra:"
        for name, path in choice.extras.items():
            yield f"    - {{ name: {name}, path: {_text(path)} }}"
    if choice.sha or choice.deployment:
        yield "identity:"
        yield f"  sha: [{', '.join(map(_text, choice.sha))}]"
        yield f"  deployment: [{', '.join(map(_text, choice.deployment))}]"
    elif choice.has_paths and _bad_now(choice):
        yield "  # identity is not written: nothing that is good now names the commit or deployment"


def _comments(texts: Iterator[str]) -> Iterator[str]:
    """Yield comments of a key; those in a row would be one, which goes on in the next line."""
    for number, text in enumerate(texts):
        if number:
            yield "  #"
        yield f"  # {text}"


def _of_live(choice: HealthChoice) -> Iterator[str]:
    """Yield what stands above all paths: what of them is not judged."""
    if choice.not_good:
        listed = _listed(choice.not_good)
        yield f"these are not good now; add them to required once they are: {listed}"
    if choice.unread:
        listed = _listed(choice.unread)
        yield f"these are listed without a status that is known, and not judged: {listed}"
    if choice.unjudged:
        listed = _listed(choice.unjudged)
        yield f"these are listed and not judged; set deep once they are good: {listed}"
    if closed := _unasked(choice, WhyUnasked.CLOSED):
        yield f"these ask who it is, and so no gate asks them; see headers: {_listed(closed)}"
    if missing := _unasked(choice, WhyUnasked.MISSING):
        yield f"these are named for Railway's health check, and not there: {_listed(missing)}"
    if moved := _unasked(choice, WhyUnasked.MOVED):
        yield f"these redirect, and so no gate asks them: {_listed(moved)}"
    if spare := _unasked(choice, WhyUnasked.SPARE):
        yield f"these answer too, and no gate asks them: {_listed(spare)}"
    if choice.hidden:
        yield f"these may be there or not, and no gate asks them: {_listed(list(choice.hidden))}"


def _of_path(choice: HealthChoice, key: str) -> Iterator[str]:
    """Yield what stands above one path: what would be there were it good."""
    if key == "ready" and choice.unready:
        listed = _text(choice.unready)
        yield f"this is not good now; set ready to it once it is: {listed}"
    if bad := _unasked(choice, WhyUnasked.BAD, key):
        yield f"not good now, and so not asked; set {key} to it once it is: {_listed(bad)}"


def not_yet(choice: HealthChoice) -> Iterator[str]:
    """Yield what a person is to add once it is good, and what else no gate hears."""
    if not choice.has_paths:
        is_any_there = any(one.why is not WhyUnasked.MISSING for one in choice.unasked)
        is_any_there = is_any_there or bool(choice.hidden)
        yield _NO_USABLE_PATH if is_any_there else _NO_PATH
    if choice.not_good:
        yield (
            f"{', '.join(choice.not_good)} is not good now, so a gate does not require it: "
            "add it to health.required once it is"
        )
    if choice.unready:
        yield (
            f"{choice.unready} is not good now, so no gate asks it: "
            "set health.ready to it once it is"
        )
    for one in choice.unasked:
        if one.why is not WhyUnasked.SPARE:
            yield _left_out(one)
    if spare := _unasked(choice, WhyUnasked.SPARE):
        yield (
            f"{', '.join(spare)}: answered, and no gate asks it. If it tells more than what was "
            "chosen, set health.deep, health.ready or health.live to it"
        )
    if choice.hidden:
        yield _hidden(choice)
    if choice.has_paths and not (choice.sha or choice.deployment) and (bad := _bad_now(choice)):
        yield (
            "nothing that is good now names the commit or deployment, so identity is not written: "
            f"once {', '.join(bad)} is good, take the configuration away and run init again, or "
            "set identity yourself"
        )


def _hidden(choice: HealthChoice) -> str:
    """Return what a person is to know where every address is refused."""
    codes = dict.fromkeys(choice.hidden.values())
    paths, said = ", ".join(choice.hidden), ", ".join(map(str, codes))
    if TOO_MANY in codes:
        return (
            f"{paths} and addresses where nothing is answer HTTP {said}, too many requests, so it "
            "is not known whether they are there, and no gate asks them: take the configuration "
            "away and run init again later, or set health.deep yourself"
        )
    return (
        f"{paths} and addresses where nothing is answer HTTP {said}, so it is not known whether "
        "they are there, and no gate asks them: if one is, let it answer, or name what it wants in "
        "health.headers, and set health.deep to it"
    )


def _left_out(one: UnaskedPath) -> str:
    """Return what a person is to know of a path that may tell what no other one does."""
    key = f"health.{one.key}"
    if one.why is WhyUnasked.CLOSED:
        return (
            f"{one.path} answers HTTP {one.told}, so no gate asks it, and what it alone tells "
            f"passes: open it, or name what it wants in health.headers, and set {key} to it"
        )
    if one.why is WhyUnasked.MOVED:
        return (
            f"{one.path} redirects to {one.told}, so no gate asks it, and what it alone tells "
            f"passes: if that is about health, set {key} to where it leads"
        )
    if one.why is WhyUnasked.MISSING:
        return (
            f"{one.path} is named for Railway's health check, and answers HTTP {one.told}, so no "
            f"gate asks it: once it is there, set {key} to it"
        )
    return (
        f"{one.path} is not good now, so no gate asks it, and what it alone tells passes: mend "
        f"what is bad there, and set {key} to it"
    )


def _bad_now(choice: HealthChoice) -> Sequence[str]:
    unready = (choice.unready,) if choice.unready else ()
    return (*unready, *_unasked(choice, WhyUnasked.BAD))


def _unasked(choice: HealthChoice, why: WhyUnasked, key: str = "") -> Sequence[str]:
    """Return the paths that are left out for a reason, of one key or of all."""
    return [one.path for one in choice.unasked if one.why is why and key in ("", one.key)]


def _listed(values: Sequence[str]) -> str:
    return ", ".join(map(_text, values))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''").replace("\n", " ") + "'"
