"""Text with tabs as MySQL writes it (`mysqldump --tab`, `mysql -B`): backslashes instead of quotes, `\\N` for NULL."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from importer.reading import LONGEST_FIELD

NULL = r"\N"
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "\\": "\\", "\t": "\t", "\n": "\n"}
_SAID = frozenset((*_ESCAPES, "N", "\r"))
SAMPLE_FIELDS = 100_000
SAMPLE_LINES = 1_000


def newline_of(lines: Iterable[str]) -> str:
    """Return the end of the lines of a tab dump, which are given as they end with a line feed.

    MySQL escapes a line feed in a text, but no carriage return: one belongs to the end only where all lines have it.
    """
    whole = [line for line in islice(lines, SAMPLE_LINES) if line.endswith("\n")]
    return "\r\n" if whole and all(line.endswith("\r\n") for line in whole) else "\n"


def is_tab_dump(lines: Iterable[str], newline: str) -> bool:
    """Say whether the first lines of a text are MySQL's: tabs, rows of one width, no quotes, only known escapes."""
    width = 0
    for count, (_, fields) in enumerate(_records(lines, newline)):
        width = width or len(fields)
        if width < 2 or len(fields) != width or _ends_with_returns(fields):
            return False
        if count * len(fields) > SAMPLE_FIELDS:
            break
        if any(field.startswith('"') or not _is_escaped(field) for field in fields):
            return False
    return width > 1


def tab_records(lines: Iterable[str], newline: str) -> Iterator[tuple[int, list[str | None]]]:
    """Yield the records, each with the number of the line on which it starts; None is NULL, written `\\N`."""
    for number, fields in _records(lines, newline):
        yield number, [None if field == NULL else _unescaped(field) for field in fields]


def _records(lines: Iterable[str], newline: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the fields of each record as they are written; a record goes on after a line whose end is escaped."""
    waiting = ""
    start = 1
    for number, line in enumerate(lines, start=1):
        ended = line.endswith("\n")
        waiting += line[:-2] + "\n" if line.endswith(newline) and newline == "\r\n" else line
        if ended and _ends_open(waiting[:-1]) and len(waiting) < LONGEST_FIELD:
            continue
        if waiting.strip("\n"):
            yield start, _fields(waiting.removesuffix("\n"))
        waiting, start = "", number + 1
    if waiting:
        yield start, _fields(waiting)


def _ends_open(text: str) -> bool:
    """Say whether a text ends with a backslash that belongs to what follows it."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _fields(record: str) -> list[str]:
    fields: list[str] = []
    open_field = False
    for part in record.split("\t"):
        if open_field:
            fields[-1] += "\t" + part
        else:
            fields.append(part)
        open_field = _ends_open(part)
    return fields


def _ends_with_returns(fields: Sequence[str]) -> bool:
    """Say whether a record seems to be many, whose lines end with carriage returns alone."""
    return any("\r" in field for field in fields) and sum(field.count("\r") for field in fields) >= len(fields) - 1


def _is_escaped(field: str) -> bool:
    parts = iter(field)
    return all(next(parts, "") in _SAID for letter in parts if letter == "\\")


def _unescaped(field: str) -> str:
    if "\\" not in field:
        return field
    letters = iter(field)
    read = []
    for letter in letters:
        following = next(letters, "") if letter == "\\" else letter
        read.append(_ESCAPES.get(following, following) if letter == "\\" else letter)
    return "".join(read)
