"""Small workflow files that make much work: what cannot be told in little is not told."""

import pytest

from tests.decide.workflows.called import reports, with_jobs, workflow

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
@pytest.mark.slow
def test_files_that_call_one_another_in_a_circle_come_to_an_end():
    jobs = [f"j{n}: {{ uses: ./.github/workflows/ci.yml }}" for n in range(12)]
    on = "{ pull_request: , workflow_call: }\npermissions: { contents: read }"

    found = reports(with_jobs(jobs, on=on), required=["a / b"])

    assert found.checks == ()


@pytest.mark.timeout(30)
def test_calls_that_end_in_a_file_without_jobs_come_to_an_end():
    calls = [
        with_jobs(
            [f"j{each}: {{ uses: ./.github/workflows/f{level + 1}.yml }}" for each in range(12)],
            "pull_request" if level == 0 else "workflow_call",
            f"f{level}.yml",
        )
        for level in range(9)
    ]
    last = workflow("on: workflow_call\njobs: {}\n", "f9.yml")

    found = reports(*calls, last, with_jobs(["t: { runs-on: x }"], file="own.yml"))

    assert [check.name for check in found.checks] == ["t"]
    assert ["f0.yml" in each.reason for each in found.unresolved] == [True]


@pytest.mark.slow
def test_what_is_left_out_of_too_many_jobs_may_be_the_required_one():
    called = with_jobs([f"t{n}: {{ runs-on: x }}" for n in range(300)], "workflow_call", "b.yml")
    legs = ", ".join(map(str, range(200)))
    caller = with_jobs(
        [f"c: {{ uses: ./.github/workflows/b.yml, strategy: {{ matrix: {{ x: [{legs}] }} }} }}"]
    )

    found = reports(caller, called)

    assert found.checks
    assert any(each.may_be("c (199) / t299") for each in found.unresolved)


def test_a_matrix_of_more_jobs_than_github_starts_is_left_open():
    legs = ", ".join(map(str, range(257)))

    found = reports(
        with_jobs([f"t: {{ strategy: {{ matrix: {{ x: [{legs}] }} }} }}", "u: { runs-on: x }"])
    )

    assert [check.name for check in found.checks] == ["u"]
    assert [each.may_be("t (256)") for each in found.unresolved] == [True]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.slow
def test_a_long_chain_of_needs_is_followed(order):
    jobs = ["j0: { if: false }"]
    jobs += [f"j{n}: {{ runs-on: x, needs: [j{n - 1}] }}" for n in range(1, 3_000)]

    found = reports(with_jobs(jobs[::order]))

    (last,) = (check for check in found.checks if check.name == "j2999")
    assert last.skippable == "it is skipped with j0: its condition false holds on no pull request"
