"""Names in the place of IDs: what becomes of them from the file to the results, whatever the server shows."""

import csv
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from importer.sandbox import Faults, Modes, Sandbox
from importer.sandbox.accounts import Account
from tests.support.every_format import WRITERS, write_format
from tests.support.golden import golden
from tests.support.paths import ROOT
from tests.support.program import Finished, Program
from tests.support.tables import rested

NAMED = ("name", "dtype", "dnumber", "customer", "owner", "timegroup", "recordgroup")
WHOLE_GROUP = Account("boss", "secret", "commerce", 1, tuple(range(1, 60)))

Table = Callable[..., Path]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A stand-in server with an account that sees many customers."""
    with Sandbox(accounts=(WHOLE_GROUP, Account("admin", "secret", "administrator", 1, (1, 2, 3)))) as running:
        yield running


@pytest.fixture
def program(program: Program) -> Program:
    """The command line of that account."""
    program.settings["username"] = "boss"
    return program


def lists_asked(sandbox: Sandbox) -> Counter[str]:
    """Return which lists of names were asked for, and how many times."""
    return Counter(one.action for one in sandbox.requests if one.action.endswith("/list") and "dest" not in one.action)


def messages(told: Finished) -> list[str]:
    """Return the messages of a document's problems."""
    return [one["message"] for one in told.problems]


def results_of(path: str) -> list[dict[str, str]]:
    """Return the rows of results by their headings."""
    if path.endswith(".xlsx"):
        sheet = openpyxl.load_workbook(path)["Campaigns" if "Campaigns" in openpyxl.load_workbook(path) else "Results"]
        headings, *rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    else:
        text = Path(path).read_text(encoding="utf-8-sig")
        delimiter = next(character for character in text.splitlines()[0] if character in ",;\t")
        headings, *rows = list(csv.reader(text.splitlines(), delimiter=delimiter))
    return [dict(zip(headings, row, strict=False)) for row in rows]


@pytest.mark.parametrize("format_name", WRITERS)
def test_names_and_ids_may_be_mixed_in_every_format(
    program: Program, sandbox: Sandbox, here: Path, format_name: str
) -> None:
    """In each kind of file, a name is sent as its ID, and the results have both; the customer is looked up first."""
    rows = [
        ("A", "queue", "Support", "North Branch", "north", "Office hours", "Sales"),
        ("B", "queue", "7", "", "jane", "1", "0"),
        *((f"C{number}", "phone", "Entrance", "", "Jane Miller", "id:2", "Sales") for number in range(28)),
    ]
    told = program("import", write_format(here, format_name, {"Campaigns": (NAMED, *rows)}), "--yes", "--json")
    assert (told.exit_code, told.counts) == (0, {"created": 30}), told.stderr
    sent = {one["name"]: one for one in sandbox.campaigns()}
    first, second, third = sent["A"], sent["B"], sent["C0"]
    assert [first[name] for name in NAMED[2:]] == ["2", 2, 3, 3, 2]
    assert [second[name] for name in NAMED[2:]] == ["7", 1, 1, 1, 0]
    assert [third[name] for name in NAMED[2:]] == ["1001", 1, 1, 2, 1]
    north, jane, phone, *_ = results_of(told.document["results"])
    assert (north["customer"], north["owner"]) == ("North Branch", "north")
    assert (north["import_customer"], north["import_owner"]) == ("2 (North Branch)", "3 (north)")
    assert (north["import_dnumber"], north["import_recordgroup"]) == ("2 (Support)", "2 (Sales)")
    assert (jane["import_owner"], jane["import_timegroup"]) == ("1 (jane)", "")
    assert phone["import_dnumber"] == "1001 (Entrance)"


@pytest.mark.parametrize("format_name", ["xlsx", "xls", "csv"])
def test_results_with_names_are_a_valid_input(program: Program, sandbox: Sandbox, here: Path, format_name: str) -> None:
    """What results say about names is not read again: the rows are known, and no column is there twice."""
    rows = [(f"A{number}", "queue", "Support", "", "jane", "", "") for number in range(30)]
    path = write_format(here, format_name, {"Campaigns": (NAMED, *rows)})
    results = program("import", path, "--yes", "--json").document["results"]
    again = program("import", rested(Path(results)), "--yes", "--json")
    assert again.counts == {"exists": 30}, again.stderr
    assert len(sandbox.campaigns()) == 30
    assert results_of(again.document["results"])[0].keys() == results_of(results)[0].keys()


def test_results_forget_names_that_are_written_no_more(program: Program, here: Path) -> None:
    """In a copy of earlier results whose names have become IDs, the columns about names are empty."""
    path = write_format(here, "xlsx", {"Campaigns": (NAMED, ("A", "queue", "1", "", "jane", "0", ""))})
    results = program("import", path, "--yes", "--json").document["results"]
    book = openpyxl.load_workbook(results)
    book["Campaigns"]["E2"] = "1"
    book.save(results)
    again = program("import", rested(Path(results)), "--yes", "--json").document
    assert again["counts"]["exists"] == 1
    assert results_of(again["results"])[0]["import_owner"] == ""


def test_a_list_is_read_once_for_each_customer(program: Program, sandbox: Sandbox, table: Table) -> None:
    """More than a chunk of rows with 40 names in 3 customers makes 13 requests for names at most, applying none."""
    sandbox.add_entry("customers", 1, name="East Branch")
    customers = {"North Branch": 2, "South Branch": 3, "East Branch": 4}
    for number in range(3):
        for kind in ("people", "timegroups", "recording/groups", "queues"):
            name = "username" if kind == "people" else "name"
            for customer in customers.values():
                sandbox.add_entry(kind, customer, **{name: f"one {number}"})
    names = list(customers)
    rows = [
        (f"C{at}", "queue", f"one {at % 3}", names[at % 3], f"one {at // 3 % 3}", f"one {at // 9 % 3}", "one 1")
        for at in range(10_026)
    ]
    sandbox.script("validate", ["error_500"])
    told = program("plan", table("c.csv", NAMED, *rows), "--json", "--workers", "2", "--max-errors", "1")
    asked = lists_asked(sandbox)
    assert asked.pop("list", 0) == 0
    assert asked["customers/list"] == 1
    assert asked.total() <= 13
    sandbox.clear_requests()
    program("apply", told.document["run"], "--json", "--max-errors", "1")
    assert set(lists_asked(sandbox)) <= {"list"}


def test_applying_a_plan_keeps_the_ids(program: Program, sandbox: Sandbox, table: Table) -> None:
    """The plan has the IDs: what is renamed between plan and apply is neither asked for nor sent anew."""
    rows = [(f"A{number}", "queue", "Support", "", "jane", "0", "") for number in range(26)]
    run = program("plan", table("c.csv", NAMED, *rows), "--json").document["run"]
    sandbox.change_entry("people", 1, username="joan")
    sandbox.add_entry("people", 1, username="jane")
    sandbox.clear_requests()
    assert program("apply", run, "--json").counts == {"created": 26}
    assert not set(lists_asked(sandbox)) - {"list"}
    assert {one["owner"] for one in sandbox.campaigns()} == {1}


def test_a_name_that_means_another_id_makes_an_edited_row(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Once a name is given to somebody else, the row is changed and is not created a second time."""
    path = table("c.csv", NAMED, *((f"A{number}", "queue", "1", "", "jane", "0", "") for number in range(26)))
    assert program("import", path, "--yes", "--json").counts == {"created": 26}
    sandbox.change_entry("people", 1, username="former")
    other = sandbox.add_entry("people", 1, username="jane")
    again = program("import", path, "--yes", "--json")
    assert again.counts == {"changed": 26}
    assert len(sandbox.campaigns()) == 26
    rows = program("runs", again.document["run"], "--json").document
    assert f"owner was 1 (jane) and is {other} (jane)" in rows[0]["message"]
    updated = program("import", path, "--yes", "--json", "--on-change", "update")
    assert updated.counts == {"updated": 26}, updated.stderr
    assert {one["owner"] for one in sandbox.campaigns()} == {other}


def test_a_name_and_its_id_are_the_same_campaign(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A file with IDs is recognised when these become names, and a row with a name repeats one with the ID."""
    ids = [(f"A{number}", "queue", "1", "2", "3", "0", "") for number in range(26)]
    assert program("import", table("ids.csv", NAMED, *ids), "--yes", "--json").counts == {"created": 26}
    names = [(name, "queue", "1", "North Branch", "north", "0", "") for name, *_ in ids]
    told = program("import", table("names.csv", NAMED, *names), "--yes", "--json")
    assert told.counts == {"exists": 26}, told.stderr
    both = program("plan", table("both.csv", NAMED, ids[0], names[0]), "--json")
    assert both.counts == {"exists": 1, "invalid": 1}
    assert messages(both) == ["Duplicate of row 2. Remove one of the two, or change its values."]


def test_duplicates_are_found_across_sheets(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A row with a name is a duplicate of one with the ID, also on another sheet of the workbook."""
    sheets = {
        "North": (NAMED, ("A", "queue", "1", "", "1", "0", "")),
        "South": (NAMED, ("A", "queue", "1", "", "jane", "0", ""), ("B", "queue", "1", "", "john", "0", "")),
    }
    told = program("plan", write_format(here, "xlsx", sheets), "--all-sheets", "--json")
    assert [one["counts"]["ready"] for one in told.document["runs"]] == [1, 1]
    assert "Duplicate of row 2 of the sheet North" in told.stdout


def test_digits_alone_are_always_an_id(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A name of digits is meant only with name: in front, and the user is told once that an ID is a name, too."""
    other = sandbox.add_entry("timegroups", 1, name="1")
    rows = [
        *((f"A{number}", "queue", "1", "", "jane", "1", "") for number in range(30)),
        ("B", "queue", "1", "", "", "name:1", ""),
        ("C", "queue", "1", "", "", "24/7", ""),
    ]
    sandbox.add_entry("timegroups", 1, name="24/7")
    told = program("import", table("c.csv", NAMED, *rows), "--yes", "--json")
    assert told.counts == {"created": 32}
    sent = {one["name"]: one["timegroup"] for one in sandbox.campaigns()}
    assert (sent["A0"], sent["B"], sent["C"]) == (1, other, other + 1)
    assert [(one["code"], one["row"]) for one in told.problems] == [("W701", 2)]


@pytest.mark.parametrize(
    "written", ["1.5", "-1", "7.000", "1,5", "2024-01-01", "1e3", "id:jane", "name:", "#N/A", "NULL"]
)
def test_what_is_neither_a_name_nor_an_id_is_refused(program: Program, table: Table, written: str) -> None:
    """What looks like a number is not taken for a name, nor is what a program has put into an empty cell."""
    told = program("validate", table("c.csv", NAMED, ("A", "queue", "1", "", written, "0", "")), "--json")
    assert (told.exit_code, told.counts) == (3, {"invalid": 1})


def test_checking_without_a_server_says_how_many_names_are_looked_up(program: Program, table: Table) -> None:
    """`validate` takes a text for a name, and counts the different ones of each list."""
    rows = [(f"A{at}", "queue", f"Queue {at % 3}", "ACME", "jane", f"Hours {at % 4}", "") for at in range(30)]
    told = program("validate", table("c.csv", NAMED, *rows), "--json")
    assert (told.exit_code, told.counts) == (0, {"valid": 30})
    assert "9 names are looked up when the run is planned." in told.document["notes"]


def test_case_and_spaces_do_not_matter_if_only_one_is_meant(program: Program, sandbox: Sandbox, table: Table) -> None:
    """An exact name comes first; another writing of it is taken if it is the only one, and the user is told."""
    upper = sandbox.add_entry("people", 1, username="JANE")
    sandbox.add_entry("timegroups", 1, name="Cafe\u0301  Paris")
    rows = [
        ("A", "queue", "1", "", "jane", "caf\u00e9 paris", ""),
        ("B", "queue", "1", "", "JANE", "0", ""),
        ("C", "queue", "1", "", " Jane ", "0", ""),
        *((f"D{number}", "queue", "1", "", " john ", "0", "") for number in range(26)),
    ]
    told = program("import", table("c.csv", NAMED, *rows), "--yes", "--json")
    assert told.counts == {"created": 28, "invalid": 1}
    sent = {one["name"]: one for one in sandbox.campaigns()}
    assert [sent[name]["owner"] for name in "AB"] == [1, upper]
    assert sent["A"]["timegroup"] == 4
    assert any("'café paris' is 4" in note for note in told.document["notes"])
    assert [one["code"] for one in told.problems if one["severity"] == "error"] == ["E702"]
    assert {one["code"] for one in told.problems if one["severity"] == "warning"} == {"W101"}


def test_an_empty_customer_is_the_accounts_own(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Names in rows without a customer are looked up in that of the account, and sent without one."""
    rows = [(f"A{number}", "queue", "Support", "", "jane", "Office hours", "") for number in range(26)]
    assert program("import", table("c.csv", NAMED, *rows), "--yes", "--json").counts == {"created": 26}
    asked = [one for one in sandbox.requests if one.action in ("people/list", "timegroups/list")]
    assert asked
    assert not any("customer" in one.parameters for one in asked)


MISTAKES = [
    ("1", "queue", "1", "", "jnae", "0", ""),
    ("2", "queue", "1", "North Brnch", "jane", "0", ""),
    ("3", "queue", "1", "2", "john", "0", ""),
    ("4", "queue", "1", "", "Sam Smith", "0", ""),
    ("5", "queue", "1", "Old Branch", "", "0", ""),
    ("6", "queue", "1", "Twin", "", "0", ""),
    ("7", "queue", "Helpdesk", "", "", "0", ""),
    ("8", "ivr", "Main", "2", "", "0", ""),
    ("9", "queue", "1", "", "", "Night", ""),
    ("10", "queue", "1", "North Branch", "", "", "Zales"),
    ("11", "queue", "1", "9", "jane", "0", ""),
]


def test_what_is_said_of_names_that_cannot_be_used(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Not found, several, in another customer, deleted, nothing there at all: each has its sentence, with IDs."""
    for number in range(2):
        sandbox.add_entry("people", 1, username=f"sam{number}", forename="Sam", surname="Smith")
    sandbox.add_entry("customers", 1, name="Old Branch", deleted=1)
    for number in range(7):
        sandbox.add_entry("customers", 1 + number % 2, name="Twin", description=f"floor {number}")
    told = program("plan", table("c.csv", NAMED, *MISTAKES))
    assert told.exit_code == 3
    document = program("plan", Path("c.csv"), "--json").document
    said = [f"{one['cell']} [{one['code']}] {one['message']}" for one in document["problems"]]
    assert "\n".join(said) + "\n" == golden("texts/names.txt", "\n".join(said) + "\n")


def test_columns_that_cannot_be_looked_up_are_one_problem(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Where the role does not allow a list there is one problem for the column; rows with IDs go on."""
    program.settings["username"] = "admin"
    rows = [(f"A{at}", "queue", "1", "North Branch" if at % 2 else "2", "", "0", "") for at in range(60)]
    told = program("import", table("c.csv", NAMED, *rows), "--yes", "--json")
    assert (told.exit_code, told.counts) == (4, {"created": 30, "invalid": 30})
    assert messages(told) == [
        "Names in customer cannot be looked up: the role of this account may not list customers. Write IDs, or give "
        "the account the role callshop or commerce."
    ]
    assert told.problems[0]["cell"] == "D1"
    assert results_of(told.document["results"])[1]["import_message"].startswith("A name in this row could not be")


@pytest.mark.parametrize(
    ("modes", "owner", "said"),
    [
        (Modes(absent=frozenset({"people/list"})), "jane", "the server does not have the function people/list"),
        (Modes(absent=frozenset({"people/list"}), absent_as="unknown"), "jane", "refuses to list the people of your"),
        (Modes(list_none=True, lists=frozenset({"people/list"})), "jane", "The server shows no people at all there"),
    ],
)
def test_a_server_without_a_list(
    program: Program, sandbox: Sandbox, table: Table, modes: Modes, owner: str, said: str
) -> None:
    """A function that is not there, or a list without anything, makes the rows with names invalid and no others."""
    sandbox.modes = modes
    rows = [(f"A{at}", "queue", "1", "", owner if at % 2 else "1", "0", "") for at in range(26)]
    told = program("import", table("c.csv", NAMED, *rows), "--yes", "--json")
    assert (told.exit_code, told.counts) == (4, {"created": 13, "invalid": 13})
    assert all(said in message for message in messages(told))


def test_telephones_are_sent_as_they_are_where_they_cannot_be_listed(
    program: Program, sandbox: Sandbox, table: Table
) -> None:
    """Campaigns refer to telephones and mailboxes by their names, so nothing is lost without the list."""
    sandbox.modes = Modes(absent=frozenset({"phones/list"}))
    rows = [(f"A{at}", "phone", ("hall", "name:hall", "id:hall")[at % 3], "", "", "0", "") for at in range(26)]
    told = program("import", table("c.csv", NAMED, *rows), "--yes", "--json")
    assert told.counts == {"created": 26}
    assert {one["dnumber"] for one in sandbox.campaigns()} == {"hall"}
    assert [one["code"] for one in told.problems] == ["W702"]


@pytest.mark.parametrize(
    "modes",
    [
        Modes(list_fields="few"),
        Modes(ids="string", responses="object", codes="number"),
        Modes(paging="ignored"),
        Modes(page_most=10),
        Modes(page_most=7),
        Modes(strict=True),
        Modes(version="3.14"),
        Modes(http_status="mirrored"),
    ],
)
def test_names_are_found_however_a_server_lists_them(
    program: Program, sandbox: Sandbox, table: Table, modes: Modes
) -> None:
    """Short pages, pages that are ignored, few fields, more than was asked for: the same entries are found."""
    for number in range(45):
        sandbox.add_entry("people", 1, username=f"person {number}")
        sandbox.add_entry("customers", 1, name=f"Customer {number}")
    sandbox.add_entry("people", 2, username="person 44")
    sandbox.modes = modes
    rows = [(f"A{at}", "queue", "1", f"customer {at}" if at == 5 else "", f"person {at}", "0", "") for at in range(45)]
    told = program("import", table("c.csv", NAMED, *(row for row in rows if row[3] == "")), "--yes", "--json")
    assert told.counts == {"created": 44}, told.stdout
    found = program("plan", table("d.csv", NAMED, ("B", "queue", "1", "customer 44", "", "0", "")), "--json")
    assert found.counts == {"ready": 1}


def test_a_list_that_answers_more_than_was_asked(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Entries of other customers are passed over, and one that is the account's own or another's is not guessed."""
    sandbox.modes = Modes(list_more=True)
    rows = [(f"A{at}", "queue", "Support", "2", "north", "0", "") for at in range(26)]
    rows += [("B", "queue", "1", "2", "jane", "0", ""), ("C", "queue", "Support", "", "", "0", "")]
    told = program("plan", table("c.csv", NAMED, *rows), "--json")
    assert told.counts == {"ready": 26, "invalid": 2}
    assert {(one["code"], one["row"]) for one in told.problems} == {("E701", 28), ("E702", 29)}


def test_names_that_are_null_or_hostile(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Entries without a name or with an ID that none can be are passed over, and what is shown cannot do harm."""
    sandbox.add_entry("people", 1, username=None, forename=None, surname=None, email=None)
    sandbox.add_entry("timegroups", 1, name=None)
    sandbox.add_entry("people", 1, username="\x1b[2Jjana", forename="=cmd()", surname="x" * 5_000)
    rows = [("A", "queue", "1", "", "jane", "Office hours", ""), ("B", "queue", "1", "", "[2Jjana", "0", "")]
    told = program("plan", table("c.csv", NAMED, *rows))
    assert "jane' is 1" in told.stderr
    assert "There is no person called '[2Jjana'" in told.stderr
    assert "\x1b" not in told.stderr


@pytest.mark.usefixtures("no_waiting")
def test_a_server_that_fails_loses_nothing(program: Program, sandbox: Sandbox, table: Table) -> None:
    """If a list fails for now the run stops with exit 7, and applying it looks the names up and creates the rows."""
    rows = [(f"A{at}", "queue", "Support", "", "jane", "0", "") for at in range(26)]
    sandbox.faults = Faults(actions=frozenset({"people/list"}), error_500=1.0)
    told = program("plan", table("c.csv", NAMED, *rows), "--json")
    assert (told.exit_code, told.counts) == (7, {"valid": 26})
    assert sandbox.campaigns() == []
    sandbox.faults = Faults()
    done = program("apply", told.document["run"], "--json")
    assert (done.exit_code, done.counts) == (0, {"created": 26})
    assert {one["owner"] for one in sandbox.campaigns()} == {1}


def test_a_wrong_address_makes_no_row_invalid(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Where the API is not there at all, the run stops as it does without names."""
    program.settings["url"] = sandbox.url.replace("/api/json/", "/nothing/")
    told = program("plan", table("c.csv", NAMED, ("A", "queue", "1", "", "jane", "0", "")), "--json")
    assert (told.exit_code, told.counts) == (6, {"valid": 1})


def test_names_in_defaults(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A value for all rows may be a name as well."""
    rows = [(f"A{at}", "queue", "1") for at in range(26)]
    path = table("c.csv", NAMED[:3], *rows)
    told = program("import", path, "--yes", "--json", "--default", "owner=john", "--default", "timegroup=Evenings")
    assert told.counts == {"created": 26}
    assert {(one["owner"], one["timegroup"]) for one in sandbox.campaigns()} == {(2, 2)}


@pytest.mark.parametrize(
    "headings", [("Customer name", "Owner name", "Time group"), ("CUSTOMER", "Owner", "timegroup")]
)
def test_headings_that_speak_of_names(
    program: Program, sandbox: Sandbox, table: Table, headings: Sequence[str]
) -> None:
    """Columns called after names are understood."""
    rows = [(f"A{at}", "queue", "1", "North Branch", "north", "Office hours") for at in range(26)]
    told = program("import", table("c.csv", (*NAMED[:3], *headings), *rows), "--yes", "--json")
    assert told.counts == {"created": 26}
    assert {(one["customer"], one["owner"], one["timegroup"]) for one in sandbox.campaigns()} == {(2, 3, 3)}


def test_the_list_of_names(program: Program, sandbox: Sandbox) -> None:
    """`names` shows what may be written, for one kind or all, for one's own customer or another."""
    own = program("names", "people", "--json")
    assert [one["name"] for one in own.document["names"]] == ["jane", "john"]
    other = program("names", "people", "--customer", "north branch", "--json")
    assert [(one["id"], one["also"]) for one in other.document["names"]] == [("3", "Jane Miller; north@example.com")]
    kinds = {one["kind"] for one in program("names", "--json").document["names"]}
    assert {"customers", "people", "timegroups", "recordgroups", "queues", "phones", "mailboxes"} <= kinds
    table = program("names", "timegroups").stdout.splitlines()
    assert table[0].split() == ["id", "name", "customer"]
    assert len(table) == 3


def test_the_list_of_names_says_what_is_not_there(program: Program, sandbox: Sandbox) -> None:
    """A customer that is not there, or a list that the account may not see, is said with an exit code."""
    assert program("names", "people", "--customer", "nrth").exit_code == 2
    assert program("names", "people", "--customer", "1.5").exit_code == 2
    program.settings["username"] = "admin"
    refused = program("names", "customers")
    assert refused.exit_code == 6
    assert "may not list customers" in refused.stderr
    every = program("names")
    assert every.exit_code == 0
    assert "may not list customers" in every.stderr
    assert program("names", "people", "--customer", "North Branch").exit_code == 6


def test_a_template_offers_the_names(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Drop-downs have the names of a hidden sheet; such as may be taken for something else are left out."""
    for name in ("24", "=cmd()", "Twin", "Twin", "a\x1bb"):
        sandbox.add_entry("timegroups", 1, name=name)
    assert program("template", "t.xlsx", "--with-names").exit_code == 0
    book = openpyxl.load_workbook("t.xlsx")
    assert book["Names"].sheet_state == "hidden"
    ranges = {name: one.attr_text for name, one in book.defined_names.items()}
    place = ranges["timegroup_names"].replace("$", "").split("!")[1]
    assert [cell.value for (cell,) in book["Names"][place]] == ["Evenings", "name:24", "Office hours"]
    rules = {str(one.sqref).split("2:")[0]: one for one in book["Campaigns"].data_validations.dataValidation}
    assert rules["P"].formula1 == "timegroup_names"
    assert not rules["P"].showErrorMessage
    assert rules["C"].formula1 == 'INDIRECT($B2&"_names")'
    sheet = book["Campaigns"]
    for column, text in (("A", "Spring"), ("B", "queue"), ("C", "Support"), ("L", "jane"), ("P", "name:24")):
        sheet[f"{column}2"] = text
    book.save("t.xlsx")
    told = program("import", rested(here / "t.xlsx"), "--yes", "--json")
    assert told.counts == {"created": 1}
    assert not [note for note in told.document["notes"] if note.startswith("Hidden sheets")]
    assert [(one["dnumber"], one["owner"], one["timegroup"]) for one in sandbox.campaigns()] == [("1", 1, 4)]


def test_a_template_without_names_needs_no_server(bare: Program, here: Path) -> None:
    """Only --with-names asks the server, and --customer says whose names it asks for."""
    assert bare("template", "t.xlsx").exit_code == 0
    assert bare("template", "u.xlsx", "--customer", "2").exit_code == 2
    assert not (here / "u.xlsx").exists()


def test_the_page_shows_what_names_stand_for(program: Program, sandbox: Sandbox, here: Path) -> None:
    """The report has a column for each field with names, of one sheet or of several."""
    rows = [NAMED, *((f"A{at}", "queue", "1", "", "jane", "0", "") for at in range(26))]
    others = [NAMED[:3], *((f"B{at}", "queue", "1") for at in range(26))]
    path = write_format(here, "xlsx", {"North": rows, "South": others})
    for name, which in (("one.html", ("--sheet", "North")), ("all.html", ("--all-sheets",))):
        program("plan", path, *which, "--report", name, "--json")
        page = (here / name).read_text(encoding="utf-8")
        assert ">import_owner<" in page
        assert "1 (jane)" in page


def test_a_dropped_file_may_have_names(program: Program, sandbox: Sandbox, here: Path, journal: Path) -> None:
    """Names in files of a drop folder are looked up; a file is kept for later if the list fails for now."""
    folder = here / "in"
    folder.mkdir()
    (folder / "drop.toml").write_text("settle.seconds = 0\n", encoding="utf-8")
    rows = [(f"A{at}", "queue", "Support", "", "jane" if at else "jnae", "0", "") for at in range(26)]
    write_format(folder, "csv", {"Campaigns": (NAMED, *rows)})
    sandbox.faults = Faults(actions=frozenset({"people/list"}), error_500=1.0)
    assert program("drop", folder, "--json").exit_code == 7
    assert sandbox.campaigns() == []
    sandbox.faults = Faults()
    told = program("drop", folder, "--json")
    (file,) = told.document["files"]
    assert {status: rows for status, rows in file["counts"].items() if rows} == {"created": 25, "invalid": 1}
    assert {one["owner"] for one in sandbox.campaigns()} == {1}


def test_answers_about_an_old_dialler_may_be_names(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Time groups, owners and destinations of a migration are looked up like those of a sheet."""
    legacy = ROOT / "samples" / "legacy"
    answers = (legacy / "vicidial.answers.toml").read_text(encoding="utf-8")
    for before, after in (
        ('"9am-9pm" = 4', '"9am-9pm" = "Office hours"'),
        ("SALES = 17", 'SALES = "jane"'),
        ('dnumber = "0100"', 'dnumber = "Support"'),
    ):
        assert before in answers
        answers = answers.replace(before, after)
    (here / "answers.toml").write_text(answers, encoding="utf-8")
    export = rested(Path(shutil.copy(legacy / "vicidial.sql", here)))
    words = ("import", export, "--profile", "vicidial", "--yes", "--json", "--answers")
    told = program(*words, here / "answers.toml")
    assert told.exit_code in (0, 4), told.stderr
    assert {one["timegroup"] for one in sandbox.campaigns()} >= {1}
    assert 1 in {one["owner"] for one in sandbox.campaigns()}
    assert "1" in {one["dnumber"] for one in sandbox.campaigns() if one["dtype"] == "queue"}


def test_the_fields_of_a_file_with_ids_make_no_request(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Who writes IDs needs none of the lists."""
    rows = [(f"A{at}", "queue", "0123", "2", "id:17", "4", "1.0") for at in range(26)]
    assert program("import", table("c.csv", NAMED, *rows), "--yes", "--json").counts == {"created": 26}
    assert not set(lists_asked(sandbox)) - {"list"}
    assert {(one["owner"], one["recordgroup"]) for one in sandbox.campaigns()} == {(17, 1)}


def test_an_updated_row_may_have_names(program: Program, sandbox: Sandbox, table: Table) -> None:
    """An edited row is sent with the IDs of its names, and is known afterwards."""
    before = [(f"A{at}", "queue", "1", "2", "", "0", "") for at in range(26)]
    program("import", table("a.csv", NAMED, *before), "--yes", "--json")
    after = [(name, "queue", "Support", "North Branch", "north", "Office hours", "Sales") for name, *_ in before]
    path = table("b.csv", NAMED, *after)
    told = program("import", path, "--yes", "--json", "--on-change", "update")
    assert told.counts == {"updated": 26}, told.stderr
    assert {(one["dnumber"], one["owner"], one["timegroup"]) for one in sandbox.campaigns()} == {("2", 3, 3)}
    assert program("import", path, "--yes", "--json").counts == {"exists": 26}


def test_runs_of_an_earlier_journal_are_known_by_their_ids(
    program: Program, sandbox: Sandbox, journal: Path, table: Table
) -> None:
    """A journal of the format before names is converted, and its rows are recognised when names stand for their IDs."""
    ids = [(f"A{at}", "queue", "1", "2", "3", "0", "") for at in range(26)]
    program("import", table("ids.csv", NAMED, *ids), "--yes", "--json")
    as_format_7(journal)
    names = [(name, "queue", "1", "North Branch", "north", "0", "") for name, *_ in ids]
    assert program("import", table("names.csv", NAMED, *names), "--yes", "--json").counts == {"exists": 26}


def as_format_7(journal: Path) -> None:
    """Bring a journal back to the format before names."""
    with closing(sqlite3.connect(journal)) as database, database:
        for index in ("contents_to_look_up", "contents_looked_up"):
            database.execute(f"DROP INDEX {index}")
        for column in ("to_look_up", "looked_up"):
            database.execute(f"ALTER TABLE contents DROP COLUMN {column}")
        database.execute("DELETE FROM sqlite_stat1 WHERE idx LIKE 'contents_%look%'")
        for later in ("switched", "images", "undos", "undo_rows"):
            database.execute(f"DROP TABLE {later}")
        # SQLite cannot drop the last column of a table with comments.
        database.execute("ALTER TABLE runs RENAME COLUMN place TO of_later_formats")
        database.execute("PRAGMA user_version = 7")


def test_lists_and_files_have_a_limit(
    program: Program, sandbox: Sandbox, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list is read page by page up to a limit, beyond which there is one problem; so is a file of too many names."""
    monkeypatch.setattr("importer.enswitch.lists.PAGE", 10)
    for number in range(98):
        sandbox.add_entry("people", 1, username=f"person {number}")
    path = table("c.csv", NAMED, *((f"A{at}", "queue", "1", "", f"person {at}", "0", "") for at in range(98)))
    assert program("plan", path, "--json").counts == {"ready": 98}
    assert lists_asked(sandbox)["people/list"] == 11
    monkeypatch.setattr("importer.naming.listing.MOST_ENTRIES", 50)
    refused = program("plan", path, "--json")
    assert (refused.exit_code, refused.counts) == (3, {"invalid": 98})
    assert [one["code"] for one in refused.problems] == ["E703"]
    monkeypatch.setattr("importer.naming.wanted.MOST_NAMES", 97)
    stopped = program("plan", path, "--json")
    assert (stopped.exit_code, stopped.document["code"]) == (2, "E216")
    assert "different names" in stopped.document["message"]


def test_a_second_entry_on_a_later_page_is_found(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A server that shows ten at a time does not hide that a name is there twice."""
    for number in range(8):
        sandbox.add_entry("people", 1, username=f"person {number}")
    sandbox.add_entry("people", 1, username="jane")
    sandbox.modes = Modes(page_most=10)
    told = program("plan", table("c.csv", NAMED, ("A", "queue", "1", "", "jane", "0", "")), "--json")
    assert [one["code"] for one in told.problems] == ["E702"]
