"""Files in a drop folder whose rows are split by the time zones of their numbers."""

from pathlib import Path
from typing import Any

import pytest

from importer.drop import load
from importer.errors import WrongSettings
from importer.sandbox import Sandbox
from tests.commands.test_drop_pairs import put
from tests.support.drop_site import DropSite
from tests.support.every_format import WORKBOOKS, WRITERS
from tests.support.numbers import british, on_the_wire
from tests.support.processes import ProcessPool

TOML = """
country = "GB"
number_format = "digits"
numbers_beside = "{stem}.numbers.*"
split = "timezone"
timezones = { "Europe/London" = 12, "Europe/Paris" = 13 }
"""
HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = [(f"Spring {number}", "queue", "1", "1") for number in range(26)]
ZONES = ("Europe/London", "Europe/Paris")
NUMBERS = [
    (name, number, ZONES[place % 2])
    for at, (name, *_) in enumerate(ROWS)
    for place, number in enumerate(british(4, 100 * at))
]


@pytest.fixture
def drop_site(here: Path, journal: Path, sandbox: Sandbox, process_pool: ProcessPool) -> DropSite:
    """A drop folder in which campaigns have their numbers beside them and are split."""
    site = DropSite(here / "in", journal, sandbox.url, process_pool, {"CAMPAIGN_IMPORTER_WORKERS": "4"})
    site.say(TOML + site.telling())
    return site


def drop_both(site: DropSite, ending: str = "csv", more: tuple[tuple[str, ...], ...] = ()) -> None:
    """Drop the campaigns and their numbers."""
    put(site, f"night.{ending}", [HEADINGS, *ROWS])
    put(site, f"night.numbers.{ending}", [("campaign", "phone", "timezone"), *NUMBERS, *more])


def dropped(site: DropSite) -> dict[str, Any]:
    """Run a pass, and return the document of its one file."""
    (told,) = site.drop("--json").document["files"]
    return dict(told)


def assert_split(sandbox: Sandbox) -> None:
    """Every row is one campaign for each zone, with its time group and its numbers."""
    campaigns = {one["name"]: one for one in sandbox.campaigns()}
    assert len(campaigns) == len(sandbox.campaigns()) == 52
    for name, *_ in ROWS:
        for zone, group in zip(ZONES, (12, 13), strict=True):
            one = campaigns[f"{name} ({zone})"]
            assert (one["timegroup"], one["enabled"]) == (group, 1)
            mine = [number for row, number, of in NUMBERS if (row, of) == (name, zone)]
            assert set(sandbox.destinations(one["id"])) == on_the_wire(mine)


@pytest.mark.parametrize("format_name", [name for name in WRITERS if "." not in name])
def test_dropped_rows_are_split(drop_site: DropSite, sandbox: Sandbox, format_name: str) -> None:
    """In every format: campaigns and list are read together, split, archived as done; the same again is a duplicate."""
    drop_both(drop_site, format_name)
    told = dropped(drop_site)
    assert (told["place"], told["exit_code"]) == ("done", 0), told
    assert_split(sandbox)
    if format_name not in WORKBOOKS:  # these have the time in them
        drop_both(drop_site, format_name)
        assert dropped(drop_site)["place"] == "duplicate"
        assert_split(sandbox)


def test_a_zone_without_a_time_group_is_left_to_a_person(drop_site: DropSite, sandbox: Sandbox) -> None:
    """If most numbers are refused, nothing is created, and the command to load the others splits as well."""
    drop_site.say(TOML.replace('"Europe/Paris" = 13', '"Asia/Tokyo" = 13') + drop_site.telling())
    drop_both(drop_site)
    told = dropped(drop_site)
    assert told["place"] == "quarantine"
    assert "--split timezone --timezone Europe/London=12 --timezone Asia/Tokyo=13" in told["message"]
    assert not sandbox.campaigns()


def test_files_without_numbers_are_not_split(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Where rows are to be split, a file of campaigns that has no numbers at all creates nothing."""
    drop_site.say(TOML.replace('numbers_beside = "{stem}.numbers.*"', "") + drop_site.telling())
    put(drop_site, "night.csv", [HEADINGS, *ROWS])
    told = dropped(drop_site)
    assert told["place"] == "quarantine"
    assert "--split timezone goes by the telephone numbers" in told["message"]
    assert not sandbox.campaigns()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('split = "zone"', 'split: "zone" is not "timezone".'),
        ('[timezones]\n"Europe/Lodnon" = 3', "Europe/Lodnon is not the name of a time zone."),
        ('[timezones]\n"Europe/London" = 0', "0 is not a whole number of 1 or more."),
        ('ambiguous_zone = "strictest"', "it is for rows that are split. Set split as well, or remove it."),
        (
            'split = "timezone"\nall_sheets = true',
            "rows are split by telephone numbers, which are for the campaigns of",
        ),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, message: str) -> None:
    """What is wrong about zones in drop.toml is refused before any file is read."""
    (tmp_path / "drop.toml").write_text(text, encoding="utf-8")
    (tmp_path / "drop.toml").chmod(0o600)
    with pytest.raises(WrongSettings) as refused:
        load(tmp_path)
    assert message in refused.value.message


def test_folders_have_time_groups_of_their_own(tmp_path: Path) -> None:
    """[folder.NAME] replaces single zones of the top; zones may stand together in any order."""
    (tmp_path / "acme").mkdir()
    text = (
        'split = "timezone"\n[timezones]\n"Europe/London" = 1\n"America/New_York+America/Chicago" = 2\n'
        '[folder.acme.timezones]\n"Europe/London" = 3\n'
    )
    (tmp_path / "drop.toml").write_text(text, encoding="utf-8")
    (tmp_path / "drop.toml").chmod(0o600)
    top, acme = (one.handling.timezones for one in load(tmp_path).folders)
    assert top == {"Europe/London": 1, "America/Chicago+America/New_York": 2}
    assert acme == {**top, "Europe/London": 3}
