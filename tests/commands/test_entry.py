"""The program as a process: its entries, exit codes, start-up, bugs, and terminals of any kind."""

import os
import select
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from importer.cli import entry as main
from importer.model import __version__
from importer.sandbox import Sandbox
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE
from tests.support.program import Program
from tests.support.servers import free_port
from tests.support.tables import HEADINGS, ROW

Table = Callable[..., Path]


class TestEntries:
    """Both ways to start it."""

    @pytest.mark.parametrize("entry", [["-m", "importer"], ["-c", "from importer.cli import main; main()"]])
    def test_version(self, entry: list[str]) -> None:
        """`python -m importer` and the console script are the same program."""
        done = subprocess.run(
            [sys.executable, *entry, "--version"], capture_output=True, text=True, check=True, cwd=ROOT
        )
        assert done.stdout == f"campaign-importer, version {__version__}\n"

    def test_the_version_is_the_packages(self) -> None:
        """The version of the program is that of pyproject.toml."""
        assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    def test_without_a_command(self, bare: Program) -> None:
        """Alone, the program shows its help, as gh and cargo do: whoever looks around has made no mistake."""
        told = bare.process()
        assert (told.exit_code, told.stderr) == (0, "")
        assert "Usage:" in told.stdout
        assert "\n  campaign-importer demo\n" in told.stdout


class TestExitCodes:
    """Every exit code of the design, as a process gives it."""

    def test_0_and_3(self, program: Program, table: Table) -> None:
        """0 for every row created; 3 where the rows are wrong and nothing was sent."""
        assert program.process("import", table(), "--yes").exit_code == 0
        assert program.process("import", table("b.csv", HEADINGS, ("", "queue", "1")), "--yes").exit_code == 3

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [(("validate", "missing.csv"), 2), (("import", "c.csv", "--colour"), 2), (("apply", "x", "--url", "x"), 2)],
    )
    def test_2(self, program: Program, arguments: tuple[str, ...], code: int) -> None:
        """2 for usage and unreadable files, with a sentence on standard error alone."""
        told = program.process(*arguments)
        assert (told.exit_code, told.stdout) == (code, "")
        assert "Traceback" not in told.stderr
        assert told.stderr

    def test_the_same_codes_in_this_process(
        self, program: Program, table: Table, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`main` leaves with the exit code of the command."""
        for name, value in program.environment("wrong").items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["campaign-importer", "import", str(table()), "--yes"])
        with pytest.raises(SystemExit) as left:
            main.main()
        assert left.value.code == 6


class TestBugs:
    """A fault of the program's own."""

    @pytest.fixture
    def told(
        self,
        program: Program,
        table: Table,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
    ) -> tuple[object, str, str]:
        """Let reading fail as no file can make it fail; return the exit code and what was said."""

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("the reader has a hole")

        monkeypatch.setattr("importer.reading.open_table", broken)
        for name, value in program.environment("hunter2-and-more").items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["campaign-importer", "import", str(table()), "--yes", "--json"])
        with pytest.raises(SystemExit) as left:
            main.main()
        return left.value.code, *capsys.readouterr()

    def test_is_reported_as_one(self, told: tuple[object, str, str], tmp_path: Path) -> None:
        """It ends with 1, says that it is a bug and which file to send, and shows no traceback."""
        code, _, stderr = told
        (file,) = (tmp_path / "tmp").glob("campaign-importer-bug-*.txt")
        assert code == 1
        assert "This is a bug in campaign-importer, not something you did." in stderr
        assert str(file) in stderr
        assert "Traceback" not in stderr

    def test_has_a_file_with_all_that_helps(self, told: tuple[object, str, str], tmp_path: Path) -> None:
        """The file has the versions and the traceback, and no password; only its owner can read it."""
        (file,) = (tmp_path / "tmp").glob("campaign-importer-bug-*.txt")
        report = file.read_text(encoding="utf-8")
        assert report.startswith(f"campaign-importer {__version__}, Python 3.")
        assert "RuntimeError: the reader has a hole" in report
        assert "hunter2" not in report
        assert file.stat().st_mode & 0o077 == 0

    def test_is_a_document_too(self, told: tuple[object, str, str]) -> None:
        """With --json, even a bug is reported as a document."""
        assert '"exit_code": 1' in told[1]


class TestTerminals:
    """Whatever the output goes to."""

    def test_a_pipe_that_is_closed(self, program: Program, table: Table) -> None:
        """`runs | head -1` is not a bug."""
        program("plan", table("c.csv", HEADINGS, *((f"{n}", "queue", "1") for n in range(200))))
        run = program("runs", "--json").document[0]["run"]
        with program.start("runs", run) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            assert "bug" not in process.stderr.read()
        assert process.returncode == 0

    def test_an_output_that_cannot_write_all_letters(self, program: Program, table: Table, sandbox: Sandbox) -> None:
        """Where the output's encoding lacks a letter, as a log of Windows' does, nothing fails."""
        told = program.process("import", table("Планы.csv"), "--yes", "--json", env={"PYTHONIOENCODING": "cp1252"})
        assert told.exit_code == 0

    def test_progress_on_a_terminal(self, program: Program, table: Table) -> None:
        """On a terminal stages are not lines; with --verbose they are."""
        path = table()
        _, shown = program.terminal("plan", path, answers={})
        assert "Server's check: 1 row …" not in shown
        _, shown = program.terminal("plan", path, "--verbose", answers={})
        assert "Server's check: 1 row …" in shown

    def test_breaking_off_at_the_question(self, program: Program, table: Table, sandbox: Sandbox) -> None:
        """Ctrl-C at the question ends with 130, and nothing is created."""
        code, shown = program.terminal("import", table(), answers={"[y/N]": "\x03"})
        assert code == 130
        assert "Stopped on request." in shown
        assert sandbox.campaigns() == []


SLOW = (
    "pandas",
    "pandera",
    "pydantic",
    "openpyxl",
    "requests",
    "xlsxwriter",
    "rich",
    "python_calamine",
    "importer.sandbox",
)


def imported_by(command: str) -> set[str]:
    """Return the names of all modules that are there when a command is about to run."""
    code = (
        "import sys\nfrom importlib import import_module\nfrom importer.cli.running import module_of\n"
        f"import_module(module_of({command!r}))\nprint(*sys.modules)"
    )
    # What measures coverage in a separate process imports a good deal itself.
    bare = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=bare)
    return set(done.stdout.split())


class TestStart:
    """Help comes at once."""

    @pytest.mark.parametrize("arguments", [["--help"], ["import", "--help"], ["--version"], ["nonsense"]])
    def test_what_is_slow_is_not_imported(self, arguments: list[str]) -> None:
        """Neither help nor a wrong command line imports what the commands need."""
        code = (
            "import sys\nfrom importer.cli import cli\n"
            f"cli({arguments!r}, standalone_mode=False) if {arguments!r} != ['nonsense'] else None\n"
            f"print('slow:', [name for name in {SLOW!r} if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        assert "slow: []" in done.stdout

    @pytest.mark.parametrize(
        ("command", "more"),
        [
            ("runs", ("requests", "filelock", "rich", "schemas.headings", "importer.journal.rows", "importer.reading")),
            ("journal", ("requests", "filelock", "importer.reading")),
            ("prune", ("requests", "importer.reading")),
            (
                "settle",
                ("requests", "tenacity", "rich", "schemas.headings", "importer.journal.journal", "importer.reading"),
            ),
            ("enable", ("rich", "importer.report", "importer.reading")),
            ("disable", ("rich", "importer.report", "importer.reading")),
        ],
    )
    def test_a_command_imports_what_it_needs(self, command: str, more: tuple[str, ...]) -> None:
        """Commands that read no file do without pandas, and those that speak to no server without requests."""
        assert not imported_by(command) & {"pandas", "numpy", "pandera", "lxml", "openpyxl", "jinja2", *more}

    def test_the_lock_needs_no_event_loop(self, tmp_path: Path) -> None:
        """Holding the lock, as commands do that change rows, takes neither asyncio nor ssl, which come slowly."""
        lines = (
            "import sys",
            "from pathlib import Path",
            "from importer.journal import only_run",
            f"with only_run(Path({str(tmp_path / 'journal')!r}), 'server', 'settle'): print(*sys.modules)",
        )
        bare = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        code = "\n".join(lines)
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=bare
        )
        assert not {"asyncio", "ssl"} & set(done.stdout.split())

    @pytest.mark.usefixtures("unmeasured")  # what measures imports pathlib
    def test_the_program_s_help_needs_no_options(self) -> None:
        """The help of the program lists the commands without making any of them."""
        code = "import sys\nfrom importer.cli import cli\ncli(['--help'], standalone_mode=False)\nprint(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        assert not {"importer.cli.options.common", "importer.cli.options.declarations", "pathlib"} & set(
            done.stdout.split()
        )

    def test_a_template_needs_only_what_writes_it(self) -> None:
        """`template` reads no table, checks nothing and speaks to nobody; openpyxl brings lxml and numpy itself."""
        others = {"pandas", "pandera", "pydantic", "jinja2", "requests", "sqlite3", "importer.reading"}
        assert not imported_by("template") & others

    def test_looking_needs_no_rules(self) -> None:
        """`show` reads tables, but checks no row and speaks to nobody."""
        assert not imported_by("show") & {"pandera", "pydantic", "requests", "sqlite3", "lxml", "jinja2"}


class TestSandboxCommand:
    """`sandbox` as a process."""

    def test_serves_until_it_is_ended(self, program: Program, table: Table, tmp_path: Path) -> None:
        """It serves where it is told to, keeps its campaigns in a file, and ends in peace when it is told to."""
        port = free_port()
        with program.start("sandbox", "--port", port, "--database", tmp_path / "db") as process:
            wait_for_listener(port)
            told = program("import", table(), "--yes", "--json", "--url", f"http://127.0.0.1:{port}/api/json/")
            process.terminate()
            stdout, stderr = process.communicate(timeout=PATIENCE)
        assert told.counts == {"created": 1}
        assert stdout == f"http://127.0.0.1:{port}/api/json/\n"
        assert "The sandbox has stopped." in stderr
        assert process.returncode == 0
        with closing(sqlite3.connect(tmp_path / "db")) as held:
            assert held.execute("SELECT name FROM campaigns").fetchall() == [("Spring",)]

    def test_says_its_address_at_once(self, program: Program) -> None:
        """Whoever reads its output through a pipe learns the address while it runs."""
        port = free_port()
        with program.start("sandbox", "--port", port, env={"PYTHONUNBUFFERED": ""}) as process:
            wait_for_listener(port)
            said, _, _ = select.select([process.stdout], [], [], 0.25)
        assert said


def wait_for_listener(port: int) -> None:
    """Wait until somebody listens on a port of this machine."""
    until = time.monotonic() + 15
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            assert time.monotonic() < until, "nobody listens"
            time.sleep(0.02)
        else:
            return


def test_a_row_is_enough(program: Program, table: Table) -> None:
    """The whole way of one row, as a process."""
    told = program.process("import", table("c.csv", HEADINGS, ROW), "--yes", "--json")
    assert (told.exit_code, told.counts) == (0, {"created": 1})
