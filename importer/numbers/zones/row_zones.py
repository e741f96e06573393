"""The time zone that each row of a list names for its numbers."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from importer.errors import FileRefused
from importer.numbers.lists.rows import merged_rows
from importer.numbers.lists.tables import NumberTable, cells_of
from importer.numbers.parsing.countries import country_of
from importer.numbers.parsing.judging import Judgement
from importer.numbers.zones.clocks import zone_of, zones, zones_of_country
from importer.reading import Chunk
from importer.security import visible, without_numbers
from importer.spreadsheets import TEXT, UNCALCULATED
from schemas.likeness import suggestion
from schemas.problem_codes import ProblemCode

LONGEST = 40
"""How many characters of an unknown zone are shown."""


class RowZone(NamedTuple):
    """What a row says: its zone, or those of its country ("" and none: it says nothing); or why that is unclear.

    `written` is what stands in its cell.
    """

    zone: str = ""
    of_country: frozenset[str] = frozenset()
    fault: Judgement | None = None
    written: str = ""


class RowZones:
    """Finds the zones that the rows of a table name. Raises FileRefused if two columns do."""

    def __init__(self, table: NumberTable) -> None:
        columns = table.columns.timezones
        if len(columns) > 1:
            source = table.table.source
            both = " and ".join(repr(source.headings[at].strip()) for at in columns[:2])
            message = f"{source.path}: the columns {both} both say in which time zone a number is. Rename one of them."
            raise FileRefused(message, ProblemCode.WRONG_HEADINGS)
        self._zone = columns[0] if columns else None
        # Beside a campaign stands the country of its national numbers, not that in which each person is.
        self._country = None if table.of_campaigns else table.columns.country
        self._read = lru_cache(maxsize=4096)(_read)

    def of(self, chunk: Chunk) -> Iterable[RowZone]:
        """Return what each row says about its time zone."""
        if self._zone is None and self._country is None:
            return repeat(RowZone(), len(chunk))
        cells = repeat(("", TEXT, None), len(chunk)) if self._zone is None else cells_of(chunk, self._zone)
        countries = [""] * len(chunk) if self._country is None else chunk.texts_at(self._country)
        merged = {} if self._zone is None else dict(merged_rows(chunk, self._zone))
        found = zip(chunk.numbers, cells, countries, strict=True)
        return (
            RowZone(fault=merged[row]) if row in merged else self._read(text, kind, country)
            for row, (text, kind, _), country in found
        )


def _read(text: str, kind: str, country: str) -> RowZone:
    name = text.strip()
    if name or kind == UNCALCULATED:
        zone = zone_of(name)
        return RowZone(zone, written=name) if zone else RowZone(fault=_unknown(name), written=name)
    return RowZone(of_country=zones_of_country(country_of(country)) if country.strip() else frozenset())


def _unknown(name: str) -> Judgement:
    shown = visible(without_numbers(name))[:LONGEST]
    hint = suggestion(name, sorted(zones())) if name else ""
    message = (
        f"{shown!r} is not the name of a time zone.{hint} Write it as Europe/London or America/New_York, or leave the "
        "cell empty."
    )
    return Judgement(0, "", ProblemCode.UNKNOWN_TIMEZONE, message)
