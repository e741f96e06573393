"""The sheet "Import summary": made by XlsxWriter as a small workbook of its own, for both writers."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import xlsxwriter

from importer.annotation.lines import Summary
from importer.annotation.styles import COLOURS
from importer.annotation.texts import FORBIDDEN, fitting
from importer.model import Group, Problem, Severity, Status, Tone
from schemas.problem_codes import ProblemCode

NAME = "Import summary"
FILLS_BEFORE = "campaign-importer: fills before"
"""Stands above the hidden columns with the fills of cells before they were marked; by it the sheet is known again."""
HIDDEN = 8
"""The first of the two hidden columns, from 0."""

WIDTHS = (14, 18, 11, 9, 62, 62)
"""The widths of the columns, in characters; in the wide ones texts go on in further lines."""
WIDE = 50
LINE = 15
TALLEST = 20

LISTED = 10_000
"""How many problems are listed at most."""
REMEMBERED = 100_000
"""Of how many cells the fill is remembered at most."""
EXAMPLES = 3
LONGEST = 2_000
"""Characters of a text in the summary; the rows themselves have the whole of it."""

AS_TEXT, THOUSANDS = 49, 3
"""Formats that every workbook has: the numbers of others would mean something else in the user's."""

WORDS = {
    Severity.ERROR: ("error", *COLOURS[Tone.BAD]),
    Severity.WARNING: ("warning", *COLOURS[Tone.DOUBTFUL]),
    Severity.NOTE: ("note", *COLOURS[Tone.WAITING]),
}
CHART = {Tone.GOOD: "#3A9A5B", Tone.WAITING: "#3F7FBF", Tone.BAD: "#C8372D", Tone.DOUBTFUL: "#D9A400"}
"""The colour of a bar by the tone of its status."""

Link = Callable[[Problem], str]
"""Tells where a problem is in the workbook, such as 'Campaigns'!F17; "" where there is no such place."""


@dataclass(frozen=True)
class _Looks:
    """The formats of the sheet."""

    title: Any
    heading: Any
    section: Any
    label: Any
    text: Any
    wrapped: Any
    number: Any
    link: Any
    statuses: Mapping[Status, Any]
    severities: Mapping[Severity, Any]


def summary_book(name: str, summary: Summary, link: Link, fills: Mapping[str, str]) -> bytes:
    """Return a workbook with the summary as its only sheet.

    `name` is the sheet's name, `fills` the fills, as XML, that marked cells had before, by their addresses.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(name)
        _Page(book, sheet, summary, link, fills).write()
    return file.getvalue()


class _Page:
    """Writes the sheet from the top to the bottom."""

    def __init__(self, book: Any, sheet: Any, summary: Summary, link: Link, fills: Mapping[str, str]) -> None:
        self._book, self._sheet, self._summary, self._link = book, sheet, summary, link
        self._looks = _looks(book)
        self._row = 0
        self._fills = iter(islice(fills.items(), REMEMBERED))

    def write(self) -> None:
        """Write everything."""
        sheet, looks = self._sheet, self._looks
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_column(HIDDEN, HIDDEN + 1, 12, None, {"hidden": True})
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, NAME, looks.title)
        sheet.write_string(0, HIDDEN, FILLS_BEFORE)
        self._row = 2
        for label, value in _facts(self._summary):
            self._put(label, looks.label, value, looks.text)
        self._next()
        self._counts()
        self._next()
        self._groups()
        self._problems()
        for fill in self._fills:
            self._remember(fill)

    def _next(self) -> None:
        """Go on to the next row."""
        if (fill := next(self._fills, None)) is not None:
            self._remember(fill)
        else:
            self._row += 1

    def _remember(self, fill: tuple[str, str]) -> None:
        self._sheet.write_string(self._row, HIDDEN, fill[0])
        self._sheet.write_string(self._row, HIDDEN + 1, fill[1])
        self._row += 1

    def _put(self, *pairs: Any) -> None:
        """Write texts, each with its look, to a row; a blank text only gets its look."""
        lines = max(_lines(text, column) for column, text in enumerate(pairs[::2]))
        if lines > 1:
            self._sheet.set_row(self._row, LINE * lines)
        for column, (text, look) in enumerate(zip(pairs[::2], pairs[1::2], strict=True)):
            if text:
                self._sheet.write_string(self._row, column, _short(text), look)
        self._next()

    def _headings(self, title: str, *names: str) -> None:
        self._sheet.set_row(self._row, 22)
        self._put(title, self._looks.section)
        self._put(*(one for name in names for one in (name, self._looks.heading)))

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

    def _groups(self) -> None:
        if not self._summary.groups:
            return
        looks = self._looks
        self._headings("Problems by kind", "Severity", "First cells", "Code", "Count", "Message", "What to do")
        for group in self._summary.groups:
            one = group.first[0]
            self._sheet.write_number(self._row, 3, group.count, looks.number)
            self._put(
                one.severity.value, looks.severities[one.severity],
                _examples(group), looks.wrapped,
                one.problem_code, looks.text,
                "", None,
                one.message, looks.wrapped,
                _cure(one), looks.wrapped,
            )  # fmt: skip
        self._next()

    def _problems(self) -> None:
        problems = iter(self._summary.problems)
        first = next(problems, None)
        if first is None:
            return
        self._headings("All problems", "Severity", "Cell", "Code", "Row", "Message", "What to do")
        listed = 0
        for problem in _chained(first, islice(problems, LISTED - 1)):
            self._problem(problem)
            listed += 1
        if self._summary.problem_count > listed:
            more = self._summary.problem_count - listed
            self._put(f"{more:,} more problems are not listed here: see the column import_message.", self._looks.label)

    def _problem(self, problem: Problem) -> None:
        looks, link = self._looks, self._link(problem)
        where = problem.where
        if problem.row is not None:
            self._sheet.write_number(self._row, 3, problem.row, looks.number)
        if link and where:
            self._sheet.write_url(self._row, 1, "internal:" + link, looks.link, _short(where))
        self._put(
            problem.severity.value, looks.severities[problem.severity],
            "" if link else where, looks.text,
            problem.problem_code, looks.text,
            "", None,
            problem.message, looks.wrapped,
            _cure(problem), looks.wrapped,
        )  # fmt: skip


def _lines(text: str, column: int) -> int:
    """Return how many lines a text takes in its column; programs differ in whether they make rows higher."""
    if WIDTHS[column] < WIDE:
        return 1
    return min(sum(1 + len(line) // WIDTHS[column] for line in text.split("\n")), TALLEST)


def _chained(first: Problem, others: Iterator[Problem]) -> Iterator[Problem]:
    yield first
    yield from others


def _facts(summary: Summary) -> Iterator[tuple[str, str]]:
    facts = (
        ("File", summary.file),
        ("Sheet", summary.sheet or ""),
        ("Server", summary.server),
        ("Account", summary.account),
        ("Run", summary.run),
        ("Time", f"{summary.when:%Y-%m-%d %H:%M:%S %Z}".strip() if summary.when else ""),
        ("Made by", f"campaign-importer {summary.version}".strip()),
    )
    return (fact for fact in facts if fact[1])


def _examples(group: Group) -> str:
    cells = [problem.where.rpartition("!")[2] for problem in group.first[:EXAMPLES] if problem.where]
    return ", ".join(cells) + (", …" if group.count > len(cells) and cells else "")


def _cure(problem: Problem) -> str:
    return _CURES.get(problem.problem_code, "")


_CURES = {problem_code.value: problem_code.cure for problem_code in ProblemCode}


def _short(text: str) -> str:
    text = fitting(FORBIDDEN.sub("\ufffd", text))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _looks(book: Any) -> _Looks:
    def look(**properties: Any) -> Any:
        return book.add_format({"font_name": "Calibri", "font_size": 11, "valign": "top", **properties})

    def coloured(fill: str, letters: str) -> Any:
        return look(num_format=AS_TEXT, bg_color=f"#{fill}", font_color=f"#{letters}")

    return _Looks(
        title=look(bold=True, font_size=18, font_color="#1F2D3A"),
        heading=look(bold=True, bg_color="#DDE5EC", font_color="#1F2D3A", bottom=1, bottom_color="#9AA8B4"),
        section=look(bold=True, font_size=13, font_color="#1F2D3A", valign="vcenter"),
        label=look(bold=True, font_color="#52616E"),
        text=look(num_format=AS_TEXT),
        wrapped=look(num_format=AS_TEXT, text_wrap=True, align="left", indent=1),
        number=look(num_format=THOUSANDS),
        link=look(num_format=AS_TEXT, font_color="#0B5CAD", underline=1),
        statuses={status: coloured(*COLOURS[status.tone]) for status in Status},
        severities={severity: coloured(fill, letters) for severity, (_, fill, letters) in WORDS.items()},
    )
