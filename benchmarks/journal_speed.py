"""Claims a second: the journal's group commit beside one commit a row, both with synchronous FULL, in turns.

    python benchmarks/journal_speed.py [--rows 8000] [--threads 32] [--rounds 3]

A claim is acknowledged once it is on disk. `a claim at a time` waits for each in its thread; `blocks` is what the
create stage does beside a fast server: one is under way while another is used.
"""

import argparse
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from importer.delivery.creating import LARGEST_BLOCK
from importer.journal.changes import find_same
from importer.journal.claims import CreateClaims
from importer.journal.journal import Journal
from importer.model import Row, Run, Source, Status

RUN = Run(
    id="run",
    started=datetime(2024, 1, 1, tzinfo=UTC),
    command="import",
    source=Source(path="a.csv", sheet=None, headings=()),
    server="pbx",
    url="https://pbx/",
    account="admin",
)


def staged(folder: Path, rows: int) -> list[Row]:
    """Make a journal with rows that are ready, and return them."""
    made = [
        Row(
            number=number,
            cells=("A",),
            campaign={"name": f"N{number}", "dtype": "queue", "dnumber": "1"},
            fingerprint=f"f{number}",
            status=Status.READY,
        )
        for number in range(rows)
    ]
    with Journal(folder / "journal") as book:
        book.runs.start(RUN)
        book.rows.stage(RUN.id, made, ())
        book.runs.finish_staging(RUN.id)
    return made


def in_threads(work: Callable[[Iterator[Row]], None], rows: list[Row], threads: int) -> float:
    """Give each thread its part of the rows; return the seconds until all are done."""
    worker_pool = [threading.Thread(target=work, args=(iter(rows[one::threads]),)) for one in range(threads)]
    began = perf_counter()
    for thread in worker_pool:
        thread.start()
    for thread in worker_pool:
        thread.join()
    return perf_counter() - began


def grouped(folder: Path, rows: list[Row], threads: int) -> float:
    """Claim through the journal, each thread waiting for its own claim."""
    with Journal(folder / "journal") as book:

        def work(mine: Iterator[Row]) -> None:
            for row in mine:
                assert book.rows.claim_all(RUN, [row]).wait()[0].granted

        return in_threads(work, rows, threads)


def blocks(folder: Path, rows: list[Row], _threads: int) -> float:
    """Claim through the journal from one thread, one block while another is under way."""
    with Journal(folder / "journal") as book:
        began = perf_counter()
        under_way: list[CreateClaims] = []
        for at in range(0, len(rows), LARGEST_BLOCK):
            under_way.append(book.rows.claim_all(RUN, rows[at : at + LARGEST_BLOCK]))
            if len(under_way) > 1:
                assert all(claim.granted for claim in under_way.pop(0).wait())
        assert all(claim.granted for claim in under_way.pop().wait())
        return perf_counter() - began


def one_by_one(folder: Path, rows: list[Row], threads: int) -> float:
    """Make the same changes with a commit each, over one connection and a lock."""
    connection = sqlite3.connect(folder / "journal", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")
    lock = threading.Lock()

    def work(mine: Iterator[Row]) -> None:
        for row in mine:
            with lock:
                connection.execute("BEGIN IMMEDIATE")
                assert find_same(connection, RUN, row) is None
                connection.execute(
                    "UPDATE rows SET status = 'sending', attempts = attempts + 1 WHERE run = :run AND row = :row",
                    {"run": RUN.id, "row": row.number},
                )
                connection.execute("COMMIT")

    seconds = in_threads(work, rows, threads)
    connection.close()
    return seconds


def flush_milliseconds() -> float:
    """Return how long the disk takes to keep a page."""
    with tempfile.TemporaryFile() as file:
        times = []
        for _ in range(200):
            file.write(b"\0" * 4096)
            file.flush()
            began = perf_counter()
            os.fdatasync(file.fileno())
            times.append(perf_counter() - began)
    return median(times) * 1000


def main() -> None:
    """Read the options, measure in turns, print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=8000)
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ways = {
        "group commit, a claim at a time": grouped,
        "group commit, blocks": blocks,
        "a commit a row": one_by_one,
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                rows = staged(Path(folder), options.rows)
                speeds[name].append(options.rows / way(Path(folder), rows, options.threads))
    print(f"{options.rounds} rounds of {options.rows:,} claims, {options.threads} threads, synchronous FULL, medians")
    print(f"a flush of this disk takes {flush_milliseconds():.2f} ms: the dearer it is, the more a group saves")
    for name, found in speeds.items():
        print(f"{name:<34}{median(found):>9,.0f} claims/s")
    print(
        f"group commit / a commit a row     {median(speeds[next(iter(ways))]) / median(speeds['a commit a row']):>9.2f}"
    )


if __name__ == "__main__":
    main()
