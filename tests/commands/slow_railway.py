"""A scripted Railway that takes its time over some rollbacks, or never answers them."""

from tests.commands.script import CRITICAL, ScriptedWorld
from verifier.errors import DeniedError, LostAnswerError
from verifier.model.finding import Unobserved


class Hangs(BaseException):
    """No answer comes."""


class SlowRailway(ScriptedWorld):
    """`slow` says how Railway takes the request to go back to a deployment, by its id."""

    slow: dict
    critical_s: float | None = None
    """When the first critical answer was given."""

    def at_once(self, asks, limit_s):
        answers, begun_s = {}, self.clock.seconds
        for name, ask in asks.items():
            try:
                answers[name] = ask()
            except Hangs:
                answers[name] = Unobserved(f"no answer within {limit_s:.0f} s")
                self.clock.seconds = begun_s + limit_s
                if "was denied" in self.slow.values():
                    self.at[self.clock.seconds + 5] = lambda _, late=ask: late()
        return answers

    def roll_back(self, deployment_id):
        how = self.slow.get(deployment_id)
        if how == "was denied":
            raise DeniedError("could not roll back: Not Authorized")
        if how == "is denied late":
            self.slow[deployment_id] = "was denied"
            raise Hangs
        if how is None:
            super().roll_back(deployment_id)
            return
        self.mutations.append((self.clock.seconds, deployment_id))
        if how == "hangs":
            raise Hangs
        if how == "lost":
            raise LostAnswerError("could not roll back: the connection was cut")
        name = self._next(deployment_id)
        self.at[self.clock.seconds + how] = lambda world: world._put_back(name, deployment_id)

    def _answer(self, judged, serving):
        if self.critical_s is None and self._document(judged) is CRITICAL:
            self.critical_s = self.clock.seconds
        return super()._answer(judged, serving)
