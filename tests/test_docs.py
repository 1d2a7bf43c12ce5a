"""Docs and code are held together: what exists is described, what is described exists."""

import ast
import importlib.util
import json
import re
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

from tests.action.step import load_start
from tests.builders import EXPECTED, evidence, reading
from tests.parsed import nodes
from tests.report.test_surfaces import report
from verifier import checks
from verifier.checks.relations import check_objects
from verifier.cli.command_list import every_command
from verifier.config.explained import explain
from verifier.config.sections import Config, Section
from verifier.config.settings import load_settings
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.migrations.branch import check_lint
from verifier.github.workflows import parse_workflow
from verifier.model import project
from verifier.model.check_ids import CLOSED_FAMILIES, COMPONENT, EXTRA, LATENCY, PROBE
from verifier.model.lint_remark import LintRemark
from verifier.model.pull_files import BaseBranch, PullFiles
from verifier.report import json_report
from verifier.report.headline import headline
from verifier.report.outputs import outputs
from verifier.report.words import OUTCOMES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
OURS = project.REPOSITORY or project.PLACEHOLDER
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text("utf-8")
INSTALLING = (ROOT / "docs" / "installing.md").read_text("utf-8")
CHECK_PAGES = sorted((ROOT / "docs" / "checks").glob("*.md"))
COMMANDS = every_command()
CHECKS = [page.read_text("utf-8").partition("\n")[0].removeprefix("# ") for page in CHECK_PAGES]


def check_ids():
    """Every constant in the sources that is a check's id."""
    found = set()
    for room in ("checks", "decide", "commands", "wiring", "github", "model"):
        for path in (ROOT / "verifier" / room).rglob("*.py"):
            text = path.read_text("utf-8")
            found |= set(re.findall(r'^[A-Z_]+ = "([a-z]+\.[a-z_]+)"$', text, re.MULTILINE))
            found |= set(re.findall(r'_Guard\(\s*"([a-z]+\.[a-z_]+)"', text))
    return found | {f"{f}.*" for f in (COMPONENT, EXTRA, LATENCY, PROBE, "config")}


def test_each_id_of_a_check_stands_once():
    """Whoever needs it elsewhere imports it: an id written twice is renamed in one place only."""
    ids = check_ids() - {"guards.project_ref"}
    lines = [
        line
        for path in sorted((ROOT / "verifier").rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
    ]
    text = "\n".join(line for line in lines if not re.match(r'    "[a-z._]+": "[a-z._]+",$', line))

    assert [i for i in sorted(ids) if text.count(f'"{i}"') > 1] == []


def test_every_check_has_its_page_and_every_page_its_check():
    assert set(CHECKS) == check_ids()
    assert [f"{check.removesuffix('.*')}.md" for check in CHECKS] == [p.name for p in CHECK_PAGES]
    assert len(checks.CHECKS) >= 10


def test_the_configuration_knows_every_check_that_it_may_name():
    families = {check.partition(".")[0] for check in CLOSED_FAMILIES}
    ids = {check for check in check_ids() if check.partition(".")[0] in families}

    assert set(CLOSED_FAMILIES) == ids


SECTION = re.compile(
    r"^# (?P<check>\S+)\n(?:[^\n]*\n)*?"
    r"```text\n(?P<word>\S+)  (?P<shown>\S+)  (?P<said>[^\n]+)\n```\n\n"
    r"\*\*Why it matters:\*\* (?:[^\n]+\n)+\*\*Fix:\*\* ",
    re.MULTILINE,
)
EXAMPLES = [
    found.groupdict() for page in CHECK_PAGES for found in SECTION.finditer(page.read_text("utf-8"))
]
#: What a database or a tool says has no words of ours around it.
GIVEN = replace(reading(), objects={"extension pgcrypto": False})
REMARK = LintRemark("a.sql", 1, "require-concurrent-index-creation", "During normal index creation")
QUOTED = (*check_objects(evidence(database=GIVEN), EXPECTED), *check_lint([REMARK]))


def templates():
    """The texts of the sources as patterns, and how many letters each has: the rest may be any."""
    for path in (ROOT / "verifier").rglob("*.py"):
        for node in nodes(path):
            match node:
                case ast.Constant(value=str(text)):
                    parts = [text]
                case ast.JoinedStr(values=values):
                    parts = [v.value if isinstance(v, ast.Constant) else None for v in values]
                case _:
                    continue
            letters = sum(map(str.isalpha, "".join(str(part) for part in parts if part)))
            yield letters, "".join(".*" if p is None else re.escape(str(p)) for p in parts)


def test_every_page_of_a_check_has_an_example_why_and_a_fix():
    assert [example["check"] for example in EXAMPLES] == CHECKS


@pytest.mark.slow
def test_an_example_is_what_the_program_prints():
    known = set(templates())
    whole = [re.compile(pattern) for letters, pattern in known if letters >= 4]
    within = [re.compile(pattern) for letters, pattern in known if letters >= 12]
    quoted = {finding.summary for finding in QUOTED}
    unlike = [
        said
        for said in (re.sub(r"^[a-z]+: ", "", example["said"]) for example in EXAMPLES)
        if said not in quoted
        and not any(each.fullmatch(said) for each in whole)
        and not any(each.search(said) for each in within)
    ]

    assert unlike == []
    assert {example["word"] for example in EXAMPLES} <= set(OUTCOMES.values())
    assert all(fnmatchcase(example["shown"], example["check"]) for example in EXAMPLES)


@pytest.mark.parametrize("name", sorted(ACTION["inputs"]))
def test_input_is_described(name):
    assert f"| `{name}` | " in REFERENCE
    assert ACTION["inputs"][name]["description"]


def test_the_commands_that_the_action_names_are_those_that_it_takes():
    commands = load_start().COMMANDS
    listed = ", ".join(commands[:-1]) + f" or {commands[-1]}"

    assert f"What to run: {listed}." in ACTION["inputs"]["command"]["description"]
    assert f"`{commands[0]}` (default), `" + "`, `".join(commands[1:-1]) in INSTALLING


def test_outputs_of_the_action_are_those_that_are_written():
    assert set(ACTION["outputs"]) == set(outputs(report(), ""))
    for name in ACTION["outputs"]:
        assert f"| `{name}` | " in REFERENCE


def table_of(heading):
    """First and second cell of each row below that head in the page on installing."""
    below = INSTALLING.split(f"\n| {heading} | what |\n|---|---|\n")[1].split("\n\n")[0]
    return [row.strip("| ").split(" | ", 1) for row in below.splitlines()]


@pytest.mark.parametrize("kind", ["input", "output"])
def test_the_table_has_each_of_the_actions_once(kind):
    named = [name for cell, _ in table_of(kind) for name in re.findall(r"`([a-z-]+)`", cell)]

    assert sorted(named) == sorted(ACTION[f"{kind}s"])


def test_the_readmes_table_gives_the_defaults_of_the_action():
    """What the action itself gives by default, and what the option behind it does without one."""
    for cell, said in table_of("input"):
        for name in re.findall(r"`([a-z-]+)`", cell):
            default = ACTION["inputs"][name].get("default", "")
            assert not default or default.startswith("${{") or f"`{default}`" in said, name


CHECKOUTS = {
    "Git checkout of the deployed commit.": "check gate ready rollback",
    "Git checkout of the pull request.": "preflight",
    "Git checkout of the repository to set up.": "init",
    "Git checkout of the repository with the configuration.": (
        "audit doctor rehearse release stats status"
    ),
    "Folder with the migrations.": "ledger",
}


@pytest.mark.parametrize("said", CHECKOUTS)
def test_a_checkout_is_said_to_be_of_what_the_command_reads(said):
    given = {
        name: option.help
        for name, command in COMMANDS.items()
        for option in command.params
        if "--checkout" in option.opts
    }

    assert (
        " ".join(sorted(n for n, text in given.items() if text.startswith(said)))
        == (CHECKOUTS[said])
    )
    assert set(given) == set(" ".join(CHECKOUTS.values()).split())


def test_no_value_is_pasted_into_a_shell_line():
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_and_its_options_are_described(name):
    command = COMMANDS[name]

    assert f"[`verifier {name}`](commands/{name}.md)" in REFERENCE
    assert command.help
    for option in command.params:
        if option.opts[0].startswith("--"):
            assert option.help


def sections(section=Config):
    for name, field in section.model_fields.items():
        yield field.alias or name
        for inner in re.findall(r"\b([A-Z]\w+Section|VersionInFile)\b", str(field.annotation)):
            yield from sections(next(s for s in Section.__subclasses__() if s.__name__ == inner))


def test_settings_are_described():
    keys = set(sections())

    assert {key for key in keys if not re.search(rf"\b{re.escape(key)}:", CONFIGURATION)} == set()


@pytest.mark.parametrize("text", [README, CONFIGURATION], ids=["README", "docs/configuration.md"])
def test_the_example_configuration_is_valid(text, tmp_path):
    example = next(
        block
        for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
        if "\nservices:" in block
    )
    path = tmp_path / "verifier.yml"
    path.write_text(example, "utf-8")

    settings = load_settings(path, {"RAILWAY_TOKEN": "t", "DATABASE_URL": "postgresql://x/y"})

    assert "julia-api" in settings.config.services


EXAMPLE = ROOT / "examples" / "julia"


def test_the_example_repository_has_a_valid_configuration():
    environ = {"RAILWAY_TOKEN": "t", "DATABASE_URL": "postgresql://x/y"}

    config = load_settings(EXAMPLE / ".github" / "verifier.yml", environ).config

    assert [path for path in config.audit.scheduled if not (EXAMPLE / path).exists()] == []
    (ledger,) = config.ledgers.values()
    constants = (EXAMPLE / ledger.expected.file).read_text("utf-8")
    newest = max((EXAMPLE / "supabase" / "migrations").iterdir()).name
    assert re.search(ledger.expected.pattern, constants)[1] == newest.partition("_")[0]


def test_the_example_repositorys_jobs_report_what_is_required():
    workflows = [
        parse_workflow(path.name, path.read_text("utf-8"))
        for path in (EXAMPLE / ".github" / "workflows").iterdir()
    ]

    checks = reports_on_pull_request(PullFiles(workflows), BaseBranch("main"), frozenset()).checks

    assert {c.name for c in checks if not c.pending} >= set(
        Config.model_fields["protection"].default.checks
    )


def test_links_lead_somewhere():
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            # GitHub's own pages of whichever repository this is.
            page = re.match(r"\.\./\.\./actions/workflows/([a-z-]+\.yml)", target)
            place = ROOT / ".github/workflows" / page[1] if page else path.parent / target
            assert place.exists(), f"{path.name}: {target}"


def test_a_badge_tells_of_a_workflow_that_runs_on_what_is_shown():
    """The badge of a workflow that never ran on that branch says nothing, or something untrue."""
    named = re.findall(r"actions/workflows/([a-z]+\.yml)/badge\.svg(\?branch=main)?", README)
    runs = {
        name: yaml.safe_load((ROOT / ".github/workflows" / name).read_text("utf-8"))[True]
        for name, _ in named
    }

    assert len(named) == 2
    for name, is_of_main in named:
        assert "main" in runs[name]["push"]["branches"] if is_of_main else "schedule" in runs[name]


def stories():
    pages = [(ROOT / "docs" / name).read_text("utf-8") for name in ("stories.md", "runbook.md")]
    return re.findall(r"`(tests/\S+\.py)::(\w+)`", "\n".join(pages))


def test_stories_have_their_tests():
    told = set(stories())

    assert {s for s in told if f"def {s[1]}(" not in (ROOT / s[0]).read_text("utf-8")} == set()


DOORS = [
    line.split(" | ")
    for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and "a stranger …" not in line
]


@pytest.mark.parametrize("row", DOORS, ids=[row[0][2:40] for row in DOORS])
def test_a_door_has_its_lock_and_its_test(row):
    _, lock, shown = row
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", shown)

    assert lock
    assert named
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}::{name}"


def test_every_known_door_is_named():
    assert len(DOORS) >= 15


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 108


def load_page_maker(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    return maker


def test_what_is_made_from_the_sources_is_that_of_the_sources():
    for page, text in load_page_maker("reference").render().items():
        assert page.read_text("utf-8") == text, "run `make reference`"


def test_the_page_of_a_check_names_keys_that_the_configuration_has():
    schema = json.loads((ROOT / "schemas" / "verifier.schema.json").read_text("utf-8"))
    configured = load_page_maker("reference").CONFIGURED

    assert {key for key, _ in configured.values() if explain(schema, key) is None} == set()
    assert set(configured) <= {check.partition(".")[0] for check in check_ids()}


def test_a_link_to_a_former_section_of_a_check_or_a_cause_arrives_at_its_row():
    assert '<a id="deploymentarrival"></a>[`deployment.arrival`](checks/deployment.arrival.md)' in (
        ROOT / "docs" / "checks.md"
    ).read_text("utf-8")
    assert '<a id="crashed"></a>[`crashed`](causes/crashed.md)' in (
        ROOT / "docs" / "causes.md"
    ).read_text("utf-8")


TROUBLES = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")


@pytest.mark.parametrize("message", re.findall(r"^\| `(.+?)` \|", TROUBLES, re.MULTILINE))
def test_a_message_that_is_explained_is_said(message):
    said = "".join(
        path.read_text("utf-8")
        for folder in ("verifier", "action")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".sh")
    )
    joined = re.sub(r'"\s+f?"', "", said)
    for part in re.split(r"…|Not Authorized", message):
        assert part.strip(' "') in joined


ROWS = {
    line.split("|")[1].strip(): line.split("|")[2]
    for line in (ROOT / "docs" / "architecture.md")
    .read_text("utf-8")
    .split("## I want to")[1]
    .split("\n## ")[0]
    .splitlines()
    if line.startswith("| ") and not line.startswith("| …")
}
TASKS = list(ROWS.values())


def test_the_map_has_a_place_for_each_of_at_least_fifteen_tasks():
    assert len(TASKS) >= 15


def test_the_map_leads_to_places_that_are_there():
    named = "\n".join(TASKS)
    for path in re.findall(r"`([a-z_]+/[a-zA-Z_/.…]*|[a-z]+\.yml|schema\.graphql)`", named):
        if "NAME" in path or "…" in path:
            continue
        known = [ROOT / "verifier" / path, ROOT / path, *(ROOT / "verifier").rglob(path)]
        assert any(each.exists() for each in known), path


def test_a_file_that_the_map_names_alone_lies_beside_one_that_it_names_whole():
    """`a/b.py`; `c.py`: the second is `a/c.py`."""
    for place in TASKS:
        whole = re.findall(r"`([a-z_]+/[a-zA-Z_/.]*)`", place)
        rooms = {path.rpartition("/")[0] for path in whole}
        for name in re.findall(r"`([a-z_]+\.(?:py|graphql))`", place):
            beside = [ROOT / base / room / name for base in ("", "verifier") for room in rooms]
            assert any(each.is_file() for each in beside), name


#: What each row is about, as words that stand in the file that it names first (or in the one named
#: here): a file that lost what the row promises is not the right one any more.
HELD_BY = {
    "change what the diff of `init`": ("decide/workflows/harmless_steps.py", "_COMMANDS ="),
    "add or change a check": ("checks/__init__.py", "CHECKS"),
    "change what an answer of a health": ("checks/answers.py", "NO_STATEMENT ="),
    "read another health document": ("health/vocabulary.py", '"healthy"'),
    "ask at another usual health path": ("decide/health_choice.py", "/health"),
    "decide whose answer counts": ("checks/identity.py", "def prove("),
    "change when a verdict is given": ("decide/gate/judge.py", "fail_after"),
    "change how what is good is asked": ("commands/glances.py", "class Glances"),
    "change how services make one verdict": ("decide/gate/tracks.py", "def fold"),
    "change what is rolled back": ("decide/gate/rollback_plan.py", "def plan_rollback"),
    "change how a rollback is made": ("commands/rollback_execution.py", "class RollbackExecution"),
    "change what a run does after it has condemned": ("commands/gate.py", "def _take_out"),
    "change what a service goes back to": ("decide/gate/rollback_target.py", "def choose_target"),
    "change how often Railway is asked": ("commands/observe.py", "patience_s"),
    "change how long a server is left alone": ("guarded/rate_limits.py", "Retry-After"),
    "change an exit code": ("model/exit_code.py", "class ExitCode"),
    "change a cause or a next step": ("decide/gate/causes.py", "Cause("),
    "add a known cause": ("decide/gate/causes_by_log.py", "BY_LOG ="),
    "add a migration tool": ("database/ledgers/rails.py", "LEDGER ="),
    "change what older code cannot run with": (
        "database/breaking_changes.py",
        "def breaking_changes",
    ),
    "change what counts as use by older code": ("database/code_usage.py", "def "),
    "read the migrations in code": ("database/code_readers.py", "def in_python"),
    "change which part of a migration counts": ("database/applied_part.py", "def "),
    "add a question to the audit": ("commands/audit_questions.py", "QUESTIONS ="),
    "change what a job of a workflow is called": ("decide/workflows/job_names.py", "def "),
    "change what counts as an upload": (
        "decide/workflows/upload_commands.py",
        "class UploadSearch",
    ),
    "name the command that is meant by another word": (
        "cli/meant_commands.py",
        "def meant_by_name",
    ),
    "know a step of the verifier's own": ("decide/workflows/own_steps.py", "def is_own_action"),
    "change what doctor tries": ("database/kill_switch_trial.py", "class SwitchTrial"),
    "add a setting": ("config/sections.py", "class Config(Section)"),
    "change when a drill begins": ("commands/drill.py", "class Drill"),
    "change what `verifier status` shows": ("decide/gate/standing.py", "def "),
    "change what counts as a deploy": ("decide/gate/dora.py", "DeliveryFigures"),
    "add a command": ("action/start.py", "COMMANDS"),
    "add an option to a command": ("cli/options.py", "click.option("),
    "add an input of the action": ("action.yml", "inputs:"),
    "bring published schemas": ("config/schemas.py", "def published_schemas"),
    "add a field to the JSON report": ("model/report.py", "class Report"),
    "change what a report for the public": ("report/anonymous.py", "def anonymised"),
    "change a surface": ("delivery/surfaces.py", "def rendered"),
    "change the headline of a verdict": ("report/headline.py", "def headline"),
    "tell somebody else": ("delivery/notifications.py", "def tell"),
    "hide another kind of secret": ("guarded/secret_shapes.py", "LatePattern"),
    "change how often a read of a provider": ("commands/retries.py", "Asks again"),
    "change what happens when a run is cancelled": ("cli/ending.py", "def "),
    "add an incident to rehearse": ("sandbox/rehearsal/incident.py", "class Incident"),
    "bring the patterns of vendors": ("guarded/vendor_secrets.json", '"source"'),
    "send something new to Railway": ("railway/operations.py", "mutation "),
    "give the sandbox's Railway another behaviour": ("sandbox/scenarios/scenario.py", "Section"),
    "let a service of the sandbox end": ("sandbox/scenarios/fates.py", "AT_ONCE"),
    "add a deployment status": ("model/deployment.py", "SUCCESS"),
    "find out why a service passed without": ("commands/health_questions.py", "service.url"),
    "find the tests of a module": ("tests/tests_of.py", "def nearest_to"),
    "say where the project is published": ("model/project.py", "REPOSITORY ="),
    "change a translation, add a language": ("language/translation.py", "def "),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_map_leads_to_the_file_that_does_it(row):
    (task,) = (each for each in HELD_BY if row.startswith(each))
    file, words = HELD_BY[task]
    path = next(p for p in (ROOT / "verifier" / file, ROOT / file) if p.is_file())

    assert words in path.read_text("utf-8")
    assert f"`{file}`" in ROWS[row] or "NAME.py" in ROWS[row]


def test_the_pictures_show_what_is_printed():
    maker = load_page_maker("pictures")
    pictures = maker.render(maker.REPORT.read_text("utf-8"))

    for path, picture in pictures.items():
        assert path.read_text("utf-8") == picture, "run `make pictures`"
        assert f"docs/pictures/{path.name}" in README
        assert re.findall(r"https?://[^\"]+", picture) == ["http://www.w3.org/2000/svg"]


def test_the_pictures_of_the_page_were_drawn_of_todays_page():
    maker = load_page_maker("pictures")
    page = maker.page_of(maker.REPORT.read_text("utf-8"))

    assert maker.DRAWN_OF.read_text("utf-8") == maker.digest_of(page), "run `make pictures`"
    for theme in maker.THEMES:
        name = f"docs/pictures/page-{theme}.png"
        assert (ROOT / name).read_bytes().startswith(b"\x89PNG")
        assert name in README


#: What differs from run to run: ids, hashes, times, ports, and what only tells how long it took.
RUN_BY_RUN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|\b[0-9a-f]{8}(?:[0-9a-f]{32})?\b|127\.0\.0\.1:\d+|\d+(?:\.\d+)? m?s\b"
)


def told_by(report):
    """What a run says first and did, without what differs from run to run, by load as well."""
    value = json_report.parse(report.encode())
    events = {
        (entry.event, entry.service)
        for entry in value.timeline
        if entry.event in ("verdict", "rollback", "restored", "verified")
    }
    moves = [(s.name, s.rollback.outcome if s.rollback else "") for s in value.services]
    said = RUN_BY_RUN.sub("X", re.sub(r"[0-9:]{5} UTC", "", headline(value)))
    return said, value.exit_code, value.advice, moves, events


@pytest.mark.slow
def test_the_pictures_show_a_run_as_it_is_today():
    maker = load_page_maker("pictures")

    assert told_by(maker.play()) == told_by(maker.REPORT.read_text("utf-8")), "run `make pictures`"


SNIPPETS = load_page_maker("snippets")


def test_each_snippet_of_a_page_has_the_schema_that_it_is_checked_by():
    """`make docs` checks them, and the workflows and forms that lie here."""
    found = [schema for schema, _, _ in SNIPPETS.snippets()]

    assert {"github-workflows", "verifier", "rehearsal", "dependabot"} == set(found)
    assert len(found) >= 20
    assert all(list(ROOT.glob(p)) for patterns in SNIPPETS.FILES.values() for p in patterns)
    assert "docs/snippets.py" in (ROOT / "Makefile").read_text("utf-8")


def test_a_snippet_gives_the_action_inputs_that_it_has():
    jobs = [job for _, _, file in SNIPPETS.snippets() for job in file.get("jobs", {}).values()]
    steps = [step for job in jobs for step in job.get("steps", ())]
    ours = [s for s in steps if f"{OURS}@" in s.get("uses", "")]

    assert len(ours) >= 8
    assert [set(s["with"]) - set(ACTION["inputs"]) for s in ours if "with" in s] == [set()] * len(
        [s for s in ours if "with" in s]
    )


SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))


def test_every_page_stands_in_the_sites_menu_once():
    folder = ROOT / "docs"
    listed = [name for group in SITE["nav"] for shown in group.values() for name in shown]
    patterns = [name for name in listed if "*" in name]
    found = [path.relative_to(folder).as_posix() for name in patterns for path in folder.glob(name)]
    pages = [*found, *(name for name in listed if name not in patterns)]
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}

    assert sorted(pages) == sorted(set(pages))
    assert written <= set(pages)
    assert SITE["strict"] is True


def test_the_devcontainer_sets_up_by_a_target_that_is_there():
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8")
    target = json.loads(text)["postCreateCommand"].removeprefix("make ")

    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    "path",
    [
        *("README.md", "action.yml", "verifier/cli/command_list.py", "verifier/report/headline.py"),
        *("verifier/model/exit_code.py", "verifier/sandbox/rehearsal/outcome.py"),
    ],
)
def test_exit_code_3_is_told_in_the_same_words(path):
    text = (ROOT / path).read_text("utf-8").casefold()

    assert "not confirmed healthy" in text
    assert not re.search(r"production (is )?not known to be good", text)


def test_a_page_names_every_command_and_the_readme_leads_to_it():
    table = (ROOT / "docs/commands.md").read_text("utf-8")
    named = re.findall(r"(?m)^\| \[`verifier ([a-z]+)[^`]*`\]", table)

    assert set(named) == set(COMMANDS)
    assert "(docs/commands.md)" in README


_FROM_THE_INDEX = re.compile(r"\b(?:pip|pipx|uv|uvx)\b[^`]*?(?<![./\w])railway-deploy-verifier\b")


def test_only_the_page_on_installing_takes_the_package_from_the_index():
    """It says from when on: before, the name may be anybody's, and the command installs theirs."""
    pages = [*(ROOT / "docs").rglob("*.md"), *map(ROOT.joinpath, ("README.md", "CONTRIBUTING.md"))]

    found = [page for page in pages if _FROM_THE_INDEX.search(page.read_text("utf-8"))]

    assert found == [ROOT / "docs/installing.md"]
