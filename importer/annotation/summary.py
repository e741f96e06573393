"""The sheet "Import summary": made by XlsxWriter as a small workbook, for both writers."""

import io
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from pathlib import PurePath
from typing import Any

import xlsxwriter

from importer.annotation.advice import in_words
from importer.annotation.layout import LINE, lines_of
from importer.annotation.lines import Summary
from importer.annotation.styles import CellLook
from importer.annotation.summary_looks import looks_of
from importer.annotation.texts import FORBIDDEN, fitting
from importer.model import Group, Problem, Status, Tone

NAME = "Import summary"
FILLS_BEFORE = "campaign-importer: fills before"
"""Stands above the hidden columns with the looks of cells before they were marked; the sheet is recognised by it."""
HIDDEN = 8
"""The first of the three hidden columns, from 0: a cell, its fill and its border."""

WIDTHS = (12, 34, 8, 9, 56, 20, 46)
"""The widths of the columns, in characters."""

LISTED = 10_000
"""How many problems are listed at most."""
REMEMBERED = 100_000
"""Of how many cells the look is remembered at most."""
LONGEST_FOUND = 60
"""Characters of a text that was found in a cell."""
LONGEST = 2_000
"""Characters of a text in the summary; the rows have all of it."""

WORDS = ("What is wrong", "Found", "What to do")
NUMBERS = ("Rows", "Row", "Count", "Numbers")
"""Headings of columns with numbers."""

CHART = {Tone.GOOD: "#3A9A5B", Tone.WAITING: "#3F7FBF", Tone.BAD: "#C8372D", Tone.DOUBTFUL: "#D9A400"}
"""The colour of a bar by the tone of its status."""

Link = Callable[[Problem], str]
"""Gives the place of a problem in the workbook, such as 'Campaigns'!F17; "" where there is no such place."""


def summary_book(name: str, summary: Summary, link: Link, looks: Mapping[str, CellLook]) -> bytes:
    """Return a workbook with the summary as its only sheet.

    `name` is the sheet's name, `looks` what marked cells looked like before, by their addresses.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(name)
        _Page(book, sheet, summary, link, looks).write()
    return file.getvalue()


class _Page:
    """Writes the sheet from the top to the bottom."""

    def __init__(self, book: Any, sheet: Any, summary: Summary, link: Link, looks: Mapping[str, CellLook]) -> None:
        self._book, self._sheet, self._summary, self._link = book, sheet, summary, link
        self._looks = looks_of(book)
        self._row = 0
        self._remembered = iter(islice(looks.items(), REMEMBERED))

    def write(self) -> None:
        """Write everything."""
        sheet, looks = self._sheet, self._looks
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&RPage &P of &N")
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_column(HIDDEN, HIDDEN + 2, 12, None, {"hidden": True})
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, NAME, looks.title)
        sheet.write_string(0, HIDDEN, FILLS_BEFORE)
        self._row = 1
        self._put(self._summary.headline, looks.headline)
        self._next()
        for label, value in _facts(self._summary):
            self._put(label, looks.label, value, looks.text)
        self._next()
        self._counts()
        self._next()
        self._numbers()
        self._groups()
        if not _shows_all(self._summary):
            self._problems()
        for one in self._remembered:
            self._remember(*one)

    def _next(self) -> None:
        """Move to the next row."""
        if (one := next(self._remembered, None)) is not None:
            self._remember(*one)
        else:
            self._row += 1

    def _remember(self, address: str, look: CellLook) -> None:
        for column, text in enumerate((address, look.fill, look.border), start=HIDDEN):
            if text:
                self._sheet.write_string(self._row, column, text)
        self._row += 1

    def _put(self, *pairs: Any) -> None:
        """Write texts, each with its look, to a row; nothing is written for an empty text."""
        wrapped = [look is self._looks.wrapped for look in pairs[1::2]]
        lines = max(lines_of(text, WIDTHS[at]) if wrapped[at] else 1 for at, text in enumerate(pairs[::2]))
        if lines > 1:
            self._sheet.set_row(self._row, LINE * lines)
        for column, (text, look) in enumerate(zip(pairs[::2], pairs[1::2], strict=True)):
            if text:
                self._sheet.write_string(self._row, column, _short(text), look)
        self._next()

    def _headings(self, title: str, *names: str) -> None:
        self._sheet.set_row(self._row, 22)
        self._put(title, self._looks.section)
        looks = (self._looks.number_heading if name in NUMBERS else self._looks.heading for name in names)
        self._put(*chain.from_iterable(zip(names, looks, strict=True)))

    def _repeat_headings(self) -> None:
        """Have the headings that come next printed on every further page, instead of those of an earlier list."""
        self._sheet.repeat_rows(self._row + 1)

    def _counts(self) -> None:
        statuses = [status for status in Status if self._summary.counts.get(status)]
        top = self._row
        self._headings("Rows by status", "Status", "Rows")
        first = self._row
        for status in statuses:
            self._sheet.write_number(self._row, 1, self._summary.counts[status], self._looks.number)
            self._put(status.value, self._looks.statuses[status])
        if not statuses:
            self._put("There are no rows.", self._looks.text)
            return
        self._sheet.write_number(self._row, 1, sum(self._summary.counts.values()), self._looks.number)
        self._put("all", self._looks.label)
        if len(statuses) > 1:
            self._chart(statuses, first, top)
            # Room for the chart, which stands beside the counts.
            while self._row < top + 10:
                self._next()

    def _chart(self, statuses: list[Status], first: int, top: int) -> None:
        chart = self._book.add_chart({"type": "bar"})
        name, last = self._sheet.get_name(), first + len(statuses) - 1
        chart.add_series(
            {
                "name": "Rows",
                "categories": [name, first, 0, last, 0],
                "values": [name, first, 1, last, 1],
                "points": [{"fill": {"color": CHART[status.tone]}} for status in statuses],
                "data_labels": {"value": True, "num_format": "#,##0"},
                "gap": 45,
            }
        )
        chart.set_legend({"none": True})
        chart.set_title({"name": "Rows by status", "name_font": {"size": 12, "bold": True}})
        chart.set_y_axis({"reverse": True, "line": {"color": "#B0B8BF"}, "major_tick_mark": "none"})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        chart.set_chartarea({"border": {"color": "#D0D7DD"}})
        chart.set_size({"width": 560, "height": 70 + 30 * max(len(statuses), 3)})
        self._sheet.insert_chart(top, 3, chart, {"object_position": 3, "x_offset": 12})

    def _numbers(self) -> None:
        """Write how many telephone numbers there are of each kind."""
        for one in self._summary.number_counts:
            self._headings(one.title, "Kind", "Numbers")
            for kind, count in one.counts.items():
                self._sheet.write_number(self._row, 1, count, self._looks.number)
                self._put(kind, self._looks.text)
            self._next()

    def _groups(self) -> None:
        if not self._summary.groups:
            return
        self._repeat_headings()
        self._headings("Problems by kind", "Severity", "Cells", "Code", "Count", *WORDS)
        for group in self._summary.groups:
            found = ", ".join(dict.fromkeys(_found(problem) for problem in group.first if problem.found))
            self._problem(group.first[0], _cells(group, several=self._summary.several), group.count, found)
        self._next()

    def _problems(self) -> None:
        problems = iter(self._summary.problems)
        first = next(problems, None)
        if first is None:
            return
        self._repeat_headings()
        self._headings("All problems", "Severity", "Cell", "Code", "Row", *WORDS)
        listed = 0
        for problem in _chained(first, islice(problems, LISTED - 1)):
            self._problem(problem, problem.where, problem.row, _found(problem))
            listed += 1
        if self._summary.problem_count > listed:
            more = self._summary.problem_count - listed
            self._put(f"{more:,} more problems are not listed here: see the column import_message.", self._looks.label)

    def _problem(self, problem: Problem, where: str, number: int | None, found: str) -> None:
        """Write one problem; `number` is how many there are of it, or its row."""
        looks, link = self._looks, self._link(problem)
        message, cure = in_words(problem)
        if number is not None:
            self._sheet.write_number(self._row, 3, number, looks.number)
        if link and where:
            self._sheet.write_url(self._row, 1, "internal:" + link, looks.link, _short(where))
        self._put(
            problem.severity.value, looks.severities[problem.severity],
            "" if link else where, looks.wrapped,
            problem.problem_code, looks.text,
            "", None,
            message, looks.wrapped,
            found, looks.wrapped,
            cure, looks.wrapped,
        )  # fmt: skip


def _shows_all(summary: Summary) -> bool:
    """Return whether the problems by kind show everything: every cell is named, with its own message."""
    whole = all(group.alike and group.count == len(group.first) for group in summary.groups)
    return whole and sum(group.count for group in summary.groups) >= summary.problem_count


def _chained(first: Problem, others: Iterator[Problem]) -> Iterator[Problem]:
    yield first
    yield from others


def _facts(summary: Summary) -> Iterator[tuple[str, str]]:
    facts = (
        ("File", PurePath(summary.file).name),
        ("Sheets" if summary.several else "Sheet", summary.sheet or ""),
        ("Server", summary.server),
        ("Account", summary.account),
        ("Runs" if summary.several else "Run", summary.run),
        ("Time", f"{summary.when.astimezone():%Y-%m-%d %H:%M %Z}".strip() if summary.when else ""),
        ("Made by", f"campaign-importer {summary.version}".strip()),
    )
    return (fact for fact in facts if fact[1])


def _cells(group: Group, *, several: bool) -> str:
    """Return where the problems of a group are: the first cells, with the sheet if there are `several`, and a count."""
    places = [problem.where for problem in group.first if problem.where]
    cells = [place.rpartition("!")[2] for place in places]
    if several and places:
        cells[0] = places[0]
    more = group.count - len(cells)
    return ", ".join(cells) + (f" and {more:,} more" if cells and more else "")


def _found(problem: Problem) -> str:
    text = problem.found or ""
    return text if len(text) <= LONGEST_FOUND else f"{text[: LONGEST_FOUND - 1]}…"


def _short(text: str) -> str:
    text = fitting(FORBIDDEN.sub("\ufffd", text))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
