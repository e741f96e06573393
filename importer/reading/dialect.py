"""How the fields of a text file are set apart: delimiter and quoting, found from what the file holds."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain, islice

from importer.errors import FileRefused, WrongUsage
from schemas.problem_codes import ProblemCode

DELIMITERS = ",;\t|"
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
WORDS = {**{name: delimiter for delimiter, name in NAMES.items()}, r"\t": "\t"}
LONGEST_FIELD = 16_000_000
HEADER_RECORDS = 25
RECORDS_AT_ONCE = 100
REGULAR = 0.5
"""From which regularity on a delimiter is believed, regardless of the others."""
COLUMNS = 0.02
"""Below which regularity a file has one column, even if some of its lines contain delimiters."""
RIVAL = 0.12
"""Which share of the best regularity makes another delimiter its rival."""

_SEPARATOR_LINE = re.compile(r"[\"']?sep=(.)[\"']?\s*", re.IGNORECASE)
_QUOTED_BY_BLANKS = re.compile(r'(?:^|[^,;\t|"])" "')


class Quoting(Enum):
    """What a quotation mark means in a file."""

    DOUBLED = "quotes are doubled inside quotes"
    BACKSLASH = "quotes and backslashes inside quotes have a backslash in front"
    BACKSLASH_QUOTE = (
        "quotes inside quotes have a backslash in front, and all other backslashes are ordinary characters"
    )
    SINGLE = "texts are in single quotes"
    NONE = "quotes are ordinary characters"


BACKSLASHED = frozenset((Quoting.BACKSLASH, Quoting.BACKSLASH_QUOTE))


@dataclass(frozen=True)
class Dialect:
    """How to split a text file; `skipped` lines (`sep=;`) come before its first record."""

    delimiter: str
    quoting: Quoting = Quoting.DOUBLED
    skipped: int = 0
    notes: tuple[str, ...] = ()


def delimiter_named(text: str) -> str:
    """Return the delimiter that a user means: itself, or its English name."""
    delimiter = WORDS.get(text.strip().lower(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise WrongUsage(f"--delimiter {text!r} is not one character. Use , ; | or tab.", ProblemCode.BAD_VALUE)
    return delimiter


def find_dialect(
    name: str, lines: Sequence[str], whole: bool, delimiter: str | None, is_heading: Callable[[str], object]
) -> Dialect:
    """Find the dialect of a file from its first lines; `whole` says that they are all there are.

    `name` is the file's, for messages; `delimiter` is what the user says, if anything; `is_heading` knows the headings.
    """
    skipped = 0
    notes: list[str] = []
    if lines and (separator_line := _SEPARATOR_LINE.fullmatch(lines[0])):
        skipped, delimiter = 1, delimiter or separator_line[1]
        notes.append(
            f"The first line says that the delimiter is {_called(separator_line[1])}, so it is not read as a row."
        )
    rest = lines[skipped:]
    chosen = delimiter or _delimiter(name, rest, whole, is_heading)
    quoting = _quoting(rest, chosen, whole)
    if delimiter is None:
        _refuse_other_dialects(name, rest, chosen, quoting)
    if quoting in (Quoting.SINGLE, Quoting.NONE):
        notes.append(f"In this file {quoting.value}.")
    return Dialect(chosen, quoting, skipped, tuple(notes))


def records(lines: Iterable[str], dialect: Dialect, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Yield the records, each with the number of the line on which it starts; blank lines are left out.

    With `strict`, raises csv.Error where quotes are not balanced.
    """
    yield from chain.from_iterable(record_blocks(lines, dialect, strict))


def record_blocks(lines: Iterable[str], dialect: Dialect, strict: bool = True) -> Iterator[list[tuple[int, list[str]]]]:
    """Yield the same in blocks of at most RECORDS_AT_ONCE; all records before a fault come before its csv.Error."""
    csv.field_size_limit(LONGEST_FIELD)
    backslash = dialect.quoting in BACKSLASHED
    reader = csv.reader(
        _with_their_backslashes(lines, dialect) if backslash else lines,
        delimiter=dialect.delimiter,
        strict=strict,
        quotechar="'" if dialect.quoting is Quoting.SINGLE else '"',
        quoting=csv.QUOTE_NONE if dialect.quoting is Quoting.NONE else csv.QUOTE_MINIMAL,
        escapechar="\\" if backslash else None,
    )
    start, fault = dialect.skipped + 1, None
    while fault is None:
        block: list[tuple[int, list[str]]] = []
        before = start
        try:
            for cells in islice(reader, RECORDS_AT_ONCE):
                if cells:
                    block.append((start, cells))
                start = dialect.skipped + reader.line_num + 1
        except csv.Error as error:
            fault = error
        if block:
            yield block
        elif start == before and fault is None:
            return
    raise fault


def settled(dialect: Dialect, lines: Iterable[str]) -> Dialect:
    r"""Return the dialect of a file in which quotes follow a backslash, by all its lines: what other backslashes mean.

    Programs that write `\"` are of two kinds: some write `\\` for a backslash, others leave it alone. A backslash
    before anything else is a letter, and shows that the file is of the second kind, except MySQL's `\N` as a whole
    field.
    """
    between = re.escape(dialect.delimiter)
    pair = re.compile(rf"(?<![^{between}])\\N(?![^{between}\r\n])|\\[\"\\\r\n{between}]")
    alone = any("\\" in pair.sub("", line) for line in lines if "\\" in line)
    quoting = Quoting.BACKSLASH_QUOTE if alone else Quoting.BACKSLASH
    return replace(dialect, quoting=quoting, notes=(*dialect.notes, f"In this file {quoting.value}."))


def _with_their_backslashes(lines: Iterable[str], dialect: Dialect) -> Iterator[str]:
    r"""Yield the lines with two backslashes for each that is a letter: csv drops a single one before any character."""
    kept = '"' if dialect.quoting is Quoting.BACKSLASH_QUOTE else rf'"\\\r\n{re.escape(dialect.delimiter)}'
    letter = re.compile(rf"\\(?:([{kept}])|)")
    for line in lines:
        yield letter.sub(lambda found: found[0] if found[1] else r"\\", line) if "\\" in line else line


def _called(delimiter: str) -> str:
    return f"the {NAMES[delimiter]}" if delimiter in NAMES else repr(delimiter)


def _delimiter(name: str, lines: Sequence[str], whole: bool, is_heading: Callable[[str], object]) -> str:
    """Return the delimiter under which the lines are most like a table, a known row of headings before all."""
    scores = {}
    for delimiter in DELIMITERS:
        rows = _parse(lines, Dialect(delimiter, _quoting(lines, delimiter, whole)))
        known = max((sum(bool(is_heading(cell)) for cell in cells) for cells in rows[:HEADER_RECORDS]), default=0)
        scores[delimiter] = (known if known > 1 else 0, _regularity(rows))
    best, second = sorted(DELIMITERS, key=scores.__getitem__, reverse=True)[:2]
    regularity, rival = scores[best][1], scores[second][1]
    if scores[best][0] == 0 and regularity < COLUMNS:
        return DELIMITERS[0]
    if scores[best][0] == 0 and regularity < REGULAR and rival > regularity * RIVAL:
        raise FileRefused(
            f"{name}, line 1: the columns cannot be detected, because neither {_called(best)} nor {_called(second)} "
            "gives the same number of fields in every row. If this is a table, name its delimiter with --delimiter.",
            ProblemCode.DELIMITER,
        )
    return best


def _regularity(rows: Sequence[Sequence[str]]) -> float:
    """Return how much the records look like rows of one table of several columns: 0 for a single column."""
    widths = Counter(map(len, rows))
    total = sum(count * (width - 1) / width for width, count in widths.items())
    return total / len(widths) / max(len(rows), 1) if widths else 0.0


def _parse(lines: Sequence[str], dialect: Dialect) -> list[list[str]]:
    try:
        return [cells for _, cells in records(lines, dialect, strict=False)]
    except csv.Error:
        return []


def _quoting(lines: Sequence[str], delimiter: str, whole: bool) -> Quoting:
    if _fits(lines, Dialect(delimiter), whole):
        single = Dialect(delimiter, Quoting.SINGLE)
        return Quoting.SINGLE if _in_single_quotes(lines, single, whole) else Quoting.DOUBLED
    backslash = Dialect(delimiter, Quoting.BACKSLASH)
    if any('\\"' in line for line in lines) and _fits(lines, backslash, whole):
        return Quoting.BACKSLASH
    return Quoting.NONE if _quotes_are_letters(lines, delimiter) else Quoting.DOUBLED


def _fits(lines: Sequence[str], dialect: Dialect, whole: bool) -> bool:
    """Say whether quotes are balanced in a dialect; where the lines are cut off, the last record does not count."""
    reader = records(lines, dialect)
    try:
        for _ in reader:
            pass
    except csv.Error as error:
        return "unexpected end" in str(error) and not whole
    return True


def _in_single_quotes(lines: Sequence[str], dialect: Dialect, whole: bool) -> bool:
    """Say whether single quotes set texts apart, and without doubt: all rows are then equally wide."""
    if not any("'" in line for line in lines):
        return False
    rows = _parse(lines, Dialect(dialect.delimiter))
    if not any(cell.startswith("'") for cells in rows for cell in cells):
        return False
    plain = {len(cells) for cells in rows}
    quoted = {len(cells) for cells in _parse(lines, dialect)}
    return len(plain) > 1 and len(quoted) == 1 and _fits(lines, dialect, whole)


def _between(cell: str, quote: str) -> bool:
    return len(cell) > 1 and cell[0] == cell[-1] == quote


def _quotes_are_letters(lines: Sequence[str], delimiter: str) -> bool:
    """Say whether fields begin with quotes that do not end with one: these are not quotes around texts."""
    fields = [field for line in lines for field in line.rstrip("\r\n").split(delimiter)]
    opened = [field for field in fields if field.startswith('"')]
    closed = sum(_between(field, '"') for field in opened)
    unpaired = sum(field.count('"') % 2 for field in opened)
    widths = {line.count(delimiter) for line in lines if line.strip()}
    if len(lines) < 2:
        return False
    return len(widths) == 1 and delimiter in "".join(lines[:1]) and closed * 2 < len(opened) > unpaired * 2


def _refuse_other_dialects(name: str, lines: Sequence[str], delimiter: str, quoting: Quoting) -> None:
    """Refuse fields separated by spaces, and single quotes that cannot be distinguished from apostrophes."""
    if len(lines) > 1 and sum(bool(_QUOTED_BY_BLANKS.search(line)) for line in lines) * 2 > len(lines):
        raise FileRefused(
            f"{name}, line 1: the fields seem to be separated by spaces, which also occur inside the fields. "
            "Save the file with commas or tabs, or in Excel as .xlsx.",
            ProblemCode.DELIMITER,
        )
    if not any("'" in line for line in lines):
        return
    rows = _parse(lines, Dialect(delimiter, quoting))
    widths = {len(cells) for cells in rows}
    quoted = sum(any(_between(cell, "'") for cell in cells) for cells in rows)
    if quoting is not Quoting.SINGLE and len(widths) > 1 and quoted * 2 > len(rows):
        raise FileRefused(
            f"{name}, line 1: texts are in single quotes ('), and apostrophes inside them hide where a text ends. "
            'Save the file with double quotes ("), or in Excel as .xlsx.',
            ProblemCode.QUOTES,
        )
