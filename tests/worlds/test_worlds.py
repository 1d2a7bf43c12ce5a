"""A handful of random worlds in every test run; `make worlds` plays hundreds."""

import pytest

from tests.sandbox.runs import environ, verifier
from tests.worlds.compare import compare
from tests.worlds.draw import Quality, draw
from tests.worlds.play import play, playground

pytestmark = pytest.mark.slow

#: Critical without news; good with hiccups and no GitHub; one service never comes; cold; bad beside
#: a crash loop; a rollback whose answer is cut.
SEEDS = (2, 3, 8, 11, 27, 40)


@pytest.fixture(scope="module")
def sandbox():
    with playground() as running:
        yield running


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gate_is_right_about_a_world(sandbox, tmp_path, seed):
    world = draw(seed)

    played = play(world, sandbox, tmp_path)

    assert compare(world, played).wrong == ()


def test_a_seed_draws_the_same_world_and_all_kinds_are_drawn():
    worlds = [draw(seed) for seed in range(300)]

    assert worlds == [draw(seed) for seed in range(300)]
    assert {world.judged.worst for world in worlds} == set(Quality)
    assert any(world.newer for world in worlds)
    assert any(world.faults.mutations for world in worlds)


def test_a_command_that_is_killed_at_once_has_said_nothing(tmp_path):
    env = environ(None)

    done = verifier("--version", env=env, cwd=tmp_path, started=lambda child: child.kill())

    assert (done.returncode, done.stdout, done.stderr) == (-9, "", "")
