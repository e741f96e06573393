"""How fast and in how much memory files are read, against the bare libraries: `python benchmarks/reading_speed.py`.

Runs are taken alternately, each in a separate process, and the fastest of each counts: what else the machine does
only ever makes a run slower.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import xlsxwriter

from schemas.parameters import PARAMETERS

TRIES = 7

# The highest resident set of a process: getrusage would tell that of the one which started it, if it was higher.
PEAK = """
import json, re, sys, time
from pathlib import Path

def tell(rows, seconds):
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    print(json.dumps([rows, seconds, peak]))

"""
OURS = """
import pandas
from importer.reading import open_table
started = time.perf_counter()
table = open_table(Path(sys.argv[1]))
rows = sum(len(chunk.frame) for chunk in table.chunks)
tell(rows, time.perf_counter() - started)
"""
CALAMINE = """
from python_calamine import CalamineWorkbook
started = time.perf_counter()
rows = len(CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python(skip_empty_area=False))
tell(rows, time.perf_counter() - started)
"""
CSV_MODULE = """
import csv
started = time.perf_counter()
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = sum(1 for _ in csv.reader(file))
tell(rows, time.perf_counter() - started)
"""
PANDAS = """
import pandas
started = time.perf_counter()
rows = sum(map(len, pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False, chunksize=10_000)))
tell(rows, time.perf_counter() - started)
"""


def row(number: int) -> list[str | int]:
    """Return a campaign as people fill it in: texts, codes with leading zeros, numbers."""
    return [
        f"Campaign {number}",
        "queue",
        f"{number % 10_000:05d}",
        number % 5 + 1,
        f"+4420712{number % 100_000:05d}",
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
        writer.writerow([parameter.name for parameter in PARAMETERS])
        writer.writerows(row(number) for number in range(rows))
    return path


def write_xlsx(path: Path, rows: int) -> Path:
    """Write a workbook of campaigns, its texts shared as Excel writes them."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Campaigns")
    sheet.write_row(0, 0, [parameter.name for parameter in PARAMETERS])
    for number in range(rows):
        sheet.write_row(number + 1, 0, row(number))
    book.close()
    return path


def measure(path: Path, **scripts: str) -> dict[str, list[float]]:
    """Run scripts alternately on a file; return the fastest run of each: rows, seconds, MiB."""
    runs: dict[str, list[list[float]]] = {name: [] for name in scripts}
    for _ in range(TRIES):
        for name, script in scripts.items():
            done = subprocess.run(
                [sys.executable, "-c", PEAK + script, str(path)], capture_output=True, text=True, check=True
            )
            runs[name].append(json.loads(done.stdout))
    return {name: min(found, key=lambda run: run[1]) for name, found in runs.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the workbook; the CSV has ten times as many")
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        book = measure(write_xlsx(Path(folder) / "a.xlsx", rows), calamine=CALAMINE, ours=OURS)
        small = measure(write_csv(Path(folder) / "small.csv", 10_000), ours=OURS)
        text = measure(write_csv(Path(folder) / "a.csv", rows * 10), csv=CSV_MODULE, pandas=PANDAS, ours=OURS)
    for title, found in ((f".xlsx, {rows:,} rows", book), (f".csv, {rows * 10:,} rows", text)):
        print(title)
        for name, (_, seconds, peak) in found.items():
            print(f"  {name:9} {seconds:6.2f} s  {peak:5.0f} MiB")
    print(f"workbook: {book['ours'][1] / book['calamine'][1]:.2f} times calamine (at most 1.5)")
    print(f"CSV: {text['ours'][2] - small['ours'][2]:.0f} MiB more than at 10,000 rows (at most 300)")


if __name__ == "__main__":
    main()
