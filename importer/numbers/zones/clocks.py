"""Time zones: which there are, which of them keep the same time, and those of a country."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

import tzdata  # type: ignore[import-untyped]  # it has no types

DAYS = 2 * 366
"""For how many days from today zones must keep the same time to count as the same."""

Clock = str
"""A digest of the offsets of a zone from UTC on the days to come."""


@cache
def zones() -> frozenset[str]:
    """Return the names of all zones in which somebody lives: an area, a slash and a place.

    Others are no places: EST is an offset without summer time, and Etc/GMT+5 is west of Greenwich.
    """
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix")))


def is_zone(name: str) -> bool:
    """Return whether a text is the name of a zone, as it is written in the database of time zones."""
    return name in zones()


@cache
def _by_lower_case() -> Mapping[str, str]:
    return {name.lower(): name for name in zones()}


def zone_of(text: str) -> str:
    """Return the zone that a text names, regardless of case and of spaces for underscores; "" if it names none."""
    return _by_lower_case().get("_".join(text.lower().split()), "")


@cache
def clock_of(zone: str) -> Clock:
    """Return what the clocks of a zone show in the time to come; equal for zones that keep the same time."""
    info = ZoneInfo(zone)
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    offsets = ((noon + timedelta(days=day)).astimezone(info).utcoffset() for day in range(DAYS))
    return hashlib.blake2b(",".join(map(str, offsets)).encode(), digest_size=16).hexdigest()


def by_clock(names: Collection[str]) -> list[list[str]]:
    """Return zones in groups that keep the same time, all in the order of their names."""
    groups: defaultdict[Clock, list[str]] = defaultdict(list)
    for name in sorted(names):
        groups[clock_of(name)].append(name)
    return list(groups.values())


def main_zone(names: Collection[str]) -> str:
    """Return the best known of some zones: the database has one for those whose clocks have agreed since 1970."""
    return min(names, key=lambda name: (name not in _lasting(), name))


def zones_of_country(country: str) -> frozenset[str]:
    """Return the zones of a country, by its code of two letters; none for a country that is not known."""
    return _by_country().get(country, frozenset())


@cache
def _by_country() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for country, _, zone, *_ in _table("zone.tab"):
        found[country].add(zone)
    return {country: frozenset(names) for country, names in found.items()}


@cache
def _lasting() -> frozenset[str]:
    return frozenset(zone for _, _, zone, *_ in _table("zone1970.tab"))


def _table(name: str) -> list[list[str]]:
    text = files(tzdata).joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
