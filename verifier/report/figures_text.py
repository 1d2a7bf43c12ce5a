"""How well a team delivers, for a person and for a program."""

from collections.abc import Iterator
from datetime import timedelta

from pydantic import TypeAdapter

from verifier.model.delivery_figures import DeliveryFigures
from verifier.report.harmless_text import json_text, plain
from verifier.report.spoken import say, word
from verifier.report.words import duration, label_width

_ADAPTER = TypeAdapter(DeliveryFigures)
_UNKNOWN = "unknown"
_TITLE = 23
#: Of a shorter time nobody can say how often something is in a week.
_A_WEEK = timedelta(days=7)


def render_json(figures: DeliveryFigures) -> str:
    """Return it as indented JSON, schema `verifier.stats/v1`, ending in a newline."""
    return json_text(_ADAPTER.dump_json(figures, indent=2).decode())


def json_schema() -> dict[str, object]:
    """Return the JSON Schema of what `render_json` writes."""
    return _ADAPTER.json_schema(mode="serialization")


def render(figures: DeliveryFigures) -> str:
    """Return a line for each figure, ending in a newline."""
    environment, until = plain(figures.environment), f"{figures.until:%Y-%m-%d}"
    span = (
        f"{environment}, the day to {until}"
        if figures.days == 1
        else f"{environment}, {figures.days} days to {until}"
    )
    lines = [say(span), ""]
    rows = list(_rows(figures))
    width = label_width((title for title, _ in rows), _TITLE)
    lines += [f"  {word(title):<{width}}{say(text)}" for title, text in rows]
    if not figures.is_complete:
        lines += ["", say("There are more records than are read: the older part is not counted.")]
    return "\n".join(lines) + "\n"


def _rows(figures: DeliveryFigures) -> Iterator[tuple[str, str]]:
    judged = figures.verified + figures.failed
    is_early = figures.since is not None and figures.until - figures.since < _A_WEEK
    per_week = f", {figures.deploys_per_week:.1f} a week" if judged and not is_early else ""
    yield "deploys", f"{judged}{per_week}"
    rate = figures.failure_rate
    share = "" if rate is None else f"{rate:.0%}: "
    yield "change failure rate", f"{share}{figures.failed} of {judged}" if judged else _UNKNOWN
    took = figures.restored_in_s
    waiting = f"; {figures.open_failures} not restored yet" if figures.open_failures else ""
    median = _UNKNOWN if took is None else say(f"{duration(took)} (median)")
    yield "time to restore", (median if figures.failed else "no failure") + waiting
    if figures.failed:
        yield "rolled back by a gate", f"{figures.rolled_back} of {figures.failed}"
    lead = figures.lead_time_s
    of = f" (median of {figures.lead_times})"
    yield "lead time", _UNKNOWN if lead is None else f"{duration(lead)}{of}"
    if figures.since is not None:
        yield "first record", f"{figures.since:%Y-%m-%d}"
