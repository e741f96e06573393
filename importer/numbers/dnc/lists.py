"""Do-not-call lists: every line is read, or the list is refused, because it may be that of a person who said no."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from importer.errors import FileRefused
from importer.files import digest_of
from importer.numbers.dnc.lines import DncLines, open_list
from importer.numbers.dnc.patterns import Spans
from importer.numbers.options import DncFile, DncOptions
from importer.numbers.sorted_numbers import Numbers, SortedNumbers
from importer.run_options import ReadingOptions
from schemas.problem_codes import ProblemCode

_DATE = re.compile(r"(?<!\d)(20\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")


@dataclass(frozen=True)
class DncList:
    """A do-not-call list as it was read: its lines, and how many of them are left out because they cannot be read.

    `calling_codes` are those of its numbers, `issued` is the date of the list, `note` how it was understood, if that is
    not obvious. A list that is a table of an export has the name of that in `table`; one that holds for one campaign
    alone has the number of its row in the sheet in `row`.
    """

    path: Path
    digest: str
    issued: datetime
    lines: int
    skipped: int
    numbers: SortedNumbers
    patterns: Spans
    calling_codes: frozenset[int]
    note: str = ""
    table: str = ""
    row: int = 0

    @property
    def is_of_numbers(self) -> bool:
        """Whether the list has numbers, and no patterns: then the countries of its numbers are its own."""
        return bool(self.calling_codes) and not len(self.patterns)

    @property
    def name(self) -> str:
        """The name of its file, with that of its table and of the campaign that it is for."""
        return " ".join(filter(None, (self.path.name, self.table, f"(row {self.row})" if self.row else "")))

    @property
    def words(self) -> str:
        """Why a number is not called that is on the list."""
        return f"It is on {self.name}."

    def holds(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Return, for each number, whether it is on the list."""
        return self.numbers.holds(numbers) | self.patterns.holds(numbers)


def read_lists(options: DncOptions, reading: ReadingOptions, country: str) -> tuple[DncList, ...]:
    """Read all lists. Raises FileRefused with all that is wrong with any of them."""
    read: list[DncList] = []
    refusals: list[FileRefused] = []
    for file in options.files:
        try:
            read.append(_read(file, options, reading, file.country or country))
        except FileRefused as refused:
            refusals.append(refused)
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise FileRefused("\n".join(one.message for one in refusals), refusals[0].problem_code)
    return tuple(read)


def limits_of(reading: ReadingOptions) -> ReadingOptions:
    """Return only the limits of how the numbers are read: sheet, headings and encoding of a list are its own.

    Hidden rows of a list always count.
    """
    return replace(
        reading,
        sheet=None,
        sheet_option="",
        encoding=None,
        delimiter=None,
        header_row=None,
        no_header=False,
        skip_hidden=False,
        other_sheets=frozenset(),
        other_columns=frozenset(),
    )


def issued(path: Path) -> datetime:
    """Return the date of a list: the end of the day in its name, such as 2026-11-01, else the time of the file."""
    for year, _, month, day in _DATE.findall(path.name):
        try:
            return datetime.combine(date(int(year), int(month), int(day)), time.max, UTC)
        except ValueError:
            continue
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _read(file: DncFile, options: DncOptions, reading: ReadingOptions, country: str) -> DncList:
    path = file.path
    try:
        opened = open_list(path, reading)
    except FileRefused as refused:
        if refused.problem_code is not ProblemCode.EMPTY:
            raise
        if not options.may_be_empty:
            raise _empty(path) from None
        return DncList(path, digest_of(path), issued(path), 0, 0, SortedNumbers(), Spans(()), frozenset())
    of_list = issued(path)
    if options.oldest is not None and of_list < options.oldest:
        raise FileRefused(
            f"{path} is dated {_day(of_list)}, and --dnc-max-age allows none from before {_day(options.oldest)}. Get "
            "the current list.",
            ProblemCode.DNC_OLD,
        )
    lines = DncLines(opened, country)
    for chunk in opened.chunks:
        lines.take(chunk)
    if lines.unreadable_count and not options.skip_unreadable:
        raise FileRefused(f"{path}: {lines.complaint}", ProblemCode.DNC_UNREADABLE)
    if not lines.count and not options.may_be_empty:
        raise _empty(path)
    return DncList(
        path,
        opened.source.digest,
        of_list,
        lines.count,
        lines.unreadable_count,
        lines.numbers,
        Spans(lines.spans),
        frozenset(lines.calling_codes),
        opened.note,
    )


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _empty(path: Path) -> FileRefused:
    message = f"{path} has no lines. Get the list again, or use --dnc-may-be-empty if it is right."
    return FileRefused(message, ProblemCode.DNC_EMPTY)
