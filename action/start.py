"""
Runs the verifier from the action's own folder, in an environment of its own.

Nothing of the job's Python, of its variables for Python, or of the checkout is imported. The
environment is made once for each set of locks, Python and machine, and kept in the runner's tool
cache. Whatever becomes of the verifier, outputs and summary are written.
"""

import configparser
import errno
import hashlib
import os
import platform
import re
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType

ACTION = Path(__file__).resolve().parent.parent
LOCK = ACTION / "requirements" / "run.txt"
#: What only some commands start. It does not exist for every machine, and they say so without it.
LINTERS = {"preflight": ACTION / "requirements" / "lint.txt"}
#: For an audit whose input asks for it.
ZIZMOR = ACTION / "requirements" / "zizmor.txt"
IS_WANTED = {"": False, "false": False, "true": True}
INSTALLER = ACTION / "requirements" / "bootstrap.txt"
COMMANDS = ("gate", "check", "preflight", "ready", "audit", "rollback", "doctor")
USAGE, BROKEN, CANCELLED = 2, 4, 130
#: With which Python ends where it could not begin; the verifier says by it that production is good.
UNCAUGHT = 1
RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from verifier.cli import main; main()"
ENDS = frozenset(s for s in signal.Signals if s.name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"))
LOOK_EVERY_S = 0.5
#: In an environment: the digest of what was installed.
CONTENTS = "contents.sha256"
#: What an installer is given of the job's variables: where things are, and how to get there. No
#: token of the job is among it; the address of an index may hold one of its own.
GIVEN: tuple[str, ...] = ("PATH", "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "NETRC")
GIVEN += ("LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH")
GIVEN += ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
GIVEN += ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
#: Of the settings of pip and uv those that say where packages are and how to get there. What is
#: installed, how, and whether it is at all, the lock and this script say.
SETTINGS = re.compile(
    r"(?:PIP|UV)_(?:INDEX(?:_URL|_STRATEGY|_\w+_(?:USERNAME|PASSWORD))?|DEFAULT_INDEX|EXTRA_INDEX_URL"
    r"|FIND_LINKS|NO_INDEX|OFFLINE|TRUSTED_HOST|INSECURE_HOST|CERT|CLIENT_CERT|NATIVE_TLS|SYSTEM_CERTS"
    r"|PROXY|(?:DEFAULT_|HTTP_|HTTP_CONNECT_|REQUEST_)?TIMEOUT|(?:HTTP_|RESUME_)?RETRIES|USE_FEATURE"
    r"|KEYRING_PROVIDER|CACHE_DIR|NO_CACHE(?:_DIR)?|LINK_MODE|CONCURRENT_\w+)|PIP_CONFIG_FILE"
)
PIP = (sys.executable, "-I", "-m", "pip")
#: An address, and what is quoted, also where its end is missing.
MAY_BE_SECRET = re.compile(r"\S*://\S*|(?<![\w'\"])(?:'[^']*'?|\"[^\"]*\"?)")
#: A shorter part of a setting is a word of everybody.
LONG = 6
#: Prints which of the packages that it is given, as NAME==VERSION, its environment does not hold.
LACKING = """
import sys
from importlib.metadata import PackageNotFoundError, version
def is_there(name, wanted):
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False
print(*(each for each in sys.argv[1].split() if not is_there(*each.split("=="))))
"""
REASONS = {
    USAGE: "wrong usage or configuration; nothing was done",
    CANCELLED: "cancelled before the verifier could report",
}


class SetupError(Exception):
    """One sentence for whoever reads the log."""


class LackingError(Exception):
    """Why a lock that only some commands need could not be installed."""


def main() -> int:
    """Run the command that is given, and return its exit code."""
    shell = os.getppid()
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in COMMANDS:
        tell("Unknown command", f"the input command takes one of {', '.join(COMMANDS)}.")
        return finish(USAGE, ())
    try:
        locks = locks_for(command)
    except KeyError:
        tell("Wrong input", "the input zizmor takes true or false.")
        return finish(USAGE, ())
    outputs = Path(os.environ.get("GITHUB_OUTPUT") or os.devnull)
    before = size(outputs)
    try:
        python = environment(locks)
    except SetupError as error:
        tell("The verifier could not be set up", str(error))
        return finish(BROKEN, (str(error),))
    try:
        code = run(python, [command, *extra_arguments()], shell)
    except OSError as error:
        tell("The verifier could not be started", f"{python}: {error.strerror or error}")
        return finish(BROKEN, (f"{python} could not be started: {error.strerror or error}",))
    if size(outputs) > before:
        return code
    if code not in (0, UNCAUGHT):
        return finish(code, ())
    # What says how it went, and left nothing where it could, was not the verifier.
    finish(BROKEN, ())
    return BROKEN if size(outputs) > before else code


def locks_for(command: str) -> tuple[Path, ...]:
    """
    Return what is installed for a command.

    Raises:
        KeyError: the input `zizmor` says neither yes nor no.
    """
    is_wanted = IS_WANTED[os.environ.get("VERIFIER_ZIZMOR", "").strip().lower()]
    linters = [LINTERS[command]] if command in LINTERS else []
    return (LOCK, *linters, *([ZIZMOR] if is_wanted and command == "audit" else []))


def extra_arguments() -> list[str]:
    """The input `arguments`, one a line: nothing in it is split or expanded by a shell."""
    lines = os.environ.get("VERIFIER_ARGUMENTS", "").splitlines()
    return [line.strip() for line in lines if line.strip()]


def run(python: Path, arguments: list[str], shell: int) -> int:
    """
    Run the verifier, passing on what ends it, and wait for its end.

    It starts with such signals held back, and lets them in when it can report what it was doing.
    `shell` is the process id of the step's shell, whose death ends it too.
    """
    command = [str(python), "-I", "-X", "utf8", "-c", RUN, str(ACTION), *arguments]
    hold_back(True)
    child = subprocess.Popen(command)  # noqa: S603  our own program
    for wanted_end in ENDS:
        signal.signal(wanted_end, lambda number, _: pass_on(child, number))
    hold_back(False)
    code = wait_for(child, shell)
    return CANCELLED if -code in ENDS else BROKEN if code < 0 else code


def wait_for(child: "subprocess.Popen[bytes]", shell: int) -> int:
    """Return its exit code. Without the shell nobody would be told of it: it is asked to end."""
    while True:
        try:
            return child.wait(LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            if os.name != "nt" and os.getppid() != shell:
                pass_on(child, signal.SIGTERM)
                return child.wait()


def hold_back(yes: bool) -> None:
    """Keep what asks for an end waiting, for this process and those that it starts meanwhile."""
    if os.name != "nt":
        signal.pthread_sigmask(signal.SIG_BLOCK if yes else signal.SIG_UNBLOCK, ENDS)


def pass_on(child: "subprocess.Popen[bytes]", number: int) -> None:
    """Pass a signal on; on Windows the console has told the child already."""
    if os.name != "nt":
        child.send_signal(number)


def let_be(_number: int, _frame: FrameType | None) -> None:
    """Do nothing at a signal."""


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """End the set-up at the first signal; the next must not end the end."""
    for wanted_end in ENDS:
        # No SIG_IGN: Python prints a traceback for a signal that was on its way meanwhile.
        signal.signal(wanted_end, let_be)
    raise KeyboardInterrupt


def environment(locks: tuple[Path, ...]) -> Path:
    """Return the Python that has the locked packages; another job may be making it too."""
    failed = "no writable folder found"
    for place in places(locks):
        try:
            # Where links led is where it is made and run, wherever they lead later.
            place = own(place.parent) / place.name
            return python_in(place) if is_sound(place) else make(place, partial(install, locks))
        except LackingError as error:
            # It is tried again by the next run: nothing that lacks it is kept in its place.
            tell(
                "A linter could not be installed", f"{error}; this run goes without it.", "warning"
            )
            return environment((LOCK,))
        except OSError as error:
            failed = f"{place} cannot be used: {error.strerror or error}"
    raise SetupError(failed)


def own(folder: Path) -> Path:
    """
    Make a folder that nobody else can write to, nor put another one in its place.

    The runner says in which folder, and may mean a link; in there a link is not followed, as it
    is none of ours. Returns where the folder lies when links are followed.

    Raises:
        OSError: it is a link or somebody else's, or lies where others may write.
    """
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    above = folder.parent.resolve()
    if os.name != "nt":
        for place in (above, *above.parents):
            only_ours(place, place.lstat())
    folder = above / folder.name
    folder.mkdir(exist_ok=True, mode=0o700)
    if os.name == "nt":
        if folder.resolve() != folder:
            raise NotADirectoryError(errno.ENOTDIR, f"{folder} is a link")
        return folder
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        # Open to others it may be until now: nothing in it is run before that is looked at too.
        if folder.lstat().st_uid != os.geteuid():
            raise PermissionError(errno.EACCES, f"{folder} is somebody else's")
        os.fchmod(opened, 0o700)
    finally:
        os.close(opened)
    return folder


def only_ours(place: Path, found: os.stat_result) -> None:
    """
    Refuse a folder in which others may put something in the place of what is ours.

    Raises:
        OSError: they may.
    """
    is_open = found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX
    if found.st_uid not in (0, os.geteuid()) or is_open:
        raise PermissionError(errno.EACCES, f"others may write to {place}")


def is_sound(place: Path) -> bool:
    """
    Whether an environment is ours alone, and all that was installed is there as it was.

    It is run with the job's secrets. Who may write here could write the list as well: owner and
    mode keep others out, the list tells what was cut short or changed by mistake.
    """
    try:
        found = place.lstat()
        if not stat.S_ISDIR(found.st_mode):
            return False
        if os.name != "nt" and (found.st_uid != os.geteuid() or found.st_mode & 0o077):
            return False
        is_whole = (place / CONTENTS).read_text("utf-8") == contents_of(place)
        return is_whole and is_this_python(python_in(place))
    except (OSError, ValueError):
        return False


def is_this_python(python: Path) -> bool:
    """
    Whether an environment's interpreter is of this very version.

    It is a link to the Python that made it. That may lie elsewhere today, or be a newer one, which
    would look for what is installed in another folder.
    """
    said = call([str(python), "-I", "-c", "import sys; print(sys.version)"])
    return said.returncode == 0 and said.stdout.split() == sys.version.split()


def contents_of(place: Path) -> str:
    """Return a digest of all files but those that Python compiles for itself."""
    whole = hashlib.sha256()
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            path = os.path.join(folder, name)  # noqa: PTH118  a start waits for this
            if name == CONTENTS:
                continue
            whole.update(f"{path[len(str(place)) :]}\0".encode("utf-8", "surrogateescape"))
            if os.path.islink(path):  # noqa: PTH114
                whole.update(os.readlink(path).encode("utf-8", "surrogateescape"))  # noqa: PTH115
            else:
                with open(path, "rb", buffering=0) as file:  # noqa: PTH123
                    whole.update(hashlib.sha256(file.read()).digest())
    return whole.hexdigest()


def places(locks: tuple[Path, ...] = (LOCK,)) -> list[Path]:
    """
    Where the environment may lie: kept on the runner, for this job, or among temporary files.

    The runner's own folders are open to others on some machines; in a container they are
    somebody else's.
    """
    made_of = [
        *(lock.read_bytes() for lock in locks),
        sys.version.encode(),
        platform.machine().encode(),
    ]
    made_of.append(sysconfig.get_platform().encode())
    key = hashlib.sha256(b"\0".join(made_of)).hexdigest()[:16]
    roots = [os.environ.get("RUNNER_TOOL_CACHE"), os.environ.get("RUNNER_TEMP")]
    named = [Path(root) / "railway-deploy-verifier" / key for root in roots if root]
    whose = "" if os.name == "nt" else f"-{os.geteuid()}"
    return [*named, Path(tempfile.gettempdir()) / f"railway-deploy-verifier{whose}" / key]


def make(place: Path, install: Callable[[Path, Path], None]) -> Path:
    """Make the environment beside its place and move it there whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, ignore_cleanup_errors=True) as folder:
        new = Path(folder) / "new"
        new.mkdir(mode=0o700)
        venv.EnvBuilder(symlinks=os.name != "nt", with_pip=False).create(new)
        install(python_in(new), Path(folder) / "installer")
        (new / CONTENTS).write_text(contents_of(new), "utf-8")
        try:
            if place.is_symlink():
                place.unlink()
            new.rename(place)
        except OSError:
            if not is_sound(place):
                shutil.rmtree(place, ignore_errors=True)
                new.rename(place)
    return python_in(place)


def install(locks: tuple[Path, ...], python: Path, installer: Path) -> None:
    """
    Install the locked packages by uv, which is installed by pip; both by hash.

    The verifier runs with those of `LOCK` alone. What it can do without comes first: where that
    cannot be had, nothing else is installed in vain.
    """
    checked = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    checked += ["--only-binary", ":all:"]
    settings = settings_of_files()
    to_installer = ["install", *checked, "--target", str(installer), "-r", str(INSTALLER)]
    fetched = call([*PIP, *to_installer], settings)
    uv = next((p for p in installer.glob("bin/uv*") if p.name in ("uv", "uv.exe")), None)
    for lock in sorted(locks, key=lambda lock: lock == LOCK):
        if fetched.returncode == 0 and uv is not None:
            flags = ["--quiet", "--no-config", "--no-cache", "--no-deps", "--require-hashes"]
            flags += ["--only-binary", ":all:", "--python", str(python)]
            done = call([str(uv), "pip", "install", *flags, "-r", str(lock)])
            if done.returncode == 0 and not lacking(python, lock):
                continue
        to_python = ["--python", str(python), "install", *checked, "-r", str(lock)]
        done = call([*PIP, *to_python], settings)
        missing = lacking(python, lock) if done.returncode == 0 else ""
        if done.returncode != 0 or missing:
            said = missing or last_words(done.stderr, settings)
            if lock != LOCK:
                raise LackingError(f"{lock.name} could not be installed: {said}")
            raise SetupError(f"the locked packages could not be installed: {said}")


def settings_of_files() -> dict[str, str]:
    """
    Return, as variables, what pip's files say of where packages are, so that it reads none of them.

    A file may name a package besides, another place, or a program in the place of pip's Python: pip
    is not asked for them, as it would do what they say before it answers.

    Raises:
        SetupError: a file of them cannot be read.
    """
    said: dict[str, dict[str, str]] = {"global": {}, "install": {}}
    for path in filter(os.path.isfile, files_of_settings()):
        found = configparser.RawConfigParser()
        try:
            found.read(path)
        except (ValueError, configparser.Error) as error:
            # What it holds is not repeated: it may be a password.
            reason = f"pip's settings in {path} cannot be read ({type(error).__name__})"
            raise SetupError(f"the locked packages could not be installed: {reason}") from None
        for section in said.keys() & set(found.sections()):
            said[section] |= dict(found[section])
    settings = {"PIP_CONFIG_FILE": os.devnull}
    for name, value in (said["global"] | said["install"]).items():
        variable = f"PIP_{name.removeprefix('--').upper().replace('-', '_')}"
        if SETTINGS.fullmatch(variable) and variable not in {*os.environ, "PIP_CONFIG_FILE"}:
            settings[variable] = " ".join(value.replace("\0", " ").split())
    return settings


def files_of_settings() -> list[Path]:
    """
    Return the places of pip's files, the later ones count; of one not told in full, as pip has it.

    Source: https://pip.pypa.io/en/stable/topics/configuration/#location
    """
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    name = "pip.ini" if os.name == "nt" else "pip.conf"
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  without a home it stays what it is
    if os.name == "nt":
        everybody = [Path(os.environ.get("PROGRAMDATA", "C:/ProgramData"), "pip")]
        own = [home / "pip", Path(os.environ.get("APPDATA", home), "pip")]
    elif sys.platform == "darwin":
        everybody = [Path("/Library/Application Support/pip")]
        support = home / "Library/Application Support/pip"
        own = [home / ".pip", support if support.is_dir() else home / ".config/pip"]
    else:
        everybody = [Path("/etc/xdg/pip"), Path("/etc")]
        own = [home / ".pip", home / ".config/pip"]
    if named and os.path.exists(ACTION / named):  # noqa: PTH110  a folder that is closed has none
        own = []
    folders = [*everybody, *own, Path(sys.prefix)]
    places = [*(folder / name for folder in folders), *([Path(named)] if named else [])]
    return [ACTION / place for place in places]


def last_words(said: str, settings: Mapping[str, str]) -> str:
    """
    Return the last line of what pip said, without what may be of somebody's settings.

    Those of its files are `settings`. It repeats addresses with their passwords, lines of its
    files, and what it took for a port.
    """
    line = (said.strip() or "pip said nothing").splitlines()[-1]
    line = MAY_BE_SECRET.sub("***", line)
    given = {*given_to_installers().values(), *settings.values()} - {os.devnull}
    pieces = {piece for value in given for piece in re.split(r"[\s/:@?&=,;]+", value)}
    for piece in sorted((p for p in pieces | given if len(p) >= LONG), key=len, reverse=True):
        line = line.replace(piece, "***")
    return line[:300]


def lacking(python: Path, lock: Path) -> str:
    """Say which packages of a lock an installer has left out; empty where all are there."""
    lines = lock.read_text("utf-8").splitlines()
    # What is for some machines alone may rightly be missing on this one.
    wanted = [line.split()[0] for line in lines if re.match(r"[\w.-]+==[^;]+$", line)]
    said = call([str(python), "-I", "-c", LACKING, " ".join(wanted)])
    if said.returncode != 0:
        return "its Python does not start"
    missing = said.stdout.split()
    return f"{missing[0]} is not there, and {len(missing) - 1} more" if missing else ""


def given_to_installers() -> dict[str, str]:
    """Return of the job's variables those that an installer may see."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.upper() in GIVEN or SETTINGS.fullmatch(name)
    }


def call(
    command: list[str], settings: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """
    Run an installer away from the checkout, whose configuration is none of ours.

    `settings` count more than the job's. It and all that it starts end with us.
    """
    environ = {**given_to_installers(), **(settings or {})}
    hold_back(True)
    with subprocess.Popen(  # noqa: S603  fixed programs, no shell
        command,
        cwd=ACTION,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        process_group=0,
    ) as installer:
        try:
            hold_back(False)
            said = installer.communicate()
        except KeyboardInterrupt:
            with suppress(ProcessLookupError):
                installer.kill() if os.name == "nt" else os.killpg(installer.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, installer.returncode, *said)


def python_in(folder: Path) -> Path:
    """The interpreter of an environment."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def finish(code: int, reasons: tuple[str, ...]) -> int:
    """Write outputs and summary for a verifier that could not write them itself."""
    reason = " ".join(reasons) or REASONS.get(code, "the verifier ended without a report")
    values = {"verdict": "inconclusive", "reason": reason, "exit-code": str(code)}
    values["rolled-back"] = "false"
    end = os.urandom(16).hex()
    append("GITHUB_OUTPUT", "".join(f"{k}<<{end}\n{v}\n{end}\n" for k, v in values.items()))
    append("GITHUB_STEP_SUMMARY", f"## ❓ No verdict\n\n{reason}. See the log of this step.\n")
    return code


def append(variable: str, text: str) -> None:
    """Append to a file of the job's, if there is one; a full disk is no other verdict."""
    path = os.environ.get(variable)
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        say(2, f"warning: could not write {variable}: {error.strerror}\n")


def tell(title: str, text: str, level: str = "error") -> None:
    """Show an error, or a warning, on the page of the run."""
    clean = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    say(1, f"::{level} title={title}::{clean}\n")


def say(number: int, text: str) -> None:
    """Write to a stream of the job; one that takes nothing is no other verdict."""
    with suppress(OSError):
        os.write(number, text.encode("utf-8", "replace"))


def size(path: Path) -> int:
    """The size of a file, 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


if __name__ == "__main__":
    # Also SIGINT: what starts us may have it ignored, as shells do for background jobs.
    for wanted_end in ENDS:
        signal.signal(wanted_end, interrupt)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(finish(CANCELLED, ("cancelled while the verifier was being set up",)))
    except Exception as error:
        # What Python would end with says that production is good.
        unforeseen = f"the verifier could not be set up ({type(error).__name__})"
        tell("The verifier could not be set up", unforeseen)
        sys.exit(finish(BROKEN, (unforeseen,)))
