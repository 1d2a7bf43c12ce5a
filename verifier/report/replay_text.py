"""What another policy would have made of a recorded run, for people."""

from verifier.model.finding import Outcome
from verifier.model.replay import Replay, Reread
from verifier.report import result_json
from verifier.report.harmless_text import plain
from verifier.report.spoken import say
from verifier.report.words import outcome_word

_NOT_KNOWN = "not known"


def render(replay: Replay) -> str:
    """Return the lines, ending in a newline."""
    word, action = replay.word or _NOT_KNOWN, replay.action or _NOT_KNOWN
    lines = [
        f"Verdict    recorded: {replay.recorded}, with this configuration: {word}",
        f"Gate       recorded: {replay.recorded_action}, with this configuration: {action}",
    ]
    lines = [plain(say(line)) for line in lines]
    lines.append(f"{'':11}{plain(say(replay.reason))}")
    if replay.changed:
        lines += ["", say("Checks that this configuration judges otherwise:")]
    for one in replay.changed:
        about = f"{one.check} of {one.service}" if one.service else one.check
        said = f"{about}: {_word(one.recorded)} -> {_words(one)} ({one.reason})"
        lines.append(f"  {plain(say(said))}")
    if replay.unanswered:
        lines += ["", say("Checks that this configuration makes and the recorded run did not:")]
        lines += [f"  {plain(each)}" for each in replay.unanswered]
    lines += [
        "",
        say(
            "How often and when something failed is not in a report: other limits are not replayed."
        ),
        say("A check of the same name is taken for the same check, whatever its settings were."),
    ]
    return "\n".join(lines) + "\n"


def render_json(replay: Replay) -> str:
    """Return the same for programs: schema `verifier.replay/v1`, ending in a newline."""
    changed = [
        {
            "check": one.check,
            "service": one.service,
            "recorded": one.recorded,
            "becomes": list(one.becomes),
            "reason": one.reason,
        }
        for one in replay.changed
    ]
    value = {
        "same": replay.is_same,
        "recorded": {"verdict": replay.recorded, "gate": replay.recorded_action},
        "now": {"verdict": replay.word, "gate": replay.action},
        "reason": replay.reason,
        "changed": changed,
        "unanswered": list(replay.unanswered),
    }
    return result_json.render("replay", value)


def _words(one: Reread) -> str:
    return " or ".join(map(_word, one.becomes))


def _word(outcome: Outcome | None) -> str:
    return "left out" if outcome is None else outcome_word(outcome)
