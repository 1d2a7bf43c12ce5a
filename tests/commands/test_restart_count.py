"""A restart that news told of belongs to the look after it, and to no other."""

from tests.builders import deployment, service_evidence
from verifier.commands.restart_count import RestartCount


class Told:
    """News that have told of so many stops."""

    def __init__(self):
        self.count = {"new": 0, "other": 0}

    def stops(self, deployment_id):
        return self.count[deployment_id]


def test_each_look_has_the_restarts_since_the_one_before():
    news = Told()
    count = RestartCount(news)

    def look(id_="new"):
        return count.beside(service_evidence(judged=deployment(id_))).restarts

    first = look()
    news.count["new"] = 3

    assert (first, look(), look(), look("other")) == (0, 3, 0, 0)
