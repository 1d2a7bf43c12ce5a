"""The `health` and `identity` sections of a first configuration, as lines of its file."""

from collections.abc import Iterator

from verifier.model.health_survey import HealthChoice


def lines_of(choice: HealthChoice) -> Iterator[str]:
    """Yield the lines of the configuration, every path written out."""
    yield "health:"
    # Each comment stands by itself: those in a row are one, which goes on in the next line.
    if choice.not_good:
        listed = ", ".join(map(_text, choice.not_good))
        yield f"  # these are not good now; add them to required once they are: {listed}"
    if choice.unread:
        listed = ", ".join(map(_text, choice.unread))
        yield f"  # these are listed without a status that is known, and not judged: {listed}"
    if choice.unjudged:
        listed = ", ".join(map(_text, choice.unjudged))
        yield f"  # these are listed and not judged; set deep once they are good: {listed}"
    for name, path in (
        ("live", choice.live),
        ("ready", choice.ready),
        ("deep", choice.deep),
        ("schema", choice.schema),
    ):
        if name == "ready" and choice.unready:
            listed = _text(choice.unready)
            yield f"  # this is not good now; set ready to it once it is: {listed}"
        if name == "deep" and choice.unasked:
            listed = ", ".join(map(_text, choice.unasked))
            yield f"  # not good now, and so not asked; set deep to it once it is: {listed}"
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


def not_yet(choice: HealthChoice) -> Iterator[str]:
    """Yield what a person is to add once it is good."""
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
    for path in choice.unasked:
        yield (
            f"{path} is not good now, so no gate asks it, and what it alone tells passes: mend "
            "what is bad there, and set health.deep to it"
        )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''").replace("\n", " ") + "'"
