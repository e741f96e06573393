"""What the tests of the exports share: values as MySQL's programs write them, and a real server where there is one."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from importer.migration.exports import SourceTable, open_source

DAEMON = shutil.which("mariadbd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
ESCAPES = {"\0": r"\0", "\n": r"\n", "\r": r"\r", "\\": r"\\", "'": r"\'", '"': r"\"", "\x1a": r"\Z"}
LITTLE = "CREATE TABLE `t` (\n  `a` text,\n  `b` text,\n  PRIMARY KEY (`a`)\n);\n"


def literal(value: str | None) -> str:
    """Return a value as mysqldump writes it into a statement."""
    return "NULL" if value is None else "'" + "".join(ESCAPES.get(letter, letter) for letter in value) + "'"


def rows_of(tables: object, name: str) -> list[tuple[str | None, ...]]:
    """Return the values of a table's rows."""
    assert isinstance(tables, dict)
    table = tables[name]
    assert isinstance(table, SourceTable)
    return [row.values for row in table.rows]


def read(path: Path, content: str | bytes, name: str = "t") -> list[tuple[str | None, ...]]:
    """Write a file and return the rows of one of its tables."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return rows_of(dict(open_source(path, [name])), name)


class Database:
    """A real MariaDB on a socket of its own, with one database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "s"
        data = folder / "data"
        _run("mysql_install_db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", *_AS)
        assert DAEMON is not None
        options = ("--skip-networking", "--innodb-buffer-pool-size=8M", "--character-set-server=utf8mb4", *_AS)
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [DAEMON, "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", *options],
                stdout=log,
                stderr=log,
            )
        self._wait()
        self.execute("CREATE DATABASE d", database="")

    def _wait(self) -> None:
        for _ in range(600):
            done = subprocess.run(
                ["mariadb-admin", "--no-defaults", "-uroot", f"--socket={self.socket}", "ping"],
                capture_output=True,
                check=False,
            )
            if done.returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def execute(self, sql: str, database: str = "d") -> None:
        """Run statements that give no rows."""
        options = ("--no-defaults", "-uroot", f"--socket={self.socket}", "--default-character-set=utf8mb4", database)
        done = subprocess.run(["mariadb", *filter(None, options)], input=sql.encode(), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    def query(self, sql: str, *options: str) -> bytes:
        """Return what the client prints for a query."""
        given = ("--no-defaults", "-uroot", f"--socket={self.socket}", "--default-character-set=utf8mb4")
        return _run("mariadb", *given, *options, "d", "-e", sql)

    def dump(self, *options: str) -> bytes:
        """Return what mysqldump writes for the database."""
        return _run("mysqldump", "--no-defaults", "-uroot", f"--socket={self.socket}", *options, "d")

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait(30)


_AS = ("--user=root",) if Path("/proc/self").exists() and Path("/proc/self").stat().st_uid == 0 else ()


def _run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A real MariaDB, started once for all tests; they are skipped where it is not installed."""
    if DAEMON is None or shutil.which("mysqldump") is None or shutil.which("mysql_install_db") is None:
        pytest.skip("MariaDB is not installed: apt-get install mariadb-server")
    running = Database(tmp_path_factory.mktemp("db"))
    yield running
    running.stop()


def insert(rows: Sequence[Sequence[str | None]], table: str = "t") -> str:
    """Return one statement with several rows on its line, as mysqldump writes them."""
    groups = ",".join("(" + ",".join(map(literal, row)) + ")" for row in rows)
    return f"INSERT INTO `{table}` VALUES {groups};\n"
