"""Which files a seed makes: each by a separate chance, so that any one can be made again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.other_programs.differential import office, tables, textfiles
from tests.other_programs.differential.cells import Made
from tests.other_programs.differential.workbooks import WRITERS

LARGE = 100
"""Every hundredth file is large."""
LARGE_ROWS = 30_000
CONVERTED, EXPORTED = 0.35, 0.15
"""Which share of the workbooks LibreOffice converts, and of the text files it exports from workbooks."""
TRIMMED = 0.5

FORMS = ("xlsx", "xls", "ods")
EXPORTS = tuple(office.text_filter(f"{ord(delimiter)}{office.AS_SHOWN[2:]}") for delimiter in textfiles.DELIMITERS)


@dataclass(frozen=True)
class Draft:
    """A file on its way: `form` is what LibreOffice is to make of it, "" where it is ready."""

    made: Made
    form: str = ""


def names(workbooks: int, text_files: int) -> list[str]:
    """Return the names of files: w0, w1, … and t0, t1, …"""
    return [*(f"w{number}" for number in range(workbooks)), *(f"t{number}" for number in range(text_files))]


def draft(seed: int, name: str, folder: Path, *, with_office: bool) -> Draft | None:
    """Make a file, as far as the libraries go; None where LibreOffice would be needed and is not there."""
    chance = random.Random(f"{seed} {name}")
    is_workbook = name.startswith("w")
    rows = LARGE_ROWS if int(name[1:]) % LARGE == LARGE - 1 else chance.choice((1, 2, 5, 20, 26, 40, 80, 150, 300))
    by_office = chance.random() < (CONVERTED if is_workbook else EXPORTED)
    if by_office and not with_office:
        return None
    if not is_workbook and not by_office:
        return Draft(textfiles.make(chance, name, folder, rows))
    made = _workbook(chance, name, folder, rows)
    return Draft(made, chance.choice(FORMS if is_workbook else EXPORTS) if by_office else "")


def finished(drafts: Sequence[Draft], worker: office.LibreOffice | None, folder: Path) -> list[Made]:
    """Have LibreOffice convert what it is to convert and show all workbooks; return the files as they are then.

    Files that LibreOffice cannot convert are left out, and the judge is told nothing of those that it cannot open.
    """
    if worker is None:
        return [each.made for each in drafts]
    files = [each.made for each in drafts if not each.form]
    for at, form in enumerate(sorted({each.form for each in drafts} - {""})):
        target = folder / f"form{at}"
        target.mkdir()
        chosen = [each.made for each in drafts if each.form == form]
        worker.convert([Path(made.path) for made in chosen], form, target)
        files += filter(None, (_of_office(made, form, target) for made in chosen))
    shown = folder / "shown"
    shown.mkdir()
    worker.convert(
        [Path(made.path) for made in files if made.table.sheet],
        office.text_filter(office.AS_SHOWN),
        shown,
    )
    return [_with_shown(made, shown) for made in files]


def _workbook(chance: random.Random, name: str, folder: Path, rows: int) -> Made:
    writer = chance.choice([writer for writer in WRITERS if writer.most_rows >= rows])
    odd = chance.choice((0.05, 0.3, 0.6)) if rows < LARGE_ROWS else 0.01
    book = tables.book(chance, tables.Plan(rows, odd, writer.can, trimmed=chance.random() < TRIMMED))
    path = folder / f"{name}.{writer.form}"
    writer.write(path, book)
    table = book.table.holding(writer.held)
    return Made(
        name, str(path), writer.name, writer.form, table, calculated=writer.calculated, from_1904=book.from_1904
    )


def _of_office(made: Made, form: str, target: Path) -> Made | None:
    """Return a file that LibreOffice has made of another one, or None where it has not."""
    if form in FORMS:
        path = target / f"{made.name}.{form}"
        writer = f"LibreOffice, from {made.form}"
        converted = replace(made, path=str(path), writer=writer, form=form, calculated=True, by_office=True)
        return converted if path.exists() else None
    path = target / f"{made.name}-{made.table.sheet}.csv"
    if not path.exists():
        return None
    delimiter = chr(int(form.partition(":Text - txt - csv (StarCalc):")[2].partition(",")[0]))
    return Made(made.name, str(path), "LibreOffice", "utf-8", textfiles.read_export(path, delimiter, made.table))


def _with_shown(made: Made, shown: Path) -> Made:
    if not made.table.sheet:
        return made
    return replace(made, shown=office.shown_of(shown, made.name, made.table.sheet))
