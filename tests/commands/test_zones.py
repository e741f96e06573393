"""`import --split timezone`: a row becomes one campaign for each time zone of its numbers, with its time group."""

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from importer.sandbox import Dialling, Modes, Sandbox
from tests.support.every_format import WORKBOOKS, write_format
from tests.support.numbers import british, on_the_wire, write_list
from tests.support.program import Finished, Program
from tests.support.thorough import share

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = (("North", "queue", "1", "1"), ("South", "queue", "2", "1"))
TIME_GROUPS = {"Europe/London": 12, "Europe/Paris": 13, "America/New_York": 15}
SETTINGS = "[timezones]\n" + "".join(f'"{zone}" = {group}\n' for zone, group in TIME_GROUPS.items())
SPLIT = ("--split", "timezone", "--number-format", "digits", "--country", "GB", "--config", "zones.toml")
YES = ("--yes", "--json")

PARIS = "+33 1 42 68 53 00"
TOKYO = "+81 3 1234 5678"
NEW_YORK = "+1 212 555 1234"
BOISE_OR_LOS_ANGELES = "+1 208 555 1234"
AUSTRALIAN_MOBILE = "+61 412 345 678"


@pytest.fixture
def zones(here: Path) -> Path:
    """Settings with the time groups of some zones, in the current folder."""
    path = here / "zones.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    path.chmod(0o600)
    return path


def leads(*lines: str, heading: str = "campaign,phone,timezone", name: str = "leads.csv") -> Path:
    """Write a list of numbers with their campaigns and time zones."""
    return write_list(name, *lines, heading=heading)


def campaigns(sandbox: Sandbox) -> Mapping[str, Mapping[str, Any]]:
    """Return the campaigns on the server by their names; there are no two of one name."""
    found = {str(one["name"]): one for one in sandbox.campaigns()}
    assert len(found) == len(sandbox.campaigns())
    return found


def numbers(sandbox: Sandbox) -> dict[str, set[str]]:
    """Return the numbers of each campaign on the server, by its name."""
    return {name: set(sandbox.destinations(one["id"])) for name, one in campaigns(sandbox).items()}


def split(program: Program, sheet: Path, *arguments: object) -> Finished:
    """Import a sheet split by time zone, without a question, with a document."""
    return program("import", sheet, *SPLIT, *YES, *arguments)


def digits(number: str) -> str:
    """Return a number as it is sent."""
    return "".join(filter(str.isdecimal, number))


@pytest.mark.usefixtures("zones")
@pytest.mark.parametrize("format_name", ["csv", "tsv", *WORKBOOKS])
def test_a_row_becomes_a_campaign_for_each_zone(
    program: Program, sandbox: Sandbox, table: Table, here: Path, format_name: str
) -> None:
    """In every format: campaigns are named after their zones, have their time groups, and their own numbers alone."""
    zone_of = ("Europe/London", "europe/paris", "America/New York", "")
    lines = [("North", one, zone_of[at % 4]) for at, one in enumerate(british(1_300))]
    path = write_format(here, format_name, {"Leads": [("campaign", "phone", "Zeitzone"), *lines]})
    told = split(program, table("campaigns.csv", HEADINGS, ROWS[0]), "--numbers", path, "--batch", "200")
    assert told.exit_code == 0, told.stderr
    found = numbers(sandbox)
    by_zone = {zone: on_the_wire([one for _, one, of in lines if of == zone]) for zone in zone_of}
    assert found == {
        "North (Europe/London)": by_zone["Europe/London"] | by_zone[""],
        "North (Europe/Paris)": by_zone["europe/paris"],
        "North (America/New_York)": by_zone["America/New York"],
    }
    for zone, group in TIME_GROUPS.items():
        campaign = campaigns(sandbox)[f"North ({zone})"]
        assert (campaign["timegroup"], campaign["enabled"], campaign["dnumber"]) == (group, 1, "1")


@pytest.mark.usefixtures("zones")
@pytest.mark.parametrize("format_name", ["csv", *WORKBOOKS])
def test_results_show_every_campaign_of_a_row(program: Program, sandbox: Sandbox, here: Path, format_name: str) -> None:
    """In every format: the line of a row names all campaigns that were made of it, with IDs and numbers; once each."""
    rows = [(f"Row {at}", "queue", str(at), "1") for at in range(1, 31)]
    sheet = write_format(here, format_name, {"Campaigns": [HEADINGS, *rows]})
    in_zones = ("Europe/Paris", "Europe/London", "Europe/London")
    lines = [
        f"{name},{one},{zone}"
        for at, (name, *_) in enumerate(rows)
        for one, zone in zip(british(3, 10 * at), in_zones, strict=True)
    ]
    told = split(program, sheet, "--numbers", leads(*lines), "--results", "results.csv", "--report", "page.html")
    assert told.exit_code == 0, told.stderr
    ids = {name: one["id"] for name, one in campaigns(sandbox).items()}
    assert len(ids) == 60
    with Path("results.csv").open(encoding="utf-8-sig", newline="") as file:
        results = list(csv.DictReader(file))
    assert [one["name"] for one in results] == [name for name, *_ in rows]
    for line in results:
        london, paris = (ids[f"{line['name']} ({zone})"] for zone in ("Europe/London", "Europe/Paris"))
        assert (line["import_id"], line["import_status"]) == (f"{london}, {paris}", "created")
        assert line["import_message"] == (
            f"{line['name']} (Europe/London), campaign {london}: created. "
            f"{line['name']} (Europe/Paris), campaign {paris}: created."
        )
        assert line["import_numbers"] == (
            f"{line['name']} (Europe/London): 2 of 2 loaded; {line['name']} (Europe/Paris): 1 of 1 loaded"
        )
    default = program("runs", told.document["run"], "--results", "again.csv" if format_name == "csv" else "again.xlsx")
    assert default.exit_code == 0, default.stderr
    listed = json.loads(program("runs", told.document["run"], "--json").stdout)
    assert [(one["row"], one["part"]) for one in listed] == [(at, part) for at in range(2, 32) for part in (1, 2)]


@pytest.mark.usefixtures("zones")
def test_the_zone_comes_from_the_row_then_the_country_then_the_number(
    program: Program, sandbox: Sandbox, table: Table
) -> None:
    """A time zone in the row counts more than its country, and that more than the number, which moves with people."""
    path = leads(
        f"North,{PARIS},Europe/London,FR",
        f"North,{NEW_YORK},,GB",
        f"North,{PARIS[:-1]}1,,",
        f"North,{NEW_YORK[:-1]}5,,US",
        f"North,{british(1)[0]},,",
        heading="campaign,phone,timezone,country",
    )
    told = split(program, table("campaigns.csv", HEADINGS, ROWS[0]), "--numbers", path)
    assert told.exit_code == 0, told.stderr
    assert numbers(sandbox) == {
        "North (Europe/London)": {digits(PARIS), digits(NEW_YORK), *on_the_wire(british(1))},
        "North (Europe/Paris)": {digits(PARIS[:-1] + "1")},
        "North (America/New_York)": {digits(NEW_YORK[:-1] + "5")},
    }


@pytest.mark.usefixtures("here", "zones")
def test_numbers_without_a_clear_zone_are_handed_back(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Several zones hold a number, a zone without a time group or a wrong name refuses it; the others are loaded."""
    path = leads(
        *(f"North,{one}," for one in british(30)),
        f"North,{BOISE_OR_LOS_ANGELES},",
        f"North,{AUSTRALIAN_MOBILE},",
        f"North,{TOKYO},",
        f"North,{british(1, 90)[0]},EST",
        f"North,{british(1, 91)[0]},Europe/Lodnon",
        f"North,{british(1, 92)[0]},{british(1, 93)[0]}",
    )
    told = split(program, table("campaigns.csv", HEADINGS, ROWS[0]), "--numbers", path, "-v")
    assert told.exit_code == 4
    assert numbers(sandbox) == {"North (Europe/London)": on_the_wire(british(30))}
    (back,) = Path().glob("campaigns.numbers.*.csv")
    with back.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(one["place"], one["code"]) for one in lines] == [
        ("leads.csv B32", "W605"),
        ("leads.csv B33", "W605"),
        ("leads.csv B34", "E617"),
        ("leads.csv B35", "E616"),
        ("leads.csv B36", "E616"),
        ("leads.csv B37", "E616"),
    ]
    assert (
        "America/Boise, America/Los_Angeles. Fill in a column timezone, or use --ambiguous-zone" in lines[0]["verdict"]
    )
    assert 'Write "Asia/Tokyo" = ID under [timezones]' in lines[2]["verdict"]
    assert lines[3]["verdict"].startswith("'EST' is not the name of a time zone. Write it as Europe/London")
    assert "Did you mean 'Europe/London'?" in lines[4]["verdict"]
    assert british(1, 93)[0][1:] not in told.stderr + told.stdout + lines[5]["verdict"]


@pytest.mark.usefixtures("zones")
def test_the_strictest_time_group_is_one_for_all_zones(program: Program, sandbox: Sandbox, table: Table) -> None:
    """--ambiguous-zone strictest gives numbers in several zones a campaign of their own, if these have a time group."""
    sheet = table("campaigns.csv", HEADINGS, ROWS[0])
    path = leads(f"North,{BOISE_OR_LOS_ANGELES},", *(f"North,{one}," for one in british(5)))
    strictest = ("--numbers", path, "--ambiguous-zone", "strictest")
    refused = program("plan", sheet, *SPLIT, *strictest, "-v")
    assert 'Write "America/Boise+America/Los_Angeles" = ID under [timezones]' in " ".join(refused.stderr.split())
    told = split(program, sheet, *strictest, "--timezone", "America/Los_Angeles+America/Denver=21")
    assert told.exit_code == 0, told.stderr
    assert numbers(sandbox)["North (America/Denver+America/Los_Angeles)"] == {digits(BOISE_OR_LOS_ANGELES)}
    assert campaigns(sandbox)["North (America/Denver+America/Los_Angeles)"]["timegroup"] == 21


@pytest.mark.usefixtures("zones")
def test_the_same_file_again_creates_nothing_twice(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Split again, each campaign is recognised, in the sheet and in its results; only a new zone is created."""
    sheet = table("campaigns.csv", HEADINGS, *((*row[:3], "0") for row in ROWS))
    lines = [*(f"North,{one}," for one in british(40)), f"North,{PARIS},", f"South,{NEW_YORK},"]
    first = split(program, sheet, "--numbers", leads(*lines), "--results", "results.csv")
    assert first.exit_code == 0, first.stderr
    before = numbers(sandbox)
    for path in (sheet, Path("results.csv")):
        again = split(program, path, "--numbers", leads(*lines))
        assert again.document["counts"]["exists"] == 3, again.stderr
        assert numbers(sandbox) == before
    more = split(program, sheet, "--numbers", leads(*lines, f"South,{PARIS[:-1]}1,"))
    assert (more.document["counts"]["exists"], more.document["counts"]["created"]) == (3, 1)
    assert numbers(sandbox) == before | {"South (Europe/Paris)": {digits(PARIS[:-1] + "1")}}


@pytest.mark.usefixtures("zones")
def test_a_row_that_was_split_is_not_created_unsplit(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Imported without --split, such a row is refused: as one campaign, it would call the same people again."""
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    path = leads(*(f"North,{one}," for one in british(5)), *(f"South,{one}," for one in british(5, 50)))
    assert split(program, sheet, "--numbers", path).exit_code == 0
    planned = table("later.csv", HEADINGS, ROWS[0])
    before = numbers(sandbox)
    for arguments in ((), ("--numbers", path, "--number-format", "digits", "--country", "GB")):
        told = program("import", sheet, *YES, *arguments)
        assert told.exit_code == 3
        assert {one["code"] for one in told.document["problems"] if one["severity"] == "error"} == {"E620"}
        assert numbers(sandbox) == before
    assert program("import", planned, *YES).exit_code == 3
    edited = table("edited.csv", (*HEADINGS, "attempts"), ("north", *ROWS[0][1:], "5"))
    for decision in ("report", "update"):
        assert program("import", edited, *YES, "--on-change", decision).exit_code == 3
    assert numbers(sandbox) == before
    renamed = table("renamed.csv", HEADINGS, ("West", "queue", "1", "1"))
    assert program("import", renamed, *YES).exit_code == 0
    assert program("import", edited, *YES, "--on-change", "create").exit_code == 0
    assert program("import", planned, *YES, "--on-change", "create").exit_code == 3
    # The refusals are no reason to refuse the split import later.
    assert split(program, sheet, "--numbers", path).document["counts"]["exists"] == 2


@pytest.mark.usefixtures("zones")
def test_what_is_planned_unsplit_is_not_created_after_a_split(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A plan from before the same rows were split, and one from before they were created unsplit, create nothing."""
    sheet = table("campaigns.csv", HEADINGS, ROWS[0])
    path = leads(*(f"North,{one}," for one in british(5)))
    unsplit = program("plan", sheet, "--json").document["run"]
    late = program("plan", sheet, *SPLIT, "--numbers", path, "--json").document["run"]
    assert split(program, sheet, "--numbers", path).exit_code == 0
    assert program("apply", unsplit, "--json").exit_code == 3
    assert len(sandbox.campaigns()) == 1
    assert program("apply", late, "--json").document["counts"]["exists"] == 1
    assert len(sandbox.campaigns()) == 1


@pytest.mark.usefixtures("zones")
def test_a_campaign_that_exists_unsplit_is_not_split(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Numbers for a campaign that is on the server as one are refused, with what to do; nobody is called from both."""
    sheet = table("campaigns.csv", HEADINGS, ROWS[0])
    assert program("import", sheet, *YES).exit_code == 0
    there = sandbox.add_campaign(name="There", enabled=0)
    path = leads(*(f"North,{one}," for one in british(2)), f"{there},{PARIS},", f"East,{NEW_YORK},")
    told = split(program, sheet, "--numbers", path, "-v")
    assert told.exit_code == 3
    assert len(sandbox.campaigns()) == 2
    assert "refused 3: leads.csv B2" in told.stderr
    why = "Row 2 is campaign 1 already, with one time group, so numbers for it are not split by time zone."
    assert why in " ".join(told.stderr.split())
    assert "[E618]" in told.stderr


@pytest.mark.usefixtures("zones")
def test_a_plan_that_was_made_before_the_row_was_created_unsplit(
    program: Program, sandbox: Sandbox, table: Table
) -> None:
    """What was planned split finds the campaign that has since been made of the whole row, and makes no others."""
    sheet = table("campaigns.csv", HEADINGS, ROWS[0])
    path = leads(*(f"North,{one}," for one in british(5)), f"North,{PARIS},")
    run = program("plan", sheet, *SPLIT, "--numbers", path, "--json").document["run"]
    assert program("import", sheet, *YES, "--on-change", "create").exit_code == 0
    told = program("apply", run, "--json")
    assert told.document["counts"]["exists"] == 2
    assert told.exit_code == 4
    assert {name: len(some) for name, some in numbers(sandbox).items()} == {"North": 0}


@pytest.mark.usefixtures("zones")
def test_a_row_without_a_zone_is_not_created(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A row that no number to load is for has no zone, and would dial at any hour: it is refused with its place."""
    path = leads(*(f"North,{one}," for one in british(5)), f"South,{AUSTRALIAN_MOBILE},")
    told = split(program, table("campaigns.csv", HEADINGS, *ROWS, ("East", "queue", "3", "1")), "--numbers", path)
    assert told.exit_code == 4
    assert list(campaigns(sandbox)) == ["North (Europe/London)"]
    errors = [one for one in told.document["problems"] if one["severity"] == "error"]
    assert [(one["code"], one["row"]) for one in errors] == [("E619", 3), ("E619", 4)]


@pytest.mark.usefixtures("zones")
def test_limits_and_the_plan_count_the_campaigns_of_all_zones(program: Program, sandbox: Sandbox, table: Table) -> None:
    """--max-new, --max-dialling and --max-calls count each campaign that a row is split into, as does the plan."""
    sheet = table("campaigns.csv", (*HEADINGS, "maximum"), (*ROWS[0], "7"))
    path = leads(*(f"North,{one}," for one in british(5)), f"North,{PARIS},", f"North,{NEW_YORK},")
    for limit, most in (("--max-new", 2), ("--max-dialling", 2), ("--max-calls", 20)):
        told = split(program, sheet, "--numbers", path, limit, most)
        assert (told.exit_code, told.document["code"]) == (3, "E416")
        assert not sandbox.campaigns()
    planned = program("plan", sheet, *SPLIT, "--numbers", path, "--json").document
    assert (planned["counts"]["ready"], planned["dialling"], planned["calls"]) == (3, 3, 21)
    code, shown = program.terminal("import", sheet, *SPLIT, "--numbers", path, answers={"[y/N]": "y"})
    asked = " ".join(shown.split())
    assert code == 0, asked
    assert "1 row split by time zone into 3 campaigns: America/New_York 1, Europe/London 1, Europe/Paris 1." in asked
    assert "Create 3 campaigns and load 7 telephone numbers into 3 campaigns on" in asked
    assert len(sandbox.campaigns()) == 3


@pytest.mark.usefixtures("zones")
@pytest.mark.parametrize("scope", ["run", "list"])
def test_a_person_in_two_zones_is_called_once(program: Program, sandbox: Sandbox, table: Table, scope: str) -> None:
    """The campaigns of one row share their numbers, and the more cautious status counts, wherever the rows stand."""
    one, other = british(2)
    path = leads(
        f"North,{one},Europe/Paris,cancelled",
        f"North,{one},Europe/London,pending",
        f"North,{other},Europe/London,pending",
        f"North,{other},Europe/Paris,pending",
        f"South,{other},Europe/Paris,pending",
        f"South,{british(1, 5)[0]},Europe/London,pending",
        heading="campaign,phone,timezone,status",
    )
    sheet = table("campaigns.csv", HEADINGS, *((*row[:3], "0") for row in ROWS))
    told = split(program, sheet, "--numbers", path, "--duplicates", scope)
    assert told.exit_code == 0, told.stderr
    held = {name: dict(sandbox.destinations(one["id"])) for name, one in campaigns(sandbox).items()}
    expected = {
        "North (Europe/Paris)": {f"44{one[1:]}": "cancelled"},
        "North (Europe/London)": {f"44{other[1:]}": "pending"},
        "South (Europe/London)": {f"44{british(1, 5)[0][1:]}": "pending"},
    }
    if scope == "list":
        expected["South (Europe/Paris)"] = {f"44{other[1:]}": "pending"}
    assert held == expected


@pytest.mark.usefixtures("zones")
def test_the_first_row_of_the_sheet_has_a_number_in_any_zone(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A number of two rows goes to the first of them, also where its campaign is a later one of that row."""
    shared = british(1)[0]
    path = leads(f"South,{shared},", f"North,{NEW_YORK},", f"North,{shared},Europe/Paris", f"South,{PARIS},")
    assert split(program, table("campaigns.csv", HEADINGS, *ROWS), "--numbers", path).exit_code == 0
    found = numbers(sandbox)
    assert found["North (Europe/Paris)"] == on_the_wire([shared])
    assert found["South (Europe/Paris)"] == {digits(PARIS)}
    assert "South (Europe/London)" not in found


@pytest.mark.usefixtures("zones")
@pytest.mark.parametrize("format_name", WORKBOOKS)
def test_the_sheet_numbers_and_a_column_of_files_split_too(
    program: Program, sandbox: Sandbox, here: Path, format_name: str
) -> None:
    """In every workbook: the sheet "Numbers" and the files that a column names are split as lists are."""
    write_list("south.csv", *(f"{one},Europe/Paris" for one in british(30, 100)), heading="phone,tz")
    sheets = {
        "Numbers": [("campaign", "phone", "fuseau horaire"), *(("North", one, "") for one in british(30))],
        "Campaigns": [(*HEADINGS, "numbers"), (*ROWS[0], ""), (*ROWS[1], "south.csv")],
    }
    told = split(program, write_format(here, format_name, sheets))
    assert told.exit_code == 0, told.stderr
    assert numbers(sandbox) == {
        "North (Europe/London)": on_the_wire(british(30)),
        "South (Europe/Paris)": on_the_wire(british(30, 100)),
    }


@pytest.mark.usefixtures("zones")
def test_later_commands_know_all_campaigns_of_a_row(program: Program, sandbox: Sandbox, table: Table) -> None:
    """`numbers status`, `numbers scrub`, `enable` and `disable` are about every campaign that a row was split into."""
    path = leads(*(f"North,{one}," for one in british(5)), f"North,{PARIS},")
    run = split(program, table("campaigns.csv", HEADINGS, ROWS[0]), "--numbers", path, "--disabled").document["run"]
    assert [one["enabled"] for one in sandbox.campaigns()] == [0, 0]
    status = program("numbers", "status", run)
    assert "Row 2, campaign" in status.stdout
    assert "Row 2.2, campaign" in status.stdout
    dnc = write_list("dnc.csv", PARIS, british(1)[0])
    scrubbed = program("numbers", "scrub", run, "--dnc", dnc, "--country", "GB", *YES)
    assert [(one["row"], one["cancelled"]) for one in scrubbed.document["campaigns"]] == [(2, 1), (2, 1)]
    assert program("enable", run, "--all", "--yes").exit_code == 0
    assert [one["enabled"] for one in sandbox.campaigns()] == [1, 1]
    assert program("disable", run).exit_code == 0
    assert [one["enabled"] for one in sandbox.campaigns()] == [0, 0]


@pytest.mark.usefixtures("zones")
def test_one_campaign_of_a_row_is_settled_by_its_name(program: Program, sandbox: Sandbox, table: Table) -> None:
    """The second campaign of row 2 is row 2.2 wherever a person reads or types it; the first is created as usual."""
    sandbox.script("create", ["cut", "cut"])
    sandbox.modes = Modes(absent=frozenset(("list",)))
    path = leads(*(f"North,{one}," for one in british(5)), f"North,{PARIS},")
    told = split(program, table("campaigns.csv", HEADINGS, ROWS[0]), "--numbers", path, "--settle-wait", "0")
    assert told.exit_code == 5
    run = told.document["run"]
    listed = program("runs", run)
    assert f"settle {run} --row 2.2" in " ".join((listed.stdout + told.stderr + told.stdout).split())
    settled = program("settle", run, "--row", "2.2", "--not-created", "--json")
    assert (settled.exit_code, settled.document["row"]) == (0, 2)
    assert program("settle", run, "--row", "2.3", "--not-created").exit_code == 2
    assert program("settle", run, "--row", "x", "--not-created").exit_code == 2


@pytest.mark.usefixtures("zones")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), "E502", "--split timezone goes by the telephone numbers of the campaigns, and there are none."),
        (("--numbers", "none.csv"), "E201", "none.csv"),
        (("--numbers", "two.csv"), "E243", "the columns 'timezone' and 'tz' both say in which time zone a number is."),
    ],
)
def test_without_zones_nothing_is_created(
    program: Program, sandbox: Sandbox, table: Table, arguments: tuple[str, ...], code: str, words: str
) -> None:
    """A split that cannot be made creates nothing, also if its run is applied later."""
    leads(f"North,{british(1)[0]},Europe/Paris,Europe/London", heading="campaign,phone,timezone,tz", name="two.csv")
    told = split(program, table("campaigns.csv", HEADINGS, *ROWS), *arguments)
    assert (told.exit_code, told.document["code"]) == (2, code)
    assert words in told.document["message"]
    runs = json.loads(program("runs", "--json").stdout)
    assert program("apply", runs[0]["run"], "--json").document["code"] == "E624"
    assert not sandbox.campaigns()


MISTAKES = (
    "The time groups of time zones ([timezones] or --timezone) cannot be used:\n"
    "  'Europe/Lodnon': there is no time zone 'Europe/Lodnon'. Did you mean 'Europe/London'?\n"
    "  'Europe/Rome': '0' is not the ID of a time group. Write a whole number of at least 1."
)


@pytest.mark.usefixtures("zones")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--split", "timezone", "--timezone", "Europe/Lodnon=3", "--timezone", "Europe/Rome=0"), "E503", MISTAKES),
        (("--split", "timezone", "--config", "empty.toml"), "E617", "--split timezone needs the time group of each"),
        (("--ambiguous-zone", "strictest"), "E502", "--ambiguous-zone is for rows that are split by time zone."),
    ],
)
def test_options_that_do_not_work_are_refused_first(
    program: Program, sandbox: Sandbox, table: Table, here: Path, arguments: tuple[str, ...], code: str, message: str
) -> None:
    """All mistakes in time groups are told at once, before anything is read or sent."""
    (here / "empty.toml").write_text("", encoding="utf-8")
    path = leads(f"North,{british(1)[0]},")
    told = program("import", table("campaigns.csv", HEADINGS, *ROWS), "--numbers", path, *YES, *arguments)
    assert (told.exit_code, told.document["code"]) == (2, code)
    assert told.document["message"].startswith(message)
    assert not sandbox.requests


@pytest.mark.usefixtures("zones")
def test_other_commands_say_how_to_split(program: Program, sandbox: Sandbox, table: Table) -> None:
    """`numbers load` fills one campaign with one time group, and `numbers check` sends nothing: neither can split."""
    path = leads(f"North,{british(1)[0]},")
    loaded = program("numbers", "load", path, "--campaign", "1", "--split", "timezone", *YES)
    assert (loaded.exit_code, loaded.document["code"]) == (2, "E502")
    assert "use import SHEET --numbers FILE --split timezone" in loaded.document["message"]
    assert program("numbers", "check", path, "--split", "timezone").exit_code == 2
    sheets = [table(name, HEADINGS, *ROWS) for name in ("a.csv", "b.csv")]
    several = program("import", *sheets, *SPLIT, *YES)
    assert several.exit_code == 2
    assert "--split belongs to one sheet of campaigns, but there are several." in several.stderr
    assert not sandbox.requests


@pytest.mark.usefixtures("zones")
def test_a_server_has_time_groups_of_its_own(program: Program, sandbox: Sandbox, table: Table, zones: Path) -> None:
    """[servers.NAME.timezones] and --timezone replace single zones; a time group in the sheet is that of its zone."""
    zones.write_text(f'{SETTINGS}[servers.box]\n[servers.box.timezones]\n"Europe/Paris" = "033"\n', encoding="utf-8")
    path = leads(*(f"North,{one}," for one in british(5)), f"North,{PARIS},")
    sheet = table("campaigns.csv", (*HEADINGS, "timegroup"), (*ROWS[0], "99"))
    told = split(program, sheet, "--numbers", path, "--server", "box", "--timezone", "Europe/London=42")
    assert told.exit_code == 0, told.stderr
    assert {name: one["timegroup"] for name, one in campaigns(sandbox).items()} == {
        "North (Europe/London)": 42,
        "North (Europe/Paris)": 33,
    }


@pytest.mark.usefixtures("zones")
def test_no_campaign_is_on_with_part_of_its_list(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Each campaign of a row is switched on when it has its own numbers, whatever becomes of the others."""
    sandbox.dialling = Dialling(per_request=3)
    path = leads(*(f"North,{one}," for one in british(95)), *(f"North,{one},Europe/Paris" for one in british(30, 500)))
    told = split(program, table("campaigns.csv", HEADINGS, ROWS[0]), "--numbers", path, "--batch", "40")
    assert told.exit_code == 0, told.stderr
    assert sorted(one.destinations for one in sandbox.history if one.kind == "on") == [30, 95]


LINES = [
    *(("North", one, zone) for one, zone in zip(british(6), ("", "Europe/Paris") * 3, strict=True)),
    *(("South", one, zone) for one, zone in zip(british(6, 3), ("Europe/Paris", "America/New_York") * 3, strict=True)),
    ("North", british(1)[0], "Europe/Paris"),
    ("North", BOISE_OR_LOS_ANGELES, ""),
]


@pytest.mark.usefixtures("zones")
@given(lines=some.permutations(LINES))
@settings(max_examples=share(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_rows_changes_nothing(
    program: Program, sandbox: Sandbox, table: Table, lines: list[tuple[str, str, str]]
) -> None:
    """Who is loaded into which campaign is the same, in whatever order the list has its rows."""
    mark = str(len(sandbox.campaigns()))
    path = leads(*(f"{name} {mark},{number},{zone}" for name, number, zone in lines))
    sheet = table(f"campaigns-{mark}.csv", HEADINGS, *((f"{row[0]} {mark}", *row[1:3], "0") for row in ROWS))
    assert split(program, sheet, "--numbers", path).exit_code == 4
    every = on_the_wire(british(9))
    assert {name: some for name, some in numbers(sandbox).items() if f" {mark} (" in name} == {
        f"{name} {mark} ({zone})": {one for one in every if int(one[-1]) in last}
        for name, zone, last in (
            ("North", "Europe/London", (0, 2, 4)),
            ("North", "Europe/Paris", (1, 3, 5)),
            ("South", "Europe/Paris", (7,)),
            ("South", "America/New_York", (6, 8)),
        )
    }


@pytest.mark.usefixtures("zones", "sandbox")
@pytest.mark.parametrize("format_name", ["csv", *WORKBOOKS])
def test_results_of_split_rows_show_names(program: Program, here: Path, format_name: str) -> None:
    """In every format: what a name stood for is in the line of a split row; not that of a time group not sent."""
    rows = [(f"Row {at}", "queue", "1", "1", "jane", "Office hours") for at in range(30)]
    sheet = write_format(here, format_name, {"Campaigns": [(*HEADINGS, "owner", "timegroup"), *rows]})
    in_zones = ("Europe/Paris", "Europe/London")
    lines = [
        f"Row {at},{one},{zone}" for at in range(30) for one, zone in zip(british(2, 10 * at), in_zones, strict=True)
    ]
    told = split(program, sheet, "--numbers", leads(*lines))
    assert told.exit_code == 0, told.stderr
    again = program("runs", told.document["run"], "--results", "again.csv")
    assert again.exit_code == 0, again.stderr
    with Path("again.csv").open(encoding="utf-8-sig", newline="") as file:
        results = list(csv.DictReader(file))
    assert [one["import_owner"] for one in results] == ["1 (jane)"] * 30
    assert not any(one.get("import_timegroup") for one in results)


@pytest.mark.usefixtures("zones")
@pytest.mark.parametrize("format_name", ["csv", *WORKBOOKS])
def test_the_country_beside_a_campaign_is_not_where_people_are(
    program: Program, sandbox: Sandbox, here: Path, format_name: str
) -> None:
    """In every format: numbers in the cells of campaigns go by their area codes; the country is for national ones."""
    rows = [
        (f"Row {at}", "queue", "1", "1", f"{one}; +33 1 42 68 {at + 10} 00", "GB") for at, one in enumerate(british(30))
    ]
    sheet = write_format(here, format_name, {"Campaigns": [(*HEADINGS, "numbers", "country"), *rows]})
    told = split(program, sheet)
    assert told.exit_code == 0, told.stderr
    found = numbers(sandbox)
    assert len(found) == 60
    assert found["Row 3 (Europe/Paris)"] == {"33142681300"}
    assert found["Row 3 (Europe/London)"] == on_the_wire(british(1, 3))


@pytest.mark.usefixtures("here", "zones")
@pytest.mark.parametrize("option", [(), ("--all-numbers",)])
def test_split_numbers_that_are_handed_back_are_a_list_for_the_sheet(
    program: Program, sandbox: Sandbox, table: Table, option: tuple[str, ...]
) -> None:
    """With their campaign, status and time zone: read as they are, nobody is added; corrected, nobody is moved."""
    good = british(60)
    path = leads(
        *(f"North,{one},," for one in good),
        f"South,{PARIS},,",
        f"South,{good[0]},Europe/Paris,",
        f"North,{TOKYO},,",
        f"North,{british(1, 90)[0]},Asia/Tokyo,cancelled",
        f"North,{british(1, 91)[0]},Europe/Lodnon,",
        f"North,{british(1, 92)[0]},,canceled",
        f"South,{BOISE_OR_LOS_ANGELES},,",
        "South,no number,Europe/Paris,cancelled",
        f"East,{british(1, 93)[0]},,",
        f"4711,{british(1, 94)[0]},,",
        heading="campaign,phone,timezone,status",
    )
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    assert split(program, sheet, "--numbers", path, *option).exit_code == 4
    before = numbers(sandbox)
    (back,) = Path().glob("campaigns.numbers.*.csv")
    again = split(program, sheet, "--numbers", back.rename("back.csv"), "--accept-refused", "100")
    assert numbers(sandbox) == before, again.stderr
    text = Path("back.csv").read_text(encoding="utf-8-sig").replace("no number", british(1, 95)[0])
    Path("corrected.csv").write_text(text, encoding="utf-8")
    tokyo = ("--timezone", "Asia/Tokyo=44", "--accept-refused", "100")
    split(program, sheet, "--numbers", Path("corrected.csv"), *tokyo)
    after = numbers(sandbox)
    assert after["North (Asia/Tokyo)"] == {digits(TOKYO), *on_the_wire(british(1, 90))}
    ids = {name: one["id"] for name, one in campaigns(sandbox).items()}
    (cancelled,) = on_the_wire(british(1, 90))
    assert sandbox.destinations(ids["North (Asia/Tokyo)"])[cancelled] == "cancelled"
    assert after["North (Europe/London)"] == before["North (Europe/London)"]


@pytest.mark.usefixtures("here", "zones")
def test_who_lives_in_another_country_stays_there(program: Program, sandbox: Sandbox, table: Table) -> None:
    """All numbers that are handed back are put into the same campaigns again, though their countries are not in it."""
    american = [f"+1 212 555 12{at}" for at in range(10, 40)]
    path = leads(*(f"North,{one},GB" for one in american), heading="campaign,phone,country")
    sheet = table("campaigns.csv", HEADINGS, ROWS[0])
    assert split(program, sheet, "--numbers", path, "--all-numbers").exit_code == 0
    (back,) = Path().glob("campaigns.numbers.*.csv")
    split(program, sheet, "--numbers", back.rename("back.csv"))
    assert numbers(sandbox) == {"North (Europe/London)": set(map(digits, american))}


@pytest.mark.usefixtures("here", "zones", "sandbox")
def test_a_number_in_the_wrong_column_can_be_forgotten(program: Program, journal: Path, table: Table) -> None:
    """`numbers forget` removes a number that stands where a status or a time zone belongs, too."""
    (secret,) = british(1, 90)
    path = leads(
        *(f"North,{one},," for one in british(30)),
        f"North,{british(1, 60)[0]},{secret},",
        f"North,{british(1, 61)[0]},,{secret}",
        f"North,{secret},Europe/Lodnon,",
        heading="campaign,phone,timezone,status",
    )
    told = split(program, table("campaigns.csv", HEADINGS, ROWS[0]), "--numbers", path)
    (kept,) = (journal.parent / "numbers").glob("*.sqlite3")
    assert secret.encode() in kept.read_bytes(), told.stderr
    assert program("numbers", "forget", f"+44{secret[1:]}").exit_code == 0
    assert secret[1:].encode() not in kept.read_bytes()
