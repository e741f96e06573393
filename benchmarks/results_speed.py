"""How fast results are written as workbooks, against the bare libraries: `python benchmarks/results_speed.py`.

Runs are taken alternately, each in a separate process, and the fastest of each counts: what else the machine does
only ever makes a run slower. A library that is not installed is left out; `--python` names another interpreter for
the libraries that we do not depend on.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

COLUMNS = 20
COPIED = 50_000
ROOT = Path(__file__).resolve().parents[1]

# The highest resident set of a process: getrusage would tell that of the one which started it, if it was higher.
START = """
import json, re, sys, time
from pathlib import Path

target, number = Path(sys.argv[1]), int(sys.argv[2])

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

def tell(seconds, before):
    print(json.dumps([seconds, peak() - before]))

def texts(i):
    return (f"Campaign {i}", "queue", f"{i:05d}", "3", "+442071234567", "", "Some free text for the row", "1", "off",
            "2", "", "", "", "3600")

def added(i):
    return ("created", str(i), "200", "", "", str(i))

"""
PLAIN = """
from importer.annotation import Line, Summary, plain_workbook
from importer.model import Status
headings = [f"h{i}" for i in range(14)]
lines = (Line(i, Status.CREATED, texts(i), added(i)) for i in range(2, number + 2))
before, began = peak(), time.perf_counter()
with target.open("wb") as file:
    plain_workbook(file, headings, lines, Summary("a.csv", {Status.CREATED: number}))
tell(time.perf_counter() - began, before)
"""
RUST = """
import rustpy_xlsxwriter
headings = [f"h{i}" for i in range(20)]
before, began = peak(), time.perf_counter()
rows = (dict(zip(headings, texts(i) + added(i))) for i in range(2, number + 2))
rustpy_xlsxwriter.FastExcel(str(target)).sheet("Results", rows).save()
tell(time.perf_counter() - began, before)
"""
XLSXWRITER = """
import xlsxwriter
before, began = peak(), time.perf_counter()
with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
    sheet = book.add_worksheet()
    for i in range(1, number + 1):
        for column, text in enumerate(texts(i) + added(i)):
            if text:
                sheet.write_string(i, column, text)
tell(time.perf_counter() - began, before)
"""
COPY = """
from importer.annotation import Line, Mark, Summary, copy_workbook
from importer.model import Status
wrong = {3: Mark(("The number is too small.",))}
lines = (Line(i, Status.CREATED, (), added(i), wrong if i % 100 == 0 else {}) for i in range(2, number + 2))
before, began = peak(), time.perf_counter()
with target.open("wb") as file:
    copy_workbook(Path(sys.argv[3]), file, "Campaigns", 1, lines, Summary("a.xlsx", {Status.CREATED: number}))
tell(time.perf_counter() - began, before)
"""
REPACK = """
import zipfile
before, began = peak(), time.perf_counter()
with zipfile.ZipFile(sys.argv[3]) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
    with source.open("xl/worksheets/sheet1.xml") as part, made.open("sheet1.xml", "w") as copied:
        while block := part.read(1 << 20):
            copied.write(block)
tell(time.perf_counter() - began, before)
"""


def formatted_workbook(path: Path, rows: int) -> None:
    """Write a workbook with formats, numbers, formulas, a filter and a frozen row."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Campaigns")
        bold, money = book.add_format({"bold": True, "bg_color": "#CCE5FF"}), book.add_format({"num_format": "0.00"})
        for column in range(COLUMNS):
            sheet.write_string(0, column, f"h{column}", bold)
        for row in range(1, rows + 1):
            for column in range(COLUMNS - 1):
                if column % 4 == 3:
                    sheet.write_number(row, column, row * 1.5, money)
                else:
                    sheet.write_string(row, column, f"text {row % 977} {column}")
            sheet.write_formula(row, COLUMNS - 1, f"=D{row + 1}*2", money, row * 3)
        sheet.autofilter(0, 0, rows, COLUMNS - 1)
        sheet.freeze_panes(1, 1)


def run(python: str, script: str, *arguments: object) -> tuple[float, float] | None:
    """Run a script in a separate process; return the seconds and MiB that it tells, None if a library is missing."""
    done = subprocess.run(
        [python, "-c", START + script, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    if "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, memory = json.loads(done.stdout)
    return seconds, memory


def in_turns(ways: dict[str, Callable[[], tuple[float, float] | None]], rounds: int) -> dict[str, tuple[float, float]]:
    """Measure ways in turns; return the fastest time and the most memory of each."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            if (measured := way()) is not None:
                found[name].append(measured)
    return {name: (min(a for a, _ in all_), max(b for _, b in all_)) for name, all_ in found.items() if all_}


def table(title: str, found: dict[str, tuple[float, float]], base: str) -> None:
    """Print times, each also as a multiple of one of them."""
    print(title)
    for name, (seconds, memory) in found.items():
        ratio = f"{seconds / found[base][0]:6.2f}" if base in found else "     –"
        print(f"  {name:<34}{seconds:7.2f} s {ratio} {memory:7.0f} MiB")


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the other libraries")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target, source = Path(folder) / "target.xlsx", Path(folder) / "source.xlsx"
        rows = options.rows
        plain = {
            "plain_workbook": lambda: run(sys.executable, PLAIN, target, rows),
            "rustpy-xlsxwriter, bare": lambda: run(options.python, RUST, target, rows),
            "XlsxWriter, constant memory": lambda: run(sys.executable, XLSXWRITER, target, rows),
        }
        found = in_turns(plain, options.rounds)
        table(f"A workbook of its own, {rows:,} rows of {COLUMNS}", found, "rustpy-xlsxwriter, bare")
        formatted_workbook(source, COPIED)
        copy = {
            "copy_workbook": lambda: run(sys.executable, COPY, target, COPIED, source),
            "inflate and deflate of the sheet": lambda: run(sys.executable, REPACK, target, COPIED, source),
        }
        found = in_turns(copy, options.rounds)
        table(f"A formatted workbook, {COPIED:,} rows of {COLUMNS}, copied", found, "inflate and deflate of the sheet")


if __name__ == "__main__":
    main()
