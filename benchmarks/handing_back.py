"""How much of the processor results take on top of checking a file, beside the libraries that only copy it."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.checking import write_csv, write_xlsx
from benchmarks.comparison import Comparison, Usage, alternately, child

CSV_WRITER = """
import csv, sys
with open(sys.argv[1], encoding="utf-8", newline="") as results, open(sys.argv[2], "w", newline="") as copied:
    csv.writer(copied).writerows(csv.reader(results))
"""
ZIP_AGAIN = """
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as book, zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED) as copied:
    for name in book.namelist():
        with book.open(name) as part, copied.open(name, "w") as packed:
            while block := part.read(1 << 20):
                packed.write(block)
"""


def check(source: Path, *results: str | Path) -> Usage:
    """Check a file, and write results if a file is named for them."""
    return child([sys.executable, "-m", "importer", "validate", "--quiet", source, *results])


def more(source: Path, results: Path) -> Usage:
    """Return what writing results takes on top of checking a file."""
    results.unlink(missing_ok=True)
    alone, both = check(source), check(source, "--results", results)
    return Usage(both.seconds - alone.seconds, both.cpu - alone.cpu, both.megabytes - alone.megabytes, "")


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Compare writing results with copying as much."""
    rows = 10_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        text, book = write_csv(folder / "a.csv", rows), write_xlsx(folder / "a.xlsx", rows)
        cells = folder / "cells.csv"
        more(text, cells)
        for source, wanted, script, copied, words in (
            (text, "<= 4", CSV_WRITER, cells, "csv.reader and csv.writer of the same cells"),
            (book, "<= 3", ZIP_AGAIN, book, "unzip and zip of the same workbook"),
        ):
            results = folder / f"results{source.suffix}"
            memory: list[float] = []

            def ours(source: Path = source, results: Path = results, memory: list[float] = memory) -> float:
                used = more(source, results)
                memory.append(used.megabytes)
                return used.cpu

            def reference(script: str = script, copied: Path = copied) -> float:
                return child([sys.executable, "-c", script, copied, folder / "copied"]).cpu

            mine, theirs = alternately(ours, reference)
            yield Comparison(
                f"results of {rows:,} rows on top of validate, {source.suffix}, against {words}",
                mine / theirs,
                "x CPU",
                wanted,
                f"{mine:.2f} s against {theirs:.2f} s; {max(memory):.0f} MiB more",
            )
