"""Every value arrives as it is in the cell, from every kind of file, in every mode of the server."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from importer.sandbox import Modes, Sandbox
from schemas.parameters import PARAMETERS, is_blank
from tests.support.program import Program
from tests.support.tables import HEADINGS, write_table
from tests.support.thorough import share

KINDS = [".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"]
COLUMNS = ("name", "dtype", "dnumber", "callerid", "description", "machine", "attempts", "owner")
TEXTS = [
    "0123",
    "+442071234567",
    "1234567890123456789",
    "NA",
    "Ünïcödé & ;=%",
    "None",
    "null",
    "nan",
    "=1+1",
    "-1",
    "@x",
    "'quoted'",
    'a "b" c',
    "1e5",
    "TRUE",
    "2026-01-02",
    "1/2",
    "+",
    "a,b;c\td|e",
    "%41",
    "a&amp;b",
    "夏 😀",
    "חורף",
    "\\n",
]
NO_CODES = ("null", "=1+1")
"""What is refused in a telephone number or code."""
MODES = [
    Modes(),
    Modes(ids="string"),
    Modes(responses="object"),
    Modes(http_status="mirrored"),
    Modes(codes="number"),
    Modes(data_on_create="missing"),
    Modes(list_fields="few"),
    Modes(ids="string", codes="number", responses="object", http_status="mirrored", strict=True),
]


def created(sandbox: Sandbox) -> list[dict[str, str]]:
    """Return the parameters of every create that arrived, without the credentials and without dry runs."""
    return [
        {name: value for name, value in seen.parameters.items() if not name.startswith("auth_")}
        for seen in sandbox.requests
        if seen.action == "create"
    ]


def validated(sandbox: Sandbox) -> list[dict[str, str]]:
    """Return the parameters of every dry run that arrived, without what makes it one."""
    return [
        {name: value for name, value in seen.parameters.items() if not name.startswith(("auth_", "validation"))}
        for seen in sandbox.requests
        if seen.action == "validate"
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_values_of_every_kind_of_file(program: Program, sandbox: Sandbox, here: Path, kind: str) -> None:
    """No kind of file changes a text on its way to the server; blanks are not sent, `off` is the empty string."""
    # In OpenDocument a tab is an element, which the writer of these files cannot make.
    texts = [text for text in TEXTS if kind != ".ods" or "\t" not in text]
    codes = ["1" if text in NO_CODES else text for text in texts]
    rows = [(text, "forward", code, code, text, "off", "", " ") for text, code in zip(texts, codes, strict=True)]
    told = program("import", write_table(here / f"c{kind}", COLUMNS, rows), "--yes", "--workers", "1")
    assert told.exit_code == 0
    expected = [
        {"name": text, "dtype": "forward", "dnumber": code, "callerid": code, "description": text, "machine": ""}
        for text, code in zip(texts, codes, strict=True)
    ]
    assert created(sandbox) == expected
    assert validated(sandbox) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_outer_spaces_are_sent(program: Program, sandbox: Sandbox, here: Path, kind: str) -> None:
    """A text with spaces at its ends is sent just so; the user hears of it."""
    told = program("import", write_table(here / f"c{kind}", HEADINGS, [(" a ", "queue", "  1")]), "--yes")
    assert "has leading or trailing spaces" in told.stderr
    assert created(sandbox) == [{"name": " a ", "dtype": "queue", "dnumber": "  1"}]


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_lines_in_a_cell_are_sent(program: Program, sandbox: Sandbox, here: Path, kind: str) -> None:
    """A text of several lines arrives with its line ends."""
    path = write_table(here / f"c{kind}", (*HEADINGS, "description"), [("a", "queue", "1", "one\ntwo\n\nthree")])
    program("import", path, "--yes")
    assert created(sandbox)[0]["description"] == "one\ntwo\n\nthree"


@pytest.mark.parametrize("kind", KINDS)
def test_all_parameters_are_encoded_as_documented(program: Program, sandbox: Sandbox, here: Path, kind: str) -> None:
    """Each parameter is sent under its own name, once, in the form that the guide asks for."""
    cells = {
        "name": "A",
        "dtype": "Queue",
        "dnumber": "012",
        "attempts": "3.0",
        "callerid": "+1",
        "customer": "2",
        "description": "d",
        "enabled": "YES",
        "machine": "Retry",
        "maximum": " 5 ",
        "keep_agents_available": "-2",
        "owner": "7",
        "recordgroup": "8",
        "retry": "0600",
        "success": "KEY",
        "timegroup": "9",
    }
    told = program("import", write_table(here / f"c{kind}", list(cells), [list(cells.values())]), "--yes")
    assert told.exit_code == 0
    changed = {"dtype": "queue", "attempts": "3", "enabled": "1", "machine": "retry", "maximum": "5"}
    assert created(sandbox) == [{**cells, **changed, "retry": "600", "success": "key"}]


def test_numbers_in_a_workbook_are_sent_as_they_are_shown(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A cell that holds a number, not text, is sent without a decimal point that nobody typed."""
    import xlsxwriter

    with xlsxwriter.Workbook(here / "c.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, (*HEADINGS, "attempts", "enabled"))
        page.write_row(1, 0, ["a", "queue", 123, 5, True])
    assert program("import", here / "c.xlsx", "--yes").exit_code == 0
    assert created(sandbox)[0] == {"name": "a", "dtype": "queue", "dnumber": "123", "attempts": "5", "enabled": "1"}


@pytest.mark.parametrize("modes", MODES, ids=str)
@pytest.mark.parametrize("base", ["/api/json", "/local/api/json"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_mode_of_the_server(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], modes: Modes, base: str, slash: str
) -> None:
    """Whatever form the answers have and wherever the API lives, rows are created once, with the IDs it gave them."""
    sandbox.modes = modes
    path = table("c.csv", HEADINGS, ("Ünïcödé & ;=%", "queue", "0123"), ("b", "queue", "+44"))
    told = program("import", path, "--yes", "--json", "--url", f"{sandbox.host_url}{base}{slash}", "--workers", "1")
    assert (told.exit_code, told.counts) == (0, {"created": 2})
    rows = program("runs", told.document["run"], "--json").document
    held = {str(campaign["id"]): campaign["name"] for campaign in sandbox.campaigns()}
    assert list(held.values()) == ["Ünïcödé & ;=%", "b"]
    assert [row["id"] for row in rows] == list(held)


def test_unknown_ids_are_told(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], no_waiting: list[float]
) -> None:
    """A campaign whose ID the answer does not hold counts as created, and its row says that the ID is unknown."""
    sandbox.modes = Modes(data_on_create="missing")
    sandbox.script("list", [None, *["foreign"] * 50])
    run = program("import", table(), "--yes", "--json").document["run"]
    (row,) = program("runs", run, "--json").document
    assert row["status"] == "created"
    assert row["id"] is None
    assert "no ID" in row["message"]


def test_what_an_old_server_does_not_know_is_not_sent_unasked(
    program: Program, sandbox: Sandbox, table: Callable[..., Path]
) -> None:
    """A strict server of version 3.14 takes a row without keep_agents_available, and rejects one that sets it."""
    sandbox.modes = Modes(version="3.14", strict=True)
    path = table("c.csv", (*HEADINGS, "keep_agents_available"), ("a", "queue", "1", ""), ("b", "queue", "1", "2"))
    told = program("import", path, "--yes", "--json")
    assert (told.exit_code, told.counts) == (4, {"created": 1, "rejected": 1})


def test_every_request_is_a_form_in_the_body(program: Program, sandbox: Sandbox, table: Callable[..., Path]) -> None:
    """Requests are POSTs whose address holds no parameter."""
    run = program("import", table(), "--yes", "--canary", "1", "--json").document["run"]
    program("disable", run)
    assert len(sandbox.requests) >= 5
    assert {(seen.method, "?" in seen.path, seen.password_ok) for seen in sandbox.requests} == {("POST", False, True)}


def words(kind: str) -> st.SearchStrategy[str]:
    """Return texts that a kind of file can hold and that are not blank."""
    # A workbook's text has no control characters but line ends of one kind, and no U+FFFE or U+FFFF.
    without = {"exclude_categories": ["Cs", "Cc"], "exclude_characters": "\ufffe\uffff"}
    characters = (
        st.characters(**without) | st.just("\n")
        if kind == ".xlsx"
        else st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    )
    return st.text(characters, min_size=1, max_size=20).filter(lambda text: not is_blank(text) and not means_none(text))


def means_none(text: str) -> bool:
    """Say whether a database writes so that there is no value: such a text is refused."""
    return text.strip().lower().strip("()[]<>") == "null" or text.strip() == "\\N"


def tables(kind: str) -> st.SearchStrategy[list[dict[str, str]]]:
    """Return tables of valid rows of different names; some of the optional cells are missing."""
    text, number = words(kind), st.integers(1, 2**31 - 1).map(str)
    row = st.fixed_dictionaries(
        {"name": text, "dtype": st.sampled_from(["forward", "peer", "sipuri"]), "dnumber": text},
        optional={
            "callerid": text,
            "description": text,
            "attempts": number,
            "owner": number,
            "machine": st.sampled_from(["off", "failed", "retry"]),
            "success": st.sampled_from(["answer", "key"]),
        },
    )
    return st.lists(row, min_size=1, max_size=4, unique_by=lambda row: row["name"])


@pytest.fixture(scope="module")
def one_sandbox() -> Iterator[Sandbox]:
    """A sandbox that serves all examples of a property."""
    with Sandbox() as running:
        yield running


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
@settings(
    max_examples=share(15),
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_table_of_text_arrives_equal(one_sandbox: Sandbox, tmp_path: Path, kind: str, data: st.DataObject) -> None:
    """Any table of valid texts reaches the server as it is, and its results, loaded again, create nothing more."""
    rows = data.draw(tables(kind))
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    columns = [parameter.name for parameter in PARAMETERS if any(parameter.name in row for row in rows)]
    path = write_table(folder / f"c{kind}", columns, [[row.get(name, "") for name in columns] for row in rows])
    program = Program({"url": one_sandbox.url, "username": "admin", "journal": str(folder / "journal")})
    one_sandbox.clear_requests()

    # Another example may have created the same campaign, with a journal of its own.
    read = ("--encoding", "utf-8") if kind == ".csv" else ()
    told = program("import", path, "--yes", "--workers", "1", "--json", "--on-existing", "create", *read)

    assert told.exit_code == 0, told.stderr
    sent = [{**row, **({"machine": ""} if row.get("machine") == "off" else {})} for row in rows]
    assert created(one_sandbox) == sent
    again = program("import", told.document["results"], "--yes", "--json", *read)
    assert again.counts == {"exists": len(rows)}, again.stderr
