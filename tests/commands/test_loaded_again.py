"""Numbers that are loaded already: the same import, or the same run, once more."""

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from importer.sandbox import Sandbox
from tests.support.kills import killed_at_request
from tests.support.numbers import british, on_the_wire, pending, write_list
from tests.support.program import Finished, Program
from tests.support.tables import write_table

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = (("North", "queue", "1", "1"), ("South", "queue", "2", "1"))
FORM = ("--country", "GB", "--number-format", "digits", "--json")


@pytest.fixture
def sheet(here: Path) -> Path:
    """Campaigns, with a list of their numbers beside them."""
    lines = [*(f"North,{one}" for one in british(60)), *(f"South,{one}" for one in british(30, 100))]
    write_list("leads.csv", *lines, "South,999", heading="campaign,phone")
    return write_table(here / "campaigns.csv", HEADINGS, ROWS)


def load(program: Program, sheet: Path, *arguments: object) -> Finished:
    """Import the campaigns with their numbers, without a question."""
    return program("import", sheet, "--numbers", "leads.csv", *FORM, "--yes", *arguments)


def writes(sandbox: Sandbox) -> int:
    """Return how many requests could have changed who is called."""
    actions = ("destinations/create", "destinations/update", "bulk/campaigns/update", "bulk/campaigns/create")
    return sum(one.action in actions and "validation" not in one.form for one in sandbox.requests)


def test_the_same_import_while_campaigns_are_on(program: Program, sandbox: Sandbox, sheet: Path) -> None:
    """A campaign that is on and has all of its numbers needs nothing: this is told, and nothing is sent to it."""
    write_list("leads.csv", *(line for line in Path("leads.csv").read_text().splitlines()[1:] if "999" not in line),
               heading="campaign,phone")  # fmt: skip
    assert load(program, sheet).exit_code == 0
    before = {one["name"]: sandbox.destinations(int(one["id"])) for one in sandbox.campaigns()}
    sandbox.clear_requests()
    told = load(program, sheet)
    assert told.exit_code == 0, told.stderr
    assert {one["name"]: sandbox.destinations(int(one["id"])) for one in sandbox.campaigns()} == before
    assert not [one for one in sandbox.requests if one.action in ("destinations/create", "destinations/update")]
    assert [one["enabled"] for one in sandbox.campaigns()] == [1, 1]
    assert "2 campaigns have all of their numbers already, so nothing was sent to them." in told.document["notes"]
    with Path(told.document["results"]).open(encoding="utf-8", newline="") as file:
        messages = [line["import_message"] for line in csv.DictReader(file)]
    assert all("is on, and has all of these numbers already: nothing was sent." in one for one in messages)
    assert {one["status"] for one in told.document["numbers"]} == {"loaded"}


@pytest.mark.parametrize("more", [1, 60])
def test_more_numbers_for_a_campaign_that_is_on(program: Program, sandbox: Sandbox, sheet: Path, more: int) -> None:
    """If any number is missing, nothing is sent to a campaign that is on, and the exit code says so."""
    load(program, sheet)
    with Path("leads.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"North,{one}\n" for one in british(more, 500))
    told = load(program, sheet)
    assert told.exit_code == 4
    (north, south) = sorted(told.document["numbers"], key=lambda one: str(one["row"]))
    assert (north["status"], south["status"]) == ("paused", "loaded")
    first = next(int(one["id"]) for one in sandbox.campaigns() if one["name"] == "North")
    assert pending(sandbox, first) == on_the_wire(british(60))
    sandbox.change_campaign(first, enabled=0)
    assert program("apply", told.document["run"], "--json").exit_code == 4
    assert pending(sandbox, first) == on_the_wire([*british(60), *british(more, 500)])


def test_a_campaign_with_as_many_other_numbers(program: Program, sandbox: Sandbox, here: Path) -> None:
    """How many numbers a campaign has does not show that it has these: nothing is sent, and the exit code says so."""
    campaign = sandbox.add_campaign(name="There", enabled=0)
    sandbox.put_destinations(campaign, *on_the_wire(british(60, 500)))
    sandbox.change_campaign(campaign, enabled=1)
    path = write_list("people.csv", *british(59, 500), *british(1))
    told = program("numbers", "load", path, "--campaign", campaign, *FORM, "--yes")
    assert told.exit_code == 4
    assert [(one["status"], one["to_load"]) for one in told.document["campaigns"]] == [("paused", 60)]
    assert len(sandbox.destinations(campaign)) == 60


def test_a_number_that_was_called_is_not_called_again(program: Program, sandbox: Sandbox, sheet: Path) -> None:
    """Whoever was reached stays so when the same import comes again, whether the campaign is on or off."""
    load(program, sheet)
    campaign = next(int(one["id"]) for one in sandbox.campaigns() if one["name"] == "North")
    called = sorted(on_the_wire(british(30)))
    sandbox.put_destinations(campaign, *called, status="success")
    load(program, sheet)
    sandbox.change_campaign(campaign, enabled=0)
    load(program, sheet)
    assert {sandbox.destinations(campaign)[one] for one in called} == {"success"}


def test_a_finished_run_is_not_handed_back_again(program: Program, sandbox: Sandbox, sheet: Path, here: Path) -> None:
    """`apply` of a run that is done loads nothing, promises nothing and writes no second file of numbers."""
    run = load(program, sheet).document["run"]
    sandbox.clear_requests()
    told = program("apply", run, "--json")
    assert told.exit_code == 4
    assert "Loads" not in told.stderr
    assert not [one for one in sandbox.requests if one.action.startswith("destinations/")]
    assert len(list(here.glob("campaigns.numbers.*.csv"))) == 1
    for path in here.glob("campaigns.numbers.*.csv"):
        path.unlink()
    program("apply", run)
    assert len(list(here.glob("campaigns.numbers.*.csv"))) == 1, "it was removed, or never written"


def test_a_finished_load_is_not_handed_back_again(program: Program, sandbox: Sandbox, here: Path) -> None:
    """The same for a run of numbers alone; --results writes it once more."""
    campaign = sandbox.add_campaign(name="There", enabled=0)
    path = write_list("people.csv", *british(60), "999")
    told = program("numbers", "load", path, "--campaign", campaign, *FORM, "--yes")
    sandbox.clear_requests()
    again = program("apply", told.document["run"], "--json")
    assert again.exit_code == 4
    assert not sandbox.requests
    assert len(list(here.glob("people.numbers.*.csv"))) == 1
    program("apply", told.document["run"], "--results", "again.csv")
    assert Path("again.csv").is_file()


@pytest.mark.usefixtures("here")
def test_numbers_as_they_are_written_need_no_country_option(program: Program, sandbox: Sandbox, table: Table) -> None:
    """With as-is the countries of the list are enough to know the server's texts again, and none is sent twice."""
    lines = [*(f"{one},GB" for one in british(60)), *(f"030 9018{at:04},Germany" for at in range(60))]
    write_list("leads.csv", *lines, heading="phone,country")
    sheet = table("campaigns.csv", HEADINGS, ROWS[0])
    command = ("import", sheet, "--numbers", "leads.csv", "--number-format", "as-is", "--yes", "--json")
    told = program(*command)
    assert told.exit_code == 0, told.stderr
    (campaign,) = sandbox.campaigns()
    assert (len(sandbox.destinations(int(campaign["id"]))), campaign["enabled"]) == (120, 1)
    sandbox.change_campaign(int(campaign["id"]), enabled=0)
    sandbox.clear_requests()
    assert program(*command).exit_code == 0
    assert not [one for one in sandbox.requests if one.action == "destinations/create"]


@pytest.mark.usefixtures("here")
def test_edited_rows_are_warnings_for_programs_too(program: Program, table: Table) -> None:
    """`--json` counts rows that were edited since their campaigns were created, as the screen does."""
    rows = [(f"Campaign {at}", "queue", "1", "0") for at in range(30)]
    program("import", table("a.csv", HEADINGS, *rows), "--yes")
    edited = [(name, kind, "2", enabled) for name, kind, _, enabled in rows]
    path = table("b.csv", HEADINGS, *edited)
    told = program("plan", path, "--json")
    assert (told.document["counts"]["changed"], told.document["warnings"], told.document["errors"]) == (30, 30, 0)
    assert "30 warnings:" in program("plan", path).stderr


def test_a_load_killed_before_the_journal_knew_of_its_end(program: Program, sandbox: Sandbox, sheet: Path) -> None:
    """The file of numbers is written before the journal: what it says of a list that is loaded, the journal learns."""
    run = load(program, sheet).document["run"]
    with closing(sqlite3.connect(program.settings["journal"])) as journal, journal:
        journal.execute("UPDATE number_loads SET status = 'loading', loaded = 40 WHERE row = 2")
    sandbox.clear_requests()
    told = program("apply", run, "--json")
    assert told.exit_code == 4, "one of its numbers cannot be loaded"
    assert not writes(sandbox)
    assert {one["status"] for one in told.document["numbers"]} == {"loaded"}
    assert "Not all of its" not in program("enable", run, "--yes").stderr
    assert "to load the telephone numbers" not in program("runs", run).stdout


def test_a_clock_that_is_set_back_makes_no_load_older(program: Program, sandbox: Sandbox, here: Path) -> None:
    """With --not-again a load counts from the latest time that any load before it had, and is left out as long."""
    prints = Path(program.settings["journal"]).parent / "numbers" / "loaded.prints"
    ahead = datetime.now(UTC) + timedelta(days=2)
    for at, first in enumerate((0, 100)):
        campaign = sandbox.add_campaign(name=f"C{at}", enabled=0)
        path = write_list(here / f"leads-{at}.csv", *british(40, first))
        told = program("numbers", "load", path, "--campaign", campaign, "--not-again", "30d", *FORM, "--yes")
        assert told.exit_code == 0, told.stderr
        with closing(sqlite3.connect(prints)) as file, file:
            if at == 0:
                file.execute("UPDATE loads SET loaded = ?", (ahead.isoformat(timespec="milliseconds"),))
            times = [one for (one,) in file.execute("SELECT loaded FROM loads ORDER BY load")]
    assert times[1] >= times[0]


def test_prints_of_another_key(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A key that belongs to another journal would know nobody who was loaded: nothing is sent until it is settled."""
    key = Path(program.settings["journal"]).parent / "numbers" / "loaded.key"
    campaign = sandbox.add_campaign(name="First", enabled=0)
    path = write_list(here / "leads.csv", *british(40))
    form = ("--not-again", "30d", *FORM, "--yes")
    assert program("numbers", "load", path, "--campaign", campaign, *form).exit_code == 0
    other = sandbox.add_campaign(name="Second", enabled=0)
    command = ("numbers", "load", path, "--campaign", other, *form)
    right = key.read_bytes()
    key.write_bytes(bytes(reversed(right)))
    told = program(*command)
    assert told.exit_code == 6
    assert "Restore the key that belongs to this journal" in " ".join(told.stderr.split())
    assert sandbox.destinations(other) == {}
    key.write_bytes(right)
    assert program(*command).document["counts"]["loaded before"] == 40
    key.unlink()
    assert program(*command).exit_code == 0
    assert pending(sandbox, other) == on_the_wire(british(40))


@pytest.mark.parametrize("every", [(), ("--all",)])
def test_enable_after_a_part_of_a_list_and_another_list(
    program: Program, sandbox: Sandbox, here: Path, every: tuple[str, ...]
) -> None:
    """A campaign with part of a list stays off, whatever else is loaded, until a list has all of its numbers."""
    sheet = write_table(here / "campaigns.csv", HEADINGS, ROWS[:1])
    whole, others = write_list("leads.csv", *british(300)), write_list("others.csv", *british(5, 1000))
    command = ("import", sheet, *FORM, "--batch", "50", "--yes", "--numbers")
    assert killed_at_request(lambda: program(*command, whole), 10, answered=True)
    (first,) = json.loads(program("runs", "--json").stdout)
    (campaign,) = sandbox.campaigns()
    assert 0 < len(sandbox.destinations(campaign["id"])) < 300
    second = program(*command, others)
    assert second.exit_code == 0, second.stderr
    for run in (first["run"], second.document["run"]):
        told = program("enable", run, "--yes", "--all")
        assert told.exit_code == 4, told.stderr
        assert f"of the 300 telephone numbers of run {first['run']} are loaded, so it stays off." in told.stderr
        assert f"campaign-importer apply {first['run']}" in told.stderr
    assert sandbox.campaigns()[0]["enabled"] == 0
    write_list("all.csv", *british(350))
    assert program(*command, "all.csv").exit_code == 0
    assert len(sandbox.destinations(campaign["id"])) == 355
    sandbox.change_campaign(campaign["id"], enabled=0)
    assert program("enable", first["run"], "--yes", *every).exit_code == 0
    assert sandbox.campaigns()[0]["enabled"] == 1


@pytest.mark.parametrize("request_number", [5, 8, 12])
def test_the_same_command_after_a_kill(program: Program, sandbox: Sandbox, sheet: Path, request_number: int) -> None:
    """The same command again after a kill loads what is missing, tells what will dial, and switches it on."""
    command = ("import", sheet, "--numbers", "leads.csv", *FORM, "--batch", "20", "--yes")
    assert killed_at_request(lambda: program(*command), request_number, answered=True)
    assert [one["enabled"] for one in sandbox.campaigns()] == [0] * len(sandbox.campaigns())
    assert program(*command, "--max-dialling", "1").exit_code == 3
    told = program(*command)
    assert "2 of these campaigns will start dialling immediately" in told.stderr
    assert {one["name"]: (one["enabled"], len(sandbox.destinations(one["id"]))) for one in sandbox.campaigns()} == {
        "North": (1, 60),
        "South": (1, 30),
    }


def test_a_wrong_number_beside_numbers_that_are_there(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A list whose good numbers are all loaded already ends with 4, not 3: not all of its numbers are wrong."""
    campaign = sandbox.add_campaign(name="There", enabled=0)
    path = write_list("people.csv", *british(30), "999")
    command = ("numbers", "load", path, "--campaign", campaign, *FORM, "--yes")
    assert [program(*command).exit_code, program(*command).exit_code] == [4, 4]
    write_list("people.csv", "0906 123 4567")
    assert program(*command).exit_code == 3, "the only number is held"
