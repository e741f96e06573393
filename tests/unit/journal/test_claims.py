"""Claims in blocks: each row is claimed, or not, as if it were claimed alone and in its turn."""

import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.errors import Locked
from importer.journal.journal import Journal
from importer.journal.known import CreateClaim
from importer.model import Outcome, Row, Status
from tests.support.journal_rows import RUN, claim, later, put, row
from tests.support.processes import wait_for
from tests.support.thorough import share

STATUSES = st.sampled_from([Status.READY, Status.READY, Status.CREATED, Status.IN_DOUBT, Status.VALID, Status.FAILED])
KINDS = st.integers(0, 5)
"""Rows of one kind have one fingerprint: they are for the same campaign."""


@pytest.fixture
def open_journal(journal: Path) -> Iterator[Journal]:
    """A journal that is open."""
    with Journal(journal) as one:
        yield one


def rows_of(kinds: Sequence[int]) -> list[Row]:
    """Return a row of each kind, in a sheet's order."""
    return [row(number, f"N{kind}") for number, kind in enumerate(kinds, start=2)]


def claimed(
    earlier: Sequence[tuple[int, Status]], kinds: Sequence[int], size: int
) -> tuple[list[CreateClaim], list[tuple[object, ...]]]:
    """Claim rows in blocks beside those of an earlier run; return the claims, and the rows as they are then."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal"
        with Journal(path) as journal:
            first = put(journal, later(1), *rows_of([kind for kind, _ in earlier]))
            for number, (_, status) in enumerate(earlier, start=2):
                claim(journal, first, journal.rows.get(first.id, number))
                journal.rows.record(first.id, number, Outcome(status, f"{number}" if status == "created" else None))
            rows = rows_of(kinds)
            put(journal, RUN, *rows)
            journal.rows.record(RUN.id, 3, Outcome(Status.REJECTED))
            claims: list[CreateClaim] = []
            for at in range(0, len(rows), size):
                claims += journal.rows.claim_all(RUN, rows[at : at + size]).wait()
        with closing(sqlite3.connect(path)) as reader:
            query = "SELECT row, status, attempts, tried FROM rows WHERE run = ? ORDER BY row"
            return claims, reader.execute(query, (RUN.id,)).fetchall()


@settings(max_examples=share(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(KINDS, STATUSES), max_size=4), st.lists(KINDS, min_size=2, max_size=9))
def test_a_block_is_claimed_like_its_rows_one_by_one(earlier: list[tuple[int, Status]], kinds: list[int]) -> None:
    """Twins in the block or in other runs, and rows that are not ready: whoever may be sent is the same."""
    alone, rows_alone = claimed(earlier, kinds, 1)
    together, rows_together = claimed(earlier, kinds, len(kinds))
    assert together == alone
    order = [
        sorted((tried, number) for number, _, _, tried in rows if tried)  # type: ignore[type-var]
        for rows in (rows_alone, rows_together)
    ]
    assert [one[:3] for one in rows_together] == [one[:3] for one in rows_alone]
    granted = [number for number, claim in enumerate(together, start=2) if claim.granted]
    assert len({kinds[number - 2] for number in granted}) == len(granted)
    assert [len({tried for tried, _ in one}) for one in order] == [len(granted)] * 2


def test_of_two_readings_of_a_campaign_in_a_block_one_is_claimed(open_journal: Journal) -> None:
    """A row that an earlier version would have read as another row of the block is not sent beside it."""
    second = row(3, "N3")
    first = replace(row(2), former_fingerprints={second.fingerprint: True})
    put(open_journal, later(1), second)  # what an earlier version may have read
    put(open_journal, RUN, first, second)
    claims = open_journal.rows.claim_all(RUN, [second, first]).wait()
    assert [claim.granted for claim in claims] == [True, False]
    assert claims[1].existing_row is not None


def test_the_order_of_claims_is_that_of_the_rows(open_journal: Journal, journal: Path) -> None:
    """Rows of one block, and of later ones, are claimed in their order, beyond every buffer."""
    rows = rows_of(range(70))
    put(open_journal, RUN, *rows)
    for at in range(0, 70, 26):
        assert all(claim.granted for claim in open_journal.rows.claim_all(RUN, rows[at : at + 26]).wait())
    with closing(sqlite3.connect(journal)) as reader:
        tried = [one for (one,) in reader.execute("SELECT tried FROM rows WHERE tried > 0 ORDER BY row")]
    assert tried == list(range(1, 71))


def test_claims_are_on_disk_once_they_are_done(open_journal: Journal, journal: Path) -> None:
    """Another program sees every row of a block as `sending` when the block is acknowledged."""
    rows = rows_of(range(26))
    put(open_journal, RUN, *rows)
    claims = open_journal.rows.claim_all(RUN, rows)
    claims.wait()
    assert claims.are_on_disk
    with closing(sqlite3.connect(journal)) as reader:
        assert reader.execute("SELECT status, count(*) FROM rows GROUP BY status").fetchall() == [("sending", 26)]


# Outcomes


def test_outcomes_of_many_threads_are_all_written(open_journal: Journal) -> None:
    """Outcomes that come while others are being written are neither lost nor mixed up, each ID has its place."""
    put(open_journal, RUN, *(row(number) for number in range(2, 402)))

    def record(first: int) -> None:
        for number in range(first, first + 50):
            open_journal.rows.record(RUN.id, number, Outcome(Status.CREATED, str(number), message=f"m{number}"))

    threads = [threading.Thread(target=record, args=(first,)) for first in range(2, 402, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    open_journal.flush()
    results = list(open_journal.summary.results(RUN.id))
    assert [(one.outcome.campaign_id, one.outcome.message) for one in results] == [
        (str(number), f"m{number}") for number in range(2, 402)
    ]
    known = list(open_journal.doubts.known_campaigns(RUN, ""))
    assert sorted(one.id_sequence for one in known) == list(range(1, 401))


def test_of_two_outcomes_of_a_row_the_later_one_counts(open_journal: Journal) -> None:
    """Outcomes of one row are written in their order, and an ID that is known is kept."""
    put(open_journal, RUN, row(2))
    for outcome in (Outcome(Status.IN_DOUBT, message="?"), Outcome(Status.CREATED, "7"), Outcome(Status.FAILED)):
        open_journal.rows.record(RUN.id, 2, outcome)
    open_journal.flush()
    kept = open_journal.rows.get(RUN.id, 2)
    assert (kept.status, kept.campaign_id) == (Status.FAILED, "7")


def test_an_outcome_is_on_disk_before_what_is_asked_for_next(open_journal: Journal) -> None:
    """A change that is waited for comes after all outcomes that were recorded before it, again and again."""
    put(open_journal, RUN, row(2), row(3), row(4))
    for number in (2, 3, 4):
        open_journal.rows.record(RUN.id, number, Outcome(Status.FAILED))
        open_journal.flush()
        assert open_journal.rows.get(RUN.id, number).status is Status.FAILED


def test_outcomes_are_written_though_nobody_asks(open_journal: Journal, journal: Path) -> None:
    """Without any other change, an outcome is on disk by itself."""
    put(open_journal, RUN, row(2))
    open_journal.rows.record(RUN.id, 2, Outcome(Status.FAILED))

    def on_disk() -> bool:
        with closing(sqlite3.connect(journal)) as reader:
            return reader.execute("SELECT status FROM rows").fetchall() == [("failed",)]

    wait_for(on_disk)


@pytest.mark.parametrize("number", [1, 500, 501, 1203])
def test_more_outcomes_than_a_group(open_journal: Journal, number: int) -> None:
    """However many outcomes are waiting, all are written."""
    put(open_journal, RUN, *(row(one) for one in range(2, number + 2)))
    for one in range(2, number + 2):
        open_journal.rows.record(RUN.id, one, Outcome(Status.REJECTED, code="400"))
    open_journal.flush()
    assert open_journal.rows.counts(RUN.id) == {Status.REJECTED: number}


def test_outcomes_after_a_failed_commit_are_written(
    open_journal: Journal, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If another program held the file while one outcome was to be written, only that one is lost."""
    monkeypatch.setattr("importer.journal.database.BUSY_SECONDS", 0.1)
    with Journal(journal) as late:
        rows = rows_of(range(6))
        put(late, RUN, *rows)
        for one in rows:
            claim(late, RUN, one)
        with closing(sqlite3.connect(journal, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            late.rows.record(RUN.id, 2, Outcome(Status.CREATED, "2"))
            wait_for(lambda: late._database._failure is not None)
            other.execute("ROLLBACK")
        for number in range(3, 8):
            late.rows.record(RUN.id, number, Outcome(Status.CREATED, str(number)))
        with pytest.raises(Locked):
            late.raise_failure()
    with closing(sqlite3.connect(journal)) as reader:
        found = reader.execute("SELECT campaign_id FROM rows WHERE run = ? ORDER BY row", (RUN.id,)).fetchall()
    assert found == [(None,), ("3",), ("4",), ("5",), ("6",), ("7",)]
