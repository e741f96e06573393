"""The journal as a file: under which names it is one, how it is copied, and when it is not whole."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from importer.journal.database import AT_REST, AT_WORK
from importer.journal.journal import Journal
from tests.support.program import Program
from tests.support.servers import StubServer, envelope
from tests.support.tables import HEADINGS, write_table

ROWS = 30


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the journal of the test is."""
    return tmp_path / "journals" / "j.sqlite3"


@pytest.fixture
def table(here: Path) -> Path:
    """A file of ROWS campaigns."""
    return write_table(here / "c.csv", HEADINGS, [(f"N{number}", "queue", "1") for number in range(ROWS)])


@contextmanager
def half_way(program: Program, stub_server: StubServer, journal: Path, table: Path) -> Iterator[Any]:
    """Run an import up to its tenth create, and end it by force when the block is left."""
    reached, over = threading.Event(), threading.Event()

    def create(asked: dict[str, str]) -> dict[str, Any]:
        made = envelope("200", {"id": stub_server.store(asked)})
        if len(stub_server.campaigns) >= 10:
            reached.set()
            over.wait(30)
        return made

    stub_server.answers["create"] = create
    program.settings |= {"url": stub_server.url, "settle-wait": "0", "timeout": "60"}
    with program.start("import", table, "--yes", "--journal", journal) as process:
        assert reached.wait(30)
        yield process
        process.kill()
        process.wait()
        over.set()
    del stub_server.answers["create"]


def mark_of(journal: Path, tmp_path: Path) -> int:
    """Return the mark in the file itself, regardless of its companion."""
    alone = Path(shutil.copy(journal, tmp_path / "alone"))
    with closing(sqlite3.connect(f"file:{alone}?immutable=1", uri=True)) as connection:
        return int(connection.execute("PRAGMA application_id").fetchone()[0])


@pytest.mark.slow
def test_a_journal_without_its_companion_is_refused(
    program: Program, stub_server: StubServer, journal: Path, table: Path, tmp_path: Path
) -> None:
    """After a kill a copy of the file alone is refused by every command, and with its companion nothing is twice."""
    with half_way(program, stub_server, journal, table):
        pass
    assert mark_of(journal, tmp_path) == AT_WORK
    created = len(stub_server.campaigns)
    copied = tmp_path / "copied"
    copied.mkdir()
    shutil.copy(journal, copied)
    alone = copied / journal.name
    for command in (("import", table, "--yes"), ("runs",), ("plan", table), ("journal", "check")):
        told = program(*command, "--journal", alone)
        assert told.exit_code == 6, command
        assert "j.sqlite3-wal, which was beside it" in told.stderr
        assert "[E415]" in told.stderr
    assert program("journal", "backup", tmp_path / "b", "--journal", alone).exit_code == 6
    assert len(stub_server.campaigns) == created
    shutil.copy(f"{journal}-wal", copied)
    assert program("import", table, "--yes", "--journal", alone).exit_code == 0
    assert sorted(one["name"] for one in stub_server.campaigns) == sorted(f"N{number}" for number in range(ROWS))


@pytest.mark.slow
def test_a_journal_is_one_file_again_after_the_next_command(
    program: Program, stub_server: StubServer, journal: Path, table: Path, tmp_path: Path
) -> None:
    """Whatever opens the journal after a kill, with its companion, leaves one file that is enough."""
    with half_way(program, stub_server, journal, table):
        pass
    assert program("runs", "--journal", journal).exit_code == 0
    assert not Path(f"{journal}-wal").exists()
    assert mark_of(journal, tmp_path) == AT_REST
    alone = Path(shutil.copy(journal, tmp_path / "copied"))
    assert program("import", table, "--yes", "--journal", alone).exit_code == 0
    assert len(stub_server.campaigns) == ROWS


def test_looking_does_not_take_the_mark_of_a_run(
    program: Program, stub_server: StubServer, journal: Path, table: Path, tmp_path: Path
) -> None:
    """A command that looks on while a run is at work leaves it so that a later copy of the file alone is refused."""
    with half_way(program, stub_server, journal, table):
        assert mark_of(journal, tmp_path) == AT_WORK
        assert program("runs", "--journal", journal).exit_code == 0
        assert program("journal", "check", "--journal", journal).exit_code == 0
        assert mark_of(journal, tmp_path) == AT_WORK
    alone = Path(shutil.copy(journal, tmp_path / "copied"))
    assert program("runs", "--journal", alone).exit_code == 6


def test_a_mark_that_another_took_is_set_again(journal: Path, tmp_path: Path) -> None:
    """Before the next create leaves, a file that another process has unmarked is marked again, on disk."""
    from tests.support.journal_rows import RUN, claim, row  # the rows of a run to claim

    with Journal(journal) as open_journal:
        open_journal.runs.start(RUN)
        open_journal.rows.stage(RUN.id, [row(2), row(3)], [])
        assert mark_of(journal, tmp_path) == AT_REST
        assert claim(open_journal, RUN, row(2)).granted
        assert mark_of(journal, tmp_path) == AT_WORK
        with closing(sqlite3.connect(journal)) as other:
            other.execute(f"PRAGMA application_id = {AT_REST}")
            assert other.execute("PRAGMA wal_checkpoint(FULL)").fetchone()[0] == 0
        assert mark_of(journal, tmp_path) == AT_REST
        assert claim(open_journal, RUN, row(3)).granted
        assert mark_of(journal, tmp_path) == AT_WORK
    assert mark_of(journal, tmp_path) == AT_REST


def test_the_last_to_close_unmarks_it_after_a_kill(
    program: Program, stub_server: StubServer, journal: Path, table: Path, tmp_path: Path
) -> None:
    """A journal that was open before a run that is killed, and is closed after it, is one file that is enough."""
    with Journal(journal):
        with half_way(program, stub_server, journal, table):
            pass
        assert mark_of(journal, tmp_path) == AT_WORK
    assert not Path(f"{journal}-wal").exists()
    assert program("import", table, "--yes", "--journal", journal).exit_code == 0
    assert len(stub_server.campaigns) == ROWS


def test_a_journal_may_be_open_twice_in_a_process(real_processes: None, journal: Path) -> None:
    """What is written by a process that has opened the journal again is kept, whoever else closes it meanwhile."""
    from tests.support.journal_rows import RUN, row  # a row to stage

    look = (sys.executable, "-m", "importer", "journal", "check", "--journal", str(journal))
    with Journal(journal) as first:
        first.runs.start(RUN)
        with Journal(journal):
            subprocess.run(look, check=True)
            assert Path(f"{journal}-wal").exists()
            first.rows.stage(RUN.id, [row(2)], [])
            first.flush()
    with closing(sqlite3.connect(journal)) as whole:
        assert whole.execute("SELECT count(*) FROM rows").fetchone() == (1,)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["at work", "killed", "ended"])
def test_a_backup_is_one_file_with_everything(
    program: Program, stub_server: StubServer, journal: Path, table: Path, tmp_path: Path, when: str
) -> None:
    """At any time a backup knows all that was sent: an import with it alone creates nothing twice."""
    target = tmp_path / "backup.sqlite3"

    def back_up() -> None:
        told = program("journal", "backup", target, "--journal", journal, "--json")
        assert (told.exit_code, told.document["backup"]) == (0, str(target)), told.stderr

    with half_way(program, stub_server, journal, table):
        if when == "at work":
            back_up()
    if when == "ended":
        assert program("import", table, "--yes", "--journal", journal).exit_code == 0
    if when != "at work":
        back_up()
    assert sorted(path.name for path in tmp_path.glob("backup*")) == [target.name]
    assert target.stat().st_mode & 0o777 == 0o600
    assert program("journal", "check", "--journal", target, "--json").document["runs"] >= 1
    assert program("import", table, "--yes", "--journal", target).exit_code == 0
    assert sorted(one["name"] for one in stub_server.campaigns) == sorted(f"N{number}" for number in range(ROWS))


def test_a_backup_overwrites_nothing(program: Program, sandbox: Any, journal: Path, table: Path) -> None:
    """A target that exists, or cannot be made, is refused, and what is there stays as it is."""
    assert program("plan", table, "--journal", journal).exit_code == 0
    before = table.read_bytes()
    told = program("journal", "backup", table, "--journal", journal)
    assert (told.exit_code, table.read_bytes()) == (2, before)
    assert "already exists and was not overwritten" in told.stderr
    assert program("journal", "backup", journal, "--journal", journal).exit_code == 2
    told = program("journal", "backup", table / "within", "--journal", journal)
    assert told.exit_code == 2
    assert "cannot be written" in told.stderr


def test_a_journal_that_is_not_there_is_not_made(bare: Program, journal: Path, tmp_path: Path) -> None:
    """Neither a check nor a backup makes a journal, and each says what it takes."""
    for arguments in (("check",), ("backup", tmp_path / "b")):
        told = bare("journal", *arguments, "--journal", journal)
        assert told.exit_code == 2
        assert "There is no journal" in told.stderr
    assert not journal.exists()
    for arguments in (("backup",), ("check", "x")):
        assert "Use `journal backup FILE` or `journal check`" in bare("journal", *arguments).stderr


def test_an_empty_file_is_not_called_a_journal(bare: Program, journal: Path) -> None:
    """A journal that a full disk or a failed copy has emptied is not whole, and no new one is made in its place."""
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.touch()
    for arguments in (("check",), ("backup", journal.with_name("b"))):
        told = bare("journal", *arguments, "--journal", journal)
        assert told.exit_code == 6
        assert "is an empty file" in told.stderr
    assert journal.stat().st_size == 0


def test_a_damaged_journal_is_not_called_whole(program: Program, sandbox: Any, journal: Path, table: Path) -> None:
    """A check finds pages that are damaged, and ends with 6."""
    assert program("import", table, "--yes", "--journal", journal).exit_code == 0
    assert program("journal", "check", "--journal", journal).exit_code == 0
    content = bytearray(journal.read_bytes())
    for at in range(4096 * 3, len(content), 4096):
        content[at : at + 200] = bytes(200)
    journal.write_bytes(content)
    told = program("journal", "check", "--journal", journal)
    assert told.exit_code == 6
    assert "Traceback" not in told.stderr


def link_to_file(journal: Path, tmp_path: Path) -> Path:
    """Return another name of the journal: a link to it."""
    (tmp_path / "l").symlink_to(journal)
    return tmp_path / "l"


def link_to_folder(journal: Path, tmp_path: Path) -> Path:
    """Return another name of the journal, through a link to its folder."""
    (tmp_path / "f").symlink_to(journal.parent)
    return tmp_path / "f" / journal.name


def way_round(journal: Path, tmp_path: Path) -> Path:
    """Return another name of the journal, through other folders."""
    return journal.parent / ".." / journal.parent.name / journal.name


@pytest.mark.parametrize("other", [link_to_file, link_to_folder, way_round])
def test_a_journal_under_another_name_is_the_same(
    program: Program,
    stub_server: StubServer,
    journal: Path,
    table: Path,
    tmp_path: Path,
    other: Callable[[Path, Path], Path],
) -> None:
    """A second run with the same journal, regardless of the name, is refused while the first is at work."""
    with half_way(program, stub_server, journal, table):
        told = program("import", table, "--yes", "--journal", other(journal, tmp_path))
        assert told.exit_code == 8, told.stderr
        assert len({one["name"] for one in stub_server.campaigns}) == len(stub_server.campaigns) < ROWS


def test_a_journal_of_several_names_is_refused(program: Program, sandbox: Any, journal: Path, table: Path) -> None:
    """A hard link would have a lock and a companion for itself: both names are refused until there is one."""
    assert program("plan", table, "--journal", journal).exit_code == 0
    os.link(journal, journal.with_name("other"))
    for name in (journal, journal.with_name("other")):
        told = program("import", table, "--yes", "--journal", name)
        assert told.exit_code == 6
        assert "has several names (hard links)" in told.stderr
    assert sandbox.campaigns() == []
    journal.with_name("other").unlink()
    assert program("import", table, "--yes", "--journal", journal).exit_code == 0


@pytest.mark.parametrize("word", ["locked", "database is locked", "not a database", "database disk image is malformed"])
def test_the_reason_is_not_read_from_a_path(program: Program, here: Path, table: Path, word: str) -> None:
    """What a path holds does not matter: a journal that cannot be opened ends with 6, in a folder of any name."""
    (here / word).write_text("a file where a folder should be", encoding="utf-8")
    program.settings["url"] = "http://127.0.0.1:1"
    told = program("import", table, "--yes", "--journal", here / word / "j")
    assert told.exit_code == 6
    assert "[E412]" in told.stderr
