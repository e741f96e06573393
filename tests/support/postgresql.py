"""A PostgreSQL server of the test's own, where the programs are at hand."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("initdb", "pg_ctl", "psql")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
NOBODY = 65534
"""The user that the server runs as where the tests run as root, which it refuses."""
PARAMETER = re.compile(r"(?<![:\w']):([a-z_]\w*)")
"""A named parameter: `:run`."""


@dataclass(frozen=True)
class PostgreSQL:
    """A running server; `folder` has its socket."""

    folder: Path

    def run(self, script: str) -> str:
        """Run statements; return what is wrong with the first that is refused, or nothing."""
        psql = ["psql", "-h", str(self.folder), "-U", "importer", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-qAt"]
        return subprocess.run(psql, input=script, text=True, capture_output=True, check=False).stderr

    def prepare(self, *statements: str) -> str:
        """Have statements with named parameters prepared; return what is wrong with the first bad one, or nothing."""
        return self.run("\n".join(f"PREPARE s{at} AS {_numbered(sql)};" for at, sql in enumerate(statements)))


def _numbered(sql: str) -> str:
    """Return a statement with its parameters as PostgreSQL names them: $1."""
    names = list(dict.fromkeys(PARAMETER.findall(sql)))
    return PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", sql)


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """Run a server until the block ends. It listens on a socket in a folder, and not on the network."""
    user = NOBODY if os.getuid() == 0 else None
    # Not below the test's folder: its path is too long for a socket, and closed to the server's user.
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        if user is not None:
            os.chown(folder, user, user)
        data = folder / "data"
        _run(user, "initdb", "-D", data, "-U", "importer", "-A", "trust", "--no-sync")
        _run(user, "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", f"-F -k {folder} -h ''", "start")
        try:
            yield PostgreSQL(folder)
        finally:
            _run(user, "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(user: int | None, *command: object) -> None:
    subprocess.run(
        list(map(str, command)),
        user=user,
        cwd="/",
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
