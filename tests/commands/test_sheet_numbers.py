"""`import --numbers`: the campaigns of a sheet get their telephone numbers, and are on only when all are there."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from importer.sandbox import Faults, Modes, Sandbox
from tests.support.every_format import WORKBOOKS, write_format
from tests.support.numbers import british, on_the_wire, pending, write_list
from tests.support.program import Finished, Program

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = (("North", "queue", "1", "1"), ("South", "queue", "2", "0"), ("West", "queue", "3", ""))
FORM = ("--country", "GB", "--number-format", "digits")
QUESTION = "[y/N]"


def named(campaign: str, numbers: list[str]) -> list[str]:
    """Return lines of a list of numbers with their campaign."""
    return [f"{campaign},{number}" for number in numbers]


def leads(*lines: str, name: str = "leads.csv") -> Path:
    """Write a list of numbers with their campaigns."""
    return write_list(name, *lines, heading="campaign,phone")


def load(program: Program, path: Path, *arguments: object) -> Finished:
    """Import a sheet with numbers without a question, with a document."""
    return program("import", path, *FORM, "--yes", "--json", *arguments)


def by_name(sandbox: Sandbox) -> dict[str, dict[str, object]]:
    """Return the campaigns on the server by their names."""
    return {str(one["name"]): dict(one) for one in sandbox.campaigns()}


def numbers_of(sandbox: Sandbox, name: str) -> set[str]:
    """Return the numbers that a campaign is still to call."""
    return pending(sandbox, int(str(by_name(sandbox)[name]["id"])))


@pytest.mark.usefixtures("here")
def test_numbers_go_to_the_campaigns_that_are_named(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Names, rows and IDs name campaigns; one is on if its row says so, and only when all its numbers are there."""
    there = sandbox.add_campaign(name="There", enabled=0)
    path = leads(
        *named("North", british(1_200)),
        *named("south", british(3, 2_000)),
        *named("row:4", british(4, 3_000)),
        *named(str(there), british(5, 4_000)),
    )
    told = load(program, table("campaigns.csv", HEADINGS, *ROWS), "--numbers", path)
    assert told.exit_code == 0, told.stderr
    assert numbers_of(sandbox, "North") == on_the_wire(british(1_200))
    assert numbers_of(sandbox, "South") == on_the_wire(british(3, 2_000))
    assert numbers_of(sandbox, "West") == on_the_wire(british(4, 3_000))
    assert numbers_of(sandbox, "There") == on_the_wire(british(5, 4_000))
    enabled = {name: campaign["enabled"] for name, campaign in by_name(sandbox).items()}
    assert enabled == {"There": 0, "North": 1, "South": 0, "West": 1}
    loads = {one["row"]: (one["loaded"], one["status"]) for one in told.document["numbers"]}
    assert loads == {None: (5, "loaded"), 2: (1_200, "loaded"), 3: (3, "loaded"), 4: (4, "loaded")}
    with Path(told.document["results"]).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["import_numbers"], line["import_message"]) for line in lines] == [
        ("1,200 of 1,200 loaded", ""),
        ("3 of 3 loaded", ""),
        ("4 of 4 loaded", ""),
    ]


@pytest.mark.usefixtures("here")
def test_campaigns_without_numbers_are_as_their_rows_say(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A row that no list names is created as without --numbers; one whose numbers are all refused stays off."""
    path = leads(*named("North", ["999"]), *named("South", british(5)))
    told = load(program, table("campaigns.csv", HEADINGS, *ROWS), "--numbers", path)
    assert told.exit_code == 4
    enabled = {name: campaign["enabled"] for name, campaign in by_name(sandbox).items()}
    assert enabled == {"North": 0, "South": 0, "West": 1}


@pytest.mark.usefixtures("here")
def test_names_that_mean_no_campaign_cost_their_numbers(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Numbers of a campaign that is not in the sheet, or twice, are refused and counted by name; the rest goes on."""
    rows = (*ROWS, ("Twice", "queue", "4", ""), ("Twice", "queue", "5", ""))
    path = leads(
        *named("North", british(10)), *named("East", british(2, 100)), *named("Twice", british(1, 200)), ",02083660999"
    )
    told = load(program, table("campaigns.csv", HEADINGS, *rows), "--numbers", path, "-v")
    assert told.exit_code == 4
    assert numbers_of(sandbox, "North") == on_the_wire(british(10))
    assert "'East' is not a campaign of the sheet. 2 numbers refused." in told.stderr
    assert "'Twice' is the name of several campaigns of the sheet. 1 number refused." in told.stderr
    (results,) = Path().glob("campaigns.numbers.*.csv")
    with results.open(encoding="utf-8-sig", newline="") as file:
        assert [line["code"] for line in csv.DictReader(file)] == ["E612"] * 4


@pytest.mark.usefixtures("here")
def test_a_number_is_in_one_campaign_of_a_run(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Of campaigns that list the same number, the first of the sheet gets it; --duplicates list loads it into both."""
    path = leads(*named("South", british(5)), *named("North", british(3)))
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    assert load(program, sheet, "--numbers", path).exit_code == 0
    assert numbers_of(sandbox, "North") == on_the_wire(british(3))
    assert numbers_of(sandbox, "South") == on_the_wire(british(2, 3))
    both = table("more.csv", HEADINGS, ("A", "queue", "1", "0"), ("B", "queue", "2", "0"))
    path = leads(*named("A", british(5, 50)), *named("B", british(3, 50)), name="both.csv")
    assert load(program, both, "--numbers", path, "--duplicates", "list").exit_code == 0
    assert (len(numbers_of(sandbox, "A")), len(numbers_of(sandbox, "B"))) == (5, 3)


@pytest.mark.usefixtures("here")
def test_numbers_of_rows_that_are_not_created_wait(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A row that is wrong is not created, and its numbers do not keep another campaign from calling them."""
    rows = (("North", "queue", "1", "maybe"), ("South", "queue", "2", "1"))
    path = leads(*named("North", british(5)), *named("South", british(5)))
    told = load(program, table("campaigns.csv", HEADINGS, *rows), "--numbers", path, "--accept-refused", "50")
    assert told.exit_code == 4
    assert numbers_of(sandbox, "South") == on_the_wire(british(5))
    assert by_name(sandbox)["South"]["enabled"] == 1


@pytest.mark.usefixtures("here")
def test_a_plan_reads_the_numbers_and_apply_loads_them(program: Program, sandbox: Sandbox, table: Table) -> None:
    """`plan --numbers` sends nothing; `apply` of its run creates the campaigns off, loads and switches on."""
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    told = program("plan", sheet, "--numbers", leads(*named("North", british(20))), *FORM, "--json")
    assert told.exit_code == 0
    assert [one["to_load"] for one in told.document["numbers"]] == [20]
    assert not sandbox.campaigns()
    Path("leads.csv").unlink()
    assert program("apply", told.document["run"]).exit_code == 0
    assert numbers_of(sandbox, "North") == on_the_wire(british(20))
    assert by_name(sandbox)["North"]["enabled"] == 1


@pytest.mark.usefixtures("here")
def test_a_load_that_is_not_complete_leaves_the_campaign_off(program: Program, sandbox: Sandbox, table: Table) -> None:
    """If a batch cannot be sent the campaign stays off, `enable` refuses it, also with --all, and `apply` goes on."""
    sandbox.script("destinations/create", [None])
    sandbox.faults = Faults(error_500=1.0, actions=frozenset(["destinations/create"]))
    sheet = table("campaigns.csv", HEADINGS, *ROWS[:1])
    told = load(
        program, sheet, "--numbers", leads(*named("North", british(1_500))), "--batch", "100", "--max-errors", "3"
    )
    assert told.exit_code == 7
    assert by_name(sandbox)["North"]["enabled"] == 0
    run = told.document["run"]
    sandbox.faults = Faults()
    refused = program("enable", run, "--all", "--yes", "--json")
    assert refused.exit_code == 4
    assert by_name(sandbox)["North"]["enabled"] == 0
    continued = program("apply", run)
    assert continued.exit_code == 0
    assert "1 of these campaigns will start dialling immediately" in continued.stderr
    assert numbers_of(sandbox, "North") == on_the_wire(british(1_500))
    assert by_name(sandbox)["North"]["enabled"] == 1


@pytest.mark.usefixtures("here", "no_waiting")
def test_a_list_that_the_server_fails_for(program: Program, sandbox: Sandbox, table: Table) -> None:
    """If the server fails for one list alone, nothing is wrong with the file: the code is 7, and `apply` loads it."""
    sandbox.faults = Faults(error_500=1.0, actions=frozenset(["destinations/list"]))
    sheet = table("campaigns.csv", HEADINGS, *ROWS[:1])
    told = load(
        program, sheet, "--numbers", leads(*named("North", british(30))), "--batch", "10", "--max-errors", "1000"
    )
    (one,) = told.document["numbers"]
    assert (told.exit_code, one["status"], one["loaded"]) == (7, "waiting", 0), told.stderr
    sandbox.faults = Faults()
    assert program("apply", told.document["run"]).exit_code == 0
    assert numbers_of(sandbox, "North") == on_the_wire(british(30))


@pytest.mark.usefixtures("here")
def test_a_list_that_cannot_be_used_creates_nothing(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Without its numbers a run is never applied: its campaigns would be on without anybody to call."""
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    path = write_list("leads.csv", "North,x", heading="campaign,city")
    told = load(program, sheet, "--numbers", path)
    assert told.exit_code == 2
    assert not sandbox.campaigns()
    (run,) = [one["run"] for one in json.loads(program("runs", "--json").stdout)]
    again = program("apply", run, "--json")
    assert (again.exit_code, again.document["code"]) == (2, "E624")
    assert not sandbox.campaigns()
    wrong = program("import", sheet, *FORM, "--yes", "--numbers", leads(*named("North", ["1", "2"])))
    assert wrong.exit_code == 3
    assert "All numbers are refused" in wrong.stderr
    assert "To go on without them, add --accept-refused 100." in wrong.stderr
    assert "apply" not in wrong.stderr  # it would be refused
    assert not sandbox.campaigns()


@pytest.mark.usefixtures("here")
def test_without_a_number_format_nothing_is_created(program: Program, sandbox: Sandbox, table: Table) -> None:
    """How the server writes numbers must be known before a campaign is created that waits for them."""
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    told = program("import", sheet, "--numbers", leads(*named("North", british(2))), "--country", "GB", "--yes")
    assert told.exit_code == 6
    assert not sandbox.campaigns()


@pytest.mark.usefixtures("here")
def test_a_person_sees_how_many_numbers_there_are(program: Program, sandbox: Sandbox, table: Table) -> None:
    """The question before anything is created says how many numbers go to how many campaigns."""
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    path = leads(*named("North", british(20)), *named("South", british(3, 50)))
    code, shown = program.terminal("import", sheet, "--numbers", path, *FORM, answers={QUESTION: "y"})
    asked = " ".join(shown.split())
    assert "Create 3 campaigns and load 23 telephone numbers into 2 campaigns on" in asked
    assert "Those with numbers dial once all of these are loaded." in asked
    assert code == 0
    assert len(numbers_of(sandbox, "North")) == 20


@pytest.mark.usefixtures("here")
def test_several_sheets_have_no_numbers_in_common(program: Program, sandbox: Sandbox, table: Table) -> None:
    """It is not guessed which of several tables the numbers are for."""
    one, other = table("a.csv", HEADINGS, *ROWS), table("b.csv", HEADINGS, *ROWS)
    told = program("import", one, other, "--numbers", leads(*named("North", british(2))), *FORM, "--yes")
    assert told.exit_code == 2
    assert not sandbox.campaigns()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", WORKBOOKS)
def test_numbers_come_from_every_format(
    program: Program, sandbox: Sandbox, table: Table, here: Path, format_name: str
) -> None:
    """A list of numbers may be a workbook of any kind, longer than any buffer."""
    rows = [("North", number) for number in british(2_600)]
    path = write_format(here, format_name, {"Leads": [("campaign", "phone"), *rows]})
    told = load(program, table("campaigns.csv", HEADINGS, *ROWS), "--numbers", path)
    assert told.exit_code == 0, told.stderr
    assert numbers_of(sandbox, "North") == on_the_wire(british(2_600))


@pytest.mark.usefixtures("here")
def test_a_number_refused_by_the_server_does_not_keep_the_campaign_off(
    program: Program, sandbox: Sandbox, table: Table
) -> None:
    """What the server does not take is handed back; the campaign is on when all others are there."""
    sandbox.modes = Modes(bad_numbers="442083660007")
    told = load(program, table("campaigns.csv", HEADINGS, *ROWS[:1]), "--numbers", leads(*named("North", british(20))))
    assert told.exit_code == 4
    assert len(numbers_of(sandbox, "North")) == 19
    assert by_name(sandbox)["North"]["enabled"] == 1
    assert any(
        re.search(r"Numbers that were not loaded: .*campaigns\.numbers\.", note) for note in told.document["notes"]
    )


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", WORKBOOKS)
def test_a_workbook_may_have_its_numbers_in_a_sheet(
    program: Program, sandbox: Sandbox, here: Path, format_name: str
) -> None:
    """The sheet "Numbers" of any workbook is read without an option, and its campaigns wait for these numbers."""
    numbers = [("North", one) for one in british(30)]
    sheets = {"Numbers": [("campaign", "phone"), *numbers], "Campaigns": [HEADINGS, *ROWS]}
    path = write_format(here, format_name, sheets)
    told = load(program, path)
    assert told.exit_code == 0, told.stderr
    assert numbers_of(sandbox, "North") == on_the_wire(british(30))
    enabled = {name: campaign["enabled"] for name, campaign in by_name(sandbox).items()}
    assert enabled == {"North": 1, "South": 0, "West": 1}
    assert not any("ignored" in note for note in told.document["notes"])


@pytest.mark.usefixtures("here")
def test_lists_and_the_sheet_of_a_workbook_are_read_together(program: Program, sandbox: Sandbox, here: Path) -> None:
    """With --numbers, the workbook's own sheet counts as well; nothing in it is forgotten."""
    sheets = {"Campaigns": [HEADINGS, *ROWS], "Numbers": [("campaign", "phone"), ("North", british(1)[0])]}
    path = write_format(here, "xlsx", sheets)
    told = load(program, path, "--numbers", leads(*named("South", british(3, 50))))
    assert told.exit_code == 0, told.stderr
    assert (len(numbers_of(sandbox, "North")), len(numbers_of(sandbox, "South"))) == (1, 3)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", WORKBOOKS)
def test_an_option_names_the_sheet_of_a_list(
    program: Program, sandbox: Sandbox, table: Table, here: Path, format_name: str
) -> None:
    """--numbers-sheet says which sheets of the lists are read, in their order; without it, several are asked about."""
    heading = ("campaign", "phone")
    sheets = {
        "Mobile": [heading, *(("North", one) for one in british(30))],
        "Old": [heading, *(("North", one) for one in british(30, 100))],
        "Home": [heading, *(("North", one) for one in british(30, 15))],
    }
    book, path = write_format(here, format_name, sheets), table("campaigns.csv", HEADINGS, *ROWS)
    asked = program("import", path, *FORM, "--yes", "--numbers", book)
    assert (asked.exit_code, sandbox.campaigns()) == (2, [])
    assert "which sheet has the list: Mobile, Old, Home. Name it with --numbers-sheet. [E232]" in asked.stderr
    wrong = program("import", path, *FORM, "--yes", "--numbers", book, "--numbers-sheet", "Phones")
    assert "Name one of them with --numbers-sheet. [E231]" in wrong.stderr
    text = leads(*named("South", british(2, 200)))
    named_sheets = ("--numbers-sheet", "home", "--numbers-sheet", "1")
    told = load(program, path, "--numbers", book, "--numbers", text, *named_sheets)
    assert told.exit_code == 0, told.stderr
    assert numbers_of(sandbox, "North") == on_the_wire(british(45))
    assert numbers_of(sandbox, "South") == on_the_wire(british(2, 200))
    assert told.document["counts"] is not None


@pytest.mark.usefixtures("here")
def test_a_workbook_may_be_its_own_list(program: Program, sandbox: Sandbox, here: Path) -> None:
    """If --numbers names the workbook itself, the sheets that are named are read, and "Numbers" not besides."""
    heading = ("campaign", "phone")
    sheets = {
        "Campaigns": [HEADINGS, *ROWS],
        "Numbers": [heading, *(("North", one) for one in british(30))],
        "Others": [heading, *(("North", one) for one in british(30, 100))],
    }
    path = write_format(here, "xlsx", sheets)
    told = load(program, path, "--sheet", "Campaigns", "--numbers", path.name, "--numbers-sheet", "Others")
    assert told.exit_code == 0, told.stderr
    assert numbers_of(sandbox, "North") == on_the_wire(british(30, 100))
    assert program("import", path, "--numbers-sheet", "Others", "--yes").exit_code == 2


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", WORKBOOKS)
@pytest.mark.parametrize("rows", [[], [("Campaign", "Number", "Country")]], ids=["empty", "headings"])
def test_a_sheet_without_numbers_changes_nothing(
    program: Program, sandbox: Sandbox, here: Path, rows: list[tuple[str, ...]], format_name: str
) -> None:
    """A sheet "Numbers" that is empty, or has headings alone, leaves campaigns as their rows say; nothing is told."""
    path = write_format(here, format_name, {"Campaigns": [HEADINGS, *ROWS], "Numbers": rows})
    told = program("import", path, "--yes")
    assert told.exit_code == 0, told.stderr
    assert "to load" not in told.stderr
    assert not list((Path(program.settings["journal"]).parent / "numbers").glob("*.sqlite3*"))
    assert {name: one["enabled"] for name, one in by_name(sandbox).items()} == {"North": 1, "South": 0, "West": 1}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("rows", [[], [("Campaign", "Number", "Country")]], ids=["empty", "headings"])
def test_an_empty_sheet_does_not_keep_lists_from_being_read(
    program: Program, sandbox: Sandbox, here: Path, rows: list[tuple[str, ...]]
) -> None:
    """The unfilled sheet "Numbers" of a template is not in the way of --numbers."""
    path = write_format(here, "xlsx", {"Campaigns": [HEADINGS, *ROWS], "Numbers": rows})
    told = load(program, path, "--numbers", leads(*named("North", british(30))))
    assert told.exit_code == 0, told.stderr
    assert len(numbers_of(sandbox, "North")) == 30


@pytest.mark.usefixtures("here")
def test_a_sheet_of_numbers_that_cannot_be_used_creates_nothing(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A sheet "Numbers" without a column of numbers is refused before anything is created."""
    sheets = {"Campaigns": [HEADINGS, *ROWS], "Numbers": [("campaign", "city"), ("North", "Leeds")]}
    assert load(program, write_format(here, "xlsx", sheets)).document["code"] == "E621"
    assert not sandbox.campaigns()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", ["csv", *WORKBOOKS])
def test_a_column_names_a_file_of_numbers_for_each_campaign(
    program: Program, sandbox: Sandbox, here: Path, format_name: str
) -> None:
    """A column "numbers" names a file beside the sheet; a row with an empty cell gets none."""
    write_list("north.csv", *british(30))
    write_list("south.txt", *british(4, 50))
    rows = [(*row, name) for row, name in zip(ROWS, ("north.csv", "south.txt", ""), strict=True)]
    path = write_format(here, format_name, {"Campaigns": [(*HEADINGS, "Numbers"), *rows]})
    told = load(program, path)
    assert told.exit_code == 0, told.stderr
    assert numbers_of(sandbox, "North") == on_the_wire(british(30))
    assert numbers_of(sandbox, "South") == on_the_wire(british(4, 50))
    assert {name: one["enabled"] for name, one in by_name(sandbox).items()} == {"North": 1, "South": 0, "West": 1}
    assert not [one for one in told.problems if one["code"] == "W201"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "cell",
    ["../leads.csv", "/etc/hosts", "missing.csv", "link.csv", "999", "many", "x" * 300, ".hidden.csv", "a\\b.csv"],
)
def test_a_column_names_nothing_but_files_beside_the_sheet(
    program: Program, sandbox: Sandbox, table: Table, here: Path, cell: str
) -> None:
    """A path, a link, a missing file or neither file nor number is refused with the cell, and nothing is created."""
    write_list(here.parent / "leads.csv", *british(3))
    write_list(".hidden.csv", *british(3))
    Path("link.csv").symlink_to(here.parent / "leads.csv")
    told = load(program, table("campaigns.csv", (*HEADINGS, "numbers"), (*ROWS[0], cell)))
    assert (told.exit_code, told.document["code"]) == (2, "E625")
    assert "E2: " in told.document["message"]
    assert not sandbox.campaigns()


@pytest.mark.usefixtures("here")
def test_a_column_of_numbers_may_be_the_users_own(program: Program, sandbox: Sandbox, table: Table) -> None:
    """An empty column changes nothing, and --column leaves one alone that means something else."""
    assert load(program, table("a.csv", (*HEADINGS, "numbers"), (*ROWS[0], ""))).exit_code == 0
    own = table("b.csv", (*HEADINGS, "numbers"), (*ROWS[1], "many"))
    assert load(program, own).exit_code == 2
    assert load(program, own, "--column", "E=-", "--numbers", leads(*named("South", british(2)))).exit_code == 0
    assert len(sandbox.campaigns()) == 2


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", ["missing.txt", "empty.txt", "tps-2001-01-01.txt", "damaged.txt"])
def test_a_do_not_call_list_that_cannot_be_used_creates_nothing(
    program: Program, sandbox: Sandbox, table: Table, name: str
) -> None:
    """A list that is missing, empty, old or has a line that cannot be read ends the import before anything is sent."""
    for path in ("tps-2001-01-01.txt", "damaged.txt"):
        write_list(path, "0121 496 0000", heading="number")
    write_list("damaged.txt", "0121 496 0000", "somebody", heading="number")
    Path("empty.txt").touch()
    sheet = table("campaigns.csv", HEADINGS, *ROWS)
    told = load(program, sheet, "--numbers", leads(*named("North", british(5))), "--dnc", name)
    assert told.exit_code == 2
    assert not sandbox.campaigns()
    assert not [one for one in sandbox.requests if one.action == "destinations/create"]


@pytest.mark.usefixtures("here")
def test_an_import_leaves_numbers_in_their_own_files_alone(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Journal, log, page, results of the campaigns, screen and document have no number, in any spelling."""
    sandbox.modes = Modes(bad_numbers="442083660001")
    path = leads(*named("North", british(60)), *named("02083660070", ["02083660071"]), "South,999 and 02083660072")
    outputs = ("--log", "log.jsonl", "--report", "page.html", "--results", "results.csv", "--debug", "debug.log")
    told = load(program, table("campaigns.csv", HEADINGS, *ROWS), "--numbers", path, *outputs, "-v")
    assert told.exit_code == 4
    journal = Path(program.settings["journal"])
    files = ["log.jsonl", "page.html", "results.csv", "debug.log", *journal.parent.glob(f"{journal.name}*")]
    written = b"".join(Path(one).read_bytes() for one in files) + told.stderr.encode() + told.stdout.encode()
    digits = re.sub(rb"[^0-9A-Za-z\n]", b"", written)
    for number in ("2083660001", "2083660059", "2083660070", "2083660071", "2083660072"):
        assert number.encode() not in digits


@pytest.mark.usefixtures("here")
def test_the_forecast_counts_only_campaigns_with_somebody_to_call(program: Program, table: Table) -> None:
    """A campaign none of whose numbers can be called stays off, so neither question nor limit counts it."""
    path = leads(*named("North", ["999"]), *named("South", british(5)), *named("West", british(3, 50)))
    rows = (ROWS[0], ("South", "queue", "2", "1"), ROWS[2])
    sheet = table("campaigns.csv", HEADINGS, *rows)
    planned = program("plan", sheet, "--numbers", path, *FORM, "--json", "--accept-refused", 90)
    assert planned.document["dialling"] == 2
    told = load(program, sheet, "--numbers", path, "--max-dialling", 2, "--accept-refused", 90)
    assert told.exit_code == 4, told.stderr
    assert program("plan", sheet, "--json").document["dialling"] == 0


def table_of(path: Path) -> list[dict[str, str]]:
    """Return the lines of results, of whichever form, by their headings."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    headings, *lines = openpyxl.load_workbook(path).worksheets[-1].iter_rows(values_only=True)
    return [{str(key): str(value or "") for key, value in zip(headings, line, strict=True)} for line in lines]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", ["csv", *WORKBOOKS])
def test_results_count_the_numbers_of_each_campaign(
    program: Program, sandbox: Sandbox, here: Path, format_name: str
) -> None:
    """In every format, import_numbers has the count, and import_message only why; a run without numbers has neither."""
    rows = [(f"Row {at}", "queue", "1", "1") for at in range(1, 31)]
    sheet = write_format(here, format_name, {"Campaigns": [HEADINGS, *rows]})
    lines = [line for at, (name, *_) in enumerate(rows[:28]) for line in named(name, british(10, 10 * at))]
    path = leads(*lines, *named("Row 29", ["999"]))
    told = load(program, sheet, "--numbers", path, "--report", "page.html")
    assert told.exit_code == 4, told.stderr
    results = table_of(Path(told.document["results"]))
    numbers = [one["import_numbers"] for one in results]
    assert numbers == [*["10 of 10 loaded"] * 28, "none to load", ""]
    whys = [one["import_message"] for one in results]
    assert [bool(why) for why in whys] == [*[False] * 28, True, False]
    assert "10 of 10 loaded" in Path("page.html").read_text(encoding="utf-8")
    again = program("import", told.document["results"], "--yes", "--json", "--results", "again.csv")
    assert again.counts == {"exists": 30}
    assert not any(one.get("import_numbers") for one in table_of(Path("again.csv")))
