"""`import --with-leads`: the people that an old dialler calls come along with its campaigns, with their status."""

from collections import Counter
from pathlib import Path

import pytest

from importer.sandbox import Sandbox
from tests.support.old_leads import Row, as_mysqldump, vicidial
from tests.support.program import Finished, Program

FORM = ("--profile", "auto", "--answers", "answers.toml", "--number-format", "digits", "--country", "GB")
ANSWERS = """
system = "vicidial"

[destinations]
"*" = { dtype = "queue", dnumber = "0100" }

[agents]
"*" = 6
"""
STATUSES = ("NEW", "SALE", "DNC", "N")
CAMPAIGNS: tuple[Row, ...] = ({}, {"campaign_id": "OFF", "campaign_name": "Off", "active": "N"})
LISTS: tuple[Row, ...] = ({}, {"list_id": 102, "campaign_id": "OFF"}, {"list_id": 103, "campaign_id": "GONE"})


def number(at: int) -> str:
    """Return one of many British numbers, as it stands beside its calling code."""
    return str(2083660000 + at)


def export(leads: list[Row], **others: list[Row]) -> Path:
    """Write a dump of VICIdial with two campaigns, one of them on, and the answers for it."""
    Path("answers.toml").write_text(ANSWERS)
    path = Path("asterisk.sql")
    path.write_text(as_mysqldump(vicidial(leads, campaigns=CAMPAIGNS, lists=LISTS, **others)))
    return path


def many(count: int) -> list[Row]:
    """Return many leads of both campaigns with all statuses."""
    return [
        {"list_id": 101 + at % 2, "phone_number": number(at), "status": STATUSES[at // 2 % 4]} for at in range(count)
    ]


def migrate(program: Program, path: Path, *arguments: object) -> Finished:
    """Import an export with its leads, without a question."""
    return program("import", path, *FORM, "--with-leads", "--yes", *arguments)


def statuses(sandbox: Sandbox, name: str) -> dict[str, str]:
    """Return the numbers of a campaign on the server with their statuses."""
    [campaign] = [one for one in sandbox.campaigns() if one["name"] == name]
    return dict(sandbox.destinations(int(str(campaign["id"]))))


@pytest.mark.usefixtures("here")
def test_leads_come_along_with_their_status(program: Program, sandbox: Sandbox) -> None:
    """Each lead is in the campaign of its list with the status that its own means; campaigns are on as they were."""
    told = migrate(program, export(many(2_402)), "--json")
    assert told.exit_code == 0, told.stderr
    assert "not migrated" not in told.stderr
    assert "half a minute a call: 301 numbers, 6 at a time." in told.stderr  # those that are pending
    words = dict(zip(STATUSES, ("pending", "success", "cancelled", "failed"), strict=True))
    for part, name in enumerate(("Sales", "Off")):
        assert statuses(sandbox, name) == {
            f"44{number(at)}": words[STATUSES[at // 2 % 4]] for at in range(2_402) if at % 2 == part
        }
    enabled = {str(one["name"]): one["enabled"] for one in sandbox.campaigns()}
    assert enabled == {"Sales": 1, "Off": 0}
    assert {(one["row"], one["loaded"], one["status"]) for one in told.document["numbers"]} == {
        (2, 1_201, "loaded"),
        (3, 1_201, "loaded"),
    }


@pytest.mark.usefixtures("here")
def test_do_not_call_tables_are_lists(program: Program, sandbox: Sandbox) -> None:
    """Numbers of the old do-not-call tables are not loaded: for all campaigns, or for the one that they are of."""
    leads: list[Row] = [{"list_id": 101 + at % 2, "phone_number": number(at // 2 + at % 2 * 10)} for at in range(8)]
    path = export(
        leads,
        dnc=[{"phone_number": f"0{number(0)}"}, {"phone_number": f"44{number(10)}"}],
        campaign_dnc=[
            {"phone_number": number(1), "campaign_id": "SALES"},
            {"phone_number": number(11), "campaign_id": "SALES"},
        ],
    )
    told = migrate(program, path)
    assert told.exit_code == 0, told.stderr
    assert statuses(sandbox, "Sales").keys() == {f"44{number(at)}" for at in (2, 3)}
    assert statuses(sandbox, "Off").keys() == {f"44{number(at)}" for at in (11, 12, 13)}
    assert "2 on asterisk.sql vicidial_dnc" in told.stderr
    assert "1 on asterisk.sql vicidial_campaign_dnc (row 2)" in told.stderr


@pytest.mark.usefixtures("here")
def test_unreadable_lines_of_do_not_call_tables(program: Program, sandbox: Sandbox) -> None:
    """A line of a do-not-call table that cannot be read stops the run, unless it may be left out."""
    path = export(many(8), dnc=[{"phone_number": "12"}, {"phone_number": number(0)}])
    told = migrate(program, path)
    assert (told.exit_code, len(sandbox.campaigns())) == (2, 0)
    assert "vicidial_dnc!A1 (12)" in told.stderr
    told = program("numbers", "check", path, "--profile", "auto")
    assert (told.exit_code, "name it with --country." in told.stderr) == (2, True)
    assert migrate(program, path, "--dnc-skip-unreadable").exit_code == 0
    assert f"44{number(0)}" not in statuses(sandbox, "Sales")


@pytest.mark.usefixtures("here")
def test_a_further_list_joins_the_leads(program: Program, sandbox: Sandbox) -> None:
    """Numbers of --numbers come besides the leads; the old do-not-call tables hold for them, too."""
    Path("more.csv").write_text(f"campaign,phone\nSales,0{number(50)}\nSales,0{number(51)}\n")
    path = export(many(2), campaign_dnc=[{"phone_number": number(51), "campaign_id": "SALES"}])
    told = migrate(program, path, "--numbers", "more.csv")
    assert told.exit_code == 0, told.stderr
    assert statuses(sandbox, "Sales").keys() == {f"44{number(0)}", f"44{number(50)}"}


@pytest.mark.usefixtures("here")
def test_the_more_cautious_status_counts(program: Program, sandbox: Sandbox) -> None:
    """A person who is a lead twice in a campaign, once to be called and once not, is not called."""
    leads: list[Row] = [{"phone_number": number(1)}, {"phone_number": f"0{number(1)}", "status": "DNC"}]
    assert migrate(program, export(leads)).exit_code == 0
    assert statuses(sandbox, "Sales") == {f"44{number(1)}": "cancelled"}


@pytest.mark.usefixtures("here")
def test_a_plan_keeps_the_leads(program: Program, sandbox: Sandbox) -> None:
    """What `plan` has read of the leads is what `apply` loads."""
    planned = program("plan", export(many(40)), *FORM, "--with-leads", "--json")
    assert (planned.exit_code, len(sandbox.campaigns())) == (0, 0), planned.stderr
    Path("asterisk.sql").unlink()
    assert program("apply", planned.document["run"]).exit_code == 0
    assert Counter(statuses(sandbox, "Sales").values()) == dict.fromkeys(
        ("pending", "success", "cancelled", "failed"), 5
    )


@pytest.mark.usefixtures("here")
def test_without_the_option_no_numbers_come_along(program: Program, sandbox: Sandbox) -> None:
    """Leads are only loaded if that is asked for, and the notes say how to ask."""
    told = program("import", export(many(8)), *FORM[:4], "--yes")
    assert told.exit_code == 0, told.stderr
    assert "With --with-leads, the leads of the export are loaded." in told.stderr
    assert statuses(sandbox, "Sales") == {}


@pytest.mark.usefixtures("here")
def test_what_is_said_of_leads_shows_no_number(program: Program, sandbox: Sandbox) -> None:
    """Left-out leads are counted with their reason, and no number is in messages, documents, logs or the journal."""
    leads = [*many(200), {"list_id": 103, "phone_number": number(900)}, {"phone_number": "99"}]
    told = migrate(program, export(leads), "--json", "--log", "log.jsonl", "--report", "page.html")
    assert told.exit_code == 4, told.stderr
    assert "1 lead not loaded: their campaign or list is not in the export (campaign GONE: 1)." in told.stderr
    kept = [one for one in Path().rglob("*") if one.is_file() and one.name != "asterisk.sql"]
    assert kept
    assert sandbox.campaigns()
    said = f"{told.stdout}{told.stderr}".encode()
    shown = [one for one in kept if "numbers" not in str(one) and number(9)[:8].encode() in one.read_bytes()]
    assert not shown
    assert number(9)[:8].encode() not in said


@pytest.mark.usefixtures("here")
def test_leads_need_a_profile(program: Program) -> None:
    """--with-leads is about the export of an old dialler, so it needs --profile, and one file."""
    path = export(many(2))
    told = program("import", path, "--with-leads", "--yes")
    assert (told.exit_code, "--with-leads needs --profile" in told.stderr) == (2, True)
    told = migrate(program, path, path)
    assert (told.exit_code, "--with-leads belongs to one sheet of campaigns" in told.stderr) == (2, True)


@pytest.mark.usefixtures("here")
def test_a_check_of_leads_needs_no_server(program: Program) -> None:
    """`numbers check --profile` shows what would become of the leads, do-not-call tables of campaigns among it."""
    path = export(many(8), campaign_dnc=[{"phone_number": number(one), "campaign_id": "OFF"} for one in (0, 1)])
    told = program("numbers", "check", path, "--profile", "vicidial", "--country", "GB", "--json")
    assert told.exit_code == 0, told.stderr
    assert told.document["message"] == "8 numbers: 7 to load, 1 on asterisk.sql vicidial_campaign_dnc (row 3)"
    told = program("numbers", "load", path, "--profile", "auto", "--campaign", "1", "--yes")
    assert (told.exit_code, "import --with-leads" in told.stderr) == (2, True)


@pytest.mark.usefixtures("here")
def test_leads_that_are_not_to_be_called_yet(program: Program, sandbox: Sandbox) -> None:
    """--status is for the leads that would be called; those that were reached stay a success."""
    told = migrate(program, export(many(16)), "--status", "cancelled")
    assert told.exit_code == 0
    assert "half a minute a call" not in told.stderr
    assert Counter(statuses(sandbox, "Sales").values()) == {"cancelled": 4, "success": 2, "failed": 2}


@pytest.mark.usefixtures("here")
def test_the_country_beside_its_own_calling_code(program: Program) -> None:
    """A calling code that --country has as well means that country, and not the largest one with the code."""
    path = export([{"phone_code": "1", "phone_number": "6132345678"}, {"phone_code": "44", "phone_number": number(1)}])
    for country, held in (("CA", 0), ("US", 1)):
        told = program("numbers", "check", path, "--profile", "auto", "--country", country, "--json")
        assert told.document["counts"]["held"] == held, told.stderr


@pytest.mark.usefixtures("here")
def test_leads_are_split_by_time_zone(program: Program, sandbox: Sandbox) -> None:
    """Leads become a campaign for each time zone, with their status; a campaign's do-not-call table counts in all."""
    abroad = [
        {"list_id": 101, "phone_code": "33", "phone_number": f"1426853{at:02}", "status": "NEW"} for at in range(30)
    ]
    path = export([*many(60), *abroad], campaign_dnc=[{"phone_number": number(0), "campaign_id": "SALES"}])
    zones = ("--timezone", "Europe/London=12", "--timezone", "Europe/Paris=13")
    told = migrate(program, path, "--split", "timezone", *zones, "--results", "results.xlsx", "--json")
    assert told.exit_code == 0, told.stderr
    groups = {str(one["name"]): one["timegroup"] for one in sandbox.campaigns()}
    assert groups == {"Sales (Europe/London)": 12, "Sales (Europe/Paris)": 13, "Off (Europe/London)": 12}
    assert f"44{number(0)}" not in statuses(sandbox, "Sales (Europe/London)")
    assert Counter(statuses(sandbox, "Sales (Europe/London)").values()) == {
        "pending": 7, "success": 8, "cancelled": 7, "failed": 7
    }  # fmt: skip
    assert set(statuses(sandbox, "Sales (Europe/Paris)")) == {f"331426853{at:02}" for at in range(30)}
    again = program("import", path, *FORM, "--yes", "--json")
    assert {one["code"] for one in again.document["problems"] if one["severity"] == "error"} == {"E620"}
    assert len(sandbox.campaigns()) == 3
