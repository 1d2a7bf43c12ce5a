"""Does a workflow upload to Railway, so that no commit reaches it?"""

import re
from collections.abc import Sequence

from verifier.decide.first_config import Upload
from verifier.model.finding import Unobserved
from verifier.model.workflow import Workflow

_UP = re.compile(r"\brailway\s+up\b([^\n|&;]*)")
_SERVICE = re.compile(r"(?:--service|-s)[ =][\"']?([\w.-]+)")


def find_upload(workflows: Sequence[Workflow | Unobserved]) -> Upload | None:
    """Return the first workflow that runs `railway up` on a push, None where none does."""
    for workflow in workflows:
        if isinstance(workflow, Unobserved) or "push" not in workflow.triggers:
            continue
        runs = [step.shell.replace("\\\n", " ") for job in workflow.jobs for step in job.steps]
        calls = [call for run in runs for call in _UP.findall(run)]
        if calls:
            named = [name for call in calls for name in _SERVICE.findall(call)]
            return Upload(workflow.name, workflow.path, tuple(dict.fromkeys(named)))
    return None
