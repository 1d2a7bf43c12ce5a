"""What policies with a condition say of the row that the kill switch would write."""

import pytest

from tests.database.test_kill_switch_trial import (
    READS,
    WRITES,
    ask,
    doubts,
    pausable,  # noqa: F401  a fixture
    problems,
    rows,
    told,
)
from tests.database.test_session import run

pytestmark = pytest.mark.slow


def writes(condition, name="own", kind="permissive"):
    return (
        f"create policy {name} on julia_status as {kind} for insert to deploy_pauser "
        f"with check ({condition})"
    )


def reads(condition):
    return f"create policy seen on julia_status for select to deploy_pauser using ({condition})"


@pytest.mark.parametrize(
    "policies",
    [
        pytest.param([READS, writes("alterado_via = 'manual'")], id="a-value-that-is-written"),
        pytest.param([READS, writes("current_user = 'deploy_pauser'")], id="the-role"),
        pytest.param([READS, writes("false"), writes("length(motivo) > 0", "two")], id="one-of-two"),
        pytest.param([READS, WRITES, writes("status <> 'x'", kind="restrictive")], id="both-kinds"),
        pytest.param([reads("alterado_via = 'manual'"), WRITES], id="to-read"),
    ],
)  # fmt: skip
def test_a_policy_that_lets_the_row_through_leaves_no_doubt(pausable, policies):  # noqa: F811
    run(pausable, *policies)
    before = rows(pausable)

    assert (problems(pausable), doubts(pausable)) == ([], [])
    assert rows(pausable) == before


@pytest.mark.parametrize(
    ("policies", "expected", "is_written"),
    [
        pytest.param(
            [READS, writes("alterado_via = 'slack'")],
            "the policy own refuses the row: alterado_via 'manual'",
            False,
            id="another-value",
        ),
        pytest.param(
            [READS, WRITES, writes("alterado_via = 'slack'", kind="restrictive")],
            "the policy own refuses the row: alterado_via 'manual'",
            False,
            id="restrictive",
        ),
        pytest.param(
            [READS, writes("nullif(status, status) = 'x'")],
            "the policy own refuses the row",
            False,
            id="null-is-no-yes",
        ),
        pytest.param(
            [READS, writes("status = 'ativo'")],
            "the policy own refuses the row: status 'pausado'",
            False,
            id="one-of-the-two-statuses",
        ),
        pytest.param(
            [reads("alterado_via = 'slack'"), WRITES],
            "the policy seen hides the row from deploy_pauser: alterado_via 'manual'",
            True,
            id="to-read",
        ),
    ],
)
def test_a_policy_that_keeps_the_row_out_is_told_with_what_it_asks(
    pausable,  # noqa: F811
    policies,
    expected,
    is_written,
):
    run(pausable, *policies)

    answer = ask(pausable)

    assert any(expected in text and "(" in text for text in told(answer.problems)), answer.problems
    assert (answer.doubts, answer.is_written) == ((), is_written)


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("status in (select relname::text from pg_class)", id="other-rows"),
        pytest.param("may_pause(status)", id="a-function-of-the-database"),
    ],
)
def test_what_runs_more_than_a_comparison_is_not_tried(pausable, condition):  # noqa: F811
    function = "create function may_pause(s text) returns boolean language sql as 'select true'"
    run(pausable, function, READS, writes(condition))

    answer = ask(pausable)

    assert answer.problems == ()
    assert any("the policy own was not tried" in text for text in told(answer.doubts))


def test_what_an_update_finds_in_the_old_row_is_not_tried(pausable):  # noqa: F811
    run(
        pausable,
        "grant update on julia_status to deploy_pauser",
        READS,
        "create policy own on julia_status for update to deploy_pauser using (status <> 'x')",
    )
    write = "update julia_status set status = %(status)s, motivo = %(reason)s"

    assert any("the policy own was not tried" in text for text in doubts(pausable, write=write))
