"""Usual health paths that a first configuration lacks, since they are bad while it is made."""

from collections.abc import Sequence

from verifier.decide.catch_all import is_everywhere
from verifier.decide.health_choice import DEEP, LIVE, READY
from verifier.decide.health_now import document_of, is_bad
from verifier.model.health_survey import HealthChoice, SurveyedPath


def unasked(surveyed: Sequence[SurveyedPath], choice: HealthChoice) -> tuple[str, ...]:
    """
    Return the paths that list parts, are bad now, and are asked for nothing by the choice.

    What is good now was chosen, so that a gate would never hear what these say.
    """
    asked = {choice.live, choice.ready, choice.unready, choice.deep, choice.schema}
    told = {
        one.path
        for one in surveyed
        if one.path not in asked and _lists_what_is_bad(one) and not is_everywhere(one, surveyed)
    }
    return tuple(path for path in (*DEEP, *READY, *LIVE) if path in told)


def _lists_what_is_bad(surveyed: SurveyedPath) -> bool:
    document = document_of(surveyed)
    return bool(document and document.components) and is_bad(surveyed)
