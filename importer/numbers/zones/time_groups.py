"""The time group of each time zone, as the settings name them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from importer.model import MOST_PARTS
from importer.numbers.options import SplitOptions
from importer.numbers.parsing.judging import Judgement
from importer.numbers.zones.clocks import by_clock, clock_of, is_zone, main_zone, zone_of, zones
from schemas.likeness import suggestion
from schemas.limits import LONGEST_WHOLE_NUMBER
from schemas.problem_codes import ProblemCode

TOGETHER = "+"
"""What stands between zones in the name of a combination."""

MOST_NAMED = 4
"""How many zones are named; in more of them, a number says nothing about where somebody is."""


def normal_name(key: str) -> str:
    """Return a zone, or zones with + between them, in the one way in which campaigns are named after them."""
    return TOGETHER.join(sorted(part.strip() for part in key.split(TOGETHER)))


def mistakes_in(time_groups: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with zones and their time groups, as they were typed."""
    known: dict[str, str] = {}
    for key, group in time_groups.items():
        names = [part.strip() for part in key.split(TOGETHER)]
        yield from (f"{key!r}: {_unknown(name)}" for name in names if not is_zone(name))
        if not _is_id(group):
            yield f"{key!r}: {group!r} is not the ID of a time group. Write a whole number of at least 1."
        if (same := known.setdefault(normal_name(key), key)) != key:
            yield f"{key!r} and {same!r} name the same zones. Remove one of them."
        if len(set(names)) < len(names):
            yield f"{key!r} names a zone twice."
    if len(time_groups) > MOST_PARTS:
        yield f"there are {len(time_groups)} of them, and at most {MOST_PARTS} are allowed."


def _is_id(group: str) -> bool:
    return group.isascii() and group.isdecimal() and len(group) <= LONGEST_WHOLE_NUMBER and int(group) > 0


def _unknown(name: str) -> str:
    meant = zone_of(name)
    hint = f" Did you mean {meant}?" if meant else suggestion(name, sorted(zones()))
    return f"there is no time zone {name!r}.{hint or ' Write it as Europe/London.'}"


class TimeGroups:
    """Finds the zone of the settings that stands for the zones in which a number may be."""

    def __init__(self, options: SplitOptions) -> None:
        self.groups = options.time_groups
        self._strictest = options.strictest
        self.resolve = lru_cache(maxsize=4096)(self._resolve)
        """Return the zone of the settings for some zones, or why there is none."""

    @cached_property
    def names(self) -> list[str]:
        """The zones and combinations of the settings, in the order of their names."""
        return sorted(self.groups)

    @cached_property
    def _single(self) -> frozenset[str]:
        return frozenset(name for name in self.groups if TOGETHER not in name)

    @cached_property
    def _combined(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(name.split(TOGETHER)) for name in self.names if TOGETHER in name}

    def _resolve(self, found: frozenset[str]) -> tuple[str, Judgement | None]:
        if not found:
            message = "Nothing says in which time zone the person is. Fill in a column timezone."
            return "", Judgement(0, "", ProblemCode.TIMEZONE_UNCLEAR, message)
        several = [name for group in by_clock(found) for name in self._representatives(group)]
        if len(several) > 1:
            return self._together(found, sorted(several))
        return self._only(several[0])

    def _representatives(self, group: Collection[str]) -> Collection[str]:
        """Return the zones of the settings among those that keep the same time, else the best known of them."""
        return sorted(self._single.intersection(group)) or [main_zone(group)]

    def _only(self, zone: str) -> tuple[str, Judgement | None]:
        """Return the zone of the settings for one zone: itself, or the only one that keeps the same time."""
        if zone in self._single:
            return zone, None
        alike = [name for name in self._single if clock_of(name) == clock_of(zone)]
        return (alike[0], None) if len(alike) == 1 else ("", _missing(zone))

    def _together(self, found: frozenset[str], several: Sequence[str]) -> tuple[str, Judgement | None]:
        """Return the smallest combination of the settings that has all zones in which a number may be."""
        if self._strictest:
            fitting = [
                name
                for name, members in self._combined.items()
                if all(self._is_covered(zone, members) for zone in found)
            ]
            if fitting:
                return min(fitting, key=lambda name: (len(self._combined[name]), name)), None
            if len(several) <= MOST_NAMED:
                return "", _missing(TOGETHER.join(several))
        more = f" and {len(several) - MOST_NAMED} more" if len(several) > MOST_NAMED else ""
        cure = "" if self._strictest else ", or use --ambiguous-zone strictest"
        named = f"{', '.join(several[:MOST_NAMED])}{more}"
        message = f"The person may be in several time zones: {named}. Fill in a column timezone{cure}."
        return "", Judgement(0, "", ProblemCode.TIMEZONE_UNCLEAR, message)

    def _is_covered(self, zone: str, members: Collection[str]) -> bool:
        """Return whether a combination stands for a zone; one with a time group of its own has to be named in it."""
        if zone in members or zone in self._single:
            return zone in members
        return clock_of(zone) in map(clock_of, members)


def _missing(name: str) -> Judgement:
    message = f'{name} has no time group. Write "{name}" = ID under [timezones] in the settings.'
    return Judgement(0, "", ProblemCode.NO_TIME_GROUP, message)
