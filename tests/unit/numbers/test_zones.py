"""Which time zone of the settings a number belongs to."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from importer.numbers.options import SplitOptions
from importer.numbers.zones.clocks import by_clock, clock_of, main_zone, zone_of, zones, zones_of_country
from importer.numbers.zones.placing import zones_of_number
from importer.numbers.zones.time_groups import TimeGroups, mistakes_in, normal_name
from schemas.problem_codes import ProblemCode

SETTINGS = {
    "Europe/London": "12",
    "Europe/Paris": "13",
    "Europe/Berlin": "14",
    "America/New_York": "15",
    "America/Chicago+America/New_York": "16",
    "America/Chicago+America/Denver+America/New_York": "17",
}


def resolved(found: str, groups: Mapping[str, str] = SETTINGS, *, strictest: bool = False) -> tuple[str, str]:
    """Return the zone of the settings for some zones, and the code of what is wrong."""
    time_groups = TimeGroups(SplitOptions(time_groups=groups, strictest=strictest))
    zone, fault = time_groups.resolve(frozenset(found.split()))
    return zone, fault.problem_code or "" if fault else ""


@pytest.mark.parametrize(
    ("found", "zone", "code"),
    [
        ("Europe/London", "Europe/London", ""),
        ("Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/London", "Europe/London", ""),
        ("Europe/Jersey", "Europe/London", ""),
        ("America/Detroit", "America/New_York", ""),
        ("America/Indiana/Indianapolis America/New_York", "America/New_York", ""),
        ("Europe/Madrid", "", "E617"),
        ("Europe/Paris Europe/Berlin", "", "W605"),
        ("Atlantic/Canary Europe/Madrid", "", "W605"),
        ("Asia/Tokyo", "", "E617"),
        ("", "", "W605"),
    ],
    ids=str,
)
def test_a_zone_is_that_of_the_settings(found: str, zone: str, code: str) -> None:
    """A zone is found by its name, else by the only one that keeps the same time; where several fit, none is guessed.

    Paris and Berlin keep the same time, but have time groups of their own: their laws differ.
    """
    assert resolved(found) == (zone, code)


@pytest.mark.parametrize(
    ("found", "zone", "code"),
    [
        ("America/Chicago America/New_York", "America/Chicago+America/New_York", ""),
        ("America/Detroit America/Menominee", "America/Chicago+America/New_York", ""),
        ("America/Denver America/New_York", "America/Chicago+America/Denver+America/New_York", ""),
        ("America/Los_Angeles America/New_York", "", "E617"),
        ("Europe/Paris Europe/Berlin", "", "E617"),
        ("America/New_York", "America/New_York", ""),
    ],
    ids=str,
)
def test_the_strictest_is_the_smallest_combination_with_all_zones(found: str, zone: str, code: str) -> None:
    """Numbers in several zones get the time group that the settings name for all of them together, or for more."""
    assert resolved(found, strictest=True) == (zone, code)


def test_a_zone_with_its_own_time_group_is_named_in_a_combination() -> None:
    """A combination with a zone of the same time does not stand for one that has a time group of its own."""
    groups = {**SETTINGS, "Europe/London+Europe/Paris": "20"}
    assert resolved("Europe/London Europe/Paris", groups, strictest=True) == ("Europe/London+Europe/Paris", "")
    assert resolved("Europe/London Europe/Berlin", groups, strictest=True) == ("", "E617")
    assert resolved("Europe/London Europe/Madrid", groups, strictest=True) == ("Europe/London+Europe/Paris", "")


@pytest.mark.parametrize("strictest", [False, True])
def test_a_message_shows_the_line_to_write_or_what_else_to_do(strictest: bool) -> None:
    """A zone without a time group is told with its line; of many zones, the first few are named."""
    time_groups = TimeGroups(SplitOptions(time_groups=SETTINGS, strictest=strictest))
    _, missing = time_groups.resolve(frozenset(("Europe/Madrid",)))
    assert missing is not None
    assert 'Write "Europe/Madrid" = ID under [timezones] in the settings.' in missing.message
    _, many = time_groups.resolve(zones_of_number(18005551234))
    assert many is not None
    assert many.problem_code is ProblemCode.TIMEZONE_UNCLEAR
    assert " more. Fill in a column timezone" in many.message
    assert ("--ambiguous-zone strictest" in many.message) is not strictest


@given(some.sets(some.sampled_from(sorted(zones())), min_size=1, max_size=6), some.booleans())
def test_a_zone_is_never_called_at_anothers_time(found: set[str], strictest: bool) -> None:
    """Whatever zones a number may be in: the zone or combination that is taken has the clocks of all of them."""
    zone, code = resolved(" ".join(found), strictest=strictest)
    assert bool(zone) is not bool(code)
    if zone:
        assert {clock_of(one) for one in found} <= {clock_of(one) for one in zone.split("+")}


@pytest.mark.parametrize(
    ("number", "country", "expected"),
    [
        (442083661177, "GB", {"Europe/London"}),
        (447911123456, "GB", {"Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Jersey", "Europe/London"}),
        (12125551234, "US", {"America/New_York"}),
        (881612345678, "", set()),
    ],
)
def test_a_number_has_zones_of_its_country(number: int, country: str, expected: set[str]) -> None:
    """What the numbering plan says of a number keeps the time of a zone of its country; of a satellite's, nothing."""
    assert zones_of_number(number) == expected
    of_country = {clock_of(one) for one in zones_of_country(country)}
    assert {clock_of(one) for one in expected} <= of_country


def test_every_country_has_its_zones() -> None:
    """The table of countries names zones that the computer knows, and the best known of some is the one people name."""
    for country in ("GB", "DE", "US", "AU", "BR", "UA"):
        assert zones_of_country(country) <= zones()
    assert len(by_clock(zones_of_country("DE"))) == 1
    assert len(by_clock(zones_of_country("US"))) > 5
    assert zones_of_country("XX") == frozenset()
    assert main_zone(("Europe/Guernsey", "Europe/London", "Europe/Jersey")) == "Europe/London"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/London", "Europe/London"),
        (" america/new york ", "America/New_York"),
        ("AMERICA/ARGENTINA/BUENOS_AIRES", "America/Argentina/Buenos_Aires"),
        *((text, "") for text in ("EST", "GMT", "UTC", "Etc/GMT+5", "GMT Standard Time", "London", "+1", "")),
    ],
)
def test_a_name_of_a_zone_is_that_of_a_place(text: str, zone: str) -> None:
    """Case and spaces do not matter; abbreviations and offsets do not say whether there is summer time."""
    assert zone_of(text) == zone
    assert not zone or ZoneInfo(zone)


def test_mistakes_in_time_groups_are_told_at_once() -> None:
    """Names that are no zones, IDs that are none, and zones that are named twice, each with what is meant."""
    typed = {
        "Europe/Lodnon": "1",
        "europe/paris": "2",
        "Europe/Berlin": "0",
        "America/New_York + America/Chicago": "3",
        "America/Chicago+America/New_York": "4",
        "Europe/Rome+Europe/Rome": "x",
        "Asia/Tokyo": "9" * 40,
    }
    assert list(mistakes_in(typed)) == [
        "'Europe/Lodnon': there is no time zone 'Europe/Lodnon'. Did you mean 'Europe/London'?",
        "'europe/paris': there is no time zone 'europe/paris'. Did you mean Europe/Paris?",
        "'Europe/Berlin': '0' is not the ID of a time group. Write a whole number of at least 1.",
        "'America/Chicago+America/New_York' and 'America/New_York + America/Chicago' name the same zones. Remove one "
        "of them.",
        "'Europe/Rome+Europe/Rome': 'x' is not the ID of a time group. Write a whole number of at least 1.",
        "'Europe/Rome+Europe/Rome' names a zone twice.",
        f"'Asia/Tokyo': '{'9' * 40}' is not the ID of a time group. Write a whole number of at least 1.",
    ]
    many = dict.fromkeys(sorted(zones())[:201], "1")
    assert list(mistakes_in(many)) == ["there are 201 of them, and at most 200 are allowed."]
    assert normal_name("America/New_York + America/Chicago") == "America/Chicago+America/New_York"
