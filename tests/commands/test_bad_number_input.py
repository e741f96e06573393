"""What users and servers do to lists of numbers for the campaigns of a sheet, and what becomes of that."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from importer.sandbox import Sandbox, SeenRequest
from tests.support.numbers import british, write_list
from tests.support.program import Finished, Program

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = (("North", "queue", "1", "1"), ("South", "queue", "2", "1"))
FORM = ("--country", "GB", "--number-format", "digits", "--json")

pytestmark = pytest.mark.usefixtures("here")


def leads(north: list[str], south: list[str]) -> Path:
    """Write a list of numbers for both campaigns."""
    lines = [*(f"North,{one}" for one in north), *(f"South,{one}" for one in south)]
    return write_list("leads.csv", *lines, heading="campaign,phone")


def load(program: Program, table: Table, *arguments: object) -> Finished:
    """Import the campaigns with the list, without a question."""
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    return program("import", sheet, "--numbers", "leads.csv", *FORM, "--yes", *arguments)


@pytest.mark.parametrize("text", ["phone", "city"])
def test_a_list_without_numbers_names_its_columns(program: Program, sandbox: Sandbox, table: Table, text: str) -> None:
    """It says which headings there are, and which column probably has the numbers or how to choose of several."""
    second = "mobile" if text == "phone" else "street"
    lines = [f"North,{one},{other}" for one, other in zip(british(30), british(30, 50), strict=True)]
    write_list("leads.csv", *lines, heading=f"campaign,{text},{second}")
    told = load(program, table)
    assert (told.exit_code, told.document["code"]) == (2, "E622" if text == "phone" else "E621")
    expected = f"--number-columns '{text},{second}'" if text == "phone" else f"campaign, {text}, {second}"
    assert expected in told.document["message"]
    assert "--number-columns" in told.document["message"]
    assert not sandbox.campaigns()


def test_a_plan_with_many_refused_numbers_says_so_first(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Where 30 percent or more are refused, the plan begins with it, and nothing is created before it is accepted."""
    leads(british(60), ["1"] * 30)
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    planned = program("plan", sheet, "--numbers", "leads.csv", *FORM)
    assert planned.exit_code == 3
    lines = planned.stderr.splitlines()
    headline = next(at for at, line in enumerate(lines) if line.startswith("90 numbers:"))
    assert lines[headline + 1].startswith("33% of the numbers are refused")
    assert "[E623]" in planned.stderr
    assert load(program, table).exit_code == 3
    assert load(program, table, "--accept-refused", "33").exit_code == 3
    assert not sandbox.campaigns()
    assert load(program, table, "--accept-refused", "34").exit_code == 4
    assert len(sandbox.campaigns()) == 2


def test_a_campaign_of_which_all_numbers_are_refused(program: Program, sandbox: Sandbox, table: Table) -> None:
    """It is created and stays off, with a code that says why; the others are on."""
    leads(["999", "1"], british(30))
    told = load(program, table)
    assert told.exit_code == 4
    assert [one["enabled"] for one in sandbox.campaigns()] == [0, 1]
    north = next(one for one in told.document["numbers"] if one["row"] == 2)
    assert (north["to_load"], "W618" in north["message"]) == (0, True)
    with Path(told.document["results"]).open(encoding="utf-8", newline="") as file:
        assert ["W618" in line["import_message"] for line in csv.DictReader(file)] == [True, False]
    assert "30 of 30 numbers loaded into 1 campaign." in told.document["notes"]
    assert program("explain", "W618").exit_code == 0


@pytest.mark.parametrize("name", ["other country", "missing", "empty", "old"])
def test_a_do_not_call_list_that_cannot_be_used(program: Program, sandbox: Sandbox, table: Table, name: str) -> None:
    """It ends the import before anything is sent; an empty one needs --dnc-may-be-empty."""
    leads(british(30), british(30, 50))
    lists = {"other country": ["+49 30 901820"] * 30, "empty": [], "old": british(1)}
    path = Path("tps-2020-01-01.txt" if name == "old" else "tps.txt")
    if name in lists:
        path.write_text("".join(f"{one}\n" for one in lists[name]))
    told = load(program, table, "--dnc", path)
    assert told.exit_code == 2
    assert told.document["code"] == {"other country": "E634", "missing": "E201", "empty": "E632", "old": "E633"}[name]
    assert not sandbox.campaigns()
    if name == "empty":
        assert load(program, table, "--dnc", path, "--dnc-may-be-empty").exit_code == 0


def test_a_campaign_that_is_deleted_during_the_load(program: Program, table: Table) -> None:
    """Its row tells it, its numbers are not loaded, and the other campaign gets its own."""
    leads(british(600), british(30, 1_000))

    def meanwhile(request: SeenRequest) -> None:
        campaigns = box.campaigns()
        if request.action == "destinations/create" and len(campaigns) == len(ROWS):
            box.delete_campaign(next(one["id"] for one in campaigns if one["name"] == "North"))

    with Sandbox(heard=meanwhile) as box:
        program.settings["url"] = box.url
        told = load(program, table, "--batch", "50", "--workers", "1")
    assert told.exit_code == 4
    north, south = sorted(told.document["numbers"], key=lambda one: str(one["row"]))
    assert (north["status"], south["status"], south["loaded"]) == ("gone", "loaded", 30)
    with Path(told.document["results"]).open(encoding="utf-8", newline="") as file:
        (message, _) = [line["import_message"] for line in csv.DictReader(file)]
    assert "The server does not find this campaign" in message
