"""How much of the processor it takes to check telephone numbers, beside the bare library that knows them.

The numbers are of five countries, in mixed spellings, and a tenth of them is there twice; the do-not-call list has as
many lines.
"""

import csv
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks.comparison import Comparison, Usage, alternately, child

BEGINNINGS = {"GB": "447", "DE": "49171", "FR": "336", "ES": "346", "US": "1212"}
SPELLINGS = ("+{}", "{}", "+{} ", "+{}")
LENGTHS = {"GB": 12, "DE": 12, "FR": 11, "ES": 11, "US": 11}

BARE = """
import csv, sys
import phonenumbers as library
for path in sys.argv[1:]:
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            number = library.parse(row[0], row[1] if len(row) > 1 else "GB")
            library.is_valid_number(number)
            library.number_type(number)
            library.format_number(number, library.PhoneNumberFormat.E164)
"""

WITHOUT_EXTRA = """
import sys
sys.modules["rphonenumbers"] = None
from importer.__main__ import main
main()
"""


def number(chance: random.Random) -> tuple[str, str]:
    """Return the digits of a number, as E.164 without the plus, and its country."""
    country = chance.choice(list(BEGINNINGS))
    digits = BEGINNINGS[country]
    left = LENGTHS[country] - len(digits)
    return f"{digits}{chance.randrange(10**left):0{left}}", country


def write_leads(path: Path, rows: int) -> Path:
    """Write a list of numbers with their countries, in spellings of many people; a tenth of them is there twice."""
    chance = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("phone", "country"))
        earlier = number(chance)
        for at in range(rows):
            digits, country = earlier if at % 10 == 9 else number(chance)
            earlier = (digits, country) if at % 10 == 0 else earlier
            writer.writerow((chance.choice(SPELLINGS).format(digits), country))
    return path


def write_dnc(path: Path, rows: int) -> Path:
    """Write a do-not-call list, one number a line."""
    chance = random.Random(2)
    lines = (f"+{number(chance)[0]}" for _ in range(rows))
    path.write_text("\n".join(("phone", *lines)) + "\n", encoding="utf-8")
    return path


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Compare checking numbers against a do-not-call list with parsing both, with the extra and without it."""
    rows = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        leads = write_leads(folder / "leads.csv", rows)
        listed = write_dnc(folder / "dnc.csv", rows)
        bare = partial(_cpu, [sys.executable, "-c", BARE, str(leads), str(listed)], [])
        work = f"numbers check, {rows:,} numbers against {rows:,} of a do-not-call list, against parsing both"
        arguments = ["numbers", "check", str(leads), "--dnc", str(listed), "--country", "GB", "--quiet"]
        memory: list[float] = []
        without = partial(_cpu, [sys.executable, "-c", WITHOUT_EXTRA, *arguments], memory)
        yield _compared(f"{work}, pure Python", "<= 1.3", without, bare, memory)
        if find_spec("rphonenumbers"):
            memory = []
            fast = partial(_cpu, [sys.executable, "-m", "importer", *arguments], memory)
            yield _compared(f"{work}, with the extra `fast`", "<= 0.333", fast, bare, memory)


def _compared(
    work: str, wanted: str, ours: Callable[[], float], bare: Callable[[], float], memory: list[float]
) -> Comparison:
    mine, theirs = alternately(ours, bare, times=3)
    detail = f"{mine:.1f} s against {theirs:.1f} s; {max(memory):.0f} MiB"
    return Comparison(work, mine / theirs, "x CPU", wanted, detail)


def _cpu(arguments: list[str], memory: list[float]) -> float:
    usage: Usage = child(arguments, accepted=(0, 4))
    memory.append(usage.megabytes)
    return usage.cpu
