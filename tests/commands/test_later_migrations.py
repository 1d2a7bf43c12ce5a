"""What a gate would judge before its migration is told, or keeps the change back."""

import pytest

from tests.commands.pipelines import (
    AWAITING,
    CHECKOUT,
    SLEEP,
    UPLOAD,
    WHOLE,
    follower,
    job,
    pipeline,
    proposed,
    run,
)

MIGRATES = run("npx prisma migrate deploy")
APPLIES = run("node scripts/apply.js")
BESIDE = "does not wait for"
KEYS = "    needs: deploy\n"
CALLED = "  db:\n    needs: deploy\n    uses: {}\n"
EVIDENT = {
    "by-its-command": job(MIGRATES),
    "by-its-action": job("      - uses: ./.github/actions/migrate\n"),
    "by-its-workflow": CALLED.format("./.github/workflows/migrate.yml"),
    "by-another-s-workflow": CALLED.format("acme/ops/.github/workflows/prisma-migrate.yml@main"),
    "by-its-id": job(APPLIES, name="migrations"),
    "by-its-name": job(APPLIES, keys=f"{KEYS}    name: Migrate production\n"),
    "by-its-variables": job(run("$CMD"), keys=f"{KEYS}    env: {{ CMD: npx prisma migrate }}\n"),
    "by-its-inputs": job("      - uses: acme/run@v1\n        with: { command: prisma migrate }\n"),
    "by-its-folder": job(run("./run.sh") + "        working-directory: migrations\n"),
    "behind-a-job": job(run("echo ok"), name="told") + job(MIGRATES, keys="    needs: [told]\n"),
    "alongside": job(MIGRATES, keys=""),
    "started-from-there": job(run("gh workflow run migrate.yml")),
    "of-rails": job(run("bin/rails db:schema:load")),
}


@pytest.mark.parametrize("name", EVIDENT)
def test_nothing_is_proposed_where_a_job_migrates_that_the_gate_does_not_wait_for(name):
    found = proposed(pipeline(AWAITING if name == "alongside" else WHOLE, EVIDENT[name]))

    assert found.diff == ""
    assert BESIDE in found.told[0]


def test_nothing_is_proposed_where_a_workflow_migrates_after_a_good_run():
    passed = "github.event.workflow_run.conclusion == 'success'"

    found = proposed(pipeline(), follower(MIGRATES, passed))

    assert found.diff == ""
    assert "npx prisma migrate deploy (job after of .github/workflows/after0.yml)" in found.told[0]
    assert proposed(pipeline(), follower(MIGRATES, passed.replace("success", "x"))).diff


UNKNOWN = (
    "dotnet ef database update",
    "flask db upgrade",
    "sqitch deploy",
    "mysql prod < sql/0042.sql",
    "mix ecto.setup",
    "npm run db-up",
    "npm run test:db:read",
    "npm run test:graphql-schema",
    "npx playwright test",
)


@pytest.mark.parametrize("command", UNKNOWN)
def test_what_nobody_can_tell_is_named_beside_the_change(command):
    in_job, in_next = (
        proposed(pipeline(WHOLE + run(command))),
        proposed(pipeline(jobs=job(run(command)))),
    )

    assert in_next.diff
    assert f"the gate judges before these run: {command} (job later)." in in_next.told[1]
    assert "put the gate behind it" in in_next.told[1]
    if "schema" not in command and "db:" not in command:
        assert f"before these run: {command} (job deploy)." in in_job.told[1]


@pytest.mark.parametrize(
    "behind",
    [
        "",
        run("echo done"),
        run('curl -d done "$SLACK_WEBHOOK"'),
        "      - uses: actions/upload-artifact@v4\n",
    ],
)
def test_nothing_is_said_where_all_that_is_behind_is_known(behind):
    for text in (pipeline(WHOLE + behind), pipeline(jobs=job(behind or run("echo done")))):
        assert not any("before these run" in line for line in proposed(text).told)


def test_what_only_a_failure_starts_is_not_named():
    text = pipeline(WHOLE + run("echo x"), job(run('curl "$SLACK_URL"'), "failure()"))

    assert not any("before these run" in line for line in proposed(text).told)


@pytest.mark.parametrize(
    "step",
    [
        MIGRATES,
        "      - uses: acme/migrate-action@v1\n",
        run("$CMD") + "        env: { CMD: npx prisma migrate deploy }\n",
        run("./run.sh") + "        working-directory: migrations\n",
        run("npm run db:push"),
    ],
)
def test_in_the_gates_own_job_it_stands_behind_what_migrates(step):
    keys = "    permissions:\n      contents: read\n"

    found = proposed(pipeline(CHECKOUT + UPLOAD + SLEEP + step, keys=keys))

    assert found.diff, found.told
    assert not any("before these run" in line for line in found.told)


PUSH = "  push:\n    branches: [main]\n"
GIVEN = "        env: { DATABASE_URL: '${{ secrets.DATABASE_URL }}' }\n"


@pytest.mark.parametrize("steps", [AWAITING, WHOLE])
def test_nothing_is_proposed_where_a_workflow_of_the_same_push_migrates(steps):
    for command in ("supabase db push", "npx prisma migrate deploy"):
        found = proposed(pipeline(steps), follower(run(command) + GIVEN, "", PUSH))
        assert found.diff == ""
        assert f"{BESIDE}: {command} (job after of" in found.told[0]


def test_what_may_migrate_beside_the_gate_is_named():
    for command in ("flask db upgrade", "sqitch deploy"):
        alone = proposed(pipeline(jobs=job(run(command), keys="")))
        apart = proposed(pipeline(), follower(run(command), "", PUSH))
        assert f"before these run: {command} (job later)." in alone.told[1]
        assert f"before these run: {command} (job after of" in apart.told[1]


@pytest.mark.parametrize(
    "given",
    [
        "        env: { DATABASE_URL: 'postgres://x@localhost/shop' }\n",
        "        env: { DATABASE_URL: '${{ secrets.TEST_DATABASE_URL }}', H: 127.0.0.1 }\n",
    ],
)
def test_tests_beside_it_migrate_a_database_of_their_own(given):
    found = proposed(pipeline(), follower(run("npx prisma migrate deploy") + given, "", PUSH))

    assert found.diff, found.told
    assert not any("before these run" in line for line in found.told)
