"""A scripted world for drills: each service goes back and forward, with a fault at any request."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, old, sha
from tests.commands.script import FakeClock, ScriptedWorld, SharedMemory, Silence
from verifier.commands.drill import Drill
from verifier.commands.ports import Journal, Tools
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.errors import DeniedError, LostAnswerError, UnexpectedAnswerError
from verifier.model.deployment import DeploymentStatus
from verifier.model.past_verdict import PastStatus, PastVerdict

ERRORS = {
    "refused": UnexpectedAnswerError("could not roll back: Railway answered false"),
    "denied": DeniedError("could not roll back: Not Authorized"),
    "lost and done": LostAnswerError("could not roll back: no answer within 60 s"),
    "lost and not done": LostAnswerError("could not roll back: no answer within 60 s"),
}


@dataclass
class DrillWorld(ScriptedWorld):
    """Services `NAME` that run `NAME-new` and ran `NAME-old`; requests are counted from 1."""

    faults: dict = field(default_factory=dict)
    """What comes of a request, by its number: a word of `ERRORS`, or "ignored"."""
    after: dict = field(default_factory=dict)
    """What changes the world right after a request, by its number."""
    on_read: Callable = lambda _: None

    def __post_init__(self):
        for name in self.names:
            own = [deployment(f"{name}-new"), old(f"{name}-old")]
            self.deployments.setdefault(name, own)
            self.active.setdefault(name, (f"{name}-new",))

    def _read(self):
        self.on_read(self)
        return super()._read()

    def roll_back(self, deployment_id):
        self.mutations.append((self.clock.seconds, deployment_id))
        number = len(self.mutations)
        fault = self.faults.get(number, "")
        if fault in ("", "lost and done"):
            self.clock.sleep(1 / 64)  # no two deployments are of one moment, and floats stay exact
            name = self._owner(deployment_id)
            self._put_back(name, deployment_id, made=f"{name}-made-{number}")
        if number in self.after:
            self.after[number](self)
        if fault in ERRORS:
            raise ERRORS[fault]

    def push(self, name="api", status=DeploymentStatus.BUILDING):
        """Somebody pushes: a newer deployment of a service appears."""
        self.clock.sleep(1 / 64)
        newer = replace(deployment("newer", commit="c"), status=status, created_at=self.clock.now())
        is_live = status is DeploymentStatus.SUCCESS
        self.show(
            name,
            newer,
            *self.deployments[name],
            active=("newer",) if is_live else self.active[name],
        )

    def commits(self):
        """What each service serves."""
        return {
            name: next(d.commit_sha[0] for d in self.deployments[name] if d.id in self.active[name])
            for name in self.names
        }


def verified(name, id_, commit, status=PastStatus.VERIFIED):
    return PastVerdict(name, id_, sha(commit), f"sha256:{commit}", status)


def records_of(*names):
    return [
        verified(n, f"{n}-{which}", c) for n in names for which, c in (("new", "b"), ("old", "a"))
    ]


class DatedMemory(SharedMemory):
    """It knows when what was found, as GitHub does."""

    def __init__(self, clock, *given, **kept):
        super().__init__(*given, **kept)
        self.clock = clock

    def remember(self, records):
        super().remember([replace(r, at=self.clock.now()) for r in records])


def new_drill(memory=None, records=None, names=("api", "worker"), *, is_elsewhere=False, **script):
    """A drill that may be planned, its world and its memory."""
    clock = FakeClock()
    world = DrillWorld(clock, names=names, **script)
    task = Task(Wanted(), LIMITS, POLICY, EXPECTED, "acme / staging", command="rehearse")
    memory = memory or DatedMemory(clock, records_of(*names) if records is None else records)
    tools = Tools(world, memory, clock, Journal(clock, Silence()))
    return Drill(tools, task, is_elsewhere=is_elsewhere), world, memory
