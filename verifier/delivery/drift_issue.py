"""The drift of an audit goes into its one issue."""

from verifier.decide.drift.changes import marks_of
from verifier.github.api import Api
from verifier.github.issue_text import AuditNews, AuditSubject, DriftSight
from verifier.github.tracked_issue import Tracked, track
from verifier.model.finding import Outcome
from verifier.model.report import Report
from verifier.model.verdict import VerdictWord
from verifier.report import markdown
from verifier.report.headline import spoken_headline
from verifier.report.spoken import say


def keep_issue(api: Api, subject: AuditSubject, report: Report) -> Tracked:
    """Bring the issue about `subject` to what the report says; raises `ProviderError`."""
    told = AuditNews(
        spoken_headline(report),
        markdown.render_drift(report),
        marks_of(report.drift),
        _seen(report),
        frozenset(report.not_asked),
        say,
    )
    return track(api, subject, told)


def _seen(report: Report) -> DriftSight:
    match report.verdict:
        case VerdictWord.PASSED:
            return DriftSight.NO_DRIFT
        case VerdictWord.INCONCLUSIVE:
            return DriftSight.NOT_ALL
        case _:
            is_whole = all(row.severity is not Outcome.INCONCLUSIVE for row in report.drift)
            return DriftSight.DRIFT if is_whole else DriftSight.PART
