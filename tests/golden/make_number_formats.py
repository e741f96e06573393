"""Makes golden/number_formats.jsonl: what other programs show of numbers, by the number format of their cell.

    python tests/golden/make_number_formats.py FOLDER

It needs LibreOffice (`soffice`) and Node.js (`node`) on the PATH, and a FOLDER with `node_modules` in which the
packages `ssf` and `numfmt` are (`npm install ssf@0.11.2 numfmt@4.0.1` there). LibreOffice shows the cells of a workbook
that is written here, in US English; the packages are asked directly. The first two are independent of each other. The
authors of the third say that they compared it with Excel, so it decides where the two differ: test_number_format.py.

The codes are those of number_format_codes.txt, one a line, and some that are made of random pieces.

Each line of the file is a format: its code, and for each of its numbers either the text that all three show, or what
each of them shows; null stands for an error. The same formats and numbers are made at every run.
"""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

GOLDEN = Path(__file__).with_name("number_formats.jsonl")
CODES = GOLDEN.with_name("number_format_codes.txt")
DATED = "\n----- days and times\n"
"""The line of CODES between the codes for numbers and those for days and times. Blanks at ends are part of codes."""
SEED = 20260103
MADE_UP = 200
"""How many codes are made of random pieces."""

ALWAYS = (0, 5, -5, 0.4, -0.4, 1234.5, -1234.567, 612345678)
SOMETIMES = (
    1, -1, 0.5, -0.5, 12, 123, 1234, 99.995, 100, 1000, 1.005, 2.675, 0.1, 1e-05, -1e-05, 0.000123456789, 1234567.891,
    -1234567, 7700900123, 2079460000, 442071234567, 20260103, 123456789012345, -123456789012345, 1e15, 1e20, 0.95, 10.5,
    999999, 999999.5, 0.00095, 3.14159265358979, 12345678901.5, 99999999999.6, 0.999999, 1750123456789,
)  # fmt: skip
"""Numbers of which each code gets some."""
HOW_MANY = 7
DAYS = (
    0, 0.25, 0.5, 0.04, 0.99999, 0.999999, 1, 1.5, 59, 60, 61, 366.75, 36526, 43831.123456, 45000, 45000.999,
    45000.999999, 45123.789012345, 2958465, 2958465.9999, -1, -0.5, 12345.678,
)  # fmt: skip

BEFORE = ("", "", "", '"No. "', "\\+", "(", "$", "+", "-", "_(", "* ", "[Red]", "[$€-2]\\ ", '"0"', "\\0", "[$-409]")
WHOLES = (
    "0", "#", "#,##0", "00", "0000", "##", "?", "???0", "0#", "00 000", "000\\-000", '#" "##0', "#,###", "0,000",
    "##\\ ##", "0#0",
)  # fmt: skip
ENDS = ("", "", "", ".0", ".00", ".##", ".0#", ".???", ".0000", ".", "%", ".0%", ",", ".0,", "E+00", ".00E+0")
AFTER = ("", "", "", " ", ")", '" kg"', "_)", "\\ €", "-", " x", "*-")
CONDITIONS = ("[>=100]", "[<0]", "[=0]", "[>1]", "[<>5]", "[<=-1]", "[<1000]", "[>0.4]")


def made_up(chance: random.Random) -> str:
    """Return a code of random pieces, with up to three sections and two conditions."""
    count = chance.choice((1, 1, 1, 2, 2, 3))
    conditions = chance.choice((0, 0, 0, 1, 2)) if count > 1 else 0
    sections = ["".join(chance.choice(some) for some in (BEFORE, WHOLES, ENDS, AFTER)) for _ in range(count)]
    return ";".join(
        (chance.choice(CONDITIONS) if at < conditions else "") + section for at, section in enumerate(sections)
    )


def pairs() -> Iterator[tuple[str, float]]:
    """Return the formats with the numbers that each of them is tried with."""
    plain, dated = CODES.read_text(encoding="utf-8").removesuffix("\n").split(DATED)
    chance = random.Random(SEED)
    for code in (*plain.split("\n"), *(made_up(chance) for _ in range(MADE_UP))):
        for value in (*ALWAYS, *random.Random(code).sample(SOMETIMES, HOW_MANY)):
            yield code, value
    for code in dated.split("\n"):
        for value in DAYS:
            yield code, value


def by_office(asked: list[tuple[str, float]], folder: Path) -> list[str]:
    """Return what LibreOffice shows."""
    file = folder / "asked.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet()
    formats = {code: book.add_format({"num_format": code}) for code, _ in asked}
    for row, (code, value) in enumerate(asked):
        sheet.write_number(row, 0, value, formats[code])
        sheet.write_string(row, 1, "end")
    book.close()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    form = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = ["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "LC_ALL": "en_US.UTF-8"})
    with (folder / "asked.csv").open(encoding="utf-8", newline="") as lines:
        return [row[0] for row in csv.reader(lines)]


SCRIPT = """
import { readFileSync } from 'node:fs';
import SSF from 'ssf';
import { format } from 'numfmt';
const options = { nbsp: false, dateSpanLarge: false, dateErrorThrows: true, skipChar: '', fillChar: '' };
const attempt = show => { try { return String(show()) } catch { return null } };
const asked = JSON.parse(readFileSync(0, 'utf8'));
const answers = asked.map(([code, value]) =>
    [attempt(() => SSF.format(code, value)), attempt(() => format(code, value, options))]);
process.stdout.write(JSON.stringify(answers));
"""


def by_packages(asked: list[tuple[str, float]], folder: Path) -> list[list[str | None]]:
    """Return what the packages ssf and numfmt show."""
    done = subprocess.run(  # modules are looked for in the folder
        ["node", "--input-type=module", "-e", SCRIPT],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    answers: list[list[str | None]] = json.loads(done.stdout)
    return answers


def make(packages: Path) -> None:
    """Write the file anew."""
    asked = list(dict.fromkeys(pairs()))
    with tempfile.TemporaryDirectory() as folder:
        office = by_office(asked, Path(folder))
    shown: dict[str, list[list[float | str | None]]] = {}
    for (code, value), first, others in zip(asked, office, by_packages(asked, packages), strict=True):
        shown.setdefault(code, []).append([value, first] if others == [first, first] else [value, first, *others])
    with GOLDEN.open("w", encoding="utf-8") as file:
        for code, answers in shown.items():
            file.write(json.dumps({"format": code, "shown": answers}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
