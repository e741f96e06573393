"""`--all-numbers`: the file that is handed back has every number, with what became of it."""

import csv
from pathlib import Path

import pytest
from lxml import html
from openpyxl import load_workbook

from importer.sandbox import Faults, Sandbox
from tests.support.drop_site import DropSite
from tests.support.every_format import write_format
from tests.support.numbers import british, write_list
from tests.support.processes import ProcessPool
from tests.support.program import Program
from tests.support.tables import rested, write_table

HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = (("North", "queue", "1", "1"), ("South", "queue", "2", "1"))
FORM = ("--country", "GB", "--number-format", "digits", "--all-numbers", "--json")
LINES = [*(f"North,{one}" for one in british(60)), *(f"South,{one}" for one in british(30, 50)), "South,999"]


@pytest.fixture
def sheet(here: Path) -> Path:
    """A sheet of two campaigns with a list of their numbers beside it, of which ten are on a do-not-call list."""
    write_list("leads.csv", *LINES, heading="campaign,phone")
    write_list("tps.txt", *british(10), heading="number")
    return write_table(here / "campaigns.csv", HEADINGS, ROWS)


def verdicts(folder: Path, stem: str = "campaigns") -> dict[str, int]:
    """Return how many numbers of the file that was handed back have each verdict; the file is then removed."""
    (path,) = folder.rglob(f"{stem}.numbers.2*.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    path.unlink()
    found = [f"{one['campaign']} {one['code'] or one['verdict']}" for one in lines]
    return {one: found.count(one) for one in found}


def test_all_numbers_of_an_import(program: Program, sheet: Path, here: Path) -> None:
    """`import`, and `plan` with `apply`, hand back each number with its campaign and what became of it."""
    arguments = ("--numbers", "leads.csv", "--dnc", "tps.txt", *FORM)
    planned = program("plan", sheet, *arguments)
    to_load = {name.replace("loaded", "to load"): count for name, count in verdicts(here).items()}
    told = program("apply", planned.document["run"], "--all-numbers", "--json")
    assert told.exit_code == 4
    found = verdicts(here)
    assert {name.replace("loaded", "to load"): count for name, count in found.items()} == to_load
    assert (sum(found.values()), found["row:2 loaded"], found["row:3 loaded"]) == (91, 50, 20)
    assert any(note.startswith("All numbers: ") for note in told.document["notes"])
    more = write_table(here / "more.csv", HEADINGS, [("North 2", "queue", "1", "1")])
    write_list("all.csv", *british(40))
    assert program("import", more, "--numbers", "all.csv", "--yes", *FORM).exit_code == 0
    assert verdicts(here, "more") == {"row:2 loaded": 40}


def test_the_file_of_all_numbers_is_a_list(program: Program, sandbox: Sandbox, sheet: Path, here: Path) -> None:
    """It can be read again with the same sheet: every number goes to its campaign, and nobody is loaded twice."""
    sandbox.faults = Faults(error_500=1.0, actions=frozenset(["destinations/create"]))
    program("import", sheet, "--numbers", "leads.csv", "--yes", *FORM, "--max-errors", "2")
    (path,) = here.glob("campaigns.numbers.2*.csv")
    again = path.rename(here / "again.csv")
    sandbox.faults = Faults()
    told = program("import", sheet, "--numbers", again, "--yes", *FORM)
    assert told.exit_code == 4, told.stderr
    held = {one["name"]: len(sandbox.destinations(int(one["id"]))) for one in sandbox.campaigns()}
    assert held == {"North": 60, "South": 20}


def test_a_load_hands_back_all_numbers(program: Program, sandbox: Sandbox, here: Path) -> None:
    """`numbers load` needs no --results for it, and `apply` of its run has it as well."""
    campaign = sandbox.add_campaign(name="There", enabled=0)
    path = write_list("leads.csv", *british(40))
    command = ("numbers", "load", path, "--campaign", campaign, "--yes", *FORM)
    sandbox.faults = Faults(error_500=1.0, actions=frozenset(["destinations/create"]))
    told = program(*command, "--max-errors", "2")
    assert verdicts(here, "leads") == {f"{campaign} to load": 40}
    sandbox.faults = Faults()
    assert program("apply", told.document["run"], "--all-numbers").exit_code == 0
    assert verdicts(here, "leads") == {f"{campaign} loaded": 40}


@pytest.mark.parametrize("source", ["drop.toml", "option"])
def test_a_drop_folder_hands_back_all_numbers(
    here: Path, journal: Path, sandbox: Sandbox, process_pool: ProcessPool, source: str
) -> None:
    """The file is archived beside its list, or its campaigns, if drop.toml or the command says so."""
    site = DropSite(here / "in", journal, sandbox.url, process_pool, {"CAMPAIGN_IMPORTER_WORKERS": "1"})
    there = sandbox.add_campaign(name="There", enabled=0)
    key = "all_numbers = true\n" if source == "drop.toml" else ""
    rules = f'numbers_beside = "{{stem}}.leads.*"\n{key}[numbers_for]\n"one-*" = "{there}"\n'
    site.say(f'country = "GB"\nnumber_format = "digits"\n{rules}')
    write_table(site.folder / "night.csv", HEADINGS, ROWS[:1])
    write_list(site.folder / "night.leads.csv", *british(30, 500))
    write_list(site.folder / "one-list.csv", *british(30))
    for path in site.folder.glob("*.csv"):
        rested(path)
    told = site.drop("--json", *(() if key else ("--all-numbers",)))
    assert [one["place"] for one in told.document["files"]] == ["done", "done"], told.stderr
    assert verdicts(site.folder, "night") == {"row:2 loaded": 30}
    assert verdicts(site.folder, "one-list") == {f"{there} loaded": 30}


def test_a_check_says_where_all_numbers_go(bare: Program, here: Path) -> None:
    """`numbers check` has no file of its own for them, and asks for one."""
    path = write_list("leads.csv", *british(30))
    told = bare("numbers", "check", path, "--country", "GB", "--all-numbers")
    assert (told.exit_code, "--results" in told.stderr) == (2, True)


def test_summary_and_page_count_numbers(program: Program, sheet: Path, here: Path) -> None:
    """The summary sheet and the page say how many numbers have which verdict, country and do-not-call list."""
    book = write_format(here, "xlsx", {"Campaigns": [HEADINGS, *ROWS]})
    arguments = ("--numbers", "leads.csv", "--dnc", "tps.txt", "--country", "GB", "--number-format", "digits")
    told = program("import", book, *arguments, "--report", "page.html", "--yes", "--json")
    assert told.exit_code == 4
    cells = [[cell.value for cell in row[:2]] for row in load_workbook(told.document["results"]).worksheets[0]]
    for expected in (
        ["Numbers by verdict", None],
        ["loaded", 70],
        ["duplicate", 10],
        ["on a do-not-call list", 10],
        ["refused", 1],
        ["Good numbers by country", None],
        ["Numbers on do-not-call lists", None],
        ["tps.txt", 10],
    ):
        assert expected in cells, cells
    page = html.fromstring(Path("page.html").read_bytes())
    tables = page.xpath("//section[@aria-labelledby='numbers-heading']//table")
    rows = [[" ".join(one.text_content().split()) for one in row] for table in tables for row in table.iter("tr")]
    assert ["loaded", "70"] in rows
    assert ["tps.txt", "10"] in rows
    assert "2083660" not in Path("page.html").read_text(encoding="utf-8")


def test_results_that_are_written_again_count_numbers(program: Program, sheet: Path) -> None:
    """The counts outlive the numbers, which may be removed at once."""
    told = program("import", sheet, "--numbers", "leads.csv", "--yes", *FORM, "--keep-numbers", "0")
    assert program("runs", told.document["run"], "--results", "again.xlsx").exit_code == 0
    cells = [[cell.value for cell in row[:2]] for row in load_workbook("again.xlsx").worksheets[0]]
    assert ["loaded", 80] in cells
