"""`--duplicates server`: a number that another campaign on the server has is not loaded."""

from collections.abc import Callable
from pathlib import Path

import pytest

from importer.sandbox import Faults, Modes, Sandbox
from tests.support.numbers import british, on_the_wire, pending, write_list
from tests.support.program import Finished, Program

Table = Callable[..., Path]

FORM = ("--country", "GB", "--number-format", "digits", "--duplicates", "server", "--yes", "--json")
HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = (("North", "queue", "1", "0"), ("South", "queue", "2", "0"))


def load(program: Program, campaign: int, *arguments: object) -> Finished:
    """Load numbers that no campaign on the server has."""
    return program("numbers", "load", *arguments, "--campaign", campaign, *FORM)


def fill(sandbox: Sandbox, name: str, numbers: list[str], status: str = "pending", **fields: object) -> int:
    """Return a campaign on the server that has numbers."""
    campaign = sandbox.add_campaign(name=name, **{"enabled": 0, **fields})
    if numbers:
        sandbox.put_destinations(campaign, *on_the_wire(numbers), status=status)
    return campaign


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("status", ["pending", "success", "failed", "cancelled"])
def test_who_is_in_another_campaign_is_left_out(program: Program, sandbox: Sandbox, status: str) -> None:
    """Numbers of any other campaign, on whatever page of its list and with whatever status, are duplicates."""
    numbers = british(3_100)
    fill(sandbox, "Empty", [])
    fill(sandbox, "Another", numbers[:2_600], status)
    campaign = fill(sandbox, "Ours", [])
    told = load(program, campaign, write_list("leads.csv", *numbers))
    assert told.exit_code == 0, told.stderr
    assert pending(sandbox, campaign) == on_the_wire(numbers[2_600:])
    assert (told.document["counts"]["to load"], told.document["counts"]["duplicate"]) == (500, 2_600)
    assert "Number that another campaign on the server has" in Path(told.document["results"]).read_text("utf-8")


@pytest.mark.usefixtures("here")
def test_numbers_of_the_campaign_itself_are_there_already(program: Program, sandbox: Sandbox) -> None:
    """What the campaign itself has is no duplicate, and is not sent again."""
    numbers = british(40)
    campaign = fill(sandbox, "Ours", numbers[:30], "success")
    told = load(program, campaign, write_list("leads.csv", *numbers))
    assert told.exit_code == 0, told.stderr
    assert told.document["counts"]["duplicate"] == 0
    assert pending(sandbox, campaign) == on_the_wire(numbers[30:])


@pytest.mark.usefixtures("here")
def test_other_campaigns_count_only_if_asked_for(program: Program, sandbox: Sandbox) -> None:
    """Without the option, a number may be in several campaigns."""
    numbers = british(30)
    fill(sandbox, "Another", numbers)
    campaign = fill(sandbox, "Ours", [])
    leads = write_list("leads.csv", *numbers)
    told = program("numbers", "load", leads, "--campaign", campaign, *FORM[:4], "--yes", "--json")
    assert told.exit_code == 0
    assert pending(sandbox, campaign) == on_the_wire(numbers)


@pytest.mark.usefixtures("here")
def test_the_campaigns_of_a_sheet(program: Program, sandbox: Sandbox, table: Table) -> None:
    """The same holds for the numbers of a sheet; the same file again changes nothing."""
    numbers = british(60)
    fill(sandbox, "Another", numbers[:20])
    leads = write_list("leads.csv", *(f"North,{one}" for one in numbers[:50]), *(f"South,{one}" for one in numbers))
    leads.write_text(leads.read_text("utf-8").replace("phone", "campaign,phone", 1), encoding="utf-8")
    path = table("campaigns.csv", HEADINGS, *ROWS)
    for _ in range(2):
        told = program("import", path, "--numbers", leads, *FORM)
        assert told.exit_code == 0, told.stderr
        held = {str(one["name"]): sandbox.destinations(int(one["id"])) for one in sandbox.campaigns()}
        assert set(held["North"]) == on_the_wire(numbers[20:50])
        assert set(held["South"]) == on_the_wire(numbers[50:])
    assert [one for one in sandbox.history if one.kind == "again"] == []


@pytest.mark.usefixtures("here")
def test_campaigns_of_other_customers(program: Program, sandbox: Sandbox, table: Table) -> None:
    """The campaigns of the customers in the sheet count, in whatever form the server writes numbers."""
    numbers = british(60)
    sandbox.modes = Modes(spelling="plus")
    fill(sandbox, "Another", numbers[:20], customer=2)
    leads = write_list("leads.csv", *numbers)
    path = table("campaigns.csv", (*HEADINGS, "customer"), ("North", "queue", "1", "0", "2"))
    told = program("import", path, "--numbers", leads, *FORM)
    assert told.exit_code == 0, told.stderr
    (north,) = [int(one["id"]) for one in sandbox.campaigns() if one["name"] == "North"]
    assert len(sandbox.destinations(north)) == 40


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("faults", "modes"),
    [
        (Faults(error_500=1, actions=frozenset({"destinations/list"})), Modes()),
        (Faults(), Modes(absent=frozenset({"destinations/list"}))),
        (Faults(), Modes(paging="overlapping", page_most=10)),
        (Faults(unavailable_bare=1, actions=frozenset({"list"})), Modes()),
    ],
)
@pytest.mark.usefixtures("no_waiting")
def test_nothing_is_sent_if_a_campaign_cannot_be_read(
    program: Program, sandbox: Sandbox, faults: Faults, modes: Modes
) -> None:
    """If it cannot be found out who is in other campaigns, nothing is loaded."""
    fill(sandbox, "Another", british(30))
    campaign = fill(sandbox, "Ours", [])
    sandbox.faults, sandbox.modes = faults, modes
    told = load(program, campaign, write_list("leads.csv", *british(60)))
    assert told.exit_code in {5, 6, 7}
    assert sandbox.destinations(campaign) == {}


@pytest.mark.usefixtures("here")
def test_numbers_of_a_refused_row_are_no_sign_of_a_wrong_column(
    program: Program, sandbox: Sandbox, table: Table
) -> None:
    """Numbers of a campaign that the server refuses keep those of the others from nothing."""
    numbers = british(60)
    leads = write_list("leads.csv", *(f"North,{one}" for one in numbers[:30]), *(f"South,{one}" for one in numbers))
    leads.write_text(leads.read_text("utf-8").replace("phone", "campaign,phone", 1), encoding="utf-8")
    path = table("campaigns.csv", (*HEADINGS, "customer"), ("North", "queue", "1", "0", "12"), (*ROWS[1], ""))
    told = program("import", path, "--numbers", leads, *FORM)
    assert told.exit_code == 4, told.stderr
    (south,) = [int(one["id"]) for one in sandbox.campaigns() if one["name"] == "South"]
    assert len(sandbox.destinations(south)) == 60


@pytest.mark.usefixtures("here")
def test_a_sheet_that_is_split_by_time_zone(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A second import of a sheet that was split finds its own numbers in its own campaigns, and sends nothing."""
    leads = write_list("leads.csv", *british(30), heading="phone")
    group = sandbox.add_entry("timegroups", name="London")
    path = table("campaigns.csv", (*HEADINGS[:3], "enabled"), ("North", "queue", "1", "1"))
    form = (*FORM, "--split", "timezone", "--timezone", f"Europe/London={group}")
    first = program("import", path, "--numbers", leads, *form)
    assert first.exit_code == 0, first.stderr
    before = sandbox.campaigns()
    second = program("import", path, "--numbers", leads, *form)
    assert second.exit_code == 0, second.stderr
    assert sandbox.campaigns() == before
    assert [one for one in sandbox.history if one.kind == "again"] == []


@pytest.mark.usefixtures("here")
def test_national_numbers_of_the_countries_in_the_list(program: Program, sandbox: Sandbox) -> None:
    """Where a person has written national numbers on the server, they are known by the countries of the list."""
    numbers = british(60)
    another = sandbox.add_campaign(name="Another", enabled=0)
    sandbox.put_destinations(another, *numbers[:20], status="pending")
    campaign = fill(sandbox, "Ours", [])
    leads = write_list("leads.csv", *(f"{one},GB" for one in numbers), heading="phone,country")
    told = program("numbers", "load", leads, "--campaign", campaign, *FORM[2:])
    assert told.exit_code == 0, told.stderr
    assert sandbox.destinations(campaign).keys() == on_the_wire(numbers[20:])
