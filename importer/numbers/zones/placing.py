"""The zone of each number, and with it the list that it belongs to."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache

import phonenumbers

from importer.numbers.lists.rows import NumberEntry
from importer.numbers.lists.tables import NumberTable
from importer.numbers.parsing.library import calling_code_of
from importer.numbers.zones.clocks import by_clock, clock_of, is_zone
from importer.numbers.zones.row_zones import RowZone, RowZones
from importer.numbers.zones.time_groups import TimeGroups
from importer.reading import Chunk

ListFor = Callable[[int, str], int]
"""Returns the list of a row of the sheet and a zone of the settings."""


class ZoneSplit:
    """Puts numbers into lists by row and zone. Until then, the list of a number is its row with a minus in front.

    `rows` are the rows of the lists. What has no zone, or must not be called, is put into the list of its row that
    `left_over` returns, of which nothing is loaded.
    """

    def __init__(self, time_groups: TimeGroups, list_for: ListFor, left_over: Callable[[int], int]) -> None:
        self._time_groups = time_groups
        self._list_for = cache(list_for)
        self._left_over = cache(left_over)
        self._narrowed = lru_cache(maxsize=4096)(_narrowed)
        self._have_one_time = lru_cache(maxsize=4096)(_have_one_time)
        self.rows: dict[int, int] = {}

    @staticmethod
    def zones_of(table: NumberTable) -> RowZones:
        """Return what finds the zones that the rows of a table name. Raises FileRefused if two columns do."""
        return RowZones(table)

    def placed(self, chunk: Chunk, entries: Sequence[NumberEntry], zones: RowZones) -> list[NumberEntry]:
        """Return the numbers of a chunk, each with the list of its row and zone, or with why it has none."""
        said = dict(zip(chunk.numbers, zones.of(chunk), strict=True))
        return [self._place(entry, said[entry.row]) for entry in entries]

    def _place(self, entry: NumberEntry, said: RowZone) -> NumberEntry:
        judged = entry.judgement
        entry = entry._replace(zone=said.written)
        if not said.of_country and calling_code_of(judged.country) != calling_code_of(entry.country):
            # Handed back, the country that is assumed for national numbers would be that of the person.
            entry = entry._replace(country=judged.country or entry.country)
        if entry.list >= 0:
            return entry._replace(list=0)
        row = -entry.list
        if judged.problem_code is not None:
            return entry._replace(list=self._left_over(row))
        zone, fault = ("", said.fault) if said.fault else self._time_groups.resolve(self._zones(said, judged.e164))
        if fault:
            return entry._replace(
                list=self._left_over(row), judgement=fault._replace(e164=judged.e164, country=judged.country)
            )
        number = self._list_for(row, zone)
        self.rows[number] = row
        if said.of_country and is_zone(zone):
            # The country of a number that is loaded is not kept.
            entry = entry._replace(zone=zone)
        return entry._replace(list=number)

    def _zones(self, said: RowZone, e164: int) -> frozenset[str]:
        """Return the zones in which the person may be: of the row, else of its country, else of the number."""
        if said.zone:
            return frozenset((said.zone,))
        if not said.of_country:
            return zones_of_number(e164)
        if self._have_one_time(said.of_country):
            return said.of_country
        return self._narrowed(said.of_country, zones_of_number(e164))


def _have_one_time(of_country: frozenset[str]) -> bool:
    return len(by_clock(of_country)) == 1


def _narrowed(of_country: frozenset[str], of_number: frozenset[str]) -> frozenset[str]:
    """Return those zones of a number that are zones of a country; if none is, all of the country."""
    clocks = set(map(clock_of, of_country))
    return frozenset(name for name in of_number if clock_of(name) in clocks) or of_country


def zones_of_number(e164: int) -> frozenset[str]:
    """Return the zones in which a number may be; none if the numbering plan does not say it."""
    from phonenumbers.timezone import time_zones_for_number  # its table takes a while to import

    return frozenset(filter(is_zone, time_zones_for_number(phonenumbers.parse(f"+{e164}"))))
