"""The leads of an old dialler's export as a list of numbers, and its tables of numbers that must not be called."""

from collections.abc import Iterator
from dataclasses import replace

from importer.errors import FileRefused
from importer.numbers.dnc.lines import DncLines, OpenList
from importer.numbers.dnc.lists import DncList, issued
from importer.numbers.dnc.patterns import Spans
from importer.numbers.lists.row_campaigns import RowList
from importer.numbers.lists.tables import NumberColumns, NumberTable
from importer.numbers.options import DncOptions, LeadFile
from importer.reading import Chunk, Table
from importer.security import without_numbers
from schemas.number_statuses import NUMBER_STATUSES
from schemas.problem_codes import ProblemCode

PENDING, *_ = NUMBER_STATUSES

STATUS = 3
LEADS = NumberColumns((0,), calling_code=1, campaigns=(2,), status=STATUS)
DNC = NumberColumns((0,), calling_code=1)
"""Where what counts stands in the tables that the migration makes."""


class LeadLists:
    """The leads and the do-not-call lists of one export. Raises FileRefused, or WrongUsage if its leads are unknown."""

    def __init__(self, file: LeadFile) -> None:
        from importer.migration import LeadExport  # sqlglot takes a while to import

        self.path = file.path
        self._export: LeadExport = LeadExport(file.path, file.profile, file.reading)

    def table(self) -> NumberTable:
        """Return the leads that are loaded, as a table of numbers."""
        return NumberTable(Table(self._export.source, 0, map(_as_asked, self._export.chunks())), LEADS)

    def notes(self) -> Iterator[str]:
        """Yield what there is to say about the leads, once all have been read."""
        yield from map(without_numbers, self._export.counts.sentences())

    def dnc(self, options: DncOptions, country: str) -> list[DncList]:
        """Return the do-not-call lists of the export: a list for all campaigns, and those of single ones."""
        lists: dict[tuple[str, str], DncLines] = {}
        for part in self._export.dnc():
            key = (part.source.sheet or "", part.campaign)
            if key not in lists:
                lists[key] = DncLines(OpenList(part.source, iter(()), DNC), country)
            lists[key].take(part.chunk)
        complaints = [f"{self.path}: {one.complaint}" for one in lists.values() if one.unreadable_count]
        if complaints and not options.skip_unreadable:
            raise FileRefused("\n".join(complaints), ProblemCode.DNC_UNREADABLE)
        return [self._list(table, campaign, lines) for (table, campaign), lines in lists.items()]

    def _list(self, table: str, campaign: str, lines: DncLines) -> DncList:
        return DncList(
            self.path,
            self._export.source.digest,
            issued(self.path),
            lines.count,
            lines.unreadable_count,
            lines.numbers,
            Spans(lines.spans),
            frozenset(lines.calling_codes),
            table=table,
            row=row_of(campaign),
        )


def _as_asked(chunk: Chunk) -> Chunk:
    """Return leads of which those that are still to be called have no status of their own: it is what the user says."""
    statuses = ["" if word == PENDING else word for word in chunk.texts_at(STATUS)]
    return replace(chunk, texts={**chunk.texts, STATUS: statuses})


def row_of(campaign: str) -> int:
    """Return the row that a text such as row:12 names, 0 for an empty one."""
    return int(campaign.rpartition(":")[2] or 0)


def list_of_row(campaign: str) -> RowList:
    """Return a list for each campaign of a migration, where there is no run that has them."""
    return RowList(row_of(campaign), row=row_of(campaign))
