"""What a soak says of growth, and of what was wrong."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from tests.soak.__main__ import Measured
from tests.soak.told import grown, plotted, table

ONE = Measured(0, "good", 0.0, False, 0, True, 4.0, 60.0, 20, 5, 3, 90.0, 60, 9, 12, 0)
FLAT = [
    replace(ONE, number=n, killed_after_s=float(n % 3), was_killed=n % 3 == 2) for n in range(20)
]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"gate_mb": 75.0}, ["gate_mb"]),
        ({"gate_mb": 65.0}, []),
        ({"left_files": 1}, ["left_files"]),
        ({"sandbox_files": 80}, ["sandbox_files"]),
        ({"processes": 20, "gate_sockets": 50}, ["gate_sockets", "processes"]),
    ],
    ids=["flat", "memory", "a-little", "files", "sockets", "processes"],
)
def test_what_is_larger_at_the_end_has_grown(changed, said):
    late = [replace(one, **changed) if one.number >= 10 else one for one in FLAT]

    assert grown(late) == said
    assert table(late).count("GREW") == len(said)


def test_a_table_counts_and_a_plot_can_be_drawn():
    wrong = [replace(FLAT[0], is_right=False), *FLAT[1:]]

    assert table(wrong).startswith("20 gates, 0 of bad commits, 13 to be killed, 6 killed, 1 wrong")
    assert ElementTree.fromstring(plotted(wrong)).tag.endswith("svg")
