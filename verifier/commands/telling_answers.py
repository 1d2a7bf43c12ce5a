"""Which answers of a look end the wait for the others, or shorten it."""

from verifier.model.evidence import Answer, Endpoint, HealthDocument, HealthStatus, Probe


def is_never_enough(_: object) -> bool:
    """No answer makes the others needless."""
    return False


def is_critical_answer(answer: object) -> bool:
    """Whether it says that this is the wrong environment or database."""
    document = _document(answer)
    return document is not None and document.is_critical and not _is_extra(answer)


def is_failing_answer(answer: object) -> bool:
    """Whether an application says that it is bad, or cannot answer."""
    if not isinstance(answer, Probe) or not isinstance(answer.answer, Answer):
        return False
    if _is_extra(answer):
        return False
    document = _document(answer)
    is_bad = document is not None and document.status is HealthStatus.BAD
    return is_bad or answer.answer.status_code >= 500


def _is_extra(answer: object) -> bool:
    """What is asked beside health hurries nobody."""
    return isinstance(answer, Probe) and answer.endpoint is Endpoint.EXTRA


def _document(answer: object) -> HealthDocument | None:
    if not isinstance(answer, Probe) or not isinstance(answer.answer, Answer):
        return None
    document = answer.answer.document
    return document if isinstance(document, HealthDocument) else None
