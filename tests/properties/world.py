"""What one verifier sees of the model, with the delays and faults of a real network."""

from dataclasses import replace
from types import MappingProxyType

from tests.builders import answer, document, evidence, probe, service_evidence
from tests.commands.script import WithoutNews
from tests.properties.railway import PAGE, Mutation
from verifier.checks.answers import Attributed, attribute
from verifier.commands.ports import Observation
from verifier.commands.request_log import RequestLog
from verifier.errors import (
    DeniedError,
    LostAnswerError,
    UnexpectedAnswerError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.model.background import Background
from verifier.model.check_ids import DEEP
from verifier.model.evidence import Component, HealthStatus, Origin
from verifier.model.past_verdict import Claim

_WORDS = {
    "good": (HealthStatus.GOOD, "healthy"),
    "bad": (HealthStatus.BAD, "unhealthy"),
    "critical": (HealthStatus.CRITICAL, "CRITICAL"),
    "bare": (HealthStatus.BAD, "starting"),
}


class ModelWorld(WithoutNews):
    """The environment, seen by one actor."""

    def __init__(self, railway, actor, plan):
        self._railway = railway
        self._actor = actor
        self._plan = plan
        self.reads = 0
        self.seen = {}
        self._log = RequestLog(railway)
        self._given = None
        """The latest answer of the edge, as a cache keeps it."""
        self.attributed = []
        """Who is held to have given each answer that counted, and who gave it."""
        self.words = {}
        """What each deployment said while it was alone, by its id, oldest first."""

    def has_confirmed_failing(self, id_, times):
        """Whether a deployment was not good in so many looks in a row, or never in several."""
        words = self.words.get(id_, [])
        return len(words) > 1 and "good" not in words[-times:]

    def _read(self, rows=PAGE):
        self._actor.pause(self._plan.latency_s)
        self.reads += 1
        if self._plan.is_unreachable(self._actor.now_s()) or self.reads in self._plan.hiccups:
            self._actor.pause(self._plan.latency_s)
            raise UnreachableError("could not read the deployments: HTTP 502")
        self.seen = {name: self._railway.show(name, rows) for name in self._railway.services}
        seen = self.seen
        self._actor.pause(self._plan.latency_s)
        return seen

    def at_once(self, asks, limit_s):
        return self._actor.at_once(asks, limit_s)

    def fleet(self):
        return self._read()

    def history(self):
        return self._read(rows=1000)

    def wait(self, seconds):
        self._actor.sleep(seconds)
        return False

    def breaking_changes(self, older, judged):
        return ()

    def background(self, service, judged, good):
        return Background(service)

    def link(self, service):
        return f"https://railway.test/{service}"

    def observe(self, judged, before, subject, within_s):
        self._actor.pause(self._plan.latency_s)
        who = self._railway.who_answers("api") if "api" in judged else None
        given = self._answer(who) if "api" in judged else None
        self._actor.pause(self._plan.answer_s)
        after = self._read()
        services = [
            self._log.beside(
                service_evidence(
                    *([probe(given)] if name == "api" else []),
                    judged=deployment,
                    before=before[name],
                    after=after[name],
                )
            )
            for name, deployment in judged.items()
        ]
        if who is not None and after["api"].active == (who.id,):
            word = self._plan.health_of(who.commit_sha[0], self._actor.now_s())
            self.words.setdefault(who.id, []).append(word)
        seen = evidence(*services, subject=subject, at=self._actor.now())
        for service in services:
            for sent in service.probes:
                if isinstance(attribute(seen, service, sent, DEEP), Attributed):
                    by, _ = self._railway.requests.get(sent.answer.request_id, ("", 0.0))
                    self.attributed.append((service.judged.id, by))
        return Observation(seen, after)

    def _answer(self, who):
        start_s, end_s = self._plan.cached_s
        if self._given is not None and start_s <= self._actor.now_s() < end_s:
            return replace(self._given, origin=Origin.CACHE)
        self._given = self._own_answer(who)
        return self._given

    def _own_answer(self, who):
        health = self._plan.health_of(who.commit_sha[0], self._actor.now_s()) if who else "silent"
        if health == "silent":
            return answer(502, origin=Origin.EDGE, deployment_id="")
        status, word = _WORDS[health]
        components = (Component("redis", HealthStatus.BAD, "error"),) if health == "bad" else ()
        named = {
            "deployment": {"deployment_id": who.id},
            "commit": {"deployment_id": "", "commit_sha": who.commit_sha},
            "nothing": {"deployment_id": ""},
            "a build's number": {"deployment_id": "2026.1.17", "commit_sha": "main"},
            "what was baked in": {"deployment_id": self._railway.first_of(who).id},
        }[self._plan.answers_name]
        good = () if health == "bare" else document().components
        found = document(status, word, (*good, *components))
        code, request = 200 if health == "good" else 503, self._railway.serve(who.id)
        return answer(code, found, request_id=request, **named)

    def incident(self):
        self._actor.pause(self._plan.latency_s)
        return ""

    def redeploy(self, deployment_id):
        self._mutate(deployment_id, "redeploy", "none")

    def cancel(self, deployment_id):
        self._actor.pause(self._plan.latency_s)
        if self._plan.cancel_fault == "denied":
            raise DeniedError("could not cancel: Not Authorized")
        if self._plan.cancel_fault != "ignored":
            self._railway.cancel(deployment_id)
        if self._plan.cancel_fault == "lost":
            raise UnknownOutcomeError("could not cancel: no answer within 60 s")

    def roll_back(self, deployment_id):
        fault = self._plan.rollback_fault
        if fault == "denied":
            self._actor.pause(self._plan.latency_s)
            raise DeniedError("could not roll back: Not Authorized")
        self._mutate(deployment_id, "rollback", fault)

    def _mutate(self, deployment_id, reason, fault):
        name = next(
            n
            for n, s in self._railway.services.items()
            if any(d.id == deployment_id for d in s.deployments)
        )
        target = self._railway.services[name].find(deployment_id)
        mutation = Mutation(self._actor.now_s(), self._actor, name, target, self.seen[name])
        self._railway.mutations.append(mutation)
        first = sum(m.service == name for m in self._railway.mutations) == 1
        if fault.endswith("-once"):
            fault = fault.removesuffix("-once") if first else "none"
        if fault not in ("refused", "ignored", "lost-undone", "cut-undone"):
            # It arrives even where the one who sent it does not live to see it.
            self._railway.put_back_later(mutation, self._plan.mutation_s, reason)
        is_cut = fault.startswith("cut")
        self._actor.pause(self._plan.latency_s + (0.0 if is_cut else self._plan.mutation_s))
        if fault in ("refused", "odd-done"):
            raise UnexpectedAnswerError("could not roll back: Railway answered null")
        if fault.startswith(("lost", "cut")):
            raise LostAnswerError("could not roll back: no answer")


class ModelMemory:
    """GitHub's memory, seen by one actor. What it is asked happens at one moment."""

    lacking = ""
    how_it_keeps = "claims in a model"
    uncounted = MappingProxyType({})

    def __init__(self, shared, actor, plan):
        self._shared = shared
        self._actor = actor
        self._plan = plan

    def _ask(self, question):
        self._actor.pause(self._plan.latency_s)
        found = question()
        self._actor.pause(self._plan.latency_s)
        return found

    def records(self):
        return self._ask(self._shared.records)

    def remember(self, records):
        self._ask(lambda: self._shared.remember(records))

    def claim(self, deployment_id, attempt) -> Claim:
        return self._ask(lambda: self._shared.claim(deployment_id, attempt))

    def settle(self, deployment_id, attempt):
        self._ask(lambda: self._shared.settle(deployment_id, attempt))

    def claimed(self):
        return self._ask(self._shared.claimed)
