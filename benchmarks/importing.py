"""Whole imports, long against short: rows a second, with an empty journal and with a full one.

Each import is a process, from its start to its results; the server costs next to nothing.
"""

import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from benchmarks.comparison import Comparison, Usage, child
from benchmarks.plain_server import running
from importer.journal.journal import Journal
from importer.model import Outcome, Row, Run, Source, Status
from schemas.campaign import fingerprint

HEADINGS = ("name", "dtype", "dnumber", "callerid", "maximum", "description")
ROWS_A_RUN = 100_000


def campaign(run: int, number: int) -> dict[str, str]:
    """Return a campaign; those of two runs differ in all that tells campaigns apart."""
    values = (
        f"Wave {run} {number}",
        "queue",
        f"{number:06d}",
        f"+44207{number:07d}",
        str(number % 9 + 1),
        f"Run {run}",
    )
    return dict(zip(HEADINGS, values, strict=True))


def write_table(path: Path, run: int, rows: int) -> Path:
    """Write a CSV file of campaigns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(campaign(run, number).values() for number in range(rows))
    return path


def fill(path: Path, server: str, rows: int) -> None:
    """Put earlier runs into a journal, all of whose rows were created."""
    with Journal(path) as journal:
        for at, first in enumerate(range(0, rows, ROWS_A_RUN)):
            run = Run(
                id=f"older-{at:03d}",
                started=datetime.now(UTC) - timedelta(days=100 - at),
                command="import",
                source=Source(path=f"older-{at}.csv", sheet=None, headings=HEADINGS),
                server=server,
                url="",
                account="admin",
            )
            journal.runs.start(run)
            for begin in range(first, min(first + ROWS_A_RUN, rows), 10_000):
                made = [campaign(-1 - at, number) for number in range(begin, begin + 10_000)]
                staged = [
                    Row(
                        number=number,
                        cells=tuple(one.values()),
                        campaign=one,
                        fingerprint=fingerprint(one),
                        status=Status.READY,
                    )
                    for number, one in enumerate(made, start=begin - first + 2)
                ]
                journal.rows.stage(run.id, staged, ())
                for row in staged:
                    journal.rows.record(run.id, row.number, Outcome(Status.CREATED, f"{at}-{row.number}"))
                journal.flush()
            journal.runs.finish_staging(run.id)


def imported(folder: Path, url: str, journal: Path, table: Path) -> Usage:
    """Import a table and return what that takes."""
    settings = {"URL": url, "USERNAME": "admin", "PASSWORD": "secret", "JOURNAL": str(journal), "WORKERS": "8"}
    environment = {f"CAMPAIGN_IMPORTER_{name}": value for name, value in settings.items()}
    results = folder / f"{table.stem}-{perf_counter()}.csv"
    command = [sys.executable, "-m", "importer", "import", table, "--yes", "--quiet", "--results", results]
    return child(command, environment=environment)


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Compare rows a second of a long import with those of a short one, beside no older rows and beside many."""
    short, older = (1_000, 100_000) if quick else (10_000, 1_000_000)
    with tempfile.TemporaryDirectory() as name, running() as url:
        folder = Path(name)
        full = folder / "full"
        fill(full, urlsplit(url).netloc, older)
        for kind, words in (("empty", "no older rows"), ("full", f"{older:,} older rows")):
            usage: dict[int, Usage] = {}

            def speed(rows: int, kind: str = kind, usage: dict[int, Usage] = usage) -> float:
                number = len(list(folder.iterdir()))
                table = write_table(folder / f"{number}.csv", number, rows)
                journal = folder / f"{kind}-{number}"
                if kind == "full":
                    shutil.copy(full, journal)
                usage[rows] = imported(folder, url, journal, table)
                journal.unlink()
                return rows / usage[rows].seconds

            long = short * 10
            before, mine, after = map(speed, (short, long, short))
            theirs = (before + after) / 2
            yield Comparison(
                f"import of {long:,} rows against {short:,}, beside {words}, rows a second",
                mine / theirs,
                "x rate",
                ">= 0.9",
                f"{mine:,.0f} against {theirs:,.0f} rows a second; "
                # A busy machine changes the rate, and this hardly.
                f"{usage[long].cpu * 1000 / long:.2f} against {usage[short].cpu * 1000 / short:.2f} ms of CPU a row; "
                f"{usage[long].megabytes:.0f} against {usage[short].megabytes:.0f} MiB",
            )
