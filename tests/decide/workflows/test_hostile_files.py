"""Small workflow files that make much work: what cannot be told in little is not told."""

import pytest

from tests.decide.workflows.called import reports, with_jobs

NUMBERS = ", ".join(map(str, range(60)))
AXES = "".join(f", axis{n}: [{NUMBERS}]" for n in range(5))
ALL_EXCLUDED = "".join(f"{{a: {n}}}, " for n in range(60))
GROWN = "'x'"
for _ in range(14):
    GROWN = f"format('{'{0}' * 8}', {GROWN})"


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "job",
    [
        pytest.param(
            "test: { runs-on: x, strategy: { matrix: { "
            f"a: [{NUMBERS}]{AXES}, exclude: [{ALL_EXCLUDED}] }} }} }}",
            id="a-matrix-that-excludes-all",
        ),
        pytest.param(f'test: {{ runs-on: x, name: "${{{{ {GROWN} }}}}" }}', id="a-text-that-grows"),
    ],
)
def test_what_takes_too_much_is_left_open(job):
    found = reports(with_jobs([job]))

    assert (found.checks, len(found.unresolved)) == ((), 1)


@pytest.mark.timeout(30)
def test_files_that_call_one_another_in_a_circle_come_to_an_end():
    jobs = [f"j{n}: {{ uses: ./.github/workflows/ci.yml }}" for n in range(12)]
    on = "{ pull_request: , workflow_call: }\npermissions: { contents: read }"

    found = reports(with_jobs(jobs, on=on), required=["a / b"])

    assert found.checks == ()
