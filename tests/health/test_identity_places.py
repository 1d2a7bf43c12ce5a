"""Where the usual stacks say which commit or deployment they are."""

import pytest

from verifier.health.identity_places import PLACES, names_identity


@pytest.mark.parametrize(
    ("place", "named"),
    [
        pytest.param("info.git.commit.id.abbrev", True, id="spring"),
        pytest.param("build.commit", True, id="grafana"),
        pytest.param("vcs_revision", True, id="go"),
        pytest.param("sourceVersion", True, id="heroku"),
        pytest.param("app.git-hash", True, id="vite"),
        pytest.param("X-Build-Sha", True, id="header"),
        pytest.param("RAILWAY_DEPLOYMENT_ID", True, id="railway"),
        pytest.param("x-railway-request-id", False, id="a-request-is-no-deployment"),
        pytest.param("checks.redis.version.major", False, id="not-at-the-end"),
        pytest.param("preshadow", False, id="only-part-of-a-word"),
    ],
)
def test_a_place_that_may_say_who_answered(place, named):
    assert names_identity(place) is named


def test_each_place_has_its_source_and_stands_once():
    assert len({name for name, _ in PLACES}) == len(PLACES)
    assert all(source for _, source in PLACES)
