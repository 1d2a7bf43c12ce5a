"""`causes`: failures that a team knows itself."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from verifier.config.fields import Section


class CauseSection(Section):
    """A failure that your team knows: how it is recognised, what it means, what to do."""

    id: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,60}$")]
    """Its name in reports."""
    check: str | None = None
    """A check that failed, as in docs/checks.md; `*` is any text."""
    log: str | None = None
    """A text in the log of the failed deployment, in whatever case; `*` is any text."""
    status: str | None = None
    """Railway's status of the failed deployment, such as CRASHED."""
    text: Annotated[str, Field(min_length=1, max_length=300)]
    """What it means."""
    step: Annotated[str, Field(min_length=1, max_length=600)]
    """What to do. {service}, {environment} and {commit} are filled in."""

    @model_validator(mode="after")
    def _is_recognised_by_something(self) -> Self:
        if not (self.check or self.log or self.status):
            raise ValueError("at least one of check, log and status")
        return self
