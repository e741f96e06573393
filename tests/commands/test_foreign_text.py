"""Words of others: whatever a server, a file's name or an argument holds, it is shown and never obeyed."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.model import ExitCode
from importer.sandbox import Sandbox
from importer.security.printable import visible, visible_json, visible_lines, without_halves
from tests.support.http_server import Page
from tests.support.in_process import InProcessImporter
from tests.support.program import Program
from tests.support.servers import StubServer, envelope
from tests.support.tables import HEADINGS, ROW, write_table

Table = Callable[..., Path]

ORDERS = "a\x1b]0;title\x07\x1b[31mred\x9b2K\u202egnp\x7f\x08\u2028b"
"""A new title, red letters, a line that is erased, letters in reverse order, a beep, a step back, a line's end."""

OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
"""What a terminal takes for a command, or shows elsewhere than it stands; a line's end apart."""


def envelope_bytes(code: str, key: str, message: str) -> bytes:
    """Return a refusal as a server might write it, with what JSON cannot hold as text left as an escape."""
    return json.dumps({"responses": [{"code": code, "key": key, "message": message}]}).encode()


# The functions


@given(st.text(st.characters(codec=None)))
def test_what_is_visible_commands_nothing(text: str) -> None:
    """No control character, no turn of direction and no half of a pair is left, and what is printable stays."""
    shown = visible(text)
    assert not OBEYED.search(shown)
    assert "\n" not in shown
    shown.encode("utf-8")
    if text.isprintable():
        assert shown == text


@given(st.text(st.characters(codec=None)))
def test_json_that_is_visible_says_the_same(text: str) -> None:
    """A document whose commands are escaped is read as the same document."""
    document = {"a": [text, {text: 1}], "b": None}
    shown = visible_json(json.dumps(document, ensure_ascii=False, indent=2))
    assert json.loads(shown) == document
    assert not OBEYED.search(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zürich 夏 😀 👩\u200d🔧 می\u200cخواهم a\u00a0b", "Zürich 夏 😀 👩\u200d🔧 می\u200cخواهم a\u00a0b"),
        ("a\x1b[31m\tb\r\nc", "a\\x1b[31m\\tb\\r\\nc"),
        ("\udcff\u202e\u009b", "\\udcff\\u202e\\x9b"),
    ],
)
def test_letters_of_all_scripts_stay(text: str, shown: str) -> None:
    """What is to be read is left as it is, joiners and blanks of all widths too; the rest is written out."""
    assert visible(text) == shown


def test_lists_of_ours_stay_lists() -> None:
    """Lines that are indented are ours; any other end of a line is a stranger's."""
    assert visible_lines("These:\n  one\n  two\nforged") == "These:\n  one\n  two\\nforged"


@given(st.text(st.characters(codec=None)))
def test_halves_of_pairs_are_replaced(text: str) -> None:
    """Each becomes U+FFFD, and everything else is left alone."""
    whole = without_halves(text)
    whole.encode("utf-8")
    assert len(whole) == len(text)
    assert all(now == before or "\ud800" <= before <= "\udfff" for before, now in zip(text, whole, strict=True))


# What a server says


@pytest.mark.parametrize("field", ["code", "key", "message"])
def test_a_server_commands_no_terminal(
    program: Program, table: Table, stub_server: StubServer, no_waiting: list[float], field: str
) -> None:
    """Whatever is in its answer reaches the terminal written out, at once, in `runs` and in JSON."""
    said = {"code": "400", "key": "name", "message": "no", field: ORDERS}
    stub_server.answers["validate"] = lambda _: Page(200, json.dumps({"responses": [said]}).encode())
    done = program("plan", table(), "--url", stub_server.url, "--json")
    run = done.document["run"]
    told = [done, program("runs"), program("runs", run), program("runs", run, "--json")]
    for one in told:
        assert not OBEYED.search(one.stdout + one.stderr)
    if field != "code":
        # A code that nobody has heard of is not a refusal of the row, and its words are not kept.
        assert "\\x1b[31mred" in done.stderr
        assert "\\\\x1b[31mred" in told[3].stdout


@pytest.mark.parametrize("place", ["message", "key", "code"])
@pytest.mark.usefixtures("no_waiting")
def test_half_a_character_costs_its_row_alone(
    program: Program, table: Table, stub_server: StubServer, place: str
) -> None:
    """A text that the server has cut in the middle of a character is kept with U+FFFD; the other rows are created."""
    said = {"code": "400", "key": "name", "message": "no", place: "400"}
    said[place] = f"{'' if place == 'code' else 'a'}\udffb"
    if place == "code":
        said["code"] = "400\ud83d"
    answer = json.dumps({"responses": [said]}).encode()

    def check(asked: dict[str, str]) -> Any:
        return Page(200, answer) if asked["name"] == "Bad" else envelope("201")

    stub_server.answers["validate"] = check
    path = table("c.csv", HEADINGS, ("Good", "queue", "1"), ("Bad", "queue", "1"), ("Fine", "queue", "1"))
    done = program("import", path, "--yes", "--url", stub_server.url, "--json", "--max-errors", "100")
    if place == "code":
        # A code that nobody has heard of proves nothing, and the plan cannot be made.
        assert done.exit_code == ExitCode.UNREACHABLE
        return
    assert done.exit_code == ExitCode.SOME_WRONG, done.stderr
    assert done.counts == {"created": 2, "rejected": 1}
    assert "\ufffd" in done.problems[0]["message"]


def test_half_a_character_in_the_answer_to_a_create(program: Program, table: Table, stub_server: StubServer) -> None:
    """The outcome of the row is written down all the same, and no other row waits for it."""
    answers = iter([Page(200, envelope_bytes("400", "na\udc00me", "a\udffb")), None, None])

    def create(asked: dict[str, str]) -> Any:
        return next(answers) or envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers["create"] = create
    path = table("c.csv", HEADINGS, *((f"N{number}", "queue", "1") for number in range(3)))
    done = program("import", path, "--yes", "--url", stub_server.url, "--json", "--workers", "1")
    assert (done.exit_code, done.counts) == (ExitCode.SOME_WRONG, {"created": 2, "rejected": 1})


def test_half_a_character_in_an_id_and_in_the_list(
    sandbox_importer: InProcessImporter, stub_server: StubServer, table: Table
) -> None:
    """Neither ends the run: the journal can keep what is listed; an ID that is not a number is reported as missing."""
    stub_importer = InProcessImporter(sandbox_importer.journal, stub_server.url)
    stub_server.answers["list"] = lambda _: Page(
        200, json.dumps({"responses": [{"code": "200"}], "data": [{"id": "x\udffb", "name": "y\ud800"}]}).encode()
    )
    stub_server.answers["create"] = lambda _: Page(
        200, json.dumps({"responses": [{"code": "200"}], "data": {"id": "7\udffb"}}).encode()
    )
    report = stub_importer.load(table())
    assert report.exit_code == ExitCode.DONE
    assert stub_importer.ids(report.run) == [None]
    assert [row.message for row in stub_importer.rows(report.run)] == ["Created, but the server's response has no ID."]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"responses":' + b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"responses":[{"code":"200","message":' + b"[" * 900 + b"]" * 900 + b"}]}",
        b'{"responses":[{"code":"200"}],"data":{"id":' + b"[" * 900 + b"]" * 900 + b"}}",
    ],
    ids=["list", "responses", "objects", "message", "id"],
)
def test_a_nested_answer_to_a_create_leaves_the_row_in_doubt_or_created(
    program: Program, table: Table, stub_server: StubServer, body: bytes
) -> None:
    """However deep an answer is, it is a foreign one: the row is looked up, and nothing is doubled."""

    def create(asked: dict[str, str]) -> Page:
        stub_server.store(asked)
        return Page(200, body)

    stub_server.answers["create"] = create
    done = program("import", table(), "--yes", "--url", stub_server.url, "--json")
    assert (done.exit_code, done.counts) == (ExitCode.DONE, {"created": 1}), done.stderr
    assert len(stub_server.campaigns) == 1


@pytest.mark.parametrize("action", ["validate", "list", "get"])
def test_a_nested_answer_to_anything_else_is_a_sentence(
    program: Program, table: Table, stub_server: StubServer, no_waiting: list[float], action: str
) -> None:
    """It is not a bug: the command ends with 7 or 5 and says that no such answer is known."""
    stub_server.answers[action] = lambda _: Page(200, b"[" * 200_000)
    done = program("import", table(), "--yes", "--url", stub_server.url, "--canary", "1")
    assert done.exit_code == ExitCode.UNREACHABLE, done.stderr
    assert "bug" not in done.stderr


# What a file or an argument is called


@pytest.mark.parametrize("command", ["validate", "show", "plan", "import"])
def test_a_file_commands_no_terminal(program: Program, here: Path, command: str) -> None:
    """The name of a file is shown with its commands written out, whether the file can be read or not."""
    good = write_table(here / "good.csv", HEADINGS, [ROW]).rename(here / f"{ORDERS}.csv")
    bad = here / f"bad {ORDERS}.csv"
    bad.write_text("")
    for path in (good, bad):
        told = program(command, path, *(["--yes"] if command == "import" else []))
        assert not OBEYED.search(told.stdout + told.stderr)
        assert "\\x1b[31mred" in told.stdout + told.stderr


def test_a_name_forges_no_line(program: Program, here: Path) -> None:
    """The end of a line in a name is written out: what stands behind it is not a word of ours."""
    path = here / "a\nError: all is lost.csv"
    path.write_text("")
    told = program("validate", path)
    assert [line for line in told.stderr.splitlines() if line.startswith("Error: all")] == []


def test_a_wrong_argument_commands_no_terminal(program: Program) -> None:
    """What click repeats of the command line is written out, since the shell puts names of files there."""
    told = program.process("import", f"--{ORDERS}")
    assert told.exit_code == ExitCode.USAGE
    assert not OBEYED.search(told.stderr)
    assert "No such option" in told.stderr


def test_the_table_of_a_sheet_commands_no_terminal(program: Program, here: Path) -> None:
    """Headings and cells are shown with their commands written out, also as JSON."""
    path = write_table(here / "a.csv", ("name", "dtype", "dnumber", f"x{ORDERS}"), [(*ROW, ORDERS)])
    for more in ([], ["--raw"], ["--json"]):
        told = program("show", path, *more)
        assert not OBEYED.search(told.stdout + told.stderr), more


# Names that are not text


RAW_NAMES = pytest.mark.parametrize("where", ["file", "folder"])


@RAW_NAMES
@pytest.mark.parametrize("command", ["validate", "plan", "import"])
def test_a_name_that_is_no_text_is_a_sentence(
    program: Program, here: Path, sandbox: Sandbox, command: str, where: str
) -> None:
    """A name that is not UTF-8, of a file or of its folder, is reported with how to fix it, and is not a bug."""
    folder = here / (os.fsdecode(b"Zo\xeb") if where == "folder" else "plain")
    folder.mkdir()
    path = write_table(folder / "a.csv", HEADINGS, [ROW])
    if where == "file":
        path = path.rename(folder / os.fsdecode(b"Zo\xeb.csv"))
    told = program(command, path, *(["--yes"] if command == "import" else []))
    assert told.exit_code == ExitCode.USAGE, told.stderr
    assert "is not text in UTF-8" in told.stderr
    assert "Zo\\udceb" in told.stderr
    assert sandbox.requests == []


@pytest.mark.parametrize("option", ["--results", "--report", "--log", "--journal", "--password-file"])
def test_an_option_that_is_no_text_is_a_sentence(program: Program, table: Table, option: str) -> None:
    """A path in an option that no journal and no document could hold is refused before anything is done."""
    told = program("import", table(), "--yes", option, os.fsdecode(b"Zo\xeb.html"))
    assert told.exit_code == ExitCode.USAGE, told.stderr
    assert f"{option} contains bytes that are not text" in told.stderr


def test_a_drop_folder_whose_name_is_no_text(program: Program, here: Path) -> None:
    """It is the folder that is named, not each of its files."""
    folder = here / os.fsdecode(b"Zo\xeb")
    folder.mkdir()
    write_table(folder / "a.csv", HEADINGS, [ROW])
    told = program("drop", folder)
    assert told.exit_code == ExitCode.USAGE
    assert "is not text in UTF-8" in told.stderr
    assert (folder / "a.csv").exists()
