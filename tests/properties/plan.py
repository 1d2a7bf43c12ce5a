"""What happens in one history, drawn by hypothesis and printed when it breaks a property."""

import math
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.builders import EXPECTED, LIMITS, POLICY, sha
from tests.commands.script import KEPT_GOOD, SharedMemory, Silence
from tests.properties.railway import ModelRailway
from tests.properties.stage import Actor, Stage
from tests.properties.world import ModelMemory, ModelWorld
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import Waiver

FAILED_BEFORE = KnownBefore(
    failing=tuple(
        SeenFailing(SeenCheck(check, "api"), frozenset({"redis", "HTTP 5xx"}))
        for check in ("health.deep", "component.redis")
    )
)
#: What earlier runs kept of the checks of some long gone deployment.
KEPT = {
    "good": KEPT_GOOD,
    "nothing": (),
    "failing": (PastVerdict("api", "long-ago", sha("f"), "", PastStatus.SEEN, seen=FAILED_BEFORE),),
}
WAIVERS = tuple(
    Waiver(check, "it is known", date(2099, 1, 1)) for check in ("health.deep", "component.redis")
)

#: A history begins with these: the live deployment runs commit a, commit b is pushed at 0.
LIVE, JUDGED = "a", "b"
#: Where commit b passes a service by, this one is live there, and no gate has judged it.
UNJUDGED = "u"
_PASSED_BY = "No changes to watched files"


@dataclass(frozen=True)
class Verifier:
    """One run of the gate for commit b."""

    starts_s: float = 0.0
    dies_at_step: int | None = None
    clock_is_off_by_s: float = 0.0
    jitter: float = 0.5


@dataclass(frozen=True)
class Click:
    """Something that a person, or Railway by itself, does."""

    at_s: float
    what: str
    service: str = "api"


@dataclass(frozen=True)
class Plan:
    """One history. Times in seconds."""

    services: tuple = ("api",)
    older: tuple = ()
    """Commits that were deployed before commit a, oldest first; a capital ended as FAILED."""
    health: str = "good"
    """Of commit b: good, bad, critical, silent, or "bad-until-N", "good-until-N"."""
    health_before: str = "good"
    """Of commit a."""
    crashing: frozenset = frozenset()
    """Commits that crash where there is no URL."""
    build_s: float = 5.0
    slow: tuple = ()
    """Services, each with the seconds that its build takes longer; None for a build without end."""
    absent: dict = field(default_factory=dict)
    """Services in which commit b never goes live, and the status that stands for that: skipped,
    to be approved, or "" for no record."""
    unjudged: str = ""
    """The service that commit b passes by, where commit u is live and not judged."""
    unjudged_health: str = "good"
    """Of commit u, in the api."""
    unjudged_crash_s: float | None = None
    """When commit u crashes, elsewhere."""
    claimed: frozenset = frozenset()
    """Services whose rollback another run has claimed, and does not make."""
    hiccups: frozenset = frozenset()
    """Which reads of Railway fail, counted from 1."""
    cancel_fault: str = "none"
    build_fails: frozenset = frozenset()
    """Services."""
    overlap_s: float = 0.0
    latency_s: float = 0.1
    answer_s: float = 0.0
    """From the moment the edge chooses who answers to the answer."""
    mutation_s: float = 0.1
    """Until a request to roll back takes effect."""
    rollback_s: float = 2.0
    """Until what it made serves."""
    rollback_fault: str = "none"
    hidden: tuple = ()
    """Services that Railway does not show, each with the seconds from when to when."""
    unreachable_s: tuple = ()
    """From when to when Railway's API answers 502."""
    answers_name: str = "deployment"
    log_late_s: float | None = None
    """After how long the request log has a request; None where it has none."""
    cached_s: tuple = (0.0, 0.0)
    """From when to when a cache, which says so, answers in place of the application."""
    spacing_s: float = 1.0
    """Between the deployments of before."""
    again: tuple = ()
    """What happened after commit a: a reason and the commit that was made live once more."""
    skipped: int = 0
    """Commits since then that the service was skipped for."""
    lists_what_may_answer: bool = True
    """Whether Railway lists what may answer beside its newest rows."""
    records: tuple = ()
    """What gates found of commits of before, oldest first: the commit and the status."""
    elsewhere: tuple = ()
    """The same of a service that is none of these."""
    kept: str = "good"
    """What earlier runs saw of the checks: good, failing as a bad one does, or nothing."""
    waived: bool = False
    """Whether what a bad one fails on is waived."""
    github_fails: tuple = ()
    """What GitHub does not answer, for nobody."""
    verifiers: tuple = (Verifier(),)
    clicks: tuple = ()

    def health_of(self, commit, now_s):
        """What the application of a commit says at a time."""
        of = {LIVE: self.health_before, JUDGED: self.health, UNJUDGED: self.unjudged_health}
        word = of.get(commit, "good")
        if "-until-" in word:
            first, _, end_s = word.partition("-until-")
            then = {"bad": "good", "good": "bad", "bare": "good"}
            return first if now_s < float(end_s) else then[first]
        if word == "flapping":
            return "bad" if int(now_s / 2) % 2 else "good"
        return word

    @property
    def bad_words(self):
        """What condemns, of what an application may say."""
        return ("critical", "silent") if self.waived else ("bad", "critical", "silent")

    @property
    def own(self):
        """The services that commit b is deployed to."""
        return tuple(name for name in self.services if name != self.unjudged)

    @property
    def is_good(self):
        """Whether nothing of what is judged ever fails."""
        health = [self.health] if "api" in self.own else []
        health += [self.unjudged_health] if self.unjudged == "api" else []
        crashes = self.crashing or (self.unjudged in self.services and self.unjudged_crash_s)
        return all(word == "good" for word in health) and not crashes

    def is_hidden(self, service, now_s):
        return any(s == service and start <= now_s < end for s, start, end in self.hidden)

    def is_unreachable(self, now_s):
        return any(start <= now_s < end for start, end in self.unreachable_s)


class History:
    """A plan, played to its end."""

    def __init__(self, plan):
        self.plan = plan
        self.stage = Stage()
        self.railway = ModelRailway(self.stage, plan)
        self.memory = SharedMemory(before=KEPT[plan.kept], fails=plan.github_fails)
        self.reports = {}
        self.left = {}
        """Deployments of commit b at the end of each run, by service."""
        self.live = {}
        self.is_unjudged_bad = {}
        """Commits that serve at the end of each run, by service."""
        self.worlds = []
        self._set_up()
        self.actors = [self._verifier(v) for v in plan.verifiers]
        for click in plan.clicks:
            self.stage.at(click.at_s, lambda click=click: self._click(click))
        self.stage.play()
        for actor in self.actors:
            if actor.error is not None:
                raise actor.error

    def _set_up(self):
        plan = self.plan
        for name in plan.services:
            for commit in (*plan.older, LIVE):
                failed = commit.isupper()
                self.railway.begin(name, commit.lower(), fails=failed)
                self.stage.play(until_s=self.stage.now_s)
                self.stage.now_s += plan.spacing_s
            for reason, commit in plan.again:
                self.railway.begin(name, commit, reason=reason)
                self.stage.play(until_s=self.stage.now_s)
                self.stage.now_s += plan.spacing_s
            for _ in range(plan.skipped):
                self.railway.begin(name, "s", settles=Status.SKIPPED)
            self._record(name)
            if name == plan.unjudged:
                self._make_unjudged(name)
        self.stage.play(until_s=self.stage.now_s + plan.overlap_s)
        self.start_s = self.stage.now_s
        for name in plan.services:
            fails = name in plan.build_fails
            build_s = plan.build_s + dict(plan.slow).get(name, 0.0)
            settles = plan.absent.get(name)
            if name == plan.unjudged:
                self.railway.begin(name, JUDGED, settles=Status.SKIPPED, why=_PASSED_BY)
            elif settles != "":
                self.railway.begin(name, JUDGED, build_s=build_s, fails=fails, settles=settles)
            made = self.railway.services[name].deployments
            if name in plan.claimed:
                commit = UNJUDGED if name == plan.unjudged else JUDGED
                self.memory.claims |= {d.id: 1 for d in made if d.commit_sha == sha(commit)}

    def _make_unjudged(self, name):
        """Let commit u follow what a gate has verified in a service."""
        verified = self.railway.services[name].live
        at = verified.created_at + timedelta(seconds=0.5)
        record = PastVerdict(name, verified.id, verified.commit_sha, "", PastStatus.VERIFIED, at)
        self.memory.found.insert(0, record)
        made = self.railway.begin(name, UNJUDGED)
        self.stage.play(until_s=self.stage.now_s)
        self.stage.now_s += 1.0
        if name != "api" and self.plan.unjudged_crash_s is not None:
            seconds = self.plan.overlap_s + self.plan.unjudged_crash_s
            self.railway.crash_later(name, made.id, seconds)

    def _record(self, name):
        """Have earlier gates keep what they found: each of the latest deployment of a commit."""
        made = self.railway.services[name].deployments
        for service, found in ((name, self.plan.records), ("elsewhere", self.plan.elsewhere)):
            for commit, status in found:
                its = [d for d in made if d.commit_sha == sha(commit)]
                if its:
                    id_ = its[-1].id if service == name else "another"
                    at = its[-1].created_at + timedelta(seconds=0.5)
                    digest = its[-1].image_digest
                    record = PastVerdict(service, id_, sha(commit), digest, status, at)
                    self.memory.found.insert(0, record)

    def _verifier(self, verifier):
        def work(actor):
            world = ModelWorld(self.railway, actor, self.plan)
            self.worlds.append(world)
            memory = ModelMemory(self.memory, actor, self.plan)
            wanted = Wanted(commit_sha=sha(JUDGED))
            policy = replace(POLICY, redeploys=True)
            expected = replace(EXPECTED, waivers=WAIVERS if self.plan.waived else ())
            task = Task(wanted, LIMITS, policy, expected, "acme / production")
            gate = Gate(world, memory, task, actor, Journal(actor, Silence()))
            gate.run()
            self.reports[actor] = gate.report()
            self.left[actor] = {
                name: [d for d in service.deployments if d.commit_sha == sha(JUDGED)]
                for name, service in self.railway.services.items()
            }
            self.live[actor] = self.commits()
            self.is_unjudged_bad[actor] = self._is_unjudged_bad()

        actor = Actor(
            self.stage,
            work,
            dies_at_step=verifier.dies_at_step,
            clock_is_off_by_s=verifier.clock_is_off_by_s,
            jitter=verifier.jitter,
        )
        actor.started_s = self.start_s + verifier.starts_s
        self.stage.at(actor.started_s, actor.begin)
        return actor

    def _click(self, click):
        if click.service not in self.railway.services:
            return
        service = self.railway.services[click.service]
        match click.what:
            case "push":
                for name in self.railway.services:
                    self.railway.begin(name, "d", build_s=3.0)
            case "push that fails":
                for name in self.railway.services:
                    self.railway.begin(name, "d", build_s=3.0, fails=True)
            case "push that is skipped" | "push that waits":
                word = Status.SKIPPED if click.what.endswith("skipped") else Status.NEEDS_APPROVAL
                for name in self.railway.services:
                    self.railway.begin(name, "d", settles=word)
            case "push to one":
                self.railway.begin(click.service, "d", build_s=3.0)
            case "roll back":
                removed = [d for d in service.deployments if d.status is Status.REMOVED]
                # Of a build that was cancelled there is no image to go back to.
                older = [d for d in removed if d.instances]
                if older:
                    self.railway.put_back(click.service, older[-1].id)
            case "same again" if service.live is not None:
                commit = service.live.commit_sha[0]
                self.railway.begin(click.service, commit, build_s=1.0, reason="redeploy")
            case "remove" if service.live is not None:
                self.railway.remove_live(click.service)
            case "image gone":
                for deployment in service.deployments[:-1]:
                    service.change(deployment.id, can_rollback=False, can_redeploy=False)

    def _is_unjudged_bad(self):
        """Whether what serves of commit u has been seen to be bad for long enough."""
        name = self.plan.unjudged
        live = self.railway.services[name].live if name in self.plan.services else None
        if live is None or name == "api":
            return live is not None and self.plan.unjudged_health in self.plan.bad_words
        return self.stage.now_s > self.railway.crashed_s.get(live.id, math.inf) + 60

    def commits(self):
        """What serves at the end, by service."""
        return {
            name: service.live.commit_sha[0] if service.live else ""
            for name, service in self.railway.services.items()
        }


seconds = st.floats(0, 40).map(lambda s: round(s, 1))
service_names = st.sampled_from(["api", "worker", "scheduler"])
clicks = st.builds(
    Click,
    seconds.map(lambda s: s + 3),
    st.sampled_from(
        [
            "push",
            "roll back",
            "same again",
            "remove",
            "image gone",
            "push that fails",
            "push that is skipped",
            "push that waits",
            "push to one",
        ]
    ),
    service_names,
)
verifiers = st.builds(
    Verifier,
    st.sampled_from([0.0, 0.0, 0.1, 1.0, 8.0, 60.0]),
    st.none() | st.integers(1, 120),
    st.sampled_from([0.0, 0.0, -300.0, 300.0]),
)
records = st.tuples(st.sampled_from("ace"), st.sampled_from(list(PastStatus)))
plans = st.builds(
    Plan,
    services=st.sampled_from([("api",), ("api", "worker"), ("api", "worker", "scheduler")]),
    older=st.lists(st.sampled_from("cCeE"), max_size=3).map(tuple),
    health=st.sampled_from(
        [
            "good",
            "bad",
            "critical",
            "silent",
            "bad-until-12",
            "good-until-9",
            "good-until-30",
            "bare-until-18",
            "flapping",
        ]
    ),
    health_before=st.sampled_from(["good", "good", "good", "bad", "critical", "silent"]),
    crashing=st.sampled_from([frozenset(), frozenset(), frozenset("b")]),
    build_s=st.sampled_from([0.0, 5.0, 20.0]),
    build_fails=st.sampled_from([frozenset(), frozenset(), frozenset(["worker"])]),
    slow=st.sampled_from([(), (), (("worker", 30.0),), (("api", 12.0), ("scheduler", 90.0))]),
    absent=st.sampled_from(
        [
            *({}, {}, {}),
            {"worker": ""},
            {"worker": Status.SKIPPED},
            {"scheduler": Status.NEEDS_APPROVAL},
        ]
    ),
    unjudged=st.sampled_from(["", "", "", "worker", "api"]),
    unjudged_health=st.sampled_from(["good", "bad", "critical", "good-until-30"]),
    unjudged_crash_s=st.sampled_from([None, 8.0, 40.0]),
    claimed=st.sampled_from([frozenset(), frozenset(), frozenset(["api"]), frozenset(["worker"])]),
    hiccups=st.sets(st.integers(1, 60), max_size=3).map(frozenset),
    cancel_fault=st.sampled_from(["none", "none", "denied", "ignored", "lost"]),
    overlap_s=st.sampled_from([0.0, 2.0, 15.0]),
    latency_s=st.sampled_from([0.0, 0.1, 0.7]),
    answer_s=st.sampled_from([0.0, 0.0, 0.4, 3.0]),
    mutation_s=st.sampled_from([0.0, 0.1, 5.0, 59.0]),
    rollback_s=st.sampled_from([0.5, 2.0, 30.0]),
    rollback_fault=st.sampled_from(
        [
            "none",
            "none",
            "none",
            "denied",
            "refused",
            "ignored",
            "lost",
            "lost-undone",
            "refused-once",
            "lost-undone-once",
            "odd-done",
            "cut",
            "cut-once",
            "cut-undone-once",
        ]
    ),
    hidden=st.lists(
        st.tuples(service_names, seconds, st.floats(0.5, 20)).map(
            lambda w: (w[0], w[1], w[1] + w[2])
        ),
        max_size=1,
    ).map(tuple),
    unreachable_s=st.lists(
        st.tuples(seconds, st.floats(0.5, 20)).map(lambda w: (w[0], w[0] + w[1])), max_size=2
    ).map(tuple),
    answers_name=st.sampled_from(
        ["deployment", "commit", "nothing", "a build's number", "what was baked in"]
    ),
    log_late_s=st.sampled_from([None, None, 0.0, 3.0, 60.0]),
    cached_s=st.sampled_from([(0.0, 0.0), (0.0, 0.0), (0.0, 1e9), (6.0, 40.0)]),
    spacing_s=st.sampled_from([1.0, 7200.0, 90 * 3600.0]),
    again=st.sampled_from(
        [
            *((), (), ()),
            (("redeploy", "a"),),
            (("migrate", "a"),),
            (("redeploy", "c"), ("redeploy", "a")),
            (("rollback", "c"), ("deploy", "a")),
            (("rollback", "c"), ("redeploy", "a"), ("migrate", "a")),
        ]
    ),
    skipped=st.sampled_from([0, 0, 3, 25]),
    lists_what_may_answer=st.booleans(),
    records=st.lists(records, max_size=3).map(tuple),
    elsewhere=st.lists(records, max_size=1).map(tuple),
    kept=st.sampled_from(["good", "good", "failing", "nothing"]),
    waived=st.sampled_from([False, False, False, True]),
    verifiers=st.lists(verifiers, min_size=1, max_size=3).map(tuple),
    clicks=st.lists(clicks, max_size=3).map(tuple),
)
