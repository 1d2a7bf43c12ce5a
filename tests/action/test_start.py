"""The step as a runner starts it: what is isolated, what is told whatever happens."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.action import given_away
from tests.action.step import PATH, ROOT, load_start, make_ready

pytestmark = pytest.mark.slow

#: The folder of this user among temporary files.
TEMPORARY = f"railway-deploy-verifier-{os.geteuid()}"


@pytest.mark.parametrize(
    ("command", "python", "code", "told"),
    [
        pytest.param("deploy", sys.executable, 2, "takes one of gate", id="unknown-command"),
        pytest.param("", sys.executable, 2, "takes one of gate", id="no-command"),
        pytest.param("$(id)", sys.executable, 2, "takes one of gate", id="hostile-command"),
        pytest.param("gate", "/nope", 2, "Python 3.11 or newer is needed", id="no-python"),
    ],
)
def test_a_wrong_call_is_one_sentence(start, command, python, code, told):
    done = start(command, python=python)

    assert (done.returncode, told in done.stdout) == (code, True)
    assert "Traceback" not in done.stdout + done.stderr


def test_only_preflight_is_given_a_linter(setting_up):
    (linter,) = setting_up.LINTERS.values()

    assert set(setting_up.LINTERS) == {"preflight"}
    assert linter.read_text().startswith("squawk-cli==")
    assert setting_up.places((setting_up.LOCK, linter)) != setting_up.places()


@pytest.mark.parametrize(
    ("command", "said", "linters"),
    [
        ("audit", "true", ["zizmor.txt"]),
        ("audit", " True ", ["zizmor.txt"]),
        ("audit", "false", []),
        ("audit", "", []),
        ("audit", None, []),
        ("gate", "true", []),
        ("preflight", "true", ["lint.txt"]),
    ],
)
def test_zizmor_comes_with_an_audit_that_asks_for_it(
    setting_up, monkeypatch, command, said, linters
):
    monkeypatch.delenv("VERIFIER_ZIZMOR", raising=False)
    if said is not None:
        monkeypatch.setenv("VERIFIER_ZIZMOR", said)

    first, *more = setting_up.locks_for(command)

    assert (first, [lock.name for lock in more]) == (setting_up.LOCK, linters)
    assert setting_up.ZIZMOR.read_text().startswith("zizmor==")


@pytest.mark.parametrize("said", ["yes", "1", "truefalse", "$(id)"])
def test_what_zizmor_is_given_is_true_or_false(start, said):
    done = start("audit", VERIFIER_ZIZMOR=said)

    assert (done.returncode, "the input zizmor takes true or false" in done.stdout) == (2, True)


def test_a_linter_that_cannot_be_had_is_left_out_of_this_run_alone(
    setting_up, tmp_path, monkeypatch, capfd
):
    (linter,) = setting_up.LINTERS.values()
    asked, made = [], []

    def call(command, settings=None):
        asked.append(command[-1])
        failed = command[-1] == str(linter)
        return subprocess.CompletedProcess(command, int(failed), "", "no answer" if failed else "")

    def make(place, install):
        install(tmp_path / "python", tmp_path / "installer")
        made.append(place)
        return place

    for name, what in (("call", call), ("make", make), ("own", lambda folder: folder.resolve())):
        monkeypatch.setattr(setting_up, name, what)

    for _ in range(2):
        setting_up.environment((setting_up.LOCK, linter))

    assert [place.name for place in made] == [setting_up.places()[0].name] * 2
    assert asked.count(str(linter)) == 2
    assert "::warning title=A linter could not be installed::lint.txt" in capfd.readouterr().out


@pytest.mark.usefixtures("ready")
def test_what_the_verifier_cannot_write_is_written_for_it(start, outputs, tmp_path):
    done = start("gate", VERIFIER_ROLLBACK="maybe")

    assert done.returncode == 2
    assert "'maybe' is not one of" in done.stderr
    assert outputs()["exit-code"] == "2"
    assert "No verdict" in (tmp_path / "summary").read_text()


@pytest.mark.usefixtures("ready")
def test_nothing_of_the_job_or_the_checkout_is_imported(start, tmp_path):
    trap = "raise SystemExit('the checkout was run')"
    (tmp_path / "checkout").mkdir()
    for name in ("click.py", "verifier.py", "sitecustomize.py", "hashlib.py", "venv.py"):
        (tmp_path / "checkout" / name).write_text(trap)

    done = start("doctor", PYTHONPATH=str(tmp_path / "checkout"), PYTHONSTARTUP="click.py")

    assert "the checkout was run" not in done.stdout + done.stderr
    assert "found no such file" in done.stderr


@pytest.mark.parametrize(
    "path",
    ["{}:", ":{}", ".:{}", "bin:{}", "{}::/nope", ".", "", "WORKSPACE/bin:{}", "WORKSPACE:{}",
     "WORKSPACE/bin/../bin/:{}", "LINK:{}", "WORKSPACE/bin"],
)  # fmt: skip
def test_no_program_or_library_of_the_checkout_is_started(start, tmp_path, path):
    """A part of a list that is told from where a step stands is the checkout."""
    checkout, ran = tmp_path / "checkout", tmp_path / "ran"
    for folder in (checkout, checkout / "bin"):
        folder.mkdir()
        for name in ("bash", "python3", "python", "env", "dirname"):
            (folder / name).write_text(f"#!/bin/sh\necho {name} >> {ran}\nexit 1\n")
            (folder / name).chmod(0o755)
    (tmp_path / "a link").symlink_to(checkout / "bin")
    own = os.environ.get("LD_LIBRARY_PATH", "")
    path = path.replace("WORKSPACE", str(checkout)).replace("LINK", str(tmp_path / "a link"))
    lists = {"PATH": path.format(PATH), "LD_LIBRARY_PATH": path.format(own)}

    done = start("no-command", python="", **lists, GITHUB_WORKSPACE=str(checkout))

    assert not ran.exists()
    assert done.returncode == 2, done.stderr


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("python", [sys.executable, "python3"])
def test_a_python_of_the_checkout_is_run_where_it_is_the_one_that_is_named(start, tmp_path, python):
    bin_ = tmp_path / "checkout" / ".venv" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "python3").symlink_to(sys.executable)
    named = python if python == "python3" else str(bin_ / "python3")

    done = start(
        "doctor", python=named, PATH=f"{bin_}:/nowhere", GITHUB_WORKSPACE=str(tmp_path / "checkout")
    )

    assert ("found no such file" in done.stderr) is (named != "python3")
    assert ("looked for outside of the checkout" in done.stdout) is (named == "python3")


@pytest.mark.usefixtures("ready")
def test_arguments_are_lines_and_no_shell_words(start, tmp_path):
    done = start("gate", VERIFIER_ARGUMENTS="--config\n$(touch pwned) `id`\n")

    assert not (tmp_path / "checkout" / "pwned").exists()
    assert "$(touch pwned) `id`" in done.stderr


def open_to_a_group(folder):
    """As a self-hosted runner's folders are where its user shares a group, whose mask is 002."""
    folder.mkdir()
    folder.chmod(0o775)
    return str(folder)


@pytest.mark.parametrize(
    ("cache", "temp", "taken"),
    [
        pytest.param("unwritable", "own", "temp/railway-deploy-verifier", id="cache-unwritable"),
        pytest.param("unwritable", "unwritable", TEMPORARY, id="both-unwritable"),
        pytest.param("open", "own", "temp/railway-deploy-verifier", id="cache-open-to-a-group"),
        pytest.param("open", "open", TEMPORARY, id="both-open-to-a-group"),
    ],
)
def test_a_folder_that_cannot_be_trusted_is_passed_over(start, tmp_path, cache, temp, taken):
    folders = {"RUNNER_TOOL_CACHE": (cache, "cache"), "RUNNER_TEMP": (temp, "temp")}
    changes = {
        name: open_to_a_group(tmp_path / f"open-{folder}")
        if kind == "open"
        else f"/dev/null/{folder}"
        for name, (kind, folder) in folders.items()
        if kind != "own"
    }

    done = start("gate", PIP_NO_INDEX="1", TMPDIR=str(tmp_path), **changes)

    # It is made there: without an index that comes to nothing.
    assert done.returncode == 4
    assert "the locked packages could not be installed" in done.stdout
    assert (tmp_path / taken).is_dir()


def test_without_any_place_it_says_why(setting_up, monkeypatch):
    monkeypatch.setattr(setting_up, "places", lambda locks: [Path("/dev/null/key")])

    with pytest.raises(setting_up.SetupError, match="/dev/null/key cannot be used: "):
        setting_up.environment((setting_up.LOCK,))


def test_without_an_index_it_says_so(start, outputs, tmp_path):
    done = start("gate", PIP_NO_INDEX="1", PIP_FIND_LINKS="", UV_OFFLINE="1")

    assert done.returncode == 4
    assert "the locked packages could not be installed" in done.stdout
    assert outputs()["verdict"] == "inconclusive"
    assert list((tmp_path / "cache").rglob("new")) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.usefixtures("ready")
def test_a_full_disk_and_a_home_that_cannot_be_written_change_no_verdict(start):
    full = dict.fromkeys(("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "VERIFIER_REPORT"), "/dev/full")

    done = start("gate", HOME="/dev/null", **full)

    assert done.returncode == 2
    assert "found no such file" in done.stderr
    assert "could not write GITHUB_OUTPUT: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("theirs", [True, False], ids=["whole", "cut-short"])
def test_what_another_job_set_up_meanwhile_is_kept_if_it_is_whole(setting_up, tmp_path, theirs):
    place = tmp_path / "cache" / "key"

    def install(python, _):
        """Take so long that another job is done first."""
        (python.parent.parent / "ours").touch()
        setting_up.make(place, lambda python, _: (python.parent.parent / "theirs").touch())
        if not theirs:
            setting_up.python_in(place).unlink()

    made = setting_up.make(place, install)

    assert made == setting_up.python_in(place)
    assert made.exists()
    assert (place / "theirs").exists() is theirs
    assert (place / "ours").exists() is not theirs
    assert list(place.parent.iterdir()) == [place]


def stolen_by(place):
    """An environment that somebody else has put there, with the list of what is in it."""
    (place / "bin").mkdir(parents=True)
    python = place / "bin/python"
    python.write_text("#!/bin/sh\necho STOLEN $RAILWAY_TOKEN\n")
    python.chmod(0o777)
    place.chmod(0o700)
    start_py = load_start()
    (place / start_py.CONTENTS).write_text(start_py.contents_of(place))


def python_that_sees(folder, theirs):
    """A Python to which these paths are somebody else's."""
    python = folder / "python"
    paths = shlex.quote(os.pathsep.join(map(str, theirs)))
    line = f'exec {sys.executable} -I {given_away.__file__} {paths} "$@"'
    python.write_text(f"#!/bin/sh\n{line}\n")
    python.chmod(0o755)
    return python


@pytest.mark.parametrize("given", ["all", "folder", "nothing"])
def test_what_somebody_else_has_put_into_the_cache_is_not_run(start, outputs, tmp_path, given):
    (tmp_path / "cache").mkdir()
    place = places_in(tmp_path / "cache")
    stolen_by(place)
    if given == "nothing":
        (place / load_start().CONTENTS).unlink()
    theirs = {"all": [place.parent, *place.parent.rglob("*")], "folder": [place], "nothing": []}
    python = python_that_sees(tmp_path, theirs[given])

    done = start("gate", python=python, PIP_NO_INDEX="1", RAILWAY_TOKEN="rt-secret")

    assert (done.returncode, "STOLEN" in done.stdout) == (4, False)
    assert "the locked packages could not be installed" in done.stdout
    assert outputs()["verdict"] == "inconclusive"


@pytest.mark.parametrize("theirs", ["ours/below", "ours"], ids=["itself", "what-it-lies-in"])
def test_no_folder_of_somebody_else_is_taken(setting_up, tmp_path, monkeypatch, theirs):
    (tmp_path / "ours/below").mkdir(parents=True)
    see_as_theirs(monkeypatch, tmp_path.resolve() / theirs)

    with pytest.raises(PermissionError):
        setting_up.own(tmp_path / "ours/below")


def see_as_theirs(monkeypatch, path):
    for name in ("stat", "lstat"):
        monkeypatch.setattr(os, name, given_away.seen_as_theirs(name, [path]))


def places_in(cache):
    """Where the step would keep its environment there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_TOOL_CACHE", str(cache))
        patch.delenv("RUNNER_TEMP", raising=False)
        place, _ = load_start().places()
    return place


def changed(place):
    (place / "bin/python").write_text("#!/bin/sh\n")


def led_nowhere(place):
    """As a tool cache leaves it that was moved: the link is the same, and leads nowhere."""
    (place / "bin/python").unlink()
    (place / "bin/python").symlink_to(place.parent / "moved/python3")
    contents = load_start().contents_of(place)
    (place / "contents.sha256").write_text(contents, "utf-8")


def led_to_another(place):
    """As a tool cache leaves it in which another Python has taken the place of the one of then."""
    (place / "bin/python").unlink()
    other = place.parent / "python3"
    other.write_text("#!/bin/sh\necho '3.99.0 (main)'\n")
    other.chmod(0o755)
    (place / "bin/python").symlink_to(other)
    contents = load_start().contents_of(place)
    (place / "contents.sha256").write_text(contents, "utf-8")


@pytest.mark.parametrize(
    ("change", "is_sound"),
    [
        pytest.param(lambda place: None, True, id="as-made"),
        pytest.param(lambda place: (place / "lib/__pycache__").mkdir(parents=True), True, id="pyc"),
        pytest.param(changed, False, id="changed"),
        pytest.param(led_nowhere, False, id="its-python-was-moved"),
        pytest.param(led_to_another, False, id="its-python-is-another"),
        pytest.param(lambda place: (place / "bin/python").unlink(), False, id="cut-short"),
        pytest.param(lambda place: (place / "sitecustomize.py").touch(), False, id="one-more"),
        pytest.param(lambda place: (place / "contents.sha256").unlink(), False, id="no-list"),
        pytest.param(lambda place: place.chmod(0o750), False, id="open-to-a-group"),
        pytest.param(lambda place: place.chmod(0o702), False, id="open-to-all"),
    ],
)
def test_an_environment_is_run_only_as_it_was_made_and_where_nobody_else_writes(
    setting_up, tmp_path, change, is_sound
):
    place = tmp_path / "ours" / "key"
    make_ready(place)

    change(place)

    assert setting_up.is_sound(place) is is_sound


def test_one_of_another_python_is_made_anew(setting_up, tmp_path):
    place = tmp_path / "ours" / "key"
    make_ready(place)
    led_to_another(place)

    python = setting_up.make(place, lambda python, _: None)

    assert setting_up.is_sound(place)
    assert setting_up.is_this_python(python)


def test_one_of_another_python_that_cannot_be_made_anew_is_no_failed_verdict(
    start, outputs, tmp_path
):
    (tmp_path / "cache").mkdir()
    place = places_in(tmp_path / "cache")
    make_ready(place)
    led_to_another(place)

    done = start("gate", PIP_NO_INDEX="1", PIP_FIND_LINKS="", UV_OFFLINE="1")

    assert (done.returncode, outputs()["exit-code"]) == (4, "4")
    assert "the locked packages could not be installed" in done.stdout


def test_an_environment_of_somebody_else_is_not_run(setting_up, tmp_path, monkeypatch):
    make_ready(tmp_path / "ours" / "key")

    see_as_theirs(monkeypatch, tmp_path / "ours" / "key")

    assert not setting_up.is_sound(tmp_path / "ours" / "key")


def test_a_link_is_no_environment(setting_up, tmp_path):
    make_ready(tmp_path / "ours" / "key")
    (tmp_path / "ours" / "link").symlink_to(tmp_path / "ours" / "key")

    assert not setting_up.is_sound(tmp_path / "ours" / "link")


def test_no_folder_is_taken_in_which_others_write(setting_up, tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)

    with pytest.raises(PermissionError):
        setting_up.own(tmp_path / "open" / "below")
    (tmp_path / "open").chmod(0o1777)
    setting_up.own(tmp_path / "open" / "below")
    assert (tmp_path / "open" / "below").stat().st_mode & 0o777 == 0o700


def test_a_link_in_the_place_of_the_folder_is_not_followed(setting_up, tmp_path):
    """Anybody may put one into a tool cache that is open to all."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    theirs.chmod(0o755)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o1777)
    (tmp_path / "cache/ours").symlink_to(theirs)

    with pytest.raises(OSError, match="ours"):
        setting_up.own(tmp_path / "cache/ours")
    assert theirs.stat().st_mode & 0o777 == 0o755


def test_nothing_is_changed_where_others_may_write(setting_up, tmp_path):
    (tmp_path / "open/ours").mkdir(parents=True)
    (tmp_path / "open/ours").chmod(0o755)
    (tmp_path / "open").chmod(0o777)

    with pytest.raises(PermissionError):
        setting_up.own(tmp_path / "open/ours")
    assert (tmp_path / "open/ours").stat().st_mode & 0o777 == 0o755


def test_the_folder_of_the_runner_may_be_a_link_that_is_followed_once(
    setting_up, tmp_path, monkeypatch
):
    (tmp_path / "real").mkdir()
    (tmp_path / "cache").symlink_to(tmp_path / "real")
    make_ready(tmp_path / "cache/ours/key")
    monkeypatch.setattr(setting_up, "places", lambda locks: [tmp_path / "cache/ours/key"])

    assert setting_up.environment(()) == tmp_path.resolve() / "real/ours/key/bin/python"


@pytest.mark.parametrize("end", [0, 1])
def test_an_end_without_a_report_says_nothing_of_production(start, outputs, tmp_path, end):
    (tmp_path / "cache").mkdir()
    make_ready(places_in(tmp_path / "cache"))
    place = places_in(tmp_path / "cache")
    python = f'#!/bin/sh\n[ "$2" != -c ] || exec {sys.executable} "$@"\nexit {end}\n'
    (place / "bin/python").write_text(python)
    start_py = load_start()
    (place / start_py.CONTENTS).write_text(start_py.contents_of(place))

    done = start("gate")

    assert (done.returncode, outputs()["exit-code"]) == (4, "4")


def installing(setting_up, monkeypatch, listed):
    """Have every installer say that it is done, and an environment that holds what is listed."""

    def call(command, settings=None):
        wanted = command[-1].split() if setting_up.LACKING in command else ()
        missing = " ".join(each for each in wanted if listed is not None and each not in listed)
        return subprocess.CompletedProcess(command, int(bool(wanted) and listed is None), missing)

    monkeypatch.setattr(setting_up, "call", call)


@pytest.mark.parametrize(
    ("listed", "told"),
    [(set(), "is not there, and 25 more"), (None, "its Python does not start")],
    ids=["installed-elsewhere", "no-python"],
)
def test_what_an_installer_only_says_is_not_taken_for_done(
    setting_up, tmp_path, monkeypatch, listed, told
):
    installing(setting_up, monkeypatch, listed)

    with pytest.raises(setting_up.SetupError, match=told):
        setting_up.install((setting_up.LOCK,), tmp_path / "python", tmp_path)


def test_what_is_for_another_machine_may_be_missing(setting_up, tmp_path, monkeypatch):
    lines = setting_up.LOCK.read_text("utf-8").splitlines()
    everywhere = {line.split()[0] for line in lines if "==" in line and ";" not in line}
    installing(setting_up, monkeypatch, everywhere)

    setting_up.install((setting_up.LOCK,), tmp_path / "python", tmp_path)


@pytest.mark.parametrize(
    ("name", "is_given"),
    [
        ("PIP_INDEX_URL", True),
        ("PIP_CERT", True),
        ("PIP_CONFIG_FILE", True),
        ("UV_DEFAULT_INDEX", True),
        ("UV_INDEX_OURS_PASSWORD", True),
        ("UV_HTTP_TIMEOUT", True),
        ("PIP_DRY_RUN", False),
        ("PIP_ROOT", False),
        ("PIP_REQUIREMENT", False),
        ("PIP_CONSTRAINT", False),
        ("PIP_PLATFORM", False),
        ("PIP_NO_BINARY", False),
        ("UV_CONSTRAINT", False),
        ("UV_OVERRIDE", False),
        ("UV_EXCLUDE_NEWER", False),
        ("UV_TARGET", False),
        ("UV_PUBLISH_TOKEN", False),
        ("PIP_INDEX_URL_TOKEN", False),
    ],
)
def test_an_installer_is_told_where_packages_are_and_not_what_to_do(
    setting_up, monkeypatch, name, is_given
):
    monkeypatch.setenv(name, "x")
    asked = "import os, sys; sys.exit(sys.argv[1] not in os.environ)"

    said = setting_up.call([sys.executable, "-I", "-c", asked, name])

    assert (said.returncode == 0) is is_given


FILE = """
[global]
index-url = https://mirror.test/simple
log = /tmp/pip.log
[install]
find-links =
    /wheels
    https://mirror.test/more
requirement = /tmp/more.txt
target = /tmp/elsewhere
config-file = /tmp/other.conf
[download]
index-url = https://other.test/simple
"""


def test_files_of_settings_say_no_more_than_where_packages_are(setting_up, tmp_path, monkeypatch):
    (tmp_path / "pip.conf").write_text(FILE)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    told = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "https://mirror.test/simple",
        "PIP_FIND_LINKS": "/wheels https://mirror.test/more",
    }

    found = setting_up.settings_of_files()

    assert found | told == found
    assert found.keys().isdisjoint({"PIP_LOG", "PIP_REQUIREMENT", "PIP_TARGET"})
    monkeypatch.setenv("PIP_INDEX_URL", "https://of-the-job.test/simple")
    assert "PIP_INDEX_URL" not in setting_up.settings_of_files()


@pytest.mark.parametrize(
    "said",
    [
        "python = {evil}",
        "log = {log}",
        "quiet = 3",
        "version = true",
        "isolated = true",
        "help = 1",
    ],
)
@pytest.mark.parametrize("section", ["global", "config", "list"])
def test_a_file_of_settings_starts_writes_and_hides_nothing(
    setting_up, tmp_path, monkeypatch, section, said
):
    evil, log = tmp_path / "evil", tmp_path / "log"
    evil.write_text(f"#!/bin/sh\ntouch {log}\n")
    evil.chmod(0o755)
    text = (
        f"[{section}]\n{said.format(evil=evil, log=log)}\n[install]\nindex-url = https://m.test\n"
    )
    (tmp_path / "pip.conf").write_text(text)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)

    assert setting_up.settings_of_files()["PIP_INDEX_URL"] == "https://m.test"
    assert not log.exists()


@pytest.mark.parametrize("changes", [{"PIP_CONFIG_FILE": "pip.conf"}, {"HOME": "."}])
def test_a_checkout_brings_no_file_of_settings(setting_up, tmp_path, monkeypatch, changes):
    (tmp_path / ".config/pip").mkdir(parents=True)
    for place in (tmp_path, tmp_path / ".config/pip"):
        (place / "pip.conf").write_text("[global]\nfind-links = /of/the/checkout\n")
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.chdir(tmp_path)

    assert setting_up.settings_of_files().get("PIP_FIND_LINKS") != "/of/the/checkout"


def test_pip_finds_its_files_where_we_do(setting_up, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "named.conf"))
    said = setting_up.call([*setting_up.PIP, "config", "debug"]).stdout

    places = re.findall(r"(?m)^  (/.*), exists: ", said)

    assert {str(place) for place in setting_up.files_of_settings()} == set(places)


def test_a_setup_that_breaks_says_nothing_of_production(tmp_path):
    shutil.copytree(ROOT / "action", tmp_path / "action")
    script = str(tmp_path / "action" / "start.py")

    done = subprocess.run([sys.executable, "-I", script, "gate"], capture_output=True, text=True)

    assert done.returncode == 4, done.stderr
    assert "could not be set up (FileNotFoundError)" in done.stdout


def test_pip_reads_no_file_where_it_installs(setting_up, tmp_path, monkeypatch):
    told = []

    def call(command, settings=None):
        if "install" in command and command[0] == sys.executable:
            told.append((settings or {}).get("PIP_CONFIG_FILE"))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(setting_up, "call", call)
    setting_up.install((setting_up.LOCK,), tmp_path / "python", tmp_path)

    assert told == [os.devnull] * 2


def test_what_only_begins_as_the_installer_is_called_is_not_started(
    setting_up, tmp_path, monkeypatch
):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv.also").touch()
    started = []

    def call(command, settings=None):
        started.append(command[0])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(setting_up, "call", call)
    setting_up.install((setting_up.LOCK,), tmp_path / "python", tmp_path)

    assert set(started) == {sys.executable, str(tmp_path / "python")}


SECRET = "hunter2-Zk8vQ2mX"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PIP_INDEX_URL", f"http://user:{SECRET}/x@127.0.0.1:9/simple"),
        ("PIP_INDEX_URL", f"http://user:x@host:{SECRET}/simple"),
        ("PIP_PROXY", f"http://user:p/{SECRET}@host"),
        ("PIP_CERT", f"/nope/{SECRET}"),
        ("pip.conf", f"index-url = http://user:{SECRET}@127.0.0.1:9/simple"),
    ],
)
def test_what_an_installer_says_of_its_settings_shows_no_secret(
    start, outputs, tmp_path, setting, value
):
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "pip.conf").write_text(f"{value}\n")
    changes = {"HOME": str(tmp_path)} if setting == "pip.conf" else {setting: value}
    if setting == "pip.conf":
        (tmp_path / ".config").symlink_to(tmp_path)

    done = start("gate", PIP_RETRIES="0", PIP_TIMEOUT="1", **changes)

    assert done.returncode == 4
    assert SECRET not in done.stdout + done.stderr + str(outputs())
    assert "the locked packages could not be installed" in done.stdout


@pytest.mark.parametrize(
    "said",
    [
        "ERROR: No matching distribution found for annotated-types==0.8.0",
        "OSError: [Errno 28] No space left on device",
        "python: No module named pip",
        "it can't be done, as it doesn't fit",
    ],
)
def test_what_an_installer_says_of_anything_else_stays(setting_up, said):
    assert setting_up.last_words(f"more\n{said}\n", {}) == said


def test_what_an_installer_says_of_the_settings_of_its_files_is_hidden(setting_up):
    said = setting_up.last_words(f"no such file: /keys/{SECRET}", {"PIP_CERT": f"/keys/{SECRET}"})

    assert SECRET not in said
