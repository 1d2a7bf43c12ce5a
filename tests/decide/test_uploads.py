"""Pipelines that upload with `railway up`: which there are, what they upload, and their gates."""

import pytest
import yaml

from tests.first_user import DATA
from verifier.decide.first_workflows import gates_after_uploads
from verifier.decide.upload_gates import GateJob, gate_jobs, upload_points
from verifier.decide.uploads import Upload, find_uploads
from verifier.github.workflows import parse_workflow

ACTION = f"acme/railway-deploy-verifier@{'a' * 40}"
SERVICES = ("whats-agents", "julia-worker", "julia-scheduler", "Dashboard")


def workflow(name, *runs, on="push", jobs=None, path=""):
    """A workflow whose one job runs these commands."""
    steps = [{"run": run} for run in runs]
    text = yaml.safe_dump({"name": name, "on": on, "jobs": jobs or {"deploy": {"steps": steps}}})
    return parse_workflow(path or f".github/workflows/{name}.yml", text)


def theirs():
    return [
        parse_workflow(f".github/workflows/{name}", (DATA / name).read_text("utf-8"))
        for name in ("ci.yml", "dashboard-ci.yml")
    ]


def test_every_workflow_that_uploads_is_found():
    found = [(upload.workflow, upload.services) for upload in find_uploads(theirs())]

    assert found == [("CI/CD", ("whats-agents",)), ("Dashboard CI/CD", ("Dashboard",))]


def test_each_has_a_gate_of_its_own_that_waits_for_its_services():
    jobs = gate_jobs(find_uploads(theirs()), SERVICES)

    gate = yaml.safe_load(gates_after_uploads(ACTION, jobs, "main"))

    assert gate[True]["workflow_run"]["workflows"] == ["CI/CD", "Dashboard CI/CD"]
    api, dashboard = gate["jobs"].values()
    assert (api["name"], dashboard["name"]) == ("Gate of CI/CD", "Gate of Dashboard CI/CD")
    of_file = "&& startsWith(format('{{0}}@', github.event.workflow_run.path), '{}@')"
    assert api["if"].endswith(of_file.format(".github/workflows/ci.yml"))
    assert dashboard["if"].endswith(of_file.format(".github/workflows/dashboard-ci.yml"))
    waits = [job["steps"][-1]["with"]["services"] for job in (api, dashboard)]
    assert waits == ["whats-agents", "Dashboard"]


def test_what_no_workflow_uploads_is_told():
    told = list(upload_points(find_uploads(theirs()), SERVICES, "main"))

    assert any(t.startswith("no workflow uploads julia-worker, julia-scheduler") for t in told)
    ours = ".github/workflows/ci.yml, .github/workflows/dashboard-ci.yml"
    assert sum(f"{ours} upload with railway up: a gate runs after each" in t for t in told) == 1


@pytest.mark.parametrize(
    ("runs", "services"),
    [
        pytest.param(["railway up -s api --detach"], ("api",), id="short-option"),
        pytest.param(["railway up --service=api"], ("api",), id="equals-sign"),
        pytest.param(['railway up --service "my api"'], ("my api",), id="a-name-with-a-space"),
        pytest.param(["railway up \\\n  --service api"], ("api",), id="over-two-lines"),
        pytest.param(["npx @railway/cli@4 up -s api"], ("api",), id="by-npx"),
        pytest.param(
            ["npx --package @railway/cli railway up -d -s api"], ("api",), id="of-a-package"
        ),
        pytest.param(
            ["npx -y -p @railway/cli@4 -- railway up -s api"], ("api",), id="behind-dashes"
        ),
        pytest.param(["npx --package=@railway/cli railway up -s api"], ("api",), id="in-one-word"),
        pytest.param(
            ["npm exec --package @railway/cli -c 'railway up -s api'"], ("api",), id="as-a-text"
        ),
        pytest.param(["npx -p @railway/cli railway logs -s api"], None, id="of-a-package-to-read"),
        pytest.param(["npm i -g @railway/cli"], None, id="installed-only"),
        pytest.param(
            ["railway up -s api && railway up -s worker"], ("api", "worker"), id="two-in-a-line"
        ),
        pytest.param(["railway up --detach"], (), id="not-named"),
        pytest.param(["railway up -s api", "railway up"], (), id="one-of-two-is-not-named"),
        pytest.param(['railway up -s "$SERVICE"'], (), id="named-at-run-time"),
        pytest.param(["# railway up -s api", "railway status"], None, id="only-a-comment"),
        pytest.param(["railway upgrade"], None, id="another-command"),
        pytest.param(['echo "railway up -s api"'], None, id="a-text-that-is-printed"),
        pytest.param(["echo then railway up"], None, id="words-that-are-printed"),
        pytest.param(["npm test # railway up -s api"], None, id="a-comment-behind-a-command"),
        pytest.param(
            ["# don't railway up\nrailway up -s api"], ("api",), id="a-quote-in-a-comment"
        ),
        pytest.param(["cat <<EOF\nrailway up -s api\nEOF\ntrue"], None, id="a-text-that-is-given"),
        pytest.param(["railway up --help"], None, id="its-help"),
        pytest.param(["railway -e production up -s api"], ("api",), id="an-option-before"),
        pytest.param(["railway up -sapi"], ("api",), id="an-option-without-a-space"),
        pytest.param(["ID=$(railway up -s api --detach)"], ("api",), id="its-output-is-kept"),
        pytest.param(["if ! railway up -s api; then exit 1; fi"], ("api",), id="a-condition"),
        pytest.param(["timeout 600 railway up -s api"], ("api",), id="with-a-limit"),
        pytest.param(["doppler run -- railway up -s api"], ("api",), id="with-other-variables"),
        pytest.param(["bash -c 'railway up -s api'"], ("api",), id="by-a-shell"),
        pytest.param(["railway link -p x -s api && railway up"], ("api",), id="linked-before"),
        pytest.param(["railway service api", "railway up"], ("api",), id="chosen-in-another-step"),
        pytest.param(["SERVICE=api\nrailway up -s $SERVICE"], ("api",), id="a-variable"),
        pytest.param(["RAILWAY_SERVICE=api railway up"], ("api",), id="before-the-command"),
        pytest.param(["export RAILWAY_SERVICE=api; railway up"], ("api",), id="exported"),
        pytest.param(
            ["for s in api web; do railway up --service=$s; done"], ("api", "web"), id="a-loop"
        ),
        pytest.param(
            ['NAMES="api web"\nfor s in $NAMES; do railway up -s $s; done'],
            ("api", "web"),
            id="a-loop-over-the-words-of-a-variable",
        ),
        pytest.param(
            ["for s in $NAMES; do railway up -s $s; done"], (), id="a-loop-over-what-is-not-known"
        ),
        pytest.param(
            ['N="my api"\nfor s in "$N"; do railway up -s "$s"; done'],
            ("my api",),
            id="a-loop-over-one-name-in-quotes",
        ),
        pytest.param(
            ['N=(api web)\nfor s in "${N[@]}"; do railway up -s "$s"; done'],
            ("api", "web"),
            id="a-loop-over-a-list",
        ),
        pytest.param(
            ["N=(\n  api # first\n  'my web'\n)\nfor s in \"${N[*]}\"; do railway up -s $s; done"],
            ("api", "my web"),
            id="a-list-over-lines",
        ),
        pytest.param(
            ["N=(api)\nN+=(web)\nrailway up -s ${N[0]}"], (), id="one-of-a-list-is-not-guessed"
        ),
        pytest.param(
            ["N=(api $X)\nfor s in ${N[@]}; do railway up -s $s; done"],
            (),
            id="a-list-that-is-not-known-whole",
        ),
        pytest.param(["pwsh -Command 'railway up -s api'"], ("api",), id="by-powershell"),
        pytest.param(["railway up -s ${S:-api}"], ("api",), id="a-value-where-none-is-set"),
        pytest.param(["railway link -s api && railway up -s $X"], (), id="named-and-not-known"),
        pytest.param(["railway up -s '$X'"], (), id="no-variable-in-single-quotes"),
    ],
)
def test_what_is_uploaded_is_read_from_the_command(runs, services):
    found = find_uploads([workflow("deploy", *runs)])

    assert [upload.services for upload in found] == ([] if services is None else [services])


@pytest.mark.parametrize("named", ["api-${{ env.STAGE }}", "${{ env.STAGE }}", "${{ env.stage }}"])
def test_a_variable_that_only_a_run_sets_is_not_empty(named):
    sets = 'echo "STAGE=production" >> $GITHUB_ENV'

    (upload,) = find_uploads([workflow("CI", sets, f'railway up -s "{named}" -e "{named}"')])

    assert (upload.services, upload.elsewhere) == ((), "")


BOTH = {"push": {"branches": ["main", "staging"]}}
DISPATCHED = {"push": {"branches": ["main"]}, "workflow_dispatch": {"inputs": {"to": {}}}}
CHOSEN = "${{ inputs.to || 'production' }}"
BY_BRANCH = "${{ github.ref_name == 'main' && 'production' || 'staging' }}"


@pytest.mark.parametrize(
    ("run", "environment", "on", "is_told"),
    [
        ("railway up -s api", CHOSEN, DISPATCHED, True),
        (f"railway up -s api -e {CHOSEN}", "production", DISPATCHED, True),
        ("railway up -s api", "${{ vars.STAGE }}", BOTH, True),
        ("railway up -s api", BY_BRANCH, {"push": {"branches-ignore": ["x"]}}, True),
        ("railway up -s api", BY_BRANCH, BOTH, False),
        ("railway up -s api", BY_BRANCH, DISPATCHED, False),
        ("railway up -s api -e production", CHOSEN, DISPATCHED, False),
        ("railway up -s api", "production", DISPATCHED, False),
    ],
)
def test_an_environment_that_a_run_chooses_is_told(run, environment, on, is_told):
    jobs = {"deploy": {"environment": environment, "steps": [{"run": run}]}}
    found = find_uploads([workflow("CI", on=on, jobs=jobs)], {}.get, "production", "main")

    told = " ".join(upload_points(found, ["api"], "main"))

    assert ("only a run of .github/workflows/CI.yml knows to which environment" in told) is is_told


@pytest.mark.parametrize(
    ("token", "run", "on", "is_told"),
    [
        ("${{ inputs.to == 'p' && secrets.P || secrets.S }}", "up", DISPATCHED, True),
        ("${{ secrets[inputs.to] }}", "up", DISPATCHED, True),
        ("${{ secrets[vars.TOKEN] }}", "up", BOTH, True),
        ("${{ github.ref_name == 'main' && secrets.P || secrets.S }}", "up", BOTH, False),
        ("${{ github.ref_name == 'main' && secrets.P || secrets.S }}", "up", DISPATCHED, False),
        ("${{ github.event_name == 'push' && secrets.P || secrets.S }}", "up", DISPATCHED, True),
        ("${{ secrets[format('T_{0}', github.ref_name)] }}", "up", BOTH, False),
        ("${{ secrets[inputs.to] }}", "up -e production", DISPATCHED, False),
        ("${{ secrets.RAILWAY_TOKEN }}", "up", DISPATCHED, False),
        ("${{ steps.vault.outputs.token }}", "up", BOTH, False),
    ],
)
def test_a_token_that_a_run_chooses_is_told(token, run, on, is_told):
    steps = [{"run": f"railway {run} -s api", "env": {"RAILWAY_TOKEN": token}}]
    found = find_uploads([workflow("CI", on=on, jobs={"d": {"steps": steps}})], branch="main")

    told = " ".join(upload_points(found, ["api"], "main"))

    assert ("only a run of .github/workflows/CI.yml knows to which environment" in told) is is_told


def test_services_of_a_matrix_are_uploaded_one_by_one():
    job = {
        "strategy": {"matrix": {"service": ["api", "worker"]}},
        "steps": [{"run": "railway up --service ${{ matrix.service }}"}],
    }

    (upload,) = find_uploads([workflow("deploy", jobs={"deploy": job})])

    assert upload.services == ("api", "worker")


def test_services_that_are_included_in_a_matrix_are_uploaded_too():
    job = {
        "strategy": {"matrix": {"include": [{"service": "api"}, {"service": "worker"}]}},
        "steps": [{"run": "railway up --service ${{ matrix.service }}"}],
    }

    (upload,) = find_uploads([workflow("deploy", jobs={"deploy": job})])

    assert upload.services == ("api", "worker")


@pytest.mark.parametrize("where", ["step", "job", "workflow"])
def test_the_service_that_the_environment_names_is_the_one_that_is_uploaded(where):
    env = {"env": {"RAILWAY_SERVICE": "api"}}
    step = {"run": "railway up", **(env if where == "step" else {})}
    job = {"steps": [step], **(env if where == "job" else {})}
    text = {"name": "x", "on": "push", "jobs": {"d": job}, **(env if where == "workflow" else {})}

    (upload,) = find_uploads([parse_workflow(".github/workflows/x.yml", yaml.safe_dump(text))])

    assert upload.services == ("api",)


def test_a_called_workflow_uploads_the_service_that_it_is_given():
    on = {"workflow_call": {"inputs": {"service": {"type": "string", "default": "web"}}}}
    called = workflow("up", 'railway up -s "${{ inputs.service }}"', on=on)
    uses = {"uses": "./.github/workflows/up.yml"}
    jobs = {
        "api": {**uses, "with": {"service": "api"}},
        "many": {
            **uses,
            "strategy": {"matrix": {"service": ["worker"]}},
            "with": {"service": "${{ matrix.service }}"},
        },
        "web": uses,
    }

    (upload,) = find_uploads([called, workflow("release", jobs=jobs)])

    assert upload.services == ("api", "worker", "web")


def test_an_action_that_uploads_says_which_service():
    step = {"uses": "bervproject/railway-deploy@1.2", "with": {"service": "${{ matrix.s }}"}}
    job = {"strategy": {"matrix": {"s": ["api", "web"]}}, "steps": [step]}

    (upload,) = find_uploads([workflow("deploy", jobs={"deploy": job})])

    assert upload.services == ("api", "web")


@pytest.mark.parametrize("key", ["if", "step"])
def test_what_never_runs_uploads_nothing(key):
    step = {"run": "railway up -s api"} | ({"if": False} if key == "step" else {})
    job = {"steps": [step]} | ({"if": "${{ false }}"} if key == "if" else {})

    assert find_uploads([workflow("deploy", jobs={"deploy": job})]) == ()


FILES = {
    "deploy.sh": "#!/bin/sh\nset -e\nrailway up -s api\n",
    "scripts/all.sh": 'SERVICE=$1\nfor s in api web; do\n  railway up -s "$s"\ndone\n',
    "package.json": '{"scripts": {"deploy": "railway up -s web", "ship": "npm run deploy"}}',
    "web/package.json": '{"scripts": {"deploy": "railway up"}}',
    "Makefile": (
        "SERVICE ?= api\n.PHONY: deploy\ndeploy: build\n\t@railway up --service $(SERVICE)\n"
        "build:\n\tdocker build .\n"
    ),
    "loop.sh": "./loop.sh\n",
    "one.sh": 'railway up --service "${1:-api}"\n',
    "ship.py": "import subprocess\nsubprocess.run(['railway', 'up', '-s', 'api'], check=True)\n",
    "ops/ship.mjs": "await $`npx @railway/cli up --detach`;\n",
    "ops/load.ts": "exec('railway run tsx load.ts'); // wake up\n",
}


@pytest.mark.parametrize(
    ("run", "services"),
    [
        ("./deploy.sh", ("api",)),
        ("bash deploy.sh --now", ("api",)),
        (". ./deploy.sh", ("api",)),
        ("chmod +x deploy.sh && ./deploy.sh", ("api",)),
        ("cd scripts && ./all.sh", ("api", "web")),
        ("npm run deploy", ("web",)),
        ("npm run ship", ("web",)),
        ("yarn deploy", ("web",)),
        ("cd web\nnpm run deploy -- --service web", ("web",)),
        ("make deploy", ("api",)),
        ("make", ("api",)),
        ("make deploy SERVICE=web", ("web",)),
        ("make -C ./ deploy", ("api",)),
        ("make deploy -C A=B", None),
        ("make deploy -C -x", None),
        ("make build", None),
        ("./one.sh web", ("web",)),
        ("bash -e one.sh web", ("web",)),
        ("./one.sh", ("api",)),
        ("for s in api web; do ./one.sh $s; done", ()),
        ("npm run test", None),
        ("python ship.py", ()),
        ("python3 -u ship.py --now", ()),
        ("npx tsx ops/ship.mjs", ()),
        ("cd ops && node ship.mjs", ()),
        ("node ops/load.ts", None),
        ("python -m pytest", None),
        ("python -c 'print(1)'", None),
        ("./loop.sh", None),
    ],
)
def test_scripts_of_the_repository_are_read(run, services):
    found = find_uploads([workflow("deploy", run)], FILES.get)

    assert [upload.services for upload in found] == ([] if services is None else [services])


@pytest.mark.parametrize("run", ["just deploy", "task deploy", "node gone.js", "mise run ship"])
@pytest.mark.parametrize("has_token", [True, False])
def test_what_is_run_with_a_token_and_not_read_is_told(run, has_token):
    env = {"env": {"RAILWAY_TOKEN": "${{ secrets.RAILWAY_TOKEN }}"}} if has_token else {}
    job = {"steps": [{"run": run, **env}]}
    uploads = find_uploads([workflow("deploy", jobs={"deploy": job})])

    told = list(upload_points(uploads, ("api",), "main"))

    assert any("which could not be read here" in t for t in told) is has_token


@pytest.mark.parametrize(
    ("uses", "is_told"),
    [
        ("acme/railway-up@v1", True),
        ("acme/railway-deploy-verifier@v1", False),
        ("actions/checkout@v4", False),
    ],
)
def test_an_action_that_may_upload_is_told(uses, is_told):
    job = {"steps": [{"uses": uses, "with": {"service": "api"}}]}
    uploads = find_uploads([workflow("deploy", jobs={"deploy": job})])

    told = list(upload_points(uploads, ("api",), "main"))

    assert any(f"runs {uses}, which could not be read here" in t for t in told) is is_told


@pytest.mark.parametrize(
    "run",
    [
        "X=aaaa\n" + 'X="$X$X"\n' * 2_000 + "railway up -s $X",
        "$(" * 30_000 + "railway up",
        "make a\n" * 300 + "railway up",
        "cat " + "<<A " * 20_000 + "\nA\nrailway up",
    ],
    ids=["a-value-that-grows", "commands-within-commands", "targets-that-need-all", "many-texts"],
)
def test_a_small_file_does_not_hold_it_up(run):
    names = " ".join(f"t{number}" for number in range(100))
    makefile = f"a: {names}\n" + "".join(f"t{n}: a {names}\n\ttrue\n" for n in range(100))

    found = find_uploads([workflow("deploy", run)], {"Makefile": makefile}.get)

    assert [upload.services for upload in found] in ([()], [])


def test_a_script_runs_in_the_folder_of_its_step():
    step = {"run": "npm run deploy -- -s web", "working-directory": "web"}

    (upload,) = find_uploads([workflow("d", jobs={"d": {"steps": [step]}})], FILES.get)

    assert upload.services == ("web",)


@pytest.mark.parametrize(
    ("env", "is_told"), [({"RAILWAY_TOKEN": "${{ secrets.RAILWAY_TOKEN }}"}, True), ({}, False)]
)
def test_a_script_that_is_not_there_is_told_where_it_could_upload(env, is_told):
    job = {"steps": [{"run": "./elsewhere.sh", "env": env}]}
    uploads = find_uploads([workflow("deploy", jobs={"deploy": job})], FILES.get)

    told = list(upload_points(uploads, ("api",), "main"))

    assert gate_jobs(uploads, ("api",)) == ()
    assert any("runs ./elsewhere.sh, which could not be read here" in t for t in told) is is_told


@pytest.mark.parametrize(
    ("on", "is_found"),
    [
        ("push", True),
        ("workflow_dispatch", True),
        ({"release": {"types": ["published"]}}, True),
        ("pull_request", False),
        ("workflow_call", False),
        (["pull_request", "push"], True),
    ],
)
def test_what_deploys_is_followed_whatever_starts_it(on, is_found):
    assert bool(find_uploads([workflow("deploy", "railway up -s api", on=on)])) is is_found


def test_a_workflow_that_calls_one_that_uploads_is_the_one_to_follow():
    called = workflow("up", "railway up -s api", on="workflow_call")
    jobs = {"deploy": {"uses": "./.github/workflows/up.yml"}}

    (upload,) = find_uploads([called, workflow("release", jobs=jobs)])

    assert (upload.workflow, upload.services) == ("release", ("api",))


@pytest.mark.parametrize(
    ("uploads", "expected"),
    [
        pytest.param([("A", ("Api",))], {"A": ("api",)}, id="called-as-railway-does"),
        pytest.param([("A", ("api", "gone"))], {"A": ("api",)}, id="one-is-not-there"),
        pytest.param([("A", ())], {"A": ()}, id="alone-and-not-told"),
        pytest.param(
            [("A", ("api",)), ("B", ())], {"A": ("api",), "B": ("worker", "web")}, id="the-rest"
        ),
        pytest.param([("A", ()), ("B", ())], {"A": (), "B": ()}, id="neither-is-told"),
    ],
)
def test_a_gate_waits_for_what_its_workflow_uploads(uploads, expected):
    jobs = gate_jobs([Upload(n, f"{n}.yml", s) for n, s in uploads], ("api", "worker", "web"))

    assert {job.workflow: job.services for job in jobs} == expected


def test_names_that_look_alike_make_jobs_apart():
    jobs = gate_jobs([Upload(n, n, ("api",)) for n in ("CI/CD", "ci cd", "???", "é")], ("api",))

    ids = [job.id for job in jobs]
    assert len(set(ids)) == 4
    assert all(id_.isascii() and id_[0].isalpha() for id_ in ids)


def test_two_workflows_of_one_name_have_gates_of_their_own():
    uploads = [Upload("A", "x.yml", ("api",)), Upload("A", "it's.yml", ("web",))]
    jobs = gate_jobs(uploads, ("api", "web"))

    gate = yaml.safe_load(gates_after_uploads(ACTION, jobs, "main"))

    assert gate[True]["workflow_run"]["workflows"] == ["A"]
    assert [job.services for job in jobs] == [("api",), ("web",)]
    first, second = (job["if"] for job in gate["jobs"].values())
    assert first.endswith("workflow_run.path), 'x.yml@')")
    assert second.endswith("workflow_run.path), 'it''s.yml@')")


@pytest.mark.parametrize(
    ("name", "path"), [("x ${{ github.ref }}", "a.yml"), ("A", "${{ x }}.yml"), ("A\nB", "a.yml")]
)
def test_what_github_would_read_as_an_expression_is_not_written_but_told(name, path):
    uploads = [Upload(name, path, ("api",)), Upload("B", "b.yml", ("web",))]

    (job,) = gate_jobs(uploads, ("api", "web"))

    assert job.workflow == "B"
    told = list(upload_points(uploads, ("api", "web"), "main"))
    assert any(
        "no gate can follow it: take expressions and line breaks out" in line for line in told
    )


def test_a_job_is_called_by_no_expression():
    jobs = [GateJob("a", "it's ${{ x }}", (), "a.yml"), GateJob("b", "B", (), "b.yml")]

    gate = yaml.safe_load(gates_after_uploads(ACTION, jobs, "main"))

    assert gate["jobs"]["a"]["name"] == "Gate of it's $ {{ x }}"


@pytest.mark.parametrize(
    ("on", "branches"),
    [
        ({"push": {"branches": ["main"]}}, ["main"]),
        ("push", ["main"]),
        ({"push": {"branches": ["main", "develop"]}}, ["main"]),
        ({"push": {"branches": ["production"]}}, ["production"]),
        ({"push": {"branches": ["release/**"]}}, ["release/**"]),
        ({"push": {"tags": ["v*"]}}, ["**"]),
        ({"release": {"types": ["published"]}}, ["**"]),
        ("workflow_dispatch", ["**"]),
    ],
)
def test_a_gate_follows_what_its_pipeline_runs_for(on, branches):
    uploads = find_uploads([workflow("deploy", "railway up -s api", on=on)])

    gate = yaml.safe_load(gates_after_uploads(ACTION, gate_jobs(uploads, ("api",)), "main"))

    assert gate[True]["workflow_run"]["branches"] == branches
    condition = gate["jobs"]["gate"]["if"]
    assert "workflow_run.head_repository.full_name == github.repository" in condition
    assert "workflow_run.event != 'pull_request'" in condition


def test_what_one_pipeline_runs_for_starts_no_gate_of_another():
    uploads = find_uploads(
        [
            workflow("ci", "railway up -s api"),
            workflow("tags", "railway up -s web", on={"push": {"tags": ["v*"]}}),
        ]
    )

    gate = yaml.safe_load(gates_after_uploads(ACTION, gate_jobs(uploads, ("api", "web")), "main"))

    assert gate[True]["workflow_run"]["branches"] == ["main", "**"]
    ci, tags = (job["if"] for job in gate["jobs"].values())
    assert ci.endswith("&& (github.event.workflow_run.head_branch == 'main')")
    assert "head_branch" not in tags


def test_branches_that_no_gate_follows_are_told():
    on = {"push": {"branches": ["main", "develop"]}}
    uploads = find_uploads([workflow("deploy", "railway up -s api", on=on)])

    told = list(upload_points(uploads, ("api",), "main"))

    assert any("follows runs of main alone: add to branches" in line for line in told)


@pytest.mark.parametrize(
    ("services", "told"),
    [
        (
            ("Nope", "api"),
            "uploads Nope, which is no service of this environment: no gate waits for it",
        ),
        ((), "does not say which service it is: its gate waits for all services"),
    ],
)
def test_what_is_not_certain_of_an_upload_is_told(services, told):
    assert any(
        told in line for line in upload_points([Upload("A", "a.yml", services)], ("api",), "main")
    )


def test_what_is_the_same_for_many_workflows_is_said_once_with_the_list():
    branches = ("main", "next")
    uploads = [Upload(f"W{n}", f"w{n}.yml", (), branches) for n in range(12)]

    told = list(upload_points(uploads, ("api",), "main"))

    paths = ", ".join(f"w{n}.yml" for n in range(12))
    names = ", ".join(f"W{n}" for n in range(12))
    assert [line.partition(":")[0] for line in told] == [
        f"the gates of {paths} follow runs of main alone",
        f"{paths} upload with railway up",
        f"uploads of the workflows {names} do not say which service they are",
    ]


def test_what_differs_between_workflows_is_said_of_each():
    uploads = [
        Upload("A", "a.yml", ("api",), ("main",)),
        Upload("B", "b.yml", ("web",), ("v*",)),
        Upload("C", "c.yml", (), ("main", "next")),
    ]

    told = list(upload_points(uploads, ("api", "web", "cron"), "main"))

    assert told[0].startswith("the gate of b.yml follows runs of v* alone")
    assert told[1].startswith("the gate of c.yml follows runs of main alone")
    assert told[-1].endswith("waits for cron. Change services in its job where that is wrong")


def test_a_pipeline_of_other_services_has_no_gate_here_and_that_is_told():
    services = SERVICES[:3]  # the dashboard is deployed elsewhere
    uploads = find_uploads(theirs(), lambda _: "{}")

    jobs = gate_jobs(uploads, services)
    told = [t for t in upload_points(uploads, services, "main") if "dashboard-ci" in t]

    assert [(job.id, job.services) for job in jobs] == [("gate", ("whats-agents",))]
    assert told == [
        ".github/workflows/dashboard-ci.yml uploads Dashboard, which is no service of this "
        "environment: no gate waits for it"
    ]


def test_a_service_that_is_named_by_its_id_may_be_any():
    id_ = "8c2f0a53-9d0e-4f4e-9d35-1d1e6f7a2b10"

    (job,) = gate_jobs([Upload("A", "a.yml", (id_,))], ("api", "web"))

    assert job.services == ()


TOKEN = {"RAILWAY_TOKEN": "${{ secrets.RAILWAY_TOKEN }}"}


def upload_of(run="railway up --ci -s whats-agents", env=TOKEN, **job):
    steps = [{"run": run, "env": env}]
    return workflow("Deploy", jobs={"deploy": {"steps": steps, **job}})


@pytest.mark.parametrize(
    ("found", "elsewhere"),
    [
        pytest.param(upload_of(), "", id="by-its-token-alone"),
        pytest.param(upload_of("railway up -e staging -s api"), "staging", id="named"),
        pytest.param(
            upload_of("railway link --environment=staging\nrailway up"), "staging", id="linked"
        ),
        pytest.param(
            upload_of('railway up -e "$TARGET"', {**TOKEN, "TARGET": "staging"}),
            "staging",
            id="by-a-variable",
        ),
        pytest.param(upload_of('railway up -e "$TARGET"'), "", id="by-a-variable-of-the-run"),
        pytest.param(
            upload_of('railway up -s api --environment "production eu"'),
            "production eu",
            id="blanks",
        ),
        pytest.param(upload_of("railway up -e 'live and old'"), "live and old", id="quoted"),
        pytest.param(upload_of('railway up --environment="eu 1"'), "eu 1", id="quoted-behind-it"),
        pytest.param(upload_of("railway up -e production\\ eu"), "production eu", id="escaped"),
        pytest.param(
            upload_of('railway environment "production eu"\nrailway up'),
            "production eu",
            id="switched-to",
        ),
        pytest.param(
            upload_of("bash -c 'railway up -s api -e \"eu 1\"'"), "eu 1", id="in-another-shell"
        ),
        pytest.param(upload_of("echo 'railway up -e'; railway up"), "", id="said-only"),
        pytest.param(upload_of("railway up -e Production"), "", id="this-one"),
        pytest.param(
            upload_of("railway up -e staging; railway up -e production"), "", id="both-of-them"
        ),
        pytest.param(upload_of(environment="staging"), "staging", id="an-environment-of-github"),
        pytest.param(upload_of(environment="production"), "", id="the-same-environment-of-github"),
        pytest.param(
            upload_of(env={"RAILWAY_TOKEN": "${{ secrets.RAILWAY_TOKEN_STAGING }}"}),
            "staging",
            id="a-token-of-staging",
        ),
        pytest.param(
            upload_of(env={"RAILWAY_TOKEN": "${{ secrets.RAILWAY_TOKEN_LATEST }}"}),
            "",
            id="a-word-within-another",
        ),
    ],
)
def test_no_gate_follows_what_names_another_environment(found, elsewhere):
    uploads = find_uploads([found], environment="production")

    assert [upload.elsewhere for upload in uploads] == [elsewhere]
    assert bool(gate_jobs(uploads, ("whats-agents", "api"))) is not bool(elsewhere)
    points = list(upload_points(uploads, ("whats-agents", "api"), "main"))
    assert any("no gate of this environment" in point for point in points) is bool(elsewhere)


def test_an_environment_called_as_the_uploads_is_this_one():
    (upload,) = find_uploads([upload_of(environment="staging")], environment="staging")

    assert upload.elsewhere == ""


STAGING, PRODUCTION = (f"${{{{ secrets.RAILWAY_TOKEN_{n} }}}}" for n in ("STAGING", "PRODUCTION"))


@pytest.mark.parametrize(
    ("around", "of_job", "of_step", "elsewhere"),
    [
        (STAGING, None, None, "staging"),
        (STAGING, PRODUCTION, None, ""),
        (STAGING, None, PRODUCTION, ""),
        (None, STAGING, PRODUCTION, ""),
        (PRODUCTION, None, STAGING, "staging"),
        (PRODUCTION, STAGING, None, "staging"),
        (PRODUCTION, None, None, ""),
    ],
)
def test_of_several_tokens_the_innermost_one_says_where_an_upload_goes(
    around, of_job, of_step, elsewhere
):
    def given(token):
        return {"env": {"RAILWAY_TOKEN": token}} if token else {}

    step = {"run": "railway up -s api", **given(of_step)}
    jobs = {"d": {"steps": [step], **given(of_job)}}
    text = {"name": "d", "on": "push", "jobs": jobs, **given(around)}
    read = parse_workflow(".github/workflows/d.yml", yaml.safe_dump(text))

    (upload,) = find_uploads([read], environment="production")

    assert upload.elsewhere == elsewhere


@pytest.mark.parametrize(
    ("uses", "given", "expected"),
    [
        ("acme/deploy@v1", {"railway_token": "${{ secrets.TOKEN }}"}, ("acme/deploy@v1",)),
        ("acme/deploy@v1", {"token": "${{ secrets.RAILWAY_TOKEN }}"}, ("acme/deploy@v1",)),
        ("./src/ci/up", {"token": "${{ secrets['RAILWAY_TOKEN'] }}"}, ("src/ci/up",)),
        ("acme/deploy@v1", {"token": "${{ secrets.GITHUB_TOKEN }}"}, None),
        ("acme/notify@v1", {"text": "The railway token is old"}, None),
        (ACTION, {"railway-token": "${{ secrets.RAILWAY_TOKEN }}"}, None),
    ],
)
def test_an_action_that_is_given_a_token_of_railway_s_may_upload(uses, given, expected):
    step = {"uses": uses, "with": given}
    pipeline = parse_workflow(
        ".github/workflows/d.yml",
        yaml.safe_dump(
            {"name": "d", "on": "push", "jobs": {"a": {"runs-on": "x", "steps": [step]}}}
        ),
    )

    found = find_uploads([pipeline])

    assert [(u.is_found, u.unread) for u in found] == ([(False, expected)] if expected else [])


QUERY = '{"query":"mutation { serviceInstanceRedeploy(serviceId: 1) }"}'
IMAGE = "mutation($i: ServiceInstanceUpdateInput!) { serviceInstanceUpdate(input: $i) }"


@pytest.mark.parametrize(
    ("run", "what"),
    [
        ("railway redeploy --service api --yes", "railway redeploy"),
        ("npx @railway/cli redeploy -s api -y", "railway redeploy"),
        ("bash scripts/again.sh", "railway redeploy"),
        ("node scripts/again.js", "serviceInstanceRedeploy"),
        (f"curl https://backboard.railway.com/graphql/v2 -d '{QUERY}'", "serviceInstanceRedeploy"),
        ("railway service source connect --image ghcr.io/a/b:1", "railway service --image"),
        (f'q \'{IMAGE}\' "{{\\"source\\": {{\\"image\\": 1}}}}"', "serviceInstanceUpdate"),
        ("echo railway redeploy", ""),
        ("railway redeploy --service api --from-source --yes", ""),
        ("railway logs --service api", ""),
    ],
)
def test_what_is_deployed_of_no_commit_is_told(run, what):
    read = {
        "scripts/again.sh": "set -e\nrailway redeploy -y\n",
        "scripts/again.js": "call('deploymentRedeploy'); call('serviceInstanceRedeploy')",
    }.get
    uploads = find_uploads([workflow("again", run)], read)

    told = [line for line in upload_points(uploads, ("api",), "main") if "of no commit" in line]

    assert len(told) == bool(what)
    assert not what or what in told[0]
    judged = find_uploads([workflow("again", run, "verifier gate --since x")], read)
    assert not [line for line in upload_points(judged, ("api",), "main") if "of no commit" in line]


@pytest.mark.parametrize(
    ("uses", "more", "is_told"),
    [
        ("acme/ci/.github/workflows/railway.yml@v1", {"secrets": "inherit"}, True),
        ("acme/ci/.github/workflows/x.yml@v1", {"secrets": "inherit", "name": "Deploy"}, True),
        ("acme/ci/.github/workflows/x.yml@v1", {"secrets": "inherit"}, False),
        ("acme/ci/.github/workflows/railway.yml@v1", {}, False),
        (
            "acme/ci/.github/workflows/x.yml@v1",
            {"secrets": {"token": "${{ secrets.RAILWAY_TOKEN }}"}},
            True,
        ),
        ("./.github/workflows/railway.yml", {"secrets": "inherit"}, False),
    ],
)
def test_a_workflow_of_another_repository_that_may_upload_is_told(uses, more, is_told):
    uploads = find_uploads([workflow("ci", jobs={"a": {"uses": uses, **more}})])

    told = list(upload_points(uploads, ("api",), "main"))

    assert any(f"runs {uses}, which could not be read here" in t for t in told) is is_told
    assert any("could not be read here" in t for t in told) is is_told
