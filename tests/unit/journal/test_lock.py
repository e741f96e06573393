"""One run at a time: who holds the lock is reported, and a dead process holds none."""

import errno
import fcntl
import os
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer.errors import Locked
from importer.journal.lock import only_pass, only_run
from importer.model import ExitCode
from importer.sandbox import Faults, Sandbox
from tests.support.in_process import InProcessImporter
from tests.support.processes import wait_for
from tests.support.program import Program

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber")


@pytest.fixture
def path(table: Table) -> Path:
    """A file of a few rows."""
    return table("a.csv", HEADINGS, *((f"N{number}", "queue", "1") for number in range(6)))


def test_the_second_is_told_who_is_at_work(journal: Path) -> None:
    """The lock is refused with the process, the command and the time of the one that holds it."""
    journal.parent.mkdir()
    ours, theirs = (only_run(journal, "pbx:443", command) for command in ("apply 20240101-abcdef", "import"))
    with ours, pytest.raises(Locked) as caught, theirs:
        pass
    since = r"since \d{4}-\d\d-\d\d[T ]\d\d:\d\d"
    assert re.search(rf"process {os.getpid()}, apply 20240101-abcdef, {since}", caught.value.message)
    assert "pbx:443" in caught.value.message


def test_the_lock_is_for_a_journal_and_a_server(journal: Path) -> None:
    """Another server, or another journal, is another matter; and a lock that was given back can be taken."""
    journal.parent.mkdir()
    other = journal.with_name("other")
    with only_run(journal, "one", "a"), only_run(journal, "two", "b"), only_run(other, "one", "c"):
        pass
    with only_run(journal, "one", "d"):
        pass


def test_a_holder_that_says_nothing_readable(journal: Path) -> None:
    """A second start is refused even if the note about the holder is damaged."""
    journal.parent.mkdir()
    with only_run(journal, "one", "a"):
        for note in journal.parent.glob("*.holder"):
            note.write_text("{")
        with pytest.raises(Locked, match="Another campaign-importer is using one"), only_run(journal, "one", "b"):
            pass


@pytest.mark.parametrize("command", ["import", "plan", "apply", "enable", "settle"])
def test_a_second_start_ends_with_8(program: Any, sandbox: Sandbox, journal: Path, path: Path, command: str) -> None:
    """While one process sends, every command that would change something ends with exit code 8 and asks for nothing."""
    run = InProcessImporter(journal, sandbox.url).plan(path).run
    before = len(sandbox.requests)
    arguments = {"import": (path, "--yes"), "plan": (path,), "settle": (run, "--row", 2, "--not-created")}
    arguments["enable"] = (run, "--yes")
    with only_run(journal, f"127.0.0.1:{sandbox.port}", "apply"):
        done = program(command, *arguments.get(command, (run,)), "--json")
    assert done.exit_code == ExitCode.LOCKED == done.document["exit_code"]
    assert f"process {os.getpid()}, apply, since" in done.stderr
    assert len(sandbox.requests) == before


def test_looking_needs_no_lock(program: Any, sandbox: Sandbox, journal: Path, path: Path) -> None:
    """`runs` shows what is going on while another process is at work."""
    run = InProcessImporter(journal, sandbox.url).plan(path).run
    with only_run(journal, f"127.0.0.1:{sandbox.port}", "apply"):
        assert program("runs", run, "--json").exit_code == ExitCode.DONE


@pytest.mark.slow
def test_a_killed_process_holds_no_lock(program: Any, sandbox: Sandbox, journal: Path, path: Path) -> None:
    """Another process cannot start while one is at work; once that is killed, the next takes over and goes on."""
    sandbox.faults = Faults(latency=0.3)
    with program.start("import", path, "--yes", "--workers", "1") as process:
        wait_for(lambda: any(seen.action == "create" for seen in sandbox.requests))
        second = program("import", path, "--yes")
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert second.exit_code == ExitCode.LOCKED
    assert f"process {process.pid}, import, since" in second.stderr
    sandbox.faults = Faults()
    assert program("import", path, "--yes").exit_code == ExitCode.DONE
    assert sorted(one["name"] for one in sandbox.campaigns()) == [f"N{number}" for number in range(6)]


def test_of_many_at_once_one_gets_it(journal: Path) -> None:
    """However many try at the same time, one holds the lock."""
    journal.parent.mkdir()
    inside, most, refused = [], [], []
    start = threading.Barrier(8)

    def attempt() -> None:
        start.wait()
        try:
            with only_run(journal, "one", "a"):
                inside.append(1)
                most.append(len(inside))
                wait_for(lambda: len(refused) == 7)
                inside.pop()
        except Locked:
            refused.append(1)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, len(refused)) == ([1], 7)


NOTES = ["", "{", "[]", "5", "null", '{"pid": 1}', '{"pid": "x", "command": 1, "since": 2}', "[" * 100_000, "\udcff"]


@pytest.mark.parametrize("note", NOTES, ids=range(len(NOTES)))
def test_whatever_the_note_says_it_is_refused(journal: Path, note: str) -> None:
    """A note of any content, or none, is not a bug: the second start is refused all the same."""
    journal.parent.mkdir()
    with only_run(journal, "one", "a"):
        (holder,) = journal.parent.glob("*.holder")
        holder.write_bytes(note.encode("utf-8", "surrogateescape"))
        with pytest.raises(Locked, match=r"Another campaign-importer.* using one"), only_run(journal, "one", "b"):
            pass


def test_a_note_commands_no_terminal(journal: Path) -> None:
    """What it holds is shown with its commands written out."""
    journal.parent.mkdir()
    with only_run(journal, "one", "\x1b[31mred"), pytest.raises(Locked) as caught, only_run(journal, "one", "b"):
        pass
    assert "\\x1b[31mred" in caught.value.message


def test_a_note_is_written_through_no_link(journal: Path, tmp_path: Path) -> None:
    """A link in the place of the note is replaced, and what it leads to stays as it is."""
    journal.parent.mkdir()
    with only_run(journal, "one", "a"):
        (holder,) = journal.parent.glob("*.holder")
    victim = tmp_path / "victim"
    victim.write_text("mine")
    holder.unlink()
    holder.symlink_to(victim)
    with only_run(journal, "one", "a"):
        assert not holder.is_symlink()
    assert victim.read_text() == "mine"


def test_a_folder_under_two_names_is_one(journal: Path, tmp_path: Path) -> None:
    """The lock of a drop folder is the folder's, whichever way it is named; another folder has another."""
    folder, other, link = tmp_path / "folder", tmp_path / "other", tmp_path / "link"
    folder.mkdir()
    other.mkdir()
    link.symlink_to(folder)
    with only_pass(journal, folder), only_pass(journal, other):
        with pytest.raises(Locked, match="drop, since"), only_pass(journal, link):
            pass
        assert list(folder.iterdir()) == []


def test_a_file_system_without_locks_is_refused(
    program: Program, table: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where files cannot be locked nothing is sent: a lock of another kind would be taken from whoever holds it."""

    def without(*_: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(fcntl, "flock", without)
    told = program("import", table(), "--yes")
    assert told.exit_code == 6
    assert "cannot be used: Function not implemented" in told.stderr
