"""The leads of an export as a table of numbers, each with its campaign and its status, in flat memory."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from importer.errors import FileRefused, WrongUsage
from importer.files import digest_of
from importer.migration.exports import SourceRow, SourceTable, open_blocks, open_source
from importer.migration.joining import CompanionRows, table_named
from importer.migration.leads.counts import LeadCounts
from importer.migration.leads.fates import CampaignRows, LeadFates, places_of
from importer.migration.table import FIRST_ROW, find_profile
from importer.migration.translating import sorted_out
from importer.model import Source
from importer.reading import CHUNK_ROWS, Chunk, chunk_of
from importer.run_options import ReadingOptions
from schemas.problem_codes import ProblemCode
from schemas.profile import Companion, DncTable, Leads, Profile

HEADINGS = ("number", "calling code", "campaign", "status")
"""The columns of a table of leads: a campaign is the row that it has in the table of the migration, as in row:2."""

ROW = "row:"
"""What stands before the row of a campaign."""

LONGEST_ID = 10
"""An ID of a lead with more digits is not shown as its row."""


class _Line(NamedTuple):
    number: int
    text: str
    calling_code: str
    campaign: str
    status: str


class DncPart(NamedTuple):
    """Some rows of a table of numbers that must not be called, for one campaign, as in row:2; "" means for all."""

    source: Source
    campaign: str
    chunk: Chunk


class LeadExport:
    """The leads of one export. Raises FileRefused for an export without the tables that are needed."""

    def __init__(self, path: Path, wanted: str, options: ReadingOptions) -> None:
        profile, _ = find_profile(path, wanted, options)
        self._path = path
        self._options = options
        self._leads = _leads_of(path, profile)
        self._in_campaigns = set(self._leads.tables) <= set(profile.tables)
        tables = open_source(path, profile.wanted | self._leads.beside, options)
        _refuse_without_tables(path, self._leads, tables)
        kept, skipped = sorted_out(profile, tables)
        self._joined = {old_id.casefold(): joined for joined, old_id, _ in kept}
        self._campaigns = CampaignRows(
            {old_id.casefold(): row for row, (_, old_id, _) in enumerate(kept, start=FIRST_ROW)},
            frozenset(one.old_id.casefold() for one in skipped),
        )
        self._fates = LeadFates(self._leads, CompanionRows(self._leads.companions, tables), self._campaigns)
        self._borrowers = lru_cache(self._borrowed_by)
        self._digest = digest_of(path)
        self.counts = LeadCounts(self._leads.tables[0], self._leads)

    @property
    def source(self) -> Source:
        """The table of leads, as a source of numbers; a row has the ID of its lead, if that is a number."""
        return self._source(self.counts.table, HEADINGS)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the leads that are loaded; afterwards the `counts` are complete."""
        lines = self._lines()
        while block := list(islice(lines, CHUNK_ROWS)):
            numbers, *columns = zip(*block, strict=True)
            yield chunk_of(HEADINGS, numbers, columns)

    def _lines(self) -> Iterator[_Line]:
        found = False
        further = frozenset(name.lower() for name in self._leads.alternate_tables)
        for block in open_blocks(self._path, (*self._leads.tables, *further), self._options):
            if block.name.lower() in further:
                self.counts.further += len(block.rows)
            elif block.name or self._in_campaigns:
                found = True
                self.counts.table = block.name or self.counts.table
                yield from self._of_block(block)
        if not found:
            names = " or ".join(self._leads.tables)
            message = f"{self._path} has no leads: there is no table {names}, or it is empty. Export it, too."
            raise FileRefused(message, ProblemCode.NO_TABLE)

    def _of_block(self, block: SourceTable) -> Iterator[_Line]:
        leads, columns = self._leads, block.columns or self._leads.positions
        number_at, code_at, id_at = places_of(columns, (leads.number, leads.calling_code or "", leads.id or ""))
        if number_at is None:
            raise _without_column(self._path, block, leads.number)
        deciding = places_of(columns, self._fates.columns)
        further = [at for at in places_of(columns, leads.alternates) if at is not None]
        seen: Counter[tuple[str, ...]] = Counter()
        for row in block.rows:
            texts = tuple([_text(row, at) for at in deciding])
            seen[texts] += 1
            fate = self._fates.of(texts)
            if not fate.is_loaded or fate.rule is None:
                continue
            self.counts.further += sum(bool(_text(row, at).strip()) for at in further)
            number = _row_number(_text(row, id_at), row.number)
            code, status = _text(row, code_at).strip(), fate.rule.status
            for campaign in fate.campaigns:
                for text in self._numbers(_text(row, number_at)):
                    yield _Line(number, text, code, f"{ROW}{campaign}", status)
        for texts, count in seen.items():
            self.counts.add(self._fates.of(texts), count)

    def _numbers(self, cell: str) -> Iterable[str]:
        """Return the numbers of a cell, as they are written."""
        if not self._leads.lines:
            return (cell,)
        found: list[str] = []
        for line in filter(str.strip, cell.splitlines()):
            numbers = re.split("[|;]", line, maxsplit=1)[0].split(",")
            self.counts.with_comma += len(numbers) > 1
            found += filter(str.strip, numbers)
        return found

    def dnc(self) -> Iterator[DncPart]:
        """Yield the numbers that must not be called, part by part."""
        for table in self._leads.dnc:
            names = frozenset(name.lower() for name in table.tables)
            for block in open_blocks(self._path, names, self._options):
                if block.name.lower() in names:
                    yield from self._dnc_parts(table, block)

    def _dnc_parts(self, table: DncTable, block: SourceTable) -> Iterator[DncPart]:
        asked = (table.number, table.calling_code, table.campaign)
        number_at, code_at, campaign_at = places_of(block.columns or table.positions, asked)
        if number_at is None or (table.campaign and campaign_at is None):
            raise _without_column(self._path, block, table.number)
        source = self._source(block.name, HEADINGS[:2])
        rows: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for row in block.rows:
            line = (row.number, _text(row, number_at), _text(row, code_at).strip())
            for campaign in self._concerned(table, _text(row, campaign_at)):
                rows[campaign].append(line)
        for campaign, lines in rows.items():
            numbers, *columns = zip(*lines, strict=True)
            yield DncPart(source, campaign, chunk_of(source.headings, numbers, columns))

    def _concerned(self, table: DncTable, campaign: str) -> Sequence[str]:
        """Return the campaigns that a row of a table of numbers holds for, which may have no row any more."""
        if not table.campaign:
            return ("",)
        old_id = campaign.strip().casefold()
        ids = (old_id, *self._borrowers(table.borrowed).get(old_id, ()))
        return [f"{ROW}{self._campaigns.rows[one]}" for one in ids if one in self._campaigns.rows]

    def _borrowed_by(self, column: str) -> Mapping[str, Sequence[str]]:
        """Return which campaigns use the numbers of each other one, as a column of theirs says."""
        users: dict[str, list[str]] = {}
        for campaign, joined in self._joined.items() if column else ():
            if lender := joined.main.text(column).strip().casefold():
                users.setdefault(lender, []).append(campaign)
        return users

    def _source(self, table: str, headings: tuple[str, ...]) -> Source:
        return Source(
            path=str(self._path),
            sheet=table,
            headings=headings,
            digest=self._digest,
            kind="migration",
            places=tuple(range(len(headings))),
        )


def _leads_of(path: Path, profile: Profile) -> Leads:
    if profile.leads is None:
        message = (
            f"{path}: the profile of {profile.title} does not know its leads, so --with-leads cannot load them. "
            "Export them as a list, and load that with --numbers."
        )
        raise WrongUsage(message, ProblemCode.CLASH)
    return profile.leads


def _refuse_without_tables(path: Path, leads: Leads, tables: Mapping[str, SourceTable]) -> None:
    """Raise FileRefused if the tables that say which campaign a lead belongs to are not in the export."""
    needed = {column.table for column in leads.campaign.columns}
    if "" in needed or any(_is_there(one, tables) for one in leads.companions if one.name in needed):
        return
    names = " or ".join(name for one in leads.companions if one.name in needed for name in one.tables)
    message = f"{path} has no table {names}, which says to which campaign each lead belongs. Export it, too."
    raise FileRefused(message, ProblemCode.NO_TABLE)


def _is_there(companion: Companion, tables: Mapping[str, SourceTable]) -> bool:
    return any(table_named(tables, name) is not None for name in companion.tables)


def _without_column(path: Path, block: SourceTable, column: str) -> FileRefused:
    message = f"{path}: the columns of the table {block.name} are not known, or {column} is not one of them."
    return FileRefused(f"{message} Export it with the names of its columns.", ProblemCode.NO_HEADINGS)


def _text(row: SourceRow, at: int | None) -> str:
    return (row.values[at] or "") if at is not None and at < len(row.values) else ""


def _row_number(lead_id: str, number: int) -> int:
    is_number = lead_id.isascii() and lead_id.isdecimal() and len(lead_id) <= LONGEST_ID
    return int(lead_id) if is_number and int(lead_id) else number
