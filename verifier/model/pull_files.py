"""Which workflow files count for a pull request, and what it is merged into."""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.model.finding import Unobserved
from verifier.model.workflow import Workflow


@dataclass(frozen=True, slots=True)
class BaseBranch:
    """The branch that pull requests are merged into."""

    name: str
    repository: str = ""
    """OWNER/NAME; empty where that is not known."""
    default: str = ""
    """The repository's default branch; empty where that is not known."""
    place: str = ""
    """How GitHub's program is told which repository is meant; empty where that is not known."""

    @property
    def may_be_default(self) -> bool:
        """Tell whether it is the default branch, as far as is known."""
        return self.default in ("", self.name)


@dataclass(frozen=True, slots=True)
class PullFiles:
    """
    The files of the branch itself, and those that GitHub takes for `pull_request_target`.

    Source: https://github.blog/changelog/2025-11-07-actions-pull_request_target-and-environment-branch-protections-changes/
    """

    own: Sequence[Workflow | Unobserved]
    of_default: Sequence[Workflow | Unobserved] | Unobserved | None = None
    """Of the default branch; None where the branch is that one."""

    @property
    def of_target(self) -> Sequence[Workflow | Unobserved]:
        """Those of the default branch, each as it is or why it is not known."""
        if self.of_default is None:
            return self.own
        return [self.of_default] if isinstance(self.of_default, Unobserved) else self.of_default
