"""
What a job is called where its result is shown, which is what a branch requires.

Source: the parser of https://github.com/actions/runner, and
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idname
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.decide.workflows.expression_values import NotKnown, text_of
from verifier.decide.workflows.expressions import (
    ExpressionScope,
    as_written,
    has_expression,
    pieces,
)
from verifier.decide.workflows.matrix import MatrixJob, legs_by_strategy, legs_of
from verifier.model.workflow import Job

_MOST_CHARACTERS = 100
_CUT = "..."
#: Of a name with expressions, before they are worked out for each job of a matrix.
_LONGEST_WRITTEN = 500
_NO_LEG = MatrixJob({}, ())


@dataclass(frozen=True, slots=True)
class JobName:
    """A name in pieces, of which some may only be known at run time."""

    pieces: tuple[str | NotKnown, ...]

    @property
    def text(self) -> str | NotKnown:
        """The name, or what of it is not known."""
        unknown = next((piece for piece in self.pieces if isinstance(piece, NotKnown)), None)
        return unknown or "".join(str(piece) for piece in self.pieces)

    @property
    def is_partly_known(self) -> bool:
        """Whether some letter of it is written in the file, or follows from what is."""
        known = "".join(piece for piece in self.pieces if isinstance(piece, str))
        return any(map(str.isalnum, known))

    def may_be(self, name: str) -> bool:
        """Tell whether the name may turn out to be this one."""
        parts: list[str] = [""]
        for piece in self.pieces:
            if isinstance(piece, NotKnown):
                parts.append("")
            else:
                parts[-1] += piece
        if len(parts) == 1:
            return parts[0] == name
        start, end = parts[0], parts[-1]
        fits = len(name) >= len(start) + len(end)
        # A long name is cut at its end.
        ends = name.endswith(end) or name.endswith(_CUT)
        return fits and name.startswith(start) and ends

    def below(self, caller: "JobName") -> "JobName":
        """Return what a job of a called workflow is called."""
        return JobName((*caller.pieces, " / ", *self.pieces))


@dataclass(frozen=True, slots=True)
class NamedJob:
    """One job that runs, of a matrix or alone."""

    name: JobName
    scope: ExpressionScope
    """What is known inside it."""


def named_jobs(job: Job, scope: ExpressionScope) -> Iterator[NamedJob]:
    """Yield the jobs that a job of the file becomes where it is not skipped."""
    found = legs_by_strategy(job.strategy, scope) if job.strategy else None
    if job.matrix is not None:
        found = legs_of(job.matrix, scope)
    legs = (_NO_LEG,) if found is None else found
    for number, leg in enumerate(legs):
        matrix = None if found is None else leg.values
        strategy = {"job-index": number, "job-total": len(legs)}
        is_counted = not isinstance(matrix, NotKnown)
        inside = scope.having(
            matrix=matrix, strategy=strategy if is_counted else NotKnown("strategy")
        )
        yield NamedJob(JobName(_name(job, leg, inside)), inside)


def skipped_name(job: Job) -> JobName:
    """Return what a job that is skipped is called: as it is written, whatever its matrix."""
    return JobName((_written(job),))


def _written(job: Job) -> str:
    written = text_of(job.name)
    return job.id if isinstance(written, NotKnown) or not written else as_written(written)


def _name(job: Job, leg: MatrixJob, scope: ExpressionScope) -> tuple[str | NotKnown, ...]:
    written = _written(job)
    if has_expression(written):
        if len(written) > _LONGEST_WRITTEN:
            return (NotKnown(f"a name of more than {_LONGEST_WRITTEN} characters"),)
        named = pieces(written, scope)
        if any(isinstance(piece, NotKnown) or piece for piece in named):
            return named
        written = job.id
    if leg.may_be_alone:
        return (written, *leg.told)
    return _with_values(written, leg.told)


def _with_values(name: str, told: Sequence[str | NotKnown]) -> tuple[str | NotKnown, ...]:
    if not told:
        return (_cut(name),)
    if any(isinstance(each, NotKnown) for each in told):
        between = itertools.chain.from_iterable((", ", each) for each in told)
        return f"{name} (", *itertools.islice(between, 1, None), ")"
    return (_cut(f"{name} ({', '.join(map(str, told))})"),)


def _cut(name: str) -> str:
    if len(name) <= _MOST_CHARACTERS:
        return name
    return name[: _MOST_CHARACTERS - len(_CUT)] + _CUT
