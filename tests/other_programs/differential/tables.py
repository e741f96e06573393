"""A table put together by chance: headings, rows of all kinds of cells, and what stands around a table in a sheet."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from schemas.parameters import BY_NAME, REQUIRED, ParameterKind
from tests.other_programs.differential import numbers, texts
from tests.other_programs.differential.cells import BLANK, Book, Can, Cell, Kind, Line, Sheet, Table, text

OWN = ("Region", "Kundennr.", "Budget €", "Leads", "備考", "Approved by", "x1", "Última revisión", "Segment / Tier")
TITLES = ("Outbound plan", "Stand: 3. Januar 2026", "For review", "Приложение 2", "Do not change!", "v1.2")
SHEETS = ("Campaigns", "Sheet1", "Tabelle1", "Plan 2026", "Kampagnen Süd", "My rows")
OTHERS = ("Legend", "Hilfe", "Old plan", "Lists")
ERRORS = ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")
DTYPES = ("queue", "phone", "mailbox", "ivr", "huntgroup", "Queue", " queue")
FORMULAS: Mapping[str, Cell] = {
    "1+2": Cell(Kind.NUMBER, 3.0),
    "7700900123*1": Cell(Kind.NUMBER, 7700900123.0),
    "1/4": Cell(Kind.NUMBER, 0.25),
    "0*5": Cell(Kind.NUMBER, 0.0),
    '"01"&"23"': text("0123"),
    '"a b"': text("a b"),
    '""': text(""),
    "1=1": Cell(Kind.TRUTH, True),
    "1/0": Cell(Kind.ERROR, "#DIV/0!"),
}
"""Formulas that every program calculates alike, and what they give."""


@dataclass(frozen=True)
class Plan:
    """How a table is to be made: how many rows, which share of its cells is odd, which cells can be written.

    `language` is that of the texts that are not odd, `around` says whether there may be titles above the table, other
    sheets, hidden rows and blank ones, `trimmed` that texts have no white space at their ends, which would keep the
    fast reader from all of the file.
    """

    rows: int
    odd: float
    can: Can = lambda _: True
    language: str = "en"
    around: bool = True
    trimmed: bool = False


Usual = Callable[[random.Random, Plan], Cell]


def book(chance: random.Random, plan: Plan) -> Book:
    """Return a workbook."""
    name = chance.choice(SHEETS)
    table, lines = _table(chance, plan, name)
    main = Sheet(name, lines)
    before, after = [], []
    if plan.around and chance.random() < 0.3:
        others = chance.sample(OTHERS, chance.randint(1, 2))
        for other in others:
            chance.choice((before, after)).append(_other(chance, other))
    return Book((*before, main, *after), table, plan.around and chance.random() < 0.12)


def table(chance: random.Random, plan: Plan) -> tuple[Table, tuple[Line, ...]]:
    """Return a table without a sheet, and all its lines, the titles above it among them."""
    return _table(chance, plan, "")


def _table(chance: random.Random, plan: Plan, name: str) -> tuple[Table, tuple[Line, ...]]:
    columns = _columns(chance)
    above = [Line(number, _title(chance)) for number in range(1, chance.choice((0, 0, 0, 1, 2, 4)) + 1) if plan.around]
    header_row = len(above) + 1 + (chance.randint(0, 2) if above else 0)
    headings = tuple(heading for heading, _ in columns)
    lines = [*above, Line(header_row, tuple(map(text, headings)))]
    number = header_row
    for _ in range(plan.rows):
        number += 1 if not plan.around or chance.random() < 0.95 else chance.randint(2, 4)
        cells = tuple(_cell(chance, plan, parameter) for _, parameter in columns)
        lines.append(Line(number, cells, plan.around and chance.random() < 0.03))
    rows = {line.number: line.cells for line in lines if line.number > header_row}
    return Table(name, header_row, headings, tuple(parameter for _, parameter in columns), rows), tuple(lines)


def _columns(chance: random.Random) -> list[tuple[str, str | None]]:
    """Return the headings and what they mean: some parameters, under one of their names, and columns of one's own."""
    optional = [name for name in BY_NAME if name not in REQUIRED]
    often = ("callerid", "description", "attempts", "retry", "enabled")
    names = {*REQUIRED, *chance.sample(often, chance.randint(0, 5)), *chance.sample(optional, chance.randint(0, 3))}
    columns: list[tuple[str, str | None]] = [(_heading(chance, name), name) for name in sorted(names)]
    columns += [(heading, None) for heading in chance.sample(OWN, chance.choice((0, 0, 1, 2, 3)))]
    chance.shuffle(columns)
    return columns


def _heading(chance: random.Random, name: str) -> str:
    if chance.random() < 0.7:
        return name
    return chance.choice((name.upper(), name.replace("_", " ").title(), *BY_NAME[name].aliases))


def _title(chance: random.Random) -> tuple[Cell, ...]:
    return (BLANK,) * chance.choice((0, 0, 1)) + tuple(map(text, chance.sample(TITLES, chance.choice((1, 1, 2)))))


def _other(chance: random.Random, name: str) -> Sheet:
    lines = [Line(number, tuple(map(text, chance.sample(TITLES, 2)))) for number in range(1, chance.randint(1, 30))]
    return Sheet(name, tuple(lines), hidden=chance.random() < 0.3)


def _cell(chance: random.Random, plan: Plan, parameter: str | None) -> Cell:
    for _ in range(20):
        make = _odd if chance.random() < plan.odd else USUAL.get(parameter or "", _usual)
        cell = make(chance, plan)
        if plan.trimmed and cell.kind is Kind.TEXT:
            cell = text(str(cell.value).strip())
        if plan.can(cell):
            return cell
    return BLANK


def _odd(chance: random.Random, _: Plan) -> Cell:
    return chance.choice(ODD)(chance)


def _formula(chance: random.Random) -> Cell:
    formula = chance.choice(tuple(FORMULAS))
    result = FORMULAS[formula]
    code = chance.choice(("General", "00000", "0.00")) if result.kind is Kind.NUMBER else "General"
    return Cell(Kind.FORMULA, formula, code, replace(result, code=code))


def _in_fonts(chance: random.Random) -> Cell:
    pieces = tuple(chance.choice((*texts.ODD[:150], texts.digits(chance))) for _ in range(chance.randint(2, 3)))
    return Cell(Kind.TEXT, "".join(pieces), pieces=pieces) if not any("_x" in piece for piece in pieces) else BLANK


ODD: tuple[Callable[[random.Random], Cell], ...] = (
    *[lambda chance: text(texts.odd(chance))] * 8,
    *[numbers.number] * 5,
    *[numbers.moment] * 2,
    lambda chance: Cell(Kind.TRUTH, chance.random() < 0.5),
    lambda chance: Cell(Kind.ERROR, chance.choice(ERRORS)),
    _formula,
    _in_fonts,
    lambda chance: BLANK,
    lambda chance: text(texts.rare(chance)) if chance.random() < 0.1 else BLANK,
)


def _number(chance: random.Random, _: Plan) -> Cell:
    """Return a telephone number or a code, as a text or as a number that its format completes."""
    if chance.random() < 0.6:
        return text(chance.choice(("0", "+44", "00", "")) + str(chance.randint(1, 10**10)))
    return Cell(Kind.NUMBER, float(chance.randint(1, 10**10)), chance.choice(numbers.CODES[:10]))


def _whole(chance: random.Random, _: Plan) -> Cell:
    value = chance.choice((0, 1, 2, 3, 5, 10, 60, 1800, 3600, 86400))
    code = chance.choice(("General", "General", "0", "#,##0", '0" s"'))
    return text(str(value)) if chance.random() < 0.3 else Cell(Kind.NUMBER, float(value), code)


def _one_of(*cells: Cell) -> Usual:
    return lambda chance, _: chance.choice(cells)


def _usual(chance: random.Random, plan: Plan) -> Cell:
    return text(chance.choice(texts.PLAIN[plan.language]))


def _name(chance: random.Random, plan: Plan) -> Cell:
    return text(f"{_usual(chance, plan).value} {chance.randint(1, 10**6)}")


USUAL: Mapping[str, Usual] = {
    "name": _name,
    "dtype": _one_of(*map(text, DTYPES)),
    "dnumber": _number,
    "callerid": _number,
    "enabled": _one_of(text("0"), text("yes"), Cell(Kind.TRUTH, True), Cell(Kind.NUMBER, 1.0)),
    "machine": _one_of(text("failed"), text("retry"), text("off"), BLANK),
    "success": _one_of(text("answer"), text("key"), BLANK),
    **{
        name: _whole
        for name, parameter in BY_NAME.items()
        if parameter.kind in (ParameterKind.WHOLE_NUMBER, ParameterKind.ID_OR_NAME)
    },
}
