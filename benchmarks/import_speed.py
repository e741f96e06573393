"""Whole imports, long against short: rows a second, with an empty journal and with a full one.

    python benchmarks/import_speed.py [--short 10000] [--long 100000] [--older 1000000] [--rounds 1]

Each import is a process of its own, from its start to its results; the server costs next to nothing. What is printed
is how much slower a long import is than a short one, and one beside many older rows than one without: 0.9 of the
rows a second is the least. The imports are taken in turns.
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

from importer.journal.journal import Journal
from importer.model import Outcome, Row, Run, Source, Status
from schemas.campaign import fingerprint

GOAL = 0.9
ROOT = Path(__file__).resolve().parents[1]
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


@contextmanager
def running_server() -> Iterator[str]:
    """Run the server and give its address."""
    script = Path(__file__).with_name("plain_server.py")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def rows_a_second(folder: Path, url: str, journal: Path, table: Path, rows: int) -> float:
    """Import a table and return how many rows a second that makes."""
    settings = {"URL": url, "USERNAME": "admin", "PASSWORD": "secret", "JOURNAL": str(journal), "WORKERS": "8"}
    environment = os.environ | {f"CAMPAIGN_IMPORTER_{name}": value for name, value in settings.items()}
    results = folder / f"{table.stem}-{perf_counter()}.csv"
    began = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "importer", "import", str(table), "--yes", "--quiet", "--results", str(results)],
        env=environment | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    return rows / (perf_counter() - began)


def main() -> None:
    """Read the options, measure in turns, print the medians and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", type=int, default=10_000)
    parser.add_argument("--long", type=int, default=100_000)
    parser.add_argument("--older", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    speeds: dict[tuple[str, int], list[float]] = {}
    with tempfile.TemporaryDirectory() as name, running_server() as url:
        folder = Path(name)
        full = folder / "full"
        fill(full, urlsplit(url).netloc, options.older)
        for number in range(options.rounds):
            for rows in (options.short, options.long):
                table = write_table(folder / f"{number}-{rows}.csv", number, rows)
                for kind in ("empty", "full"):
                    journal = folder / f"{kind}-{number}-{rows}"
                    if kind == "full":
                        shutil.copy(full, journal)
                    speed = rows_a_second(folder, url, journal, table, rows)
                    speeds.setdefault((kind, rows), []).append(speed)
    found = {key: median(values) for key, values in speeds.items()}
    for (kind, rows), speed in found.items():
        older = f"{options.older:,} older rows" if kind == "full" else "no older rows"
        print(f"{rows:>9,} rows, {older:<22}{speed:>7,.0f} rows/s")
    for kind, words in (("empty", "long / short"), ("full", "long / short, beside older rows")):
        print(f"{words:<34}{found[kind, options.long] / found[kind, options.short]:>6.2f}  (at least {GOAL})")
    print(
        f"{'beside older rows / without, long':<34}{found['full', options.long] / found['empty', options.long]:>6.2f}"
    )


if __name__ == "__main__":
    main()
