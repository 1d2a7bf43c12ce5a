"""Values for the steps that follow, in the format of the `GITHUB_OUTPUT` file."""

from collections.abc import Callable, Mapping

from verifier.model.report import Report
from verifier.report.harmless_text import plain


def outputs(report: Report, report_path: str) -> Mapping[str, str]:
    """Return the outputs by name. Lists are `service=id` pairs, separated by spaces."""
    back = [s for s in report.services if s.rollback and s.rollback.outcome.is_back]
    return {
        "verdict": report.verdict,
        "reason": plain(report.reason, 2000),
        "exit-code": str(int(report.exit_code)),
        "rolled-back": "true" if back else "false",
        "judged": " ".join(f"{s.name}={s.judged.id}" for s in report.services if s.judged),
        "active": " ".join(f"{s.name}={s.active_after}" for s in report.services if s.active_after),
        "report": report_path,
    }


def render(values: Mapping[str, str], new_delimiter: Callable[[], str]) -> str:
    """
    Return the lines to append. `new_delimiter` gives a text that nobody can foresee.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    delimiter = new_delimiter()
    return "".join(
        f"{name}<<{delimiter}\n{plain(value, 4000)}\n{delimiter}\n"
        for name, value in values.items()
    )
