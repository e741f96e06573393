"""How much of the processor checking and reading files take, beside the bare libraries that read them.

Names are distinct, and all other columns hold few distinct texts, as in the tables of people.
"""

import csv
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import xlsxwriter

from benchmarks.comparison import Comparison, Usage, alternately, child
from schemas.parameters import PARAMETERS

HEADINGS = [parameter.name for parameter in PARAMETERS]

PANDAS = """
import sys, pandas
pandas.read_csv(sys.argv[1], dtype=str)
"""
CALAMINE = """
import sys
from python_calamine import CalamineWorkbook
CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python(skip_empty_area=False)
"""
READING = """
import sys
from pathlib import Path
from importer.reading import open_table
for _ in open_table(Path(sys.argv[1])).chunks:
    pass
"""


def row(number: int) -> list[str | int]:
    """Return a campaign as people fill it in: texts, codes with leading zeros, numbers."""
    return [
        f"Campaign {number}",
        "queue",
        f"{number % 200:05d}",
        number % 5 + 1,
        f"+4420712{number % 40:05d}",
        number % 300,
        f"Wave {number % 77}",
        1,
        "retry",
        number % 9 + 1,
        0,
        0,
        number % 40,
        1800,
        "answer",
        number % 12,
    ]


def write_csv(path: Path, rows: int) -> Path:
    """Write a CSV file of campaigns."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(map(row, range(rows)))
    return path


def write_xlsx(path: Path, rows: int) -> Path:
    """Write a workbook of campaigns, its texts shared as Excel writes them."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Campaigns")
        sheet.write_row(0, 0, HEADINGS)
        for number in range(rows):
            sheet.write_row(number + 1, 0, row(number))
    return path


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Compare checking a file with reading it, and reading a workbook with calamine alone."""
    few = 10_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as folder:
        for rows, wanted in ((few, "<= 8"), (few * 10, "<= 10")):
            table = write_csv(Path(folder) / f"{rows}.csv", rows)
            work = f"validate, 16-column CSV, {rows:,} rows, against pandas.read_csv(dtype=str)"
            yield _compared(work, wanted, partial(_validate, table), partial(_script, PANDAS, table))
        book = write_xlsx(Path(folder) / "a.xlsx", few)
        calamine = partial(_script, CALAMINE, book)
        work = f"validate, .xlsx of 16 columns, {few:,} rows, against bare calamine"
        yield _compared(work, "<= 3", partial(_validate, book), calamine)
        work = f"reading alone of .xlsx, {few:,} rows, against bare calamine"
        yield _compared(work, "<= 1.3", partial(_script, READING, book), calamine)


def _compared(work: str, wanted: str, ours: Callable[[], Usage], reference: Callable[[], Usage]) -> Comparison:
    memory: list[float] = []

    def measured() -> float:
        usage = ours()
        memory.append(usage.megabytes)
        return usage.cpu

    mine, theirs = alternately(measured, lambda: reference().cpu)
    detail = f"{mine:.2f} s against {theirs:.2f} s; {max(memory):.0f} MiB"
    return Comparison(work, mine / theirs, "x CPU", wanted, detail)


def _validate(path: Path) -> Usage:
    return child([sys.executable, "-m", "importer", "validate", path])


def _script(script: str, path: Path) -> Usage:
    return child([sys.executable, "-c", script, path])
