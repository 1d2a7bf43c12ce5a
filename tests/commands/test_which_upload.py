"""Which upload a gate is for: by its token, by its environment, and by what it really waits for."""

import pytest

from tests.commands.pipelines import (
    ASKS,
    AWAITING,
    CHECKOUT,
    PATH,
    SLEEP,
    UPLOAD,
    WHOLE,
    Files,
    pipeline,
    proposed,
    run,
)
from verifier.decide.first_config import Discovered
from verifier.decide.upload_gates import gate_jobs
from verifier.decide.uploads import find_uploads, waits_for_pushes
from verifier.decide.workflows.unfolded_actions import unfolded
from verifier.github.workflows import parse_workflow

READS = "    permissions:\n      contents: read\n"
AROUND = "    env:\n      RAILWAY_TOKEN: ${{ secrets.TOKEN_A }}\n"
OWN = UPLOAD.replace("secrets.RAILWAY_TOKEN", "secrets.TOKEN_B")
GIVEN = "RAILWAY_TOKEN=${{ secrets.OTHER }}"


def uploads(text, environment="production", files=None):
    texts = {PATH: text, **(files or {})}
    whole = unfolded(parse_workflow(PATH, text), Files(texts).action)
    return find_uploads([whole], Files(texts).script, environment)


@pytest.mark.parametrize("env", ["job", "workflow"])
def test_a_gate_is_given_the_token_of_its_upload_and_not_that_of_the_job_around(env):
    whole = CHECKOUT + OWN + SLEEP + ASKS
    text = pipeline(whole, keys=AROUND if env == "job" else "")
    if env == "workflow":
        text = text.replace("jobs:", "env:\n  RAILWAY_TOKEN: ${{ secrets.TOKEN_A }}\njobs:", 1)

    diff = proposed(text).diff

    assert "+          railway-token: ${{ secrets.TOKEN_B }}\n" in diff
    assert "TOKEN_A" not in "".join(line for line in diff.splitlines() if line[:1] == "+")


def test_a_token_of_all_steps_is_given_to_none_by_itself():
    bare = UPLOAD.partition("        env:")[0]

    diff = proposed(pipeline(CHECKOUT + bare + SLEEP + ASKS, keys=AROUND)).diff

    assert "Railway gate" in diff
    assert "railway-token" not in diff


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(run(f"{GIVEN} railway up --service api"), id="before-the-command"),
        pytest.param(run(f"export {GIVEN}", "railway up --service api"), id="exported"),
        pytest.param(
            run(f'echo "{GIVEN}" >> "$GITHUB_ENV"') + run("railway up --service api"),
            id="for-all-steps-behind",
        ),
        pytest.param(
            run('if [ "$B" = main ]; then export RAILWAY_TOKEN="$P"; fi', "railway up -s api"),
            id="by-branch",
        ),
    ],
)
def test_a_token_that_a_shell_sets_is_not_guessed(steps):
    moves = proposed(pipeline(CHECKOUT + steps + SLEEP + ASKS))

    assert moves.diff == ""
    assert "sets the token of its upload in a shell" in moves.told[0]


@pytest.mark.parametrize(
    ("said", "here", "elsewhere"),
    [
        ("production", "staging", "production"),
        ("prod-eu", "staging", "production"),
        ("live", "staging", "production"),
        ("staging", "staging", ""),
        ("stage", "staging", ""),
        ("dev", "staging", "dev"),
        ("stg", "production", "staging"),
        ("homologacao", "production", "homolog"),
        ("demo", "production", "demo"),
        ("pre-production", "production", "preprod"),
        ("production", "production", ""),
        ("railway", "production", ""),
        ("production", "eu", ""),
    ],
)
def test_an_upload_to_another_environment_is_known_in_both_directions(said, here, elsewhere):
    by_environment = pipeline(keys=f"    environment: {said}\n")
    secret = f"secrets.{said.upper().replace('-', '_')}_TOKEN"
    by_token = pipeline(WHOLE.replace("secrets.RAILWAY_TOKEN", secret))

    assert [u.elsewhere for u in uploads(by_environment, here)] == [elsewhere]
    assert [u.elsewhere for u in uploads(by_token, here)] == [elsewhere]
    assert bool(gate_jobs(uploads(by_environment, here), ["api"])) is not bool(elsewhere)


def test_a_token_within_the_shell_says_which_environment_it_is_of():
    staging = run("RAILWAY_TOKEN=${{ secrets.RAILWAY_STAGING_TOKEN }} railway up --service api")

    assert uploads(pipeline(CHECKOUT + staging))[0].elsewhere == "staging"


@pytest.mark.parametrize(
    ("branch", "elsewhere"),
    [("staging", "staging"), ("main", ""), ("develop", ""), ("production", "")],
)
def test_a_pipeline_of_staging_alone_has_no_gate_of_production(branch, elsewhere):
    text = pipeline().replace("[main]", f"[{branch}]")

    assert uploads(text)[0].elsewhere == elsewhere
    assert uploads(text.replace("  push:", "  workflow_dispatch:\n  push:"))[0].elsewhere == ""


@pytest.mark.parametrize(
    "step",
    [
        "run: flyctl deploy --remote-only",
        "run: kubectl apply -f k8s",
        "run: curl -X POST $HOOK",
        "run: docker build -t x . && docker push x",
        "run: bash scripts/go.sh",
        "run: git push origin HEAD:production",
        "uses: appleboy/ssh-action@v1",
        "uses: ./.github/actions/anything",
    ],
)
def test_what_a_job_deploys_itself_is_not_taken_for_the_push(step):
    own = f"      - {step}\n"
    before = f"  ship:\n    runs-on: ubuntu-latest\n    steps:\n{own}"
    files = {".github/actions/anything/action.yml": "runs:\n  steps: []\n"}
    alone = pipeline(CHECKOUT + own + SLEEP + ASKS, keys=READS)
    apart = pipeline(AWAITING, before, keys=f"    needs: ship\n{READS}")

    for text in (alone, apart):
        moves = waiting(text, files)
        assert moves.diff == ""
        assert "may wait for something else than the push" in moves.told[0]


def test_a_called_workflow_that_deploys_is_not_taken_for_the_push():
    called = "  ship:\n    uses: acme/tools/.github/workflows/deploy.yml@v1\n"

    moves = waiting(pipeline(AWAITING, called, keys=f"    needs: ship\n{READS}"), {})

    assert "may wait for something else than the push" in moves.told[0]


def test_tests_before_the_wait_are_no_deploy():
    tested = CHECKOUT + "      - run: npm test\n      - run: npm run build\n"
    before = f"  tests:\n    runs-on: ubuntu-latest\n    steps:\n{tested}"

    moves = waiting(pipeline(AWAITING, before, keys=f"    needs: tests\n{READS}"), {})

    assert "Railway gate" in moves.diff


def test_a_wait_beside_a_gate_of_the_repositorys_own_gets_no_second_one():
    text = pipeline(AWAITING)

    assert "Railway gate" in waiting(text, {}).diff
    assert waiting(text, {}, has_gate=True).diff == ""


def waiting(text, files, *, has_gate=False):
    from verifier.commands.proposed_changes import propose_moves

    read = [parse_workflow(PATH, text)]
    folder = Files({PATH: text, **files})
    whole = [unfolded(workflow, folder.action) for workflow in read]
    waits = waits_for_pushes(read, find_uploads(whole, folder.script, "production"))
    seen = Discovered(
        "shop",
        "production",
        {},
        "",
        (),
        waits=waits,
        workflows=tuple(read),
        has_gate=has_gate,
    )
    return propose_moves(folder, seen, f"acme/railway-deploy-verifier@{'a' * 40}")


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("runs:\n  steps:\n    - run: railway up -s api\n", ("api",)),
        ("runs:\n  steps:\n    - uses: bervProject/railway-deploy@main\n", ()),
        ("runs:\n  steps:\n    - run: npx @railway/cli up\n", ()),
        ("# railway up is done by hand\nruns:\n  steps: []\n", None),
        ("runs:\n  steps:\n    - run: railway logs | grep up\n", None),
    ],
)
def test_an_upload_of_an_action_of_the_repository_is_seen(text, services):
    whole = CHECKOUT + "      - uses: ./.github/actions/ship\n" + SLEEP + ASKS
    files = {".github/actions/ship/action.yml": text}

    found = uploads(pipeline(whole, keys=READS), files=files)

    assert [upload.services for upload in found] == ([] if services is None else [services])


def test_an_action_of_the_repository_that_cannot_be_read_is_told_where_it_may_upload():
    whole = CHECKOUT + "      - uses: ./ship\n        env:\n          RAILWAY_TOKEN: x\n"

    (found,) = uploads(pipeline(whole, keys=READS))

    assert (found.is_found, found.unread) == (False, ("ship",))


@pytest.mark.parametrize(
    ("asked", "is_changed"),
    [
        ("https://www.shop.test/ | grep -q 'Checkout works'", False),
        ("https://www.shop.test/health | grep -q healthy", True),
        ("https://www.shop.test/", True),
    ],
)
def test_what_a_page_of_the_business_has_to_say_is_not_taken_out(asked, is_changed):
    step = f"      - name: Smoke test\n        run: curl -fsS {asked}\n"

    assert bool(proposed(pipeline(CHECKOUT + UPLOAD + SLEEP + step)).diff) is is_changed
