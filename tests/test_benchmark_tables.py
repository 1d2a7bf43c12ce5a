"""Tables of what is played many times, or in many sizes: they say what was found, or nothing."""

import pytest

from benchmarks.growth import exponent, of_repositories, of_scale
from benchmarks.proofs import of_false_rollbacks, of_faults, of_soak
from benchmarks.told import ContradictionError
from tests.commands.scale import is_over, megabytes
from tests.commands.wide_railway import requests_of_a_gate
from tests.counted_calls import calls_of

SIZES = [10, 100, 1000]


@pytest.mark.parametrize("power", [0.5, 1.0, 1.3, 2.0])
def test_an_exponent_is_that_of_the_power_it_is_fitted_to(power):
    assert exponent([(size, 3 * size**power) for size in SIZES]) == pytest.approx(power)


def _row(**changes):
    took = [size / 1000 for size in SIZES]
    own = {"what": "services", "sizes": SIZES, "seconds": took, "megabytes": [0.1, 1.0, 10.0]}
    grown = {"exponent": 1.0, "exponent_of_memory": 1.0, "exponent_of_calls": 1.02}
    asked = {"requests": [17, 53, 413], "exponent_of_requests": 0.89, "limit": 1.1}
    return own | grown | asked | {"reason": "a reason"} | changes


def test_a_row_of_the_scale_tells_time_memory_calls_and_requests():
    told = of_scale([_row()])

    assert "| 1, 10, 100 | 1.00 | 1.00 | 1.02 | 10, 1.00 | 17 to 413 |  |" in told
    assert "| none | a reason |" in of_scale(
        [_row(requests=[], exponent_of_requests=None, exponent_of_calls=1.2)]
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"exponent_of_calls": 1.2}, "missed"),
        ({"seconds": [size**1.2 for size in SIZES], "exponent": 1.2}, "a busy machine"),
    ],
)
def test_what_grows_too_fast_without_a_known_reason_is_told(changes, why):
    assert f"{why} |\n" in of_scale([_row(reason="", **changes)])


def test_an_exponent_that_the_figures_do_not_give_writes_no_page():
    with pytest.raises(ContradictionError, match="services"):
        of_scale([_row(exponent=0.5)])


@pytest.mark.parametrize(
    ("changes", "over"),
    [
        ({}, False),
        ({"exponent_of_calls": 1.2}, True),
        ({"exponent_of_calls": 1.2, "limit": 1.3}, False),
        ({"exponent_of_requests": 1.5}, True),
        ({"exponent_of_requests": None}, False),
    ],
)
def test_what_grows_faster_than_it_may_is_noticed(changes, over):
    assert is_over(_row(**changes)) is over


def test_what_a_run_calls_and_holds_is_counted():
    assert calls_of(lambda: [len("") for _ in range(1000)]) == pytest.approx(1000, abs=10)
    assert megabytes(lambda: bytes(5_000_000)) == pytest.approx(5, abs=0.1)


def test_a_long_history_costs_no_more_requests():
    assert len(requests_of_a_gate(history=10)) == len(requests_of_a_gate(history=300))


@pytest.mark.slow
def test_each_further_service_costs_as_many_requests_as_the_last():
    one, two, three = (len(requests_of_a_gate(services=n)) for n in (1, 2, 3))

    assert three - two == two - one <= 2


def test_what_containers_were_started_with_is_asked_for_all_services_at_once():
    asked = requests_of_a_gate(services=3)

    assert asked.count("DeploymentVariables") <= 3


def _audit(repositories=10, of=10, share=1, shares=1):
    figures = {"requests": of // 5, "seconds": of / 10, "processor_s": of / 100, "megabytes": 2.0}
    return {"repositories": repositories, "of": of, "share": share, "shares": shares, **figures}


def test_repositories_have_their_exponents_without_shares():
    rows = [_audit(n, n) for n in SIZES] + [_audit(24, 100, 1, 4)]
    told = of_repositories({"rows": rows})

    assert "| 24, share 1 of 4 | 20 | 1.0 | 10 | 2 |" in told
    assert "| exponent, without shares | 1.00 | 1.00 | 1.00 | 0.00 |" in told


def test_repositories_that_cost_too_much_are_told_as_missed():
    rows = [_audit(n, n) | {"seconds": n**1.5} for n in SIZES]

    assert "| 1.00 | 1.00 | 1.50, missed | 0.00 |" in of_repositories({"rows": rows})


@pytest.mark.parametrize("row", [_audit(11, 10), _audit(9, 10)])
def test_more_or_fewer_repositories_than_there_were_write_no_page(row):
    with pytest.raises(ContradictionError):
        of_repositories({"rows": [row]})


def _counted(**changes):
    counts = {"rolled_back": 0, "red": 0, "passed": 776} | changes
    practices = ("the gate", "sleep and curl", "5-second loop", "poll and smoke")
    return {"seeds": 1000, "rows": [{"trouble": "overlap", "practice": p, **counts} for p in practices]}  # fmt: skip


def test_false_rollbacks_are_told_by_trouble_and_practice():
    assert "| overlap | 0 / 0 / 776 | 0 / 0 / 776 |" in of_false_rollbacks(_counted())


@pytest.mark.parametrize("bent", [_counted(passed=1001), _counted(red=-1)])
def test_a_count_of_more_than_was_played_writes_no_page(bent):
    with pytest.raises(ContradictionError, match="overlap"):
        of_false_rollbacks(bent)


def test_a_practice_that_is_missing_writes_no_page():
    with pytest.raises(ContradictionError, match="poll and smoke"):
        of_false_rollbacks({"seeds": 1000, "rows": _counted()["rows"][:3]})


SOAK = {
    "seed": 5,
    "asked_for": 500,
    "minutes": 32.0,
    "gates": 280,
    "of_bad_commits": 93,
    "to_be_killed": 110,
    "killed": 100,
    "wrong": 0,
    "sandbox_mb": [80.0, 98.4],
    "rows": [{"what": "files", "first": 21, "last": 22, "largest": 30, "grew": False}],
}


def test_a_soak_tells_what_was_run_and_what_grew():
    told = of_soak(SOAK)

    assert told.startswith("280 of 500 gates in 32.0 minutes (seed 5), 93 ")
    assert "100 killed as they ran, of 110 chosen; 0 wrong" in told
    assert "grown: nothing; the sandbox's own memory: 80 to 98 MB." in told
    assert "| files | 21 | 22 | 30 |" in told
    assert "grown: files" in of_soak({**SOAK, "rows": [{**SOAK["rows"][0], "grew": True}]})


@pytest.mark.parametrize("bent", [{"killed": 111}, {"to_be_killed": 300}, {"gates": 501}])
def test_a_soak_that_cannot_have_been_writes_no_page(bent):
    with pytest.raises(ContradictionError):
        of_soak({**SOAK, **bent})


FAULTS = {
    "faults": ["refused", "reset"],
    "rows": [{"call": "railway.Fleet", "cells": {"refused": "iii", "reset": "..."}}],
    "gates": 18,
    "opposite": 0,
}


def test_a_matrix_of_faults_is_told_by_call():
    told = of_faults(FAULTS)

    assert "railway.Fleet  iii ...\n" in told
    assert "  1 refused\n  2 reset\n" in told
    assert told.endswith("18 gates, 0 opposite verdicts\n")


@pytest.mark.parametrize("opposite", [0, 1])
def test_cells_that_do_not_show_the_count_of_wrong_ones_write_no_page(opposite):
    cells = {"refused": "iXi" if opposite == 0 else "iii", "reset": "..."}
    rows = [{"call": "railway.Fleet", "cells": cells}]

    with pytest.raises(ContradictionError, match="opposite"):
        of_faults({**FAULTS, "rows": rows, "opposite": opposite})
