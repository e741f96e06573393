"""What writes text files: one style a program, in the encodings of the world."""

import csv
import io
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.other_programs.differential import tables, texts
from tests.other_programs.differential.cells import BLANK, Cell, Kind, Line, Made, Table, text

_LINE_END = re.compile(r"\r\n|\r|\n")

DELIMITERS = ",;\t|"

Record = Callable[[Sequence[str], str, str], str]
"""Makes a line of some texts, with a delimiter and an end of line."""


@dataclass(frozen=True)
class Style:
    """How a program writes text files: what makes a line, which texts it can write, which delimiters it uses.

    `refused` are the codes of the faults that a file may be refused for as a whole.
    """

    name: str
    record: Record
    can: Callable[[str, str], bool] = lambda _text, _delimiter: True
    delimiters: str = DELIMITERS
    refused: frozenset[str] = frozenset()


def _by_csv(cells: Sequence[str], delimiter: str, end: str, **how: object) -> str:
    """Return a line as Python's csv makes it; it puts into quotes only those ends of lines that it writes itself."""
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator="\r\n", **how).writerow(cells)
    return made.getvalue().removesuffix("\r\n") + end


def _bare(cells: Sequence[str], delimiter: str, end: str) -> str:
    return delimiter.join(cells) + end


def _is_bare(value: str, delimiter: str) -> bool:
    return not re.search(r'["\r\n]', value) and delimiter not in value


def _like_php(cells: Sequence[str], delimiter: str, end: str) -> str:
    r"""Return a line as PHP's fputcsv makes it: quotes are doubled, except those that follow a backslash."""
    return (
        delimiter.join(
            '"' + re.sub(r'(\\"?)|"', lambda found: found[1] or '""', cell) + '"'
            if re.search(rf'[{re.escape(delimiter)}"\\\n\r\t ]', cell)
            else cell
            for cell in cells
        )
        + end
    )


def _like_mysql(cells: Sequence[str], delimiter: str, end: str, enclosed: str) -> str:
    r"""Return a line as MySQL's SELECT … INTO OUTFILE makes it: a backslash before all that has a meaning."""
    meant = re.compile(rf"[\\{end[0]}{re.escape(enclosed or delimiter)}]")
    escaped = (meant.sub(lambda found: "\\" + found[0], cell) for cell in cells)
    return delimiter.join(f"{enclosed}{cell}{enclosed}" for cell in escaped) + end


def _for_excel(cells: Sequence[str], delimiter: str, end: str) -> str:
    """Return a line in which numbers are written so that Excel keeps their zeros."""
    return (
        delimiter.join(
            f'="{cell}"' if re.fullmatch(r"\+?[0-9]+", cell) else _by_csv([cell, ""], delimiter, end)[: -1 - len(end)]
            for cell in cells
        )
        + end
    )


UNCLEAR = frozenset(("E206", "E222", "E223"))
"""The refusals of files whose form cannot be recognised."""


def _csv_style(name: str, refused: frozenset[str] = frozenset(), **how: object) -> Style:
    return Style(name, partial(_by_csv, **how), refused=refused)


STYLES: Mapping[str, tuple[int, Style]] = {
    style.name: (often, style)
    for often, style in (
        (6, _csv_style("quotes where needed")),
        (4, _csv_style("quotes everywhere", quoting=csv.QUOTE_ALL)),
        (2, Style("no quotes", _bare, _is_bare)),
        (1, _csv_style("single quotes", UNCLEAR, quotechar="'")),
        (2, _csv_style("backslash before quotes", UNCLEAR, quoting=csv.QUOTE_ALL, doublequote=False, escapechar="\\")),
        (2, Style("like PHP", _like_php, refused=UNCLEAR)),
        (1, Style("like MySQL", partial(_like_mysql, enclosed=""), delimiters="\t", refused=UNCLEAR)),
        (1, Style("like MySQL, enclosed", partial(_like_mysql, enclosed='"'), delimiters=",;", refused=UNCLEAR)),
        (2, Style("for Excel", _for_excel)),
    )
}
"""The ways of writing a line, each with how often it is taken."""

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
UNMARKED = {"utf-16-le": frozenset(("E221",)), "utf-16-be": frozenset(("E221",))}
"""Without a mark, UTF-16 is known by the zeros in Latin letters; what a file in other letters is refused for."""
LEGACY: Mapping[str, Sequence[str]] = {
    "cp1252": ("de", "fr", "es", "pt", "sv", "da"),
    "latin_1": ("de", "fr", "es", "da"),
    "iso8859_15": ("fr", "de"),
    "cp1250": ("pl", "cs", "hu", "ro"),
    "iso8859_2": ("pl", "cs", "hu"),
    "cp1251": ("ru", "uk", "bg"),
    "koi8_r": ("ru",),
    "cp866": ("ru",),
    "iso8859_5": ("ru", "bg"),
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "cp1255": ("he",),
    "cp1256": ("ar",),
    "cp1257": ("lt",),
    "cp850": ("de", "fr", "es"),
    "cp852": ("pl", "cs", "hu"),
    "cp437": ("de", "es"),
    "mac_roman": ("de", "fr", "es", "pt"),
    "cp932": ("ja",),
    "euc_jp": ("ja",),
    "gb18030": ("zh",),
    "big5": ("tw",),
    "cp949": ("ko",),
}
"""Legacy encodings, each with the languages that are written in it: right, or refused for the encoding."""


FIRST = 1 / 12
"""How often a file begins with a line that names its delimiter."""


@dataclass(frozen=True)
class Form:
    """How a text file is written: style, encoding, delimiter, ends of lines.

    `final` says whether the last line has an end, `padded` whether the titles are as wide as the table, `first` is a
    line that names the delimiter, with its end, or nothing.
    """

    style: Style
    encoding: str
    delimiter: str
    newline: str
    final: bool = True
    padded: bool = True
    first: str = ""

    def fit(self, cell: Cell) -> Cell:
        """Return a cell as its text, or blank where it cannot be written."""
        value = as_text(cell)
        try:
            value.encode(self.encoding)
        except UnicodeEncodeError:
            return BLANK
        return text(value) if self.style.can(value, self.delimiter) else BLANK


def as_text(cell: Cell) -> str:
    """Return what a program that writes texts alone makes of a cell: mostly what is shown of it."""
    match cell.kind:
        case Kind.FORMULA:
            return as_text(cell.result or BLANK)
        case Kind.NUMBER:
            return cell.seen[1] if cell.seen else f"{cell.value:.15g}"
        case Kind.TRUTH:
            return str(cell.value).upper()
        case _:
            return str(cell.value)


def write(path: Path, lines: Sequence[Line], table: Table, form: Form) -> Table:
    """Write a text file, and return the table as it is there: its rows by the numbers of the lines they begin in."""
    content, rows, headings = form.first, {}, ()
    number = 1 + line_ends(content)
    header_row, last = 0, 0
    for line in lines:
        gap = form.newline * (line.number - last - 1)
        number, last = number + line_ends(gap), line.number
        cells = tuple(map(form.fit, line.cells))
        cells += (BLANK,) * (len(table.headings) - len(cells)) * form.padded
        texts_of_cells = [str(cell.value) for cell in cells]
        if line.number == table.header_row:
            header_row, headings = number, tuple(texts_of_cells)
        elif header_row:
            rows[number] = cells
        record = form.style.record(texts_of_cells, form.delimiter, form.newline)
        number += line_ends(record)
        content += gap + record
    path.write_bytes((content if form.final else content.removesuffix(form.newline)).encode(form.encoding))
    return Table("", header_row, headings, table.parameters, rows)


def line_ends(content: str) -> int:
    """Return how many lines end in a text."""
    return len(_LINE_END.findall(content))


def make(chance: random.Random, name: str, folder: Path, rows: int) -> Made:
    """Make a text file by chance."""
    if chance.random() < 0.3:
        encoding = chance.choice(tuple(LEGACY))
        style = STYLES[chance.choice(("quotes where needed", "quotes everywhere"))][1]
        plan = tables.Plan(rows, 0.0, language=chance.choice(LEGACY[encoding]), around=chance.random() < 0.3)
        refused = frozenset(("E221",))
    else:
        encoding = chance.choice(UNICODE)
        style = chance.choices(*zip(*((style, often) for often, style in STYLES.values()), strict=True))[0]
        plan = tables.Plan(rows, chance.choice((0.05, 0.3, 0.6)), around=chance.random() < 0.5)
        refused = style.refused | UNMARKED.get(encoding, frozenset())
    delimiter, newline = chance.choice(style.delimiters), chance.choice(texts.LINE_ENDS)
    first = f"sep={delimiter}{newline}" if chance.random() < FIRST else ""
    form = Form(style, encoding, delimiter, newline, chance.random() < 0.8, chance.random() < 0.5, first)
    table, lines = tables.table(chance, plan)
    path = folder / f"{name}.{chance.choice(('csv', 'txt', 'tsv'))}"
    written = write(path, lines, table, form)
    shown = read_plainly(path, encoding, delimiter)
    return Made(name, str(path), style.name, encoding, written, refused, shown=shown)


def read_plainly(path: Path, encoding: str, delimiter: str) -> dict[int, tuple[str, ...]]:
    """Return the records of a text file as nearly all programs read it, by the numbers of the lines they begin in.

    Python's own reader takes quotes for what they are in most files, and never complains.
    """
    csv.field_size_limit(1 << 24)
    with path.open(encoding=encoding, newline="") as file:
        lines = csv.reader(file, delimiter=delimiter)
        numbers = iter(lambda: lines.line_num + 1, 0)
        return {number: tuple(cells) for number, cells in zip(numbers, lines, strict=False)}


def read_export(path: Path, delimiter: str, table: Table) -> Table:
    """Return the table of a text file that LibreOffice has exported from a sheet, as most programs read it."""
    records = list(read_plainly(path, "utf-8", delimiter).items())
    header_row, _ = records[table.header_row - 1]
    rows = {number: tuple(map(text, cells)) for number, cells in records[table.header_row :]}
    return Table("", header_row, table.headings, table.parameters, rows)
