"""What an earlier run created is recognised, whatever it looks like now, and not sent again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from importer.enswitch import Server
from importer.model import ExitCode, Secret
from importer.sandbox import Account, Sandbox
from tests.support.program import Program
from tests.support.tables import HEADINGS, write_table

COLUMNS = (*HEADINGS, "attempts", "enabled", "callerid", "machine")
ROWS = [("a", "queue", "0123", "5", "yes", "+44", "off"), ("b", "mailbox", "7", "", "", "", "")]


def creates(sandbox: Sandbox) -> int:
    """Return how many creates have arrived."""
    return sum(seen.action == "create" for seen in sandbox.requests)


@pytest.fixture
def loaded(program: Program, sandbox: Sandbox, here: Path) -> Program:
    """The program, after the rows have been created from a CSV file."""
    told = program("import", write_table(here / "first.csv", COLUMNS, ROWS), "--yes", "--json")
    assert told.counts == {"created": 2}
    sandbox.clear_requests()
    return program


@pytest.mark.parametrize("kind", [".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"])
def test_in_another_kind_of_file(loaded: Program, sandbox: Sandbox, here: Path, kind: str) -> None:
    """The same rows from another file of another kind are not sent, not even to be checked."""
    told = loaded("import", write_table(here / f"second{kind}", COLUMNS, ROWS), "--yes", "--json")
    assert (told.exit_code, told.counts) == (0, {"exists": 2})
    assert sandbox.requests == []


def test_in_another_order_with_other_rows(loaded: Program, sandbox: Sandbox, table: Callable[..., Path]) -> None:
    """The order of rows and columns does not matter; new rows among the old ones are created."""
    headings = (COLUMNS[-1], "Remark", *COLUMNS[:-1])
    rows = [(row[-1], "x", *row[:-1]) for row in reversed(ROWS)]
    told = loaded("import", table("c.xlsx", headings, ("", "", "new", "queue", "1"), *rows), "--yes", "--json")
    assert told.counts == {"created": 1, "exists": 2}
    assert creates(sandbox) == 1
    rows = loaded("runs", told.document["run"], "--json").document
    assert [(row["row"], row["status"], row["id"]) for row in rows] == [
        (2, "created", "3"),
        (3, "exists", "2"),
        (4, "exists", "1"),
    ]


@pytest.mark.parametrize(
    "spelled",
    [
        ("a", "QUEUE", "0123", "5.0", "1", "+44", "OFF"),
        ("a", " queue", "0123", " 5", "TRUE", "+44", " off "),
        ("a", "queue", "0123", "05", "on", "+44", "Off"),
        ("a", "queue", "0123", "5", "", "+44", "off"),
    ],
)
def test_in_another_spelling(
    loaded: Program, sandbox: Sandbox, table: Callable[..., Path], spelled: tuple[str, ...]
) -> None:
    """5 is 5.0, yes is 1, and a blank is the documented default."""
    told = loaded("import", table("c.csv", COLUMNS, spelled), "--yes", "--json")
    assert told.counts == {"exists": 1}
    assert creates(sandbox) == 0


def test_with_defaults_written_out(loaded: Program, sandbox: Sandbox, table: Callable[..., Path]) -> None:
    """A row whose blanks are filled in with the documented defaults is the same campaign."""
    columns = (*HEADINGS, "attempts", "maximum", "retry", "success", "machine", "owner", "keep_agents_available")
    row = ("b", "mailbox", "7", "1", "1", "3600", "answer", "failed", "0", "0")
    assert loaded("import", table("c.csv", columns, row), "--yes", "--json").counts == {"exists": 1}
    assert creates(sandbox) == 0


@pytest.mark.parametrize(
    "changed",
    [("A", "mailbox", "7"), ("b", "queue", "7"), ("b", "mailbox", "07"), (" b", "mailbox", "7"), ("b", "mailbox", "8")],
)
def test_other_values_are_another_campaign(
    loaded: Program, sandbox: Sandbox, table: Callable[..., Path], changed: tuple[str, ...]
) -> None:
    """A row that differs in what is sent is created where edited rows are campaigns of their own."""
    told = loaded("import", table("c.csv", HEADINGS, changed), "--yes", "--json", "--on-change", "create")
    assert told.counts == {"created": 1}
    assert creates(sandbox) == 1


def test_through_a_default_for_a_missing_column(loaded: Program, table: Callable[..., Path]) -> None:
    """A value that comes from --default counts like one in the sheet."""
    told = loaded(
        "import", table("c.csv", ("name", "dnumber"), ("b", "7")), "--default", "dtype=Mailbox", "--yes", "--json"
    )
    assert told.counts == {"exists": 1}


def test_at_the_other_address_of_the_same_server(loaded: Program, sandbox: Sandbox, here: Path) -> None:
    """Two base addresses on one host are one server."""
    told = loaded("import", here / "first.csv", "--yes", "--json", "--url", f"{sandbox.host_url}/local/api/json")
    assert told.counts == {"exists": 2}


def test_on_another_server_they_are_new(loaded: Program, here: Path) -> None:
    """What one server has, another has not."""
    with Sandbox() as other:
        told = loaded("import", here / "first.csv", "--yes", "--json", "--url", other.url)
        assert told.counts == {"created": 2}
        assert len(other.campaigns()) == 2


def test_for_another_account_they_are_new(program: Program, journal: Path, here: Path) -> None:
    """Another account may belong to another customer: its rows are its own."""
    accounts = [Account("one", "secret", "administrator", 1), Account("two", "secret", "administrator", 2)]
    path = write_table(here / "c.csv", HEADINGS, [("a", "queue", "1")])
    with Sandbox(accounts=accounts) as shared:
        for username in ("one", "two"):
            told = program("import", path, "--yes", "--json", "--url", shared.url, "--username", username)
            assert told.counts == {"created": 1}
        assert [campaign["customer"] for campaign in shared.campaigns()] == [1, 2]


def test_with_another_journal_the_server_is_asked(loaded: Program, here: Path, tmp_path: Path) -> None:
    """The journal is the memory: without it no row exists already, and the server's list keeps both from being sent."""
    told = loaded("import", here / "first.csv", "--yes", "--json", "--journal", tmp_path / "other")
    assert (told.exit_code, told.counts) == (ExitCode.SOME_WRONG, {"ready": 2})


def test_in_two_files_of_one_command(program: Program, sandbox: Sandbox, table: Callable[..., Path]) -> None:
    """A row that stands in two files of one import is created once."""
    told = program("import", table("a.csv"), table("b.xlsx"), "--yes", "--json")
    assert told.exit_code == 0
    first, second = told.document["runs"]
    assert (first["counts"]["created"], second["counts"]["exists"]) == (1, 1)
    assert creates(sandbox) == 1


def test_rejected_rows_are_not_taken_for_existing(
    program: Program, sandbox: Sandbox, table: Callable[..., Path]
) -> None:
    """What was refused is asked for again: the reason may be gone."""
    path = table("c.csv", (*HEADINGS, "customer"), ("a", "queue", "1", "3"))
    assert program("import", path, "--yes", "--json").counts == {"rejected": 1}
    told = program("import", path, "--yes", "--json")
    assert told.counts == {"rejected": 1}
    assert sum(seen.action == "validate" for seen in sandbox.requests) == 2


def test_the_message_names_the_row_that_did_it(loaded: Program, here: Path) -> None:
    """A row that is not sent says which run and row created it."""
    first = loaded("runs", "--json").document[0]["run"]
    run = loaded("import", here / "first.csv", "--yes", "--json").document["run"]
    messages = [row["message"] for row in loaded("runs", run, "--json").document]
    assert messages == [
        f"Created by row {number} of run {first}, not checked on the server; not sent again." for number in (2, 3)
    ]


@pytest.mark.parametrize(
    "other",
    [
        "https://PBX.example.com/local/api/json",
        pytest.param("https://pbx.example.com:443/api/json/"),
        pytest.param("https://pbx.example.com./api/json/"),
    ],
)
def test_one_server_has_one_identity(other: str) -> None:
    """However its address is written, a server is the same to the journal; else its rows would be created again."""
    server = Server("https://pbx.example.com/api/json/", "admin", Secret("x"))
    assert replace(server, url=other).identity == server.identity
