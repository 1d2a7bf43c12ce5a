"""Files of which GitHub starts no run: told, with the reason, and nothing else is."""

import pytest

from tests.decide.workflows.called import WITHOUT_STEPS, reports, workflow
from verifier.github.workflows import parse_workflow

CI = "on: pull_request\njobs:\n  t: { runs-on: x, steps: [{ run: x }] }\n"
B = ".github/workflows/b.yml"
CALLED = "on: {event}\njobs:\n  u: {{ runs-on: x, steps: [{{ run: x }}] }}\n"
INPUTS = "{ workflow_call: { inputs: { v: { type: string, required: true } } } }"
OPTIONAL = "{ workflow_call: { inputs: { v: { type: string, required: true, default: a } } } }"
#: What a file has beside a good job, the event of what it calls, and what is told.
REFUSED = [
    ("  e: { needs: gone, runs-on: x, steps: [{ run: x }] }", "", "gone, which is not in the file"),
    ("  e: { needs: e, runs-on: x, steps: [{ run: x }] }", "", "in a circle: e"),
    ("  e: { needs: f }\n  f: { needs: [t, e] }", "", "in a circle: e; f"),
    ("  e: { steps: [{ run: x }] }", "", "no runs-on"),
    ("  e: { uses: ./.github/workflows/gone.yml }", "", "which does not exist"),
    (f"  e: {{ uses: ./{B} }}", "push", "no on: workflow_call"),
    (f"  e: {{ uses: ./{B} }}", INPUTS, "input v, which it requires"),
    (f"  e: {{ uses: ./{B}, with: {{ nope: 1 }} }}", "workflow_call", "input nope"),
    ("  e: { run-on: x, steps: [{ run: x }] }", "", "run-on, which no job has"),
    ("  e: { runs-on: x, steps: [{ run: x, uses: a/b@v1 }] }", "", "both uses and run"),
    ("  e: { runs-on: x, steps: [{ name: x }] }", "", "neither uses nor run"),
    ("  'my job': { runs-on: x, steps: [{ run: x }] }", "", "no name that a job may have"),
    ("  e: { if: \"github.ref = 'x'\" }", "", "no expression"),
    ("  e: { if: 'nonsense(' }", "", "no expression"),
    (f"  e: {{ uses: ./{B}, runs-on: x }}", "workflow_call", "both uses and runs-on"),
    (f"  e: {{ uses: ./{B}, steps: [{{ run: x }}] }}", "workflow_call", "both uses and steps"),
    ("  e: { if: env.X == 'y' }", "", "asks for env"),
    ("  e: { if: matrix.x }", "", "asks for matrix"),
    ("concurency: x", "", "concurency, which no workflow has"),
    ("x-anchors: { a: 1 }", "", "x-anchors, which no workflow has"),
    ("permissions: { content: read }", "", "no permission content"),
    ("permissions: { contents: reed }", "", "contents may not be reed"),
    ("permissions: read", "", "may not be read"),
    ("  e: { runs-on: , steps: [{ run: x }] }", "", "empty runs-on"),
    ("  e: { runs-on: x, steps: [{ run: x, envs: { A: b } }] }", "", "envs, which no step has"),
    ("  e: { runs-on: x, steps: [{ id: a, run: x }, { id: A, run: x }] }", "", "2 steps with"),
    ("  e: { runs-on: x, steps: [{ uses: actions/checkout }] }", "", "names no version"),
    ("  e: { runs-on: x, steps: [{ uses: foo }] }", "", "names no version"),
    (
        "  e: { runs-on: x, strategy: { matrix: { a: [] } }, steps: [{ run: x }] }",
        "",
        "nothing for a",
    ),
    ("  e: { runs-on: x, timeout-minutes: soon, steps: [{ run: x }] }", "", "no number"),
    ("  e: { runs-on: x, env: [A], steps: [{ run: x }] }", "", "env, which is no object"),
    ("  e: { runs-on: x, outputs: [A], steps: [{ run: x }] }", "", "outputs, which is no"),
    ("  e: { runs-on: x, defaults: { shell: bash }, steps: [{ run: x }] }", "", "defaults: run"),
    ("  e: { runs-on: x, container: { options: x }, steps: [{ run: x }] }", "", "without image"),
    (
        "  e: { runs-on: x, concurrency: { cancel-in-progress: true }, steps: [{ run: x }] }",
        "",
        "without group",
    ),
    ("  e: { runs-on: x, permissions: { checks: reed }, steps: [{ run: x }] }", "", "job e: perm"),
    (
        '  e: { runs-on: "${{ runner.os }}", steps: [{ run: x }] }',
        "",
        "runs-on of job e asks for runner",
    ),
    ('  e: { runs-on: "${{ env.R }}", steps: [{ run: x }] }', "", "asks for env"),
    ("  e: { runs-on: \"${{ always() && 'x' }}\", steps: [{ run: x }] }", "", "calls always"),
    (
        '  e: { runs-on: x, steps: [{ run: "echo ${{ github.sha" }] }',
        "",
        "run of step 1 of job e has no expression",
    ),
    (
        "  e: { runs-on: x, steps: [{ run: x }, { run: '${{ github.ref == \"x\" }}' }] }",
        "",
        "run of step 2 of job e",
    ),
    ('  e: { runs-on: x, steps: [{ run: "${{ }}" }] }', "", "has no expression"),
    (
        "  e: { runs-on: x, steps: [{ if: \"startWith(github.ref, 'x')\", run: x }] }",
        "",
        "calls startwith, which there is not",
    ),
    (
        "  e: { runs-on: x, steps: [{ if: secrets.X, run: x }] }",
        "",
        "step 1 of job e asks for secrets",
    ),
    (
        "  e: { runs-on: x, steps: [{ if: contains(github.ref), run: x }] }",
        "",
        "contains with 1 value",
    ),
    ("  e: { runs-on: x, if: \"hashFiles('x')\", steps: [{ run: x }] }", "", "calls hashfiles"),
    (
        '  e: { runs-on: x, env: { A: "${{ githb.sha }}" }, steps: [{ run: x }] }',
        "",
        "githb, which there is not",
    ),
    (
        '  e: { runs-on: x, env: { A: "${{ runner.os }}" }, steps: [{ run: x }] }',
        "",
        "env of job e asks for runner",
    ),
    (
        '  e: { name: "${{ env.R }}", runs-on: x, steps: [{ run: x }] }',
        "",
        "name of job e asks for env",
    ),
    ('env: { A: "${{ needs.a.outputs.b }}" }', "", "env asks for needs"),
    ('concurrency: "${{ matrix.a }}"', "", "concurrency asks for matrix"),
    ('concurrency: { group: "${{ secrets.A }}" }', "", "concurrency asks for secrets"),
    ('run-name: "${{ env.A }}"', "", "run-name asks for env"),
    (
        '  e: { runs-on: x, strategy: { matrix: { a: "${{ fromJSON(env.A) }}" } }, steps: [{ run: x }] }',
        "",
        "strategy of job e asks for env",
    ),
    (
        '  e: { runs-on: x, environment: "${{ steps.a.outputs.b }}", steps: [{ run: x }] }',
        "",
        "environment of job e",
    ),
    (
        '  e: { runs-on: x, container: { image: "${{ env.A }}" }, steps: [{ run: x }] }',
        "",
        "container of job e",
    ),
    (
        "  e: { runs-on: x, services: { db: { ports: [1] } }, steps: [{ run: x }] }",
        "",
        "service db of job e has no image",
    ),
    (
        "  e: { runs-on: x, services: [redis], steps: [{ run: x }] }",
        "",
        "services, which is no object",
    ),
    ("  e: { runs-on: x, steps: { run: x } }", "", "steps, which is no list"),
    ("  e: { runs-on: x, steps: [make] }", "", "a step that is no object"),
    ("  e: { runs-on: x, steps: [{ uses: a/b@v1, with: [a] }] }", "", "with, which is no object"),
    ("  e: { runs-on: x, steps: [{ run: [x] }] }", "", "run, which is of another kind"),
    ("  e: [x]", "", "job e is no object"),
    (
        "  e: { runs-on: x, strategy: { matrix: { a: b } }, steps: [{ run: x }] }",
        "",
        "a in its matrix, which is no list",
    ),
]
TAKEN = [
    ("  e: { needs: T, runs-on: x, steps: [{ run: x }] }", ""),
    ("  e: { uses: other/shared/.github/workflows/gone.yml@v1 }", ""),
    (f"  e: {{ uses: ./{B}, with: {{ V: 1 }} }}", INPUTS),
    (f"  e: {{ uses: ./{B} }}", OPTIONAL),
    ("a-new-key: x", ""),
    ("run-name: x", ""),
    ("permissions: { a-new-right: read, vulnerability-alerts: read }", ""),
    ("permissions: {}", ""),
    ("permissions: read-all", ""),
    (
        "  e: { runs-on: x, steps: [{ uses: ./a }, { uses: docker://alpine:3 }, { uses: a/b/c@v1 }] }",
        "",
    ),
    ("  e: { runs-on: [self-hosted], steps: [{ run: x }] }", ""),
    ("  e: { runs-on: x, timeout-minutes: '${{ vars.T }}', steps: [{ run: x }] }", ""),
    ("  e: { runs-on: x, timeout-minutes: '5', steps: [{ run: x }] }", ""),
    ("  e: { runs-on: x, container: '', steps: [{ run: x }] }", ""),
    ("  e: { runs-on: x, concurrency: x, steps: [{ run: x, a-new-key: 1 }] }", ""),
    ("  e: { runs-on: x, strategy: { matrix: { include: [], a: [1] } }, steps: [{ run: x }] }", ""),
    (f"  e: {{ uses: ./{B} }}", "[push, workflow_call]"),
    ("  e: { a-new-key: x, runs-on: x, steps: [{ run: x }] }", ""),
    ("  e: { if: \"needs.t.result == 'success' && vars.X\", needs: t }", ""),
    (f'  e: {{ if: "{" || ".join(["github.actor"] * 160)}" }}', ""),
    (
        '  e: { runs-on: "${{ vars.R || matrix.os }}", strategy: { matrix: { os: [x] } }, steps: [{ run: x }] }',
        "",
    ),
    (
        "  e: { runs-on: x, steps: [{ if: \"!cancelled() && hashFiles('x') && env.A\", run: x }] }",
        "",
    ),
    (
        "  e: { runs-on: x, steps: [{ run: \"X=${HOME} ; echo '{{ x }}' }} ${{ secrets.A }}${{ job.status }}\" }] }",
        "",
    ),
    ("  e: { runs-on: x, steps: [{ run: \"${{ format('it''s }} {0}', github.actor) }}\" }] }", ""),
    (
        '  e: { runs-on: x, steps: [{ run: "${{ a_new_context.x }} ${{ a_new_function(1) }}" }] }',
        "",
    ),
    (
        '  e: { runs-on: x, environment: { name: a, url: "${{ steps.a.outputs.b }}" }, steps: [{ run: x }] }',
        "",
    ),
    (
        '  e: { runs-on: x, container: { image: a, env: { A: "${{ secrets.B }}" }, credentials: { password: "${{ secrets.C }}" } }, steps: [{ run: x }] }',
        "",
    ),
    (
        "  e: { runs-on: x, services: { db: postgres, mq: { image: x, ports: [1] }, no: }, steps: [{ run: x }] }",
        "",
    ),
    ('  e: { runs-on: x, services: "${{ fromJSON(vars.S) }}", steps: [{ run: x }] }', ""),
    (
        '  e: { runs-on: x, strategy: { matrix: "${{ fromJSON(vars.M) }}" }, env: "${{ fromJSON(vars.E) }}", steps: [{ run: x }] }',
        "",
    ),
    (
        'concurrency: { group: "${{ github.ref }}", cancel-in-progress: "${{ inputs.x != true }}" }',
        "",
    ),
    ('env: { A: "${{ secrets.B }}" }', ""),
]


def pending(beside, event, on="pull_request"):
    files = [workflow(CI.replace("pull_request", on) + beside + "\n")]
    files += [workflow(CALLED.format(event=event), "b.yml")] if event else []
    return next(check.pending for check in reports(*files).checks if check.name == "t")


@pytest.mark.parametrize(("beside", "event", "words"), REFUSED)
def test_a_file_that_github_refuses_reports_nothing(beside, event, words):
    found = pending(beside, event)

    assert found.startswith("GitHub does not start its workflow: .github/workflows/ci.yml: ")
    assert words in found


@pytest.mark.parametrize(("beside", "event"), TAKEN)
def test_a_file_that_github_takes(beside, event):
    assert pending(beside, event) == ""


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("[pull_request, pull_requests]", "no event pull_requests"),
        ("{ pull_request: , merge-group: }", "no event merge-group"),
        ("{ pull_request: { branches: [main], branches-ignore: [a] } }", "both branches and"),
        ("{ pull_request: { paths: [a], paths-ignore: [b] } }", "both paths and"),
        ("[pull_request, a_new_event]", ""),
        ("{ pull_request: , schedule: [{ cron: '99 * * * *' }] }", "99 where it may not"),
        ("{ pull_request: , schedule: [{ cron: '0 0 3 * * *' }] }", "does not have five fields"),
        ("{ pull_request: , schedule: [{ cron: '@daily' }] }", "does not have five fields"),
        ("{ pull_request: , schedule: [{ cron: '0 0 * FOO *' }] }", "FOO where it may not"),
        ("{ pull_request: , schedule: [{ cron: '*/0 0 * * *' }] }", "*/0 where it may not"),
        ("{ pull_request: , schedule: daily }", "schedule is no list"),
        ("{ pull_request: , schedule: [daily] }", "has no cron"),
        ("{ pull_request: , schedule: [{ cron: '20/15 0-6,22 1 JAN-JUN/2 MON-FRI' }] }", ""),
        ("{ pull_request: , schedule: [{ cron: '0 0 L * FRI#2' }] }", ""),
    ],
)
def test_events_that_github_refuses(on, words):
    found = pending("", "", on)

    assert (words in found) if words else found == ""


def test_what_calls_a_file_that_is_refused_is_refused_with_it():
    called = CALLED.format(event="workflow_call").replace("runs-on: x, ", "")
    files = [workflow(CI + f"  e: {{ uses: ./{B} }}\n"), workflow(called, "b.yml")]

    (first, *_) = reports(*files).checks

    assert f"{B}: job u has no runs-on" in first.pending


@pytest.mark.parametrize("job", ["{ runs-on: x }", "{ runs-on: x, steps: [] }", "", "{ name: x }"])
def test_a_job_that_does_nothing_is_refused(job):
    assert parse_workflow("ci.yml", f"{CI}  e: {job}\n").fault == f"job e {WITHOUT_STEPS}"


def test_a_job_that_calls_a_workflow_needs_no_steps():
    assert not parse_workflow("ci.yml", f"{CI}  e: {{ uses: ./{B} }}\n").fault
