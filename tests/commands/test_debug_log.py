"""`--debug FILE`: what the program did, line by line, for whoever looks for a fault."""

import json
import logging
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from importer.cli.debug_log import debug_log, hide
from importer.enswitch import Server
from importer.model import ExitCode, Secret
from importer.sandbox import Account, Sandbox
from tests.support.browser import HEADINGS
from tests.support.program import Program
from tests.support.secrets import SECRET, leaks

Table = Callable[..., Path]
SPELLINGS = (SECRET, quote(SECRET), quote_plus(SECRET).lower(), json.dumps(SECRET)[1:-1], SECRET.replace("&", "&amp;"))


@pytest.fixture
def log(here: Path) -> Path:
    """Where the log goes."""
    return here / "debug.log"


@pytest.fixture
def secretive(journal: Path, log: Path) -> Iterator[tuple[Program, Sandbox]]:
    """The program with a log, and a server whose password cannot be mistaken for anything else."""
    with Sandbox(accounts=[Account("admin", SECRET, "administrator", 1, (1,))]) as sandbox:
        settings = {
            "url": sandbox.url,
            "username": "admin",
            "journal": str(journal),
            "settle-wait": "0",
            "workers": "1",
            "max-errors": "3",
            "debug": str(log),
        }
        yield Program(settings), sandbox


def held(log: Path) -> list[bytes]:
    """Return the spellings of the password that the log holds; numbers of ports and processes may hold its digits."""
    return [form for form in leaks(log.read_bytes()) if form != b"4711"]


def test_a_whole_import_is_told(
    secretive: tuple[Program, Sandbox], table: Table, log: Path, no_waiting: list[float]
) -> None:
    """How the file was read, each process, request, wait, claim and outcome is a line; the password is in none."""
    program, sandbox = secretive
    sandbox.script("create", ["throttled", "dropped_after", "foreign"])
    rows = [(f"n{number}", "queue", "1") for number in range(4)]
    told = program("import", table("c.xlsx", HEADINGS, *rows), "--yes", password=SECRET)
    lines = log.read_text(encoding="utf-8")
    for part in (
        "import begins",
        "The reading process",
        "is xlsx: sheet 'Campaigns', headings in row 1, 3 columns",
        "has ended with 0",
        "opened for admin on 127.0.0.1",
        "POST bulk/campaigns/create, attempt 1, ",
        "answered with 201",
        "Throttled: ",
        "s before attempt 2",
        "Row 2 of run ",
        " claimed",
        "create: created",
        f"import ends with exit code {told.exit_code}",
    ):
        assert part in lines, part
    assert held(log) == []
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert not logging.getLogger("importer").handlers


def test_a_refused_password_is_told_and_not_shown(secretive: tuple[Program, Sandbox], table: Table, log: Path) -> None:
    """What the server has refused is a line, and the password that it has refused is in none."""
    program, _ = secretive
    wrong = f"{SECRET}!"
    assert program("plan", table(), password=wrong).exit_code == ExitCode.CONFIGURATION
    lines = log.read_text(encoding="utf-8")
    assert "AccessRefused: " in lines
    assert held(log) == []


def test_the_breaker_and_what_stops_a_run_are_told(
    secretive: tuple[Program, Sandbox], table: Table, log: Path, no_waiting: list[float]
) -> None:
    """Each failure that counts is a line with what it amounts to, and so is what has stopped the run."""
    program, sandbox = secretive
    sandbox.script("create", ["error_500"] * 100)
    program(
        "import",
        "--yes",
        table("c.csv", HEADINGS, *((f"n{number}", "queue", "1") for number in range(4))),
        password=SECRET,
    )
    lines = log.read_text(encoding="utf-8")
    assert "Consecutive failure 3 of the same kind; 3 of the last 7 rows failed" in lines
    assert "Stopped: ServerUnusable: Stopped after 3 consecutive failures" in lines


def test_the_last_words_of_a_process_that_died_are_told(
    bare: Program, table: Table, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that dies of a bug leaves its traceback in the log, on one line."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'importer.spreadsheets.xlsx':\n"
        "            raise RuntimeError('a bug in a reader')\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    bare("validate", table("c.xlsx"), "--debug", log)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert any("died with 1; its last words: " in line and "a bug in a reader" in line for line in lines)


@pytest.mark.parametrize("spelt", SPELLINGS)
def test_a_secret_is_taken_out_however_it_is_spelt(log: Path, spelt: str) -> None:
    """Whatever a module logs, a known secret stands in no spelling in the file, and each record is one line."""
    with debug_log(log):
        hide(Server(url="https://pbx.example.com/", username="admin", password=Secret(SECRET)).redaction())
        logging.getLogger("importer.somewhere").debug("It said:\n%s\x1b[31m", spelt)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert "It said:\\n<hidden>\\x1b[31m" in lines[-1]
    assert len(lines) == 2


def test_a_log_that_cannot_be_written_is_refused(program: Program, table: Table, here: Path) -> None:
    """A log that was asked for and cannot be had stops a command before it does anything."""
    told = program("validate", table(), "--debug", here)
    assert told.exit_code == ExitCode.USAGE
    assert f"--debug {here}: the file cannot be written" in told.stderr


def test_a_log_waits_for_no_reader(program: Program, table: Table, here: Path) -> None:
    """A pipe that nobody reads is refused as a log, instead of being waited for."""
    pipe = here / "debug.pipe"
    os.mkfifo(pipe)
    finished = program.process("validate", table(), "--debug", pipe)
    assert finished.exit_code == ExitCode.USAGE
    assert f"--debug {pipe}: the file cannot be written" in finished.stderr


@pytest.mark.parametrize("held_before", [b"name,dtype,dnumber\n", b"\0\xff", b"2026-11-25 importer: x\n"])
def test_another_file_is_not_a_log(bare: Program, table: Table, log: Path, held_before: bytes) -> None:
    """A file that is not a debug log, such as an input, is refused and stays as it is."""
    log.write_bytes(held_before)
    told = bare("validate", table(), "--debug", log)
    assert told.exit_code == ExitCode.USAGE
    assert f"--debug {log}: the file exists and is not a debug log, so nothing was added." in told.stderr
    assert log.read_bytes() == held_before


def test_neither_the_journal_nor_the_input_becomes_a_log(program: Program, table: Table, journal: Path) -> None:
    """The files that a command works with are not written to, of any format."""
    path = table("c.xlsx")
    assert program("plan", path).exit_code == ExitCode.DONE
    for file in (path, journal):
        before = file.read_bytes()
        assert program("plan", path, "--debug", file).exit_code == ExitCode.USAGE
        assert file.read_bytes() == before


def test_an_old_log_and_an_empty_file_are_continued(bare: Program, table: Table, log: Path) -> None:
    """Lines are added to a log of an earlier command, and to a file that was emptied."""
    path = table()
    log.touch()
    assert bare("validate", path, "--debug", log).exit_code == ExitCode.DONE
    first = log.read_bytes()
    assert bare("validate", path, "--debug", log).exit_code == ExitCode.DONE
    assert log.read_bytes().startswith(first)
    assert len(log.read_bytes()) > len(first)
