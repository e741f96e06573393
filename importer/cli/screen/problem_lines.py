"""A kind of problem as one line: its code, the column, the cells, what is wrong there, what was found."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from importer.model import Group, shown_row
from importer.security import visible
from schemas.problem_codes import ProblemCode

MOST_FOUND = 3
"""How many different texts of wrong cells are shown."""

LONGEST_FOUND = 30
"""How many characters of a cell's text are shown."""

PLAIN_TEXT = re.compile(r"[\w+.:/#-]+( [\w+.:/#-]+)*")
"""A text that can stand in a list without quotes: words with one space between them."""


@dataclass(frozen=True)
class ProblemLine:
    """A kind of problem in the parts that a terminal shows beside each other; what a problem does not have is ""."""

    code: str
    column: str
    cells: str
    message: str


def edited_rows(groups: Iterable[Group]) -> int:
    """Return how many rows were edited since their campaigns were created, by the kinds of problems."""
    return sum(group.count for group in groups if _is_edited(group))


def without_edits(group: Group, edits: Collection[int]) -> Iterator[Group]:
    """Yield what is left of a kind of problem without the rows that are shown as edited, field by field."""
    if not _is_edited(group):
        yield group
    elif problems := tuple(one for one in group.first if one.row not in edits):
        yield Group(group.count - len(group.first) + len(problems), problems, group.alike)


def apart(group: Group) -> Sequence[Group]:
    """Return what is shown as a line each: edited rows have old and new values, and no two of them the same."""
    if not _is_edited(group):
        return (group,)
    *others, last = group.first
    more = group.count - len(others)
    return (*(Group(1, (one,), alike=True) for one in others), Group(more, (last,), alike=True))


def whole_line(group: Group) -> str:
    """Return a kind of problem as the one line that pipes get: all cells by their full names, the code last."""
    first = group.first[0]
    sheet, separator, _ = first.where.rpartition("!")
    cells = ", ".join([first.where, *(one.where.removeprefix(f"{sheet}{separator}") for one in group.first[1:])])
    found = f" Found: {first.found!r}." if first.found and group.count == 1 else ""
    example = "" if group.alike else f" (This is about {first.where}; the others are similar.)"
    code = f" [{first.problem_code}]" if first.problem_code else ""
    place = f"{visible(cells)}{_more(group)}  " if cells else ""
    return f"{place}{visible(f'{first.message}{found}{example}')}{code}"


def problem_line(group: Group, sheet: str | None) -> ProblemLine:
    """Return the line of a kind of problem; cells of `sheet`, which is named above, are named without it."""
    first = group.first[0]
    column = visible(first.column or "")
    message = visible(first.message)
    if column:
        message = message.removeprefix(f"{column}: ").removeprefix(f"{column} ")
    if brackets := _in_brackets(group):
        message = f"{message.removesuffix('.')} ({brackets})"
    return ProblemLine(first.problem_code, column, _cells(group, sheet), message)


def _cells(group: Group, sheet: str | None) -> str:
    """Return the places of a kind of problem: the first few, and how many there are beside them."""
    places = [problem.cell for problem in group.first if problem.cell]
    if not places:
        rows = [shown_row(problem.row) for problem in group.first if problem.row]
        places = [f"row{'s' if len(rows) > 1 else ''} {rows[0]}", *rows[1:]] if rows else []
    if sheet:
        places = [place.removeprefix(f"{sheet}!") for place in places]
    return f"{visible(' '.join(places))}{_more(group)}"


def _more(group: Group) -> str:
    return f" and {group.count - len(group.first):,} more" if group.count > len(group.first) else ""


def _in_brackets(group: Group) -> str:
    """Return what is in the wrong cells unless that is their heading, and which of them the message is about."""
    texts = list(dict.fromkeys(one.found for one in group.first if one.found and one.found != one.column))
    more = ", …" if len(texts) > MOST_FOUND or group.count > len(group.first) else ""
    found = f"found: {', '.join(map(quoted, texts[:MOST_FOUND]))}{more}" if texts else ""
    example = "" if group.alike else f"this is about {visible(group.first[0].where)}; the others are similar"
    return "; ".join(filter(None, (found, example)))


def quoted(text: str) -> str:
    """Return a text as it can stand among others: in quotes unless it is of plain words, cut where it is long."""
    short = text if len(text) <= LONGEST_FOUND else f"{text[: LONGEST_FOUND - 1]}…"
    return visible(short if PLAIN_TEXT.fullmatch(text) else repr(short))


def _is_edited(group: Group) -> bool:
    return group.first[0].problem_code == ProblemCode.EDITED
