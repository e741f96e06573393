"""The write-ahead rule, seen from the server: whatever it is asked to create, the journal on disk says "sending"."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from importer.delivery.creating import LARGEST_BLOCK
from importer.journal.journal import Journal
from importer.model import ExitCode, Status
from importer.run_options import SendOptions
from tests.support.http_server import HangUpError, Page
from tests.support.in_process import InProcessImporter
from tests.support.servers import StubServer, envelope

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber")


@dataclass
class Witness:
    """Looks into the journal's file, as any other program would, whenever something is asked."""

    journal: Path
    seen: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self, name: str) -> None:
        """Note the status of the row of a name as it is on disk at this instant."""
        with closing(sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True)) as reader:
            (status,) = reader.execute("SELECT status FROM rows WHERE name = ?", (name,)).fetchone()
        with self.lock:
            self.seen.append((name, status))


@pytest.fixture
def watching_server(stub_server: StubServer, journal: Path) -> Witness:
    """A witness of every create."""
    looking = Witness(journal)

    def create(asked: dict[str, str]) -> dict[str, Any]:
        looking.look(asked["name"])
        return envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers["create"] = create
    return looking


@pytest.mark.parametrize("workers", [1, 8, 32])
def test_sending_is_on_disk_when_the_create_arrives(
    stub_server: StubServer, watching_server: Witness, journal: Path, table: Table, workers: int
) -> None:
    """At the instant a create arrives, its row is `sending` in the journal's file, for every row and worker."""
    sandbox_importer = InProcessImporter(journal, stub_server.url, SendOptions(workers=workers))
    names = [f"N{number}" for number in range(100)]
    report = sandbox_importer.load(table("a.csv", HEADINGS, *((name, "queue", "1") for name in names)))
    assert report.exit_code == ExitCode.DONE
    assert sorted(watching_server.seen) == sorted((name, "sending") for name in names)


@pytest.mark.parametrize("workers", [1, 8])
def test_few_rows_are_claimed_ahead_of_their_turn(
    stub_server: StubServer, journal: Path, table: Table, workers: int
) -> None:
    """However fast the server is, a kill leaves in doubt what the workers send, and two blocks of claims at most."""
    sending = []

    def create(asked: dict[str, str]) -> dict[str, Any]:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as reader:
            sending.append(reader.execute("SELECT count(*) FROM rows WHERE status = 'sending'").fetchone()[0])
        return envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers["create"] = create
    sandbox_importer = InProcessImporter(journal, stub_server.url, SendOptions(workers=workers))
    path = table("a.csv", HEADINGS, *((f"N{number}", "queue", "1") for number in range(300)))
    assert sandbox_importer.load(path).exit_code == ExitCode.DONE
    # Answers that came at the same time are on their way to the disk.
    assert max(sending) <= 2 * LARGEST_BLOCK + 2 * workers


def test_a_row_that_another_program_dealt_with_is_not_sent(
    stub_server: StubServer, journal: Path, table: Table
) -> None:
    """A row that is not ready any more when its turn comes is not sent, though it was when the rows were read."""
    arrived = []

    def create(asked: dict[str, str]) -> dict[str, Any]:
        if not arrived:
            with closing(sqlite3.connect(journal)) as other, other:
                other.execute("UPDATE rows SET status = 'created', campaign_id = '77' WHERE name = 'N9'")
        arrived.append(asked["name"])
        return envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers["create"] = create
    sandbox_importer = InProcessImporter(journal, stub_server.url, SendOptions(workers=1))
    report = sandbox_importer.load(table("a.csv", HEADINGS, *((f"N{number}", "queue", "1") for number in range(12))))
    assert report.counts == {Status.CREATED: 12}
    assert arrived == [f"N{number}" for number in (*range(9), 10, 11)]


@pytest.mark.parametrize("page", [Page(429, headers={"Retry-After": "0"}), Page(503, headers={"Retry-After": "0"})])
def test_sending_is_on_disk_at_every_try(
    stub_server: StubServer, watching_server: Witness, journal: Path, table: Table, page: Page
) -> None:
    """A create that is tried again is `sending` on disk each time."""
    answer, asked_before = stub_server.answers["create"], []

    def create(asked: dict[str, str]) -> Page | dict[str, Any]:
        asked_before.append(asked)
        if len(asked_before) % 2:
            watching_server.look(asked["name"])
            return page
        return answer(asked)

    stub_server.answers["create"] = create
    assert (
        InProcessImporter(journal, stub_server.url).load(table("a.csv", HEADINGS, *(("A", "queue", "1"),))).exit_code
        == ExitCode.DONE
    )
    assert watching_server.seen == [("A", "sending"), ("A", "sending")]


def test_sending_is_on_disk_when_a_lost_row_is_sent_again(
    stub_server: StubServer, watching_server: Witness, journal: Path, table: Table
) -> None:
    """A row that was settled as absent is `sending` again before it leaves again."""
    answer, lost = stub_server.answers["create"], []

    def create(asked: dict[str, str]) -> Page | dict[str, Any]:
        if not lost:
            lost.append(asked)
            watching_server.look(asked["name"])
            raise HangUpError
        return answer(asked)

    stub_server.answers["create"] = create
    assert (
        InProcessImporter(journal, stub_server.url).load(table("a.csv", HEADINGS, *(("A", "queue", "1"),))).exit_code
        == ExitCode.DONE
    )
    assert watching_server.seen == [("A", "sending"), ("A", "sending")]


def test_nothing_is_sending_while_the_server_checks(stub_server: StubServer, journal: Path, table: Table) -> None:
    """The server's check leaves no trace of a create."""
    watching_server = Witness(journal)

    def validate(asked: dict[str, str]) -> dict[str, Any]:
        watching_server.look(asked["name"])
        return envelope("201")

    stub_server.answers["validate"] = validate
    InProcessImporter(journal, stub_server.url).load(table("a.csv", HEADINGS, ("A", "queue", "1"), ("B", "queue", "1")))
    assert watching_server.seen == [("A", "valid"), ("B", "valid")]


def test_an_answer_is_on_disk_before_the_run_says_so(stub_server: StubServer, journal: Path, table: Table) -> None:
    """What the report counts as created is created in the journal's file, with its ID."""
    report = InProcessImporter(journal, stub_server.url).load(
        table("a.csv", HEADINGS, ("A", "queue", "1"), ("B", "queue", "1"))
    )
    with closing(sqlite3.connect(journal)) as reader:
        found = reader.execute(
            "SELECT status, campaign_id FROM rows WHERE run = ? ORDER BY row", (report.run,)
        ).fetchall()
    assert found == [("created", "1"), ("created", "2")]


def test_the_journal_survives_a_power_cut(journal: Path) -> None:
    """Commits are flushed to the disk: a write-ahead log, and synchronous FULL on every connection."""
    with Journal(journal) as open_journal, closing(sqlite3.connect(journal)) as reader:
        assert reader.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert open_journal._database.change(lambda db: db.execute("PRAGMA synchronous").fetchone()[0]) == 2
