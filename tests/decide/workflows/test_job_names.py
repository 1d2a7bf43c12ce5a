"""The names of checks as GitHub makes them of a workflow file: each row is a job."""

import pytest

from tests.decide.workflows.called import names, reports, with_jobs

#: One value of a matrix as it is written, and what is told of it behind the job's name.
VALUES = [
    ("3.11", "3.11"),
    ("3.10", "3.1"),
    ("'3.10'", "3.10"),
    ('"3.10"', "3.10"),
    ("3.0", "3"),
    ("3.00", "3"),
    ("20", "20"),
    ("020", "20"),
    ("+7", "7"),
    ("-7", "-7"),
    ("-0.50", "-0.5"),
    (".5", "0.5"),
    ("5.", "5"),
    ("1e3", "1000"),
    ("1.5E2", "150"),
    ("1e-5", "1E-05"),
    ("1e15", "1E+15"),
    ("999999999999999", "999999999999999"),
    ("1234567890123456", "1.23456789012346E+15"),
    ("0.1234567890123456789", "0.123456789012346"),
    ("0x1F", "31"),
    ("0o17", "15"),
    ("0b11", "0b11"),
    ("1_000", "1_000"),
    ("1.2.3", "1.2.3"),
    ("3.x", "3.x"),
    ("v1", "v1"),
    ("2026-01-02", "2026-01-02"),
    ("12:30", "12:30"),
    ("true", "true"),
    ("True", "true"),
    ("FALSE", "false"),
    ("tRUE", "tRUE"),
    ("'true'", "true"),
    ("yes", "yes"),
    ("on", "on"),
    ("~", ""),
    ("null", ""),
    ("Null", ""),
    ("''", ""),
    ("' '", " "),
    ("nothing", "nothing"),
    (".inf", "Infinity"),
    ("-.inf", "-Infinity"),
    (".nan", "NaN"),
    ("ubuntu-latest", "ubuntu-latest"),
    ("'a, b'", "a, b"),
    ("{ os: linux, arch: x64 }", "linux, x64"),
    ("{ os: linux, none: null, more: { py: 3.10 } }", "linux, 3.1"),
    ("[a, [b, c]]", "a, b, c"),
    ("[]", ""),
    ("{}", ""),
    ("'${{ 1 + 1'", None),
    ("${{ 'a' }}", "a"),
    ("x${{ true }}y", "xtruey"),
    ("${{ fromJSON('[1, 2]') }}", "1, 2"),
    ("${{ needs.a.outputs.b }}", None),
]


@pytest.mark.parametrize(("written", "told"), VALUES, ids=[row[0] for row in VALUES])
def test_a_value_of_a_matrix(written, told):
    (name,) = names(with_jobs([f"test: {{ strategy: {{ matrix: {{ a: [{_flow(written)}] }} }} }}"]))

    assert name == ("?" if told is None else f"test ({told})" if told else "test")


def _flow(written):
    """A plain value with an expression cannot stand in a list of YAML's flow style."""
    is_plain = "${{" in written and not written.startswith("'")
    return f'"{written}"' if is_plain else written


#: What stands between `${{` and `}}` in a job's name, with the matrix below, and what it becomes.
EXPRESSIONS = [
    ("matrix.os", "linux"),
    ("matrix.OS", "linux"),
    ("MATRIX.os", "linux"),
    ("matrix['os']", "linux"),
    ("matrix [ 'o' ]", "test (linux, 3.1, true, Object?)"),
    ("matrix.py", "3.1"),
    ("matrix.on", "true"),
    ("matrix.image", "Object"),
    ("matrix.image.tag", "v2"),
    ("matrix.image['tag']", "v2"),
    ("matrix.list", "Array"),
    ("matrix.list[0]", "a"),
    ("matrix.list[9]", None),
    ("matrix.list[0.9]", "a"),
    ("matrix.list[-1]", None),
    ("matrix.none", None),
    ("matrix.none.of.it", None),
    ("matrix.image.*", "Array"),
    ("join(matrix.list)", "a,b"),
    ("join(matrix.list, ' + ')", "a + b"),
    ("join(matrix.image.*, '/')", "app/v2"),
    ("join(matrix.rows.*.n, '-')", "1-2"),
    ("join(matrix.os)", "linux"),
    ("join(matrix.image)", None),
    ("format('{0} on {1}', matrix.py, matrix.os)", "3.1 on linux"),
    ("format('{{{0}}}', 1)", "{1}"),
    ("format('it''s {0}', 'it')", "it's it"),
    ("format('{1}', 1)", "?"),
    ("'a text'", "a text (linux, 3.1, true, app, v2, a, b, 1, 2)"),
    ("1", "1"),
    ("1.50", "1.5"),
    ("0xff", "255"),
    ("-1", "-1"),
    ("true", "true"),
    ("null", None),
    ("NaN", "NaN"),
    ("Infinity", "Infinity"),
    ("matrix.os == 'LINUX'", "true"),
    ("matrix.os != 'linux'", "false"),
    ("matrix.py == '3.10'", "true"),
    ("matrix.py > 3", "true"),
    ("matrix.py >= '3.1'", "true"),
    ("'b' > 'A'", "true"),
    ("'a' < 'B'", "true"),
    ("'' == 0", "true"),
    ("null == ''", "true"),
    ("null == false", "true"),
    ("true == 1", "true"),
    ("'x' == 0", "false"),
    ("NaN == NaN", "false"),
    ("matrix.image == matrix.image", "true"),
    ("matrix.image == 'Object'", "false"),
    ("!matrix.on", "false"),
    ("!!matrix.os", "true"),
    ("!''", "true"),
    ("matrix.none && 'a' || 'b'", "b"),
    ("matrix.on && 'a' || 'b'", "a"),
    ("matrix.on && '' || 'b'", "b"),
    ("'a' && 'b'", "b"),
    ("0 || false || 'c'", "c"),
    ("1 == 1 && 2 == 2", "true"),
    ("(1 == 2 || 3 == 3) && 'y'", "y"),
    ("!(1 == 2)", "true"),
    ("contains(matrix.os, 'NUX')", "true"),
    ("contains(matrix.list, 'B')", "true"),
    ("contains(matrix.list, 'c')", "false"),
    ("contains(matrix.image, 'v2')", "false"),
    ("contains(fromJSON('[\"main\", \"dev\"]'), github.base_ref) && 'in' || 'out'", "in"),
    ("startsWith(matrix.os, 'LI')", "true"),
    ("StartsWith('Abc', 'abd')", "false"),
    ("endsWith(matrix.os, 'X')", "true"),
    ("toJSON(matrix.os)", '"linux"'),
    ("toJSON(matrix.py)", "3.1"),
    ("fromJSON('{\"a\": [1]}').a[0]", "1"),
    ("fromJSON('3.10')", "3.1"),
    ("fromJSON('no')", "?"),
    ("case(matrix.on, 'yes', 'no')", "yes"),
    ("case(matrix.py > 4, 'new', matrix.py > 3, 'mid', 'old')", "mid"),
    ("strategy.job-index", "0"),
    ("strategy.job-total", "1"),
    ("inputs.version", None),
    ("inputs.version || 'latest'", "latest"),
    ("github.event.inputs.version || 'none'", "none"),
    ("github.event_name", "pull_request"),
    ("github.base_ref", "main"),
    ("github.event.pull_request.base.ref", "main"),
    ("github.repository", "acme/shop"),
    ("github.repository_owner", "acme"),
    ("github.event_name == 'push' && github.sha || 'pr'", "pr"),
    ("github.sha", "?"),
    ("github.head_ref", "?"),
    ("github.ref_name", "?"),
    ("vars.RUNNER", "?"),
    ("vars.RUNNER || 'ubuntu'", "?"),
    ("needs.plan.outputs.name", "?"),
    ("hashFiles('x')", "?"),
    ("matrix.os[vars.X]", "?"),
    ("nonsense(", "?"),
    ("matrix.", "?"),
    ("a b", "?"),
    ('"double"', "?"),
    ("", "?"),
]
MATRIX = (
    "{ os: [linux], py: [3.10], on: [true], image: [{ name: app, tag: v2 }], "
    "list: [[a, b]], rows: [[{ n: 1 }, { n: 2 }]] }"
)
#: What a job with this matrix is called where its own name turns out to be empty.
BY_ITS_ID = "test (linux, 3.1, true, app, v2, a, b, 1, 2)"


@pytest.mark.parametrize(("written", "becomes"), EXPRESSIONS, ids=[row[0] for row in EXPRESSIONS])
def test_an_expression_in_a_name(written, becomes):
    quoted = written.replace("'", "''")
    job = f"test: {{ name: '${{{{ {quoted} }}}}', strategy: {{ matrix: {MATRIX} }} }}"

    found = reports(with_jobs([job]), repository="acme/shop")

    told = [check.name for check in found.checks] or ["?"]
    is_missing = becomes is None or becomes.endswith("Object?)")
    assert told == [BY_ITS_ID if is_missing else becomes]


#: Jobs in YAML's flow style, and all checks that they report.
JOBS = [
    ("test: {}", ["test"]),
    ("test: { name: Run Tests }", ["Run Tests"]),
    ("test: { name: '' }", ["test"]),
    ("test: { name: }", ["test"]),
    ("test: { name: 3.10 }", ["3.1"]),
    ("test: { name: true }", ["true"]),
    ("test: { name: 'A / B' }", ["A / B"]),
    ("test: { name: 'pre ${{ matrix.a }} post' }", ["pre  post"]),
    ("test: { name: '${{ matrix.a }}${{ matrix.b }}' }", ["test"]),
    ("a: { strategy: { matrix: { x: [1, 2], y: [b, a] } } }",
     ["a (1, b)", "a (1, a)", "a (2, b)", "a (2, a)"]),
    ("a: { name: N, strategy: { matrix: { x: [1, 2] } } }", ["N (1)", "N (2)"]),
    ("a: { name: 'N ${{ matrix.x }}', strategy: { matrix: { x: [1, 2] } } }", ["N 1", "N 2"]),
    ("a: { name: 'N ${{ github.base_ref }}', strategy: { matrix: { x: [1, 2] } } }",
     ["N main", "N main"]),
    ("a: { strategy: { matrix: { x: [1, 2], exclude: [{ x: 1 }] } } }", ["a (2)"]),
    ("a: { strategy: { matrix: { x: [1, 2], exclude: [{ x: '1' }] } } }", ["a (2)"]),
    ("a: { strategy: { matrix: { x: [A, b], exclude: [{ x: a }] } } }", ["a (b)"]),
    ("a: { strategy: { matrix: { x: [1, 2], y: [1, 2], exclude: [{ x: 1 }, { x: 2, y: 1 }] } } }",
     ["a (2, 2)"]),
    ("a: { strategy: { matrix: { x: [{ v: 1 }, { v: 2 }], exclude: [{ x: { v: 2 } }] } } }",
     ["a (1)"]),
    ("a: { strategy: { matrix: { x: [1], exclude: [{ x: 1 }] } } }", []),
    ("a: { strategy: { matrix: { x: [1], include: [{ x: 2 }] } } }", ["a (1)", "a (2)"]),
    ("a: { strategy: { matrix: { x: [1], include: [{ x: 1, more: yes }] } } }", ["a (1)"]),
    ("a: { strategy: { matrix: { x: [1, 2], include: [{ more: yes }] } } }", ["a (1)", "a (2)"]),
    ("a: { strategy: { matrix: { x: [1], include: [{ x: 2, more: yes }] } } }",
     ["a (1)", "a (2, yes)"]),
    ("a: { strategy: { matrix: { x: [1], y: [b], include: [{ more: m, y: c, x: 2 }] } } }",
     ["a (1, b)", "a (c, 2, m)"]),
    ("a: { strategy: { matrix: { x: [1], y: [b, c], include: [{ x: 1, y: d }] } } }",
     ["a (1, b)", "a (1, c)", "a (1, d)"]),
    ("a: { strategy: { matrix: { include: [{ p: 1, q: r }, { p: 2 }] } } }",
     ["a (1, r)", "a (2)"]),
    ("a: { strategy: { matrix: { include: [] } } }", []),
    ("a: { name: '${{ matrix.t }}', strategy: { matrix: { include: [{ t: Unit }, { t: E2E }] } } }",
     ["Unit", "E2E"]),
    ("a: { name: '${{ matrix.t }}', strategy: { matrix: { x: [1, 2], include: [{ x: 1, t: T }] } } }",
     ["T", "a (2)"]),
    ("a: { name: '${{ matrix.t || matrix.x }}', "
     "strategy: { matrix: { x: [1, 2], include: [{ x: 1, t: T }] } } }", ["T", "2"]),
    ("a: { strategy: { matrix: { x: [1], include: [{ x: 1, k: old }, { x: 1, k: new }] } } }",
     ["a (1)"]),
    ("a: { name: '${{ matrix.k }}', "
     "strategy: { matrix: { x: [1], include: [{ x: 1, k: old }, { x: 1, k: new }] } } }", ["new"]),
    ("a: { strategy: { matrix: { x: [1, 2], exclude: [{ x: 1 }], include: [{ x: 1 }] } } }",
     ["a (2)", "a (1)"]),
    ("a: { strategy: { fail-fast: false } }", ["a"]),
    ("a: { strategy: { matrix: \"${{ fromJSON('{\\\"x\\\": [1, 2]}') }}\" } }", ["a (1)", "a (2)"]),
    ("a: { strategy: { matrix: \"${{ fromJSON(needs.p.outputs.m) }}\" } }", ["?"]),
    ("a: { strategy: { matrix: { x: \"${{ fromJSON(needs.p.outputs.m) }}\", y: [1] } } }", ["?"]),
    ("a: { strategy: \"${{ fromJSON('{\\\"matrix\\\": {\\\"x\\\": [1, 2]}}') }}\" }", ["a (1)", "a (2)"]),
    ("a: { strategy: \"${{ fromJSON('{\\\"max-parallel\\\": 1}') }}\" }", ["a"]),
    ("a: { strategy: \"${{ fromJSON(needs.p.outputs.s) }}\" }", ["?"]),
    ("a: { name: N, strategy: \"${{ fromJSON(needs.p.outputs.s) }}\" }", ["?"]),
    ("a: { name: 'N ${{ matrix.x }}', strategy: \"${{ fromJSON(needs.p.outputs.s) }}\" }", ["?"]),
    ("a: { name: 'N ${{ github.base_ref }}', strategy: \"${{ fromJSON(needs.p.outputs.s) }}\" }",
     ["N main"]),
    ("a: { name: 'on ${{ matrix.y }}', "
     "strategy: { matrix: { x: \"${{ fromJSON(vars.X) }}\", y: [1] } } }", ["on 1"]),
    ("a: { strategy: { matrix: { x: [1], include: \"${{ fromJSON(vars.X) }}\" } } }", ["?"]),
    ("a: { strategy: { matrix: { x: [1, 2], exclude: [{ x: \"${{ vars.X }}\" }] } } }", ["?"]),
    ("a: { strategy: { matrix: { x: [1, 2], exclude: "
     "[{ x: \"${{ github.event_name == 'push' && 2 || 1 }}\" }] } } }", ["a (2)"]),
    (f"a: {{ name: {'n' * 101} }}", ["n" * 97 + "..."]),
    (f"a: {{ name: {'n' * 100} }}", ["n" * 100]),
    (f"a: {{ name: {'n' * 90}, strategy: {{ matrix: {{ x: [{'v' * 20}] }} }} }}",
     ["n" * 90 + " (" + "v" * 5 + "..."]),
    (f"a: {{ name: '{'n' * 99}${{{{ matrix.x }}}}', strategy: {{ matrix: {{ x: [vv] }} }} }}",
     ["n" * 99 + "vv"]),
    ("a: { if: false, name: 'N ${{ matrix.x }}', strategy: { matrix: { x: [1, 2] } } }",
     ["N ${{ matrix.x }}"]),
    ("a: { if: false, name: N, strategy: { matrix: { x: [1, 2] } } }", ["N"]),
    ("a: { if: \"github.event_name == 'push'\", strategy: { matrix: { x: [1, 2] } } }", ["a"]),
    ("a: { uses: acme/shared/.github/workflows/x.yml@main }", ["?"]),
    (f"a: {{ name: 'x ${{{{{' ' * 20_000}x' }}", ["?"]),
    (f"a: {{ name: 'x ${{{{ {'(' * 2_000} }}}}' }}", ["?"]),
    (f"a: {{ name: 'x ${{{{ 1{' && 1' * 1_000} }}}}' }}", ["?"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("job", "fits", "differs"),
    [
        ("a: {STRATEGY}", ("a", "a (1)", "a (x, y)"), ("b", "b (1)")),
        ("a: {STRATEGY, name: N}", ("N", "N (1)"), ("a", "a (1)")),
        ("a: {STRATEGY, name: 'on ${{ matrix.x }}'}", ("on 1",), ("a", "on")),
    ],
)
def test_what_a_job_may_be_called_whose_strategy_only_a_run_tells(job, fits, differs):
    written = 'strategy: "${{ fromJSON(needs.p.outputs.s) }}"'

    found = reports(with_jobs([job.replace("STRATEGY", written)]))

    (doubt,) = found.unresolved
    assert found.checks == ()
    assert all(doubt.may_be(name) for name in fits)
    assert not any(doubt.may_be(name) for name in differs)


@pytest.mark.parametrize(("job", "expected"), JOBS, ids=[row[0][:60] for row in JOBS])
def test_a_job(job, expected):
    assert names(with_jobs([job])) == expected


#: Jobs of a caller, inputs and jobs of what it calls, and all checks that they report.
CALLED = [
    ("ci: { uses: ./.github/workflows/b.yml }", "", "t: {}", ["ci / t"]),
    ("ci: { uses: $/.github/workflows/b.yml }", "", "t: {}", ["ci / t"]),
    ("ci: { name: CI, uses: ./.github/workflows/b.yml }", "", "t: { name: T }", ["CI / T"]),
    ("ci: { uses: ./.github/workflows/b.yml, strategy: { matrix: { x: [1, 2] } } }", "",
     "t: {}", ["ci (1) / t", "ci (2) / t"]),
    ("ci: { name: 'C${{ matrix.x }}', uses: ./.github/workflows/b.yml, "
     "strategy: { matrix: { x: [1] } } }", "", "t: {}", ["C1 / t"]),
    ("ci: { uses: ./.github/workflows/b.yml }", "", "t: { strategy: { matrix: { y: [1, 2] } } }",
     ["ci / t (1)", "ci / t (2)"]),
    ("ci: { uses: ./.github/workflows/b.yml, with: { v: 3.10 } }", "v: { type: string }",
     "t: { name: 'on ${{ inputs.v }}' }", ["ci / on 3.1"]),
    ("ci: { uses: ./.github/workflows/b.yml, with: { V: a } }", "v: { type: string }",
     "t: { name: 'on ${{ inputs.v }}' }", ["ci / on a"]),
    ("ci: { uses: ./.github/workflows/b.yml }", "v: { type: string, default: d }",
     "t: { name: 'on ${{ inputs.v }}' }", ["ci / on d"]),
    ("ci: { uses: ./.github/workflows/b.yml }", "v: { type: string }",
     "t: { name: '${{ inputs.v }}' }", ["ci / t"]),
    ("ci: { uses: ./.github/workflows/b.yml }", "v: { type: boolean }",
     "t: { name: 'on ${{ inputs.v }}' }", ["ci / on false"]),
    ("ci: { uses: ./.github/workflows/b.yml, with: { v: '[1, 2]' } }", "v: { type: string }",
     "t: { strategy: { matrix: { y: '${{ fromJSON(inputs.v) }}' } } }",
     ["ci / t (1)", "ci / t (2)"]),
    ("ci: { uses: ./.github/workflows/b.yml, with: { v: '${{ matrix.x }}' }, "
     "strategy: { matrix: { x: [a, b] } } }", "v: { type: string }",
     "t: { name: 'T ${{ inputs.v }}' }", ["ci (a) / T a", "ci (b) / T b"]),
    ("ci: { uses: ./.github/workflows/b.yml, with: { v: '${{ needs.p.outputs.v }}' } }",
     "v: { type: string }", "t: { name: 'T ${{ inputs.v }}' }", ["?"]),
    ("ci: { uses: ./.github/workflows/b.yml, with: { v: '${{ needs.p.outputs.v }}' } }",
     "v: { type: string }", "t: { name: T }", ["ci / T"]),
    ("ci: { uses: ./.github/workflows/b.yml, with: { v: no } }", "v: { type: string }",
     "t: { if: \"inputs.v == 'yes'\" }", ["ci / t"]),
    ("ci: { if: false, name: CI, uses: ./.github/workflows/b.yml }", "", "t: {}", ["CI"]),
    ("ci: { uses: ./.github/workflows/none.yml }", "", "t: {}", ["?"]),
    ("ci: { uses: ./.github/workflows/ci.yml }", "", "t: {}", ["?"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("caller", "inputs", "job", "expected"), CALLED, ids=[str(n) for n in range(len(CALLED))]
)
def test_a_job_of_a_called_workflow(caller, inputs, job, expected):
    on = f"{{ workflow_call: {{ inputs: {{ {inputs} }} }} }}"

    assert names(with_jobs([caller]), with_jobs([job], on, "b.yml")) == expected


def test_names_reach_nine_levels_down():
    files = [
        with_jobs([f"j: {{ uses: ./.github/workflows/{n + 1}.yml }}"],
                  "pull_request" if n == 0 else "workflow_call", f"{n}.yml")
        for n in range(9)
    ]  # fmt: skip
    last = with_jobs(["last: {}"], "workflow_call", "9.yml")

    assert names(*files, last) == [" / ".join(["j"] * 9 + ["last"])]


@pytest.mark.parametrize(
    ("job", "name", "may_be"),
    [
        ("t: { name: 'N ${{ vars.X }}' }", "N 1", True),
        ("t: { name: 'N ${{ vars.X }}' }", "Lint", False),
        ("t: { name: '${{ vars.X }} tests' }", "Unit tests", True),
        ("t: { name: '${{ vars.X }} tests' }", "Unit", False),
        ("t: { strategy: { matrix: '${{ fromJSON(vars.X) }}' } }", "t (1, 2)", True),
        ("t: { strategy: { matrix: '${{ fromJSON(vars.X) }}' } }", "u (1, 2)", False),
        ("t: { strategy: { matrix: { x: [1], y: '${{ vars.X }}' } } }", "t (1, z)", True),
        ("t: { strategy: { matrix: { x: [1], y: '${{ vars.X }}' } } }", "t (2, z)", False),
        ("ci: { uses: a/b/.github/workflows/c.yml@v1 }", "ci / build", True),
        ("ci: { uses: a/b/.github/workflows/c.yml@v1 }", "build", False),
    ],
)
def test_which_names_are_left_open(job, name, may_be):
    (unresolved,) = reports(with_jobs([job])).unresolved

    assert unresolved.may_be(name) is may_be


def test_the_table_is_as_large_as_it_should_be():
    assert len(VALUES) + len(EXPRESSIONS) + len(JOBS) + len(CALLED) >= 150
