"""Group commit: acknowledged after the commit, all of a group or none, one flush for many."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from importer.journal.committer import LARGEST_GROUP, Committer


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a table of numbers."""
    path = tmp_path / "db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
    return path


@pytest.fixture
def committer(file: Path) -> Iterator[Committer]:
    """A committer of that database."""
    one = Committer(sqlite3.connect(file, isolation_level=None, check_same_thread=False))
    yield one
    one.close()


def on_disk(file: Path) -> list[int]:
    """Return the numbers that another program would see."""
    with closing(sqlite3.connect(file)) as connection:
        return [number for (number,) in connection.execute("SELECT n FROM numbers ORDER BY n")]


def insert(number: int) -> object:
    """Return a change that inserts a number and returns it."""
    return lambda db: (db.execute("INSERT INTO numbers VALUES (?)", (number,)), number)[1]


def held_up(committer: Committer) -> threading.Event:
    """Keep the committing thread busy until the event is set, so that what is submitted meanwhile is one group."""
    go, began = threading.Event(), threading.Event()
    committer.submit(lambda _: (began.set(), go.wait(10)))
    began.wait(10)
    return go


def test_acknowledged_means_on_disk(file: Path, committer: Committer) -> None:
    """When the future has its result, another connection sees the change; the result is what the change returned."""
    for number in range(20):
        assert committer.submit(insert(number)).result(10) == number
        assert on_disk(file)[-1] == number


def test_many_threads_share_commits(file: Path, committer: Committer) -> None:
    """Changes of many threads are each acknowledged after they are on disk, and none is lost."""
    missing: list[int] = []

    def work(start: int) -> None:
        for number in range(start, start + 25):
            committer.submit(insert(number)).result(10)
            if number not in on_disk(file):
                missing.append(number)

    threads = [threading.Thread(target=work, args=(100 * one,)) for one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missing == []
    assert len(on_disk(file)) == 200


def test_what_waits_becomes_one_group(file: Path, committer: Committer) -> None:
    """Whatever has come while a commit was under way is committed together."""
    go = held_up(committer)
    begun: list[int] = []
    changes = [committer.submit(lambda db: begun.append(db.total_changes)) for _ in range(10)]
    changes += [committer.submit(insert(number)) for number in range(10)]
    go.set()
    for change in changes:
        change.result(10)
    assert on_disk(file) == list(range(10))


def test_a_group_that_fails_is_undone_as_a_whole(file: Path, committer: Committer) -> None:
    """None of a group is acknowledged if one of its changes fails, and the next group is none the worse."""
    go = held_up(committer)
    changes = [committer.submit(insert(number)) for number in (1, 2, 2, 3)]
    go.set()
    for change in changes:
        with pytest.raises(sqlite3.IntegrityError):
            change.result(10)
    assert on_disk(file) == []
    assert committer.submit(insert(4)).result(10) == 4


def test_more_than_a_group_is_committed_too(file: Path, committer: Committer) -> None:
    """A queue longer than the largest group loses nothing."""
    go = held_up(committer)
    changes = [committer.submit(insert(number)) for number in range(LARGEST_GROUP * 2 + 7)]
    go.set()
    changes[-1].result(10)
    assert len(on_disk(file)) == LARGEST_GROUP * 2 + 7


def test_close_commits_what_is_queued(file: Path) -> None:
    """Nothing that was submitted before `close` is lost."""
    one = Committer(sqlite3.connect(file, isolation_level=None, check_same_thread=False))
    go = held_up(one)
    changes = [one.submit(insert(number)) for number in range(5)]
    go.set()
    one.close()
    assert all(change.done() for change in changes)
    assert on_disk(file) == list(range(5))


def test_what_nobody_waits_for_is_committed_too(file: Path, committer: Committer) -> None:
    """A patient change is committed though nothing follows it, and before a change that follows."""
    assert committer.submit_patiently(insert(1)).result(10) == 1
    assert on_disk(file) == [1]
    committer.submit_patiently(insert(2))
    assert committer.submit(lambda db: db.execute("SELECT max(n) FROM numbers").fetchone()).result(10) == (2,)


def test_close_commits_what_nobody_waits_for(file: Path) -> None:
    """A patient change is not lost when the committer is closed at once."""
    one = Committer(sqlite3.connect(file, isolation_level=None, check_same_thread=False))
    one.submit_patiently(insert(1))
    one.close()
    assert on_disk(file) == [1]


def test_no_cursor_leaves_the_thread(committer: Committer) -> None:
    """A cursor that ended in another thread would reset its statement while it is at work again."""
    assert committer.submit(lambda db: db.execute("SELECT 1")).result(10) is None
    assert committer.submit(lambda db: (db.execute("SELECT 1"), db.execute("SELECT 2"))).result(10) is None
    assert committer.submit(lambda db: (1, 2)).result(10) == (1, 2)
