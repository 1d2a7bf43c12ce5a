"""Asks what a deploy did not change, once something fails that it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from verifier.commands.watch import Watch
from verifier.decide.gate.unmoved import (
    Earlier,
    Environment,
    environment,
    suspects,
    unless_all_fail,
    witnesses,
)
from verifier.model.deployment import Deployment, Fleet, ServiceState
from verifier.model.evidence import Subject
from verifier.model.verdict import Sample

#: What fails waits so long for their answers.
_WITHIN_S = 2.0
#: Where they are good they are asked again after so many intervals: not at the very next look.
_AGAIN = 1.5


@dataclass(slots=True)
class Witnesses:
    """The services that a deploy left alone, and what they have said of the environment."""

    watch: Watch
    was_good: Callable[[ServiceState, Deployment], bool]
    _again_s: float = 0.0
    _environment: Environment = frozenset()

    def weighed(
        self, sample: Sample, live: Mapping[str, Deployment], fleet: Fleet, earlier: Earlier
    ) -> Sample:
        """
        Return a look that condemns nothing for what fails alike in what the deploy left alone.

        `live` is what was looked at, and `earlier` are the looks before. Nothing is asked while
        all is good, nor where anything is critical: that waits for nothing.
        """
        doubted, now_s, told = suspects(sample), self.watch.clock.now_s(), None
        if not doubted:
            self._environment = environment(self._environment, sample, sample, None)
        if not doubted or now_s < self._again_s:
            return sample
        older = witnesses(fleet, live, doubted)
        # What nobody has seen good may fail for whatever reason.
        asked = {name: d for name, d in older.items() if self.was_good(fleet[name], d)}
        if asked:
            told, after = self.watch.look(asked, fleet, Subject.BEFORE, _WITHIN_S)
            if any(after[name].active != (d.id,) for name, d in asked.items()):
                return sample  # what was seen across a switch says nothing
        weighed = unless_all_fail(sample, live, earlier, told, self._environment)
        if asked and weighed == sample:
            self._again_s = now_s + _AGAIN * self.watch.limits.interval_s
        self._environment = environment(self._environment, sample, weighed, told)
        return weighed
