"""The rows of a table become numbers, each with its verdict as far as it is known from the row alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from importer.checking import PLAIN_NUMBER, bare_number, covered, numbers_in, telephone_number_damage
from importer.model import Severity
from importer.numbers.lists.row_campaigns import ListOf, RowCampaigns, RowList
from importer.numbers.lists.row_countries import RowCountries, RowCountry
from importer.numbers.lists.row_statuses import RowStatuses
from importer.numbers.lists.tables import NumberColumns, NumberTable, cells_of
from importer.numbers.options import ColumnUse
from importer.numbers.parsing.judging import Judgement, NumberJudge
from importer.reading import Chunk
from importer.spreadsheets import TEXT, Display
from schemas.headings import LEFT_OUT
from schemas.problem_codes import ProblemCode, problem_code_of


class NumberEntry(NamedTuple):
    """A number of a list: its row and column (from 0), its text, the country it is judged for, and the judgement.

    `list` is the number of the list of the campaign that its row names, 0 if there is none, `status` the status on the
    server that its row names, "" if it names none, `zone` the time zone that it names, as it is written. `campaign` is
    the campaign as it is written, for a file of numbers that can be read again.
    """

    row: int
    position: int
    text: str
    country: str
    judgement: Judgement
    list: int = 0
    status: str = ""
    zone: str = ""
    campaign: str = ""


class _Candidate(NamedTuple):
    position: int
    text: str
    damage: Judgement | None = None


_LEFT_OUT = Judgement(
    0, "", ProblemCode.LEFT_OUT, f"An earlier check left it out. To have it checked, remove {LEFT_OUT}."
)
_NO_NUMBER = Judgement(0, "", ProblemCode.NO_NUMBER, "The row has no number.")


class RowReader:
    """Reads the numbers of one table. `unused` is how many further numbers of rows were left out."""

    def __init__(
        self, table: NumberTable, judge: NumberJudge, country: str, use: ColumnUse, list_of: ListOf | None = None
    ) -> None:
        self._columns = table.columns
        self._judge = judge.judge
        self._use = use
        self._countries = RowCountries(table.columns, country)
        self._campaigns = RowCampaigns(table, list_of)
        self._statuses = RowStatuses(table.columns.status)
        self.unused = 0

    def entries(self, chunk: Chunk) -> list[NumberEntry]:
        """Return the numbers of some rows: one a row, or with ColumnUse.ALL every one."""
        found = self._of_chunk(chunk)
        if self._columns.status is None:
            return found
        statuses = dict(zip(chunk.numbers, self._statuses.of(chunk), strict=True))
        return [_with_status(one, *statuses[one.row]) for one in found]

    def _of_chunk(self, chunk: Chunk) -> list[NumberEntry]:
        rows = chunk.frame.index.tolist()
        wrong = dict(self._wrong_rows(chunk))
        countries, lists = self._countries.of(chunk), self._campaigns.of(chunk)
        if len(self._columns.numbers) == 1 and not wrong and self._columns.numbers[0] not in chunk.kinds:
            return self._of_texts(chunk, countries, lists)
        found: list[NumberEntry] = []
        for row, candidates, (country, unclear), (number, fault, _) in zip(
            rows, self._candidates(chunk), countries, lists, strict=True
        ):
            chosen = self._chosen(row, candidates, country, wrong.get(row) or fault or unclear)
            found += (one._replace(list=number) for one in chosen) if number else chosen
        return found

    def _of_texts(self, chunk: Chunk, countries: Iterable[RowCountry], lists: Iterable[RowList]) -> list[NumberEntry]:
        """Return the numbers of a column of texts; nearly all of them are one number, in a usual spelling."""
        (position,) = self._columns.numbers
        rows, cells = chunk.frame.index.tolist(), chunk.column(position).tolist()
        judge, is_plain = self._judge, PLAIN_NUMBER.fullmatch
        found: list[NumberEntry] = []
        for row, cell, (country, unclear), (number, fault, _) in zip(rows, cells, countries, lists, strict=True):
            if is_plain(cell) and not unclear and not fault:
                found.append(NumberEntry(row, position, cell, country, judge(cell, country), number))
            else:
                chosen = self._chosen(row, list(_of_cell(position, cell, TEXT, None)), country, fault or unclear)
                found += (one._replace(list=number) for one in chosen)
        return found

    def _chosen(
        self, row: int, candidates: Sequence[_Candidate], country: str, fault: Judgement | None
    ) -> Iterator[NumberEntry]:
        """Yield what is taken of the numbers of a row; `fault` is what is wrong with the row as a whole."""
        if not candidates:
            yield NumberEntry(row, self._columns.numbers[0], "", country, fault or _NO_NUMBER)
            return
        if self._use is ColumnUse.ALL:
            for one in candidates:
                yield self._entry(row, one, country, fault)
            return
        if fault:
            yield self._entry(row, candidates[0], country, fault)
            return
        judged: list[NumberEntry] = []
        for one in candidates:
            judged.append(self._entry(row, one, country, None))
            if judged[-1].judgement.problem_code in (None, ProblemCode.LEFT_OUT):
                break
        chosen = min(judged, key=_preference)
        self.unused += len(candidates) - 1
        yield chosen

    def _entry(self, row: int, one: _Candidate, country: str, fault: Judgement | None) -> NumberEntry:
        return NumberEntry(row, one.position, one.text, country, fault or one.damage or self._judge(one.text, country))

    def _candidates(self, chunk: Chunk) -> Iterator[list[_Candidate]]:
        """Yield the numbers of each row, in the order of preference of their columns."""
        columns = [
            [list(_of_cell(position, *cell)) for cell in cells_of(chunk, position)]
            for position in self._columns.numbers
        ]
        for of_row in zip(*columns, strict=True):
            yield [one for of_cell in of_row for one in of_cell]

    def _wrong_rows(self, chunk: Chunk) -> Iterator[tuple[int, Judgement]]:
        """Yield the rows of which reading found that they are not whole, or that hold merged cells of numbers."""
        # Of merged cells, all but the first are empty: whoever is cancelled there would be called.
        deciding = (self._columns.status,) if self._columns.status is not None else ()
        for position in (*self._columns.numbers, *deciding):
            yield from merged_rows(chunk, position)
        for problem in chunk.problems:
            if problem.severity is Severity.ERROR and problem.row is not None:
                yield problem.row, Judgement(0, "", problem_code_of(problem.problem_code), problem.message)


def merged_rows(chunk: Chunk, position: int) -> Iterator[tuple[int, Judgement]]:
    """Yield the rows of which a cell is one of several that are merged: all but the first are empty."""
    areas = [area for area in chunk.merged if area[1] <= position + 1 <= area[3]]
    for row, _ in covered(chunk.numbers, areas):
        message = "The cells are merged, so it is not clear what holds for each of them. Unmerge them."
        yield row, Judgement(0, "", ProblemCode.MERGED, message)


def with_words(entries: Iterable[NumberEntry], chunk: Chunk, columns: NumberColumns) -> list[NumberEntry]:
    """Return the numbers of some rows with the campaign and the time zone that these name, as they are written."""
    campaigns, zones = _words(chunk, columns.campaigns), _words(chunk, columns.timezones)
    return [one._replace(campaign=campaigns.get(one.row, ""), zone=zones.get(one.row, "")) for one in entries]


def _words(chunk: Chunk, positions: Sequence[int]) -> Mapping[int, str]:
    """Return the texts of a column by row; none if several may be meant."""
    if len(positions) != 1:
        return {}
    return dict(zip(chunk.frame.index.tolist(), chunk.column(positions[0]).tolist(), strict=True))


def _with_status(entry: NumberEntry, status: str, fault: Judgement | None) -> NumberEntry:
    """Return a number with the status that its row names; one that is good is refused if that is unclear."""
    is_good = entry.judgement.problem_code is None
    return entry._replace(status=status, judgement=fault if fault and is_good else entry.judgement)


def _of_cell(position: int, cell: str, kind: str, display: Display | None) -> Iterator[_Candidate]:
    """Yield the numbers in a cell, or what another program has made of it."""
    if kind == TEXT and PLAIN_NUMBER.fullmatch(cell):
        yield _Candidate(position, cell)
        return
    if cell.lstrip().startswith(LEFT_OUT):
        yield _Candidate(position, cell, _LEFT_OUT)
        return
    if verdict := telephone_number_damage(bare_number(cell) if kind == TEXT else cell, kind, display):
        problem_code, message, _ = verdict
        yield _Candidate(position, cell, Judgement(0, "", problem_code, message))
        return
    for text in numbers_in(cell):
        yield _Candidate(position, text)


def _preference(entry: NumberEntry) -> int:
    """Return how far from being dialled a number is: not at all, held, or refused."""
    if entry.judgement.problem_code in (None, ProblemCode.LEFT_OUT):
        return 0
    return 1 if entry.judgement.is_held else 2
