"""Megabytes of an SQL dump a second, and the memory that reading it takes, beside going through the bytes alone.

    python benchmarks/dump_speed.py [--megabytes 100] [--rounds 3]

Nearly all of the dump is people, logs and recordings, as in a real one; the campaigns are a few hundred. `recognise`
returns names and columns of all tables, `campaigns` the rows of one, `all rows` those of the biggest, in a dump of a
tenth of the size; `row by row` is `campaigns` in a dump with a statement for each row.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from importer.migration.exports import open_source
from importer.run_options import ReadingOptions

MEGABYTE = 1_000_000
LEAD = (
    "(%d,'2024-01-01 00:00:00',NULL,'NEW','it\\'s','00012345',101,'5555%06d',-5.00,'Mr','Zoë','Example','12; Street',"
    "'','Some Town','A note with \\\"quotes\\\", \\n and (brackets)')"
)
CAMPAIGN = "('C%d','Campaign %d','Y'," + ",".join(["'value'", "NULL", "'0'", "12"] * 88) + ")"


def write(path: Path, megabytes: float, together: int = 5_000) -> None:
    """Write a dump of about a size, with N rows in a statement."""
    with path.open("w", encoding="utf-8") as file:
        file.write("/*!40101 SET NAMES utf8mb4 */;\nCREATE TABLE `vicidial_campaigns` (`campaign_id` varchar(8));\n")
        file.write("INSERT INTO `vicidial_campaigns` VALUES ")
        file.write(",".join(CAMPAIGN % (number, number) for number in range(300)) + ";\n")
        file.write("CREATE TABLE `vicidial_list` (`lead_id` int, `entry_date` datetime);\n")
        number = 0
        while file.tell() < megabytes * MEGABYTE:
            leads = ",".join(LEAD % (one, one) for one in range(number, number + together))
            file.write(f"INSERT INTO `vicidial_list` VALUES {leads};\n")
            number += together


def through_bytes(path: Path) -> None:
    """Go through the bytes of a file and count its lines."""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            block.count(b"\n")


def measure(path: Path, what: str) -> tuple[float, float]:
    """Return seconds and megabytes of memory that a fresh process takes for a file."""
    command = [sys.executable, __file__, "--one", what, str(path)]
    seconds, kilobytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(kilobytes) * 1024 / MEGABYTE


def one(what: str, path: Path) -> None:
    """Do one thing with a file, and print the seconds and the kilobytes at the most."""
    wanted = {"recognise": None, "campaigns": ["vicidial_campaigns"], "all rows": ["vicidial_list"]}
    wanted["row by row"] = wanted["campaigns"]
    before = ReadingOptions()
    if what != "bytes":
        import importer.migration.exports.sql.dump  # noqa: F401 -- the imports are not what is measured
    began = perf_counter()
    if what == "bytes":
        through_bytes(path)
    else:
        open_source(path, wanted[what], before)
    print(perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], Path(given.one[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        whole, part, single = (Path(folder, f"{name}.sql") for name in ("whole", "part", "single"))
        write(whole, given.megabytes)
        write(part, given.megabytes / 10)
        write(single, given.megabytes, 1)
        rates = {}
        for what, path in (
            ("bytes", whole),
            ("recognise", whole),
            ("campaigns", whole),
            ("row by row", single),
            ("all rows", part),
        ):
            rounds = [measure(path, what) for _ in range(given.rounds)]
            rates[what] = path.stat().st_size / MEGABYTE / median(seconds for seconds, _ in rounds)
            memory = max(megabytes for _, megabytes in rounds)
            share = rates[what] / rates["bytes"]
            print(f"{what:10} {rates[what]:8.1f} MB/s  {share:6.1%} of bytes alone  {memory:6.0f} MB at the most")


if __name__ == "__main__":
    main()
