"""What is put at the end of an answer of Railway's is what a step leaves out."""

import pytest

from verifier.model.railway_trace import with_trace, without_trace


@pytest.mark.parametrize("trace", ["", "a1b2-c3"])
def test_a_step_is_told_without_the_number_of_the_request(trace):
    answer = with_trace("Railway says no", trace)
    reason = f"could not roll back: {answer}, asked twice"

    assert without_trace(reason) == "could not roll back: Railway says no, asked twice"
    assert trace in reason
