"""A fault that a workflow's own file shows, as a row of the audit."""

from dataclasses import dataclass

from verifier.model.finding import Outcome
from verifier.model.protection import Drift


@dataclass(frozen=True, slots=True)
class WorkflowFault:
    """What is wrong in a workflow, at one line of its file."""

    expected: str
    actual: str
    hint: str
    line: int

    def drift(self, setting: str, file: str, severity: Outcome = Outcome.WARN) -> Drift:
        """Return it as a row that is called `setting`; a warning where nothing else is said."""
        return Drift(
            setting,
            self.expected,
            self.actual,
            "workflows",
            severity,
            self.hint,
            file,
            self.line,
        )
