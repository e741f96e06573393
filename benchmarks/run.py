"""All comparisons, as a table; written to `benchmarks/results/` as well.

    python -m benchmarks.run [--quick] [checking handing_back importing loading numbers pushing starting]

`--quick` takes a tenth of the rows: for trying the benchmarks out, not for figures. Neither these nor those of some
subjects are written to a file.
"""

import argparse
import os
import platform
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from time import monotonic

from benchmarks.comparison import Comparison

RESULTS = Path(__file__).with_name("results")
SUBJECTS = ("starting", "checking", "handing_back", "pushing", "importing", "numbers", "loading")
HEADINGS = "| work | ratio | must be | | figures |\n|---|---|---|---|---|"


def comparisons(subjects: Iterable[str], quick: bool) -> Iterator[Comparison]:
    """Run one subject after the other."""
    for subject in subjects:
        yield from import_module(f"benchmarks.{subject}").comparisons(quick)


def line(one: Comparison) -> str:
    """Return a comparison as a line of the table."""
    reached = "reached" if one.reached else "NOT REACHED"
    return f"| {one.work} | {one.ratio:.2f} {one.unit} | {one.wanted} | {reached} | {one.detail} |"


def processor() -> str:
    """Return the name of the processor."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    return next((one.partition(":")[2].strip() for one in lines if one.startswith("model name")), platform.processor())


def main() -> None:
    """Measure, print, and write down."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []])
    given = parser.parse_args()
    machine = f"{os.cpu_count()} cores of {processor()}, {platform.system()}, Python {platform.python_version()}"
    today, began = datetime.now(UTC).date(), monotonic()
    lines = [f"# {today}: {machine}", "", HEADINGS]
    print(*lines, sep="\n")
    for one in comparisons(given.subjects or SUBJECTS, given.quick):
        lines.append(line(one))
        print(lines[-1], flush=True)
    print(f"\nThis took {(monotonic() - began) / 60:.0f} minutes.")
    if not given.quick and not given.subjects:
        RESULTS.mkdir(exist_ok=True)
        name = f"{today}-{platform.machine()}-{os.cpu_count()}-cores.md"
        (RESULTS / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
