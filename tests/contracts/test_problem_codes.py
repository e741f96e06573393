"""The catalogue of messages: every refusal has its code, every code its texts, and the document shows them all."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.make_tables import GROUPS, messages
from importer import history, pipeline
from importer.cli.values import settings
from importer.errors import (
    AccessRefused,
    FileRefused,
    ImporterError,
    Interrupted,
    Locked,
    NoApiHere,
    NotReached,
    OutcomeUnknown,
    RowRefused,
    ServerUnusable,
    Terminated,
    Throttled,
    TryAgain,
    WrongSettings,
    WrongUsage,
)
from importer.reading import open_table, refuse_growing
from importer.run_options import ImportOptions, OutputOptions, ReadingOptions
from schemas.problem_codes import ProblemCode, problem_code_of
from tests.support.in_process import InProcessImporter, Quiet
from tests.support.paths import ROOT
from tests.support.program import Program
from tests.support.workbooks import TABLE, text_row, write_ods_content, write_parts, write_sheet, write_xlsx, xlsx_parts

OF_MANY_KINDS = {"FileRefused", "WrongUsage", "WrongSettings"}
"""Errors whose class does not say which fault they are."""

CATALOGUE = ROOT / "schemas" / "problem_codes.py"
SOURCES = [
    path
    for package in ("importer", "schemas")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "sandbox" not in path.parts and path != CATALOGUE
]


def calls(path: Path) -> Iterator[ast.Call]:
    """Yield where a file makes an error of many kinds."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OF_MANY_KINDS:
            yield node


def used(path: Path) -> set[str]:
    """Return the names of the faults that a file uses."""
    return {
        node.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "ProblemCode"
    }


USED = set().union(*map(used, SOURCES))


def fault_arguments(call: ast.Call) -> list[str]:
    """Return the source of what a call passes as the fault."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "problem_code"]
    return [ast.unparse(one) for one in (*call.args[1:], *named)]


def test_codes_are_unique_and_well_formed() -> None:
    """A code is E or W and three digits, of a group that the document has, and belongs to one fault alone."""
    assert len(ProblemCode.__members__) == len(list(ProblemCode))
    assert [fault for fault in ProblemCode if not re.fullmatch(r"[EW][1-9]\d\d", fault)] == []
    assert [fault for fault in ProblemCode if fault[:2] not in GROUPS] == []


@pytest.mark.parametrize("fault", ProblemCode, ids=str)
def test_the_texts_of_every_fault_are_whole(fault: ProblemCode) -> None:
    """The title is not a sentence; cause and cure are, and fit into one line of a table."""
    assert re.fullmatch(r"[A-Z].*[^.\s]", fault.title)
    for text in (fault.cause, fault.cure):
        assert re.fullmatch(r"([A-Z]|-{1,2}[a-z]).*\.", text), text
    assert not set(fault.title + fault.cause + fault.cure) & set("|\n!")


def test_a_fault_is_found_by_its_code() -> None:
    """A code leads to its fault, and one that was never given away to none."""
    assert problem_code_of("E101") is ProblemCode.BLANK
    with pytest.raises(ValueError, match="E999"):
        problem_code_of("E999")


def test_the_document_lists_every_fault_once() -> None:
    """No fault is missing from its group."""
    assert re.findall(r"^\| ([EW]\d{3}) \|", messages(), re.MULTILINE) == sorted(ProblemCode)


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if any(calls(path))], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_every_refusal_names_its_fault(path: Path) -> None:
    """Whoever refuses a file, a usage or a setting says which fault it is."""
    without = [
        call.lineno
        for call in calls(path)
        if not any("problem_code" in one.lower() or "problemcode" in one.lower() for one in fault_arguments(call))
    ]
    assert without == []


@pytest.mark.parametrize("fault", ProblemCode, ids=str)
def test_every_fault_is_used(fault: ProblemCode) -> None:
    """The catalogue holds nothing that cannot happen."""
    assert fault.name in USED


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ImporterError("x"), ProblemCode.BUG),
        (RowRefused("x", "400"), ProblemCode.REFUSED),
        (TryAgain("x"), ProblemCode.NOT_CREATED),
        (NotReached("x"), ProblemCode.UNREACHABLE),
        (Throttled("x"), ProblemCode.NOT_CREATED),
        (OutcomeUnknown("x"), ProblemCode.DOUBTFUL),
        (NoApiHere("x"), ProblemCode.NO_API),
        (AccessRefused("x", "401"), ProblemCode.CREDENTIALS),
        (AccessRefused("x", "402"), ProblemCode.ROLE),
        (ServerUnusable("x"), ProblemCode.SERVER_FAILS),
        (ServerUnusable("x", ProblemCode.NO_CANARY), ProblemCode.NO_CANARY),
        (Locked("x"), ProblemCode.LOCKED),
        (Interrupted("x"), ProblemCode.INTERRUPTED),
        (Terminated("x"), ProblemCode.INTERRUPTED),
        (WrongSettings("x", ProblemCode.PASSWORD), ProblemCode.PASSWORD),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, ImporterError) else str(one),
)
def test_an_error_has_the_fault_of_its_class_or_its_own(error: ImporterError, fault: ProblemCode) -> None:
    """A class of one kind brings its fault along; one that is given comes before it."""
    assert error.problem_code is fault


HEADINGS = b"name,dtype,dnumber\n"
LINE = b"Spring,queue,0123\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "content", "options", "fault"),
    [
        ("a.csv", b" \n", {}, ProblemCode.EMPTY),
        ("a.pdf", b"%PDF-1.7 and so on", {}, ProblemCode.NO_TABLE),
        ("a.xlsx", b"The file was removed by your mail system", {}, ProblemCode.NO_TABLE),
        ("a.xls", b"<html><table>", {}, ProblemCode.FOREIGN_FORMAT),
        ("a.xlsx", b"PK\x03\x04 and no more", {}, ProblemCode.DAMAGED),
        ("a.csv", HEADINGS + b"Spr\0ing,queue,0123\n", {}, ProblemCode.DAMAGED),
        ("a.csv", HEADINGS + LINE, {"max_file_size": 10}, ProblemCode.TOO_LARGE),
        ("a.csv", HEADINGS + LINE * 3, {"max_rows": 2}, ProblemCode.TOO_MANY_ROWS),
        ("a.csv", HEADINGS + b"Fr\xfchling,queue,0123\n", {"encoding": "utf-8"}, ProblemCode.ENCODING),
        ("a.csv", HEADINGS + b'"Spring,queue,0123\n', {}, ProblemCode.QUOTES),
        ("a.csv", b"one,two,three,four\n" + LINE, {}, ProblemCode.NO_HEADINGS),
        ("a.csv", HEADINGS + LINE + HEADINGS + LINE, {}, ProblemCode.WHICH_HEADINGS),
        ("a.txt", b'name "dtype" "dnumber" x\n' + b'x "a b" "c d" 1\n' * 3, {}, ProblemCode.DELIMITER),
        ("a.xls", OLE + "EncryptedPackage".encode("utf-16-le"), {}, ProblemCode.PROTECTED),
        ("a.xls", OLE + "WordDocument".encode("utf-16-le"), {}, ProblemCode.NO_TABLE),
        ("a.csv", HEADINGS + LINE, {"encoding": "klingon"}, ProblemCode.BAD_VALUE),
        ("a.csv", HEADINGS + LINE, {"delimiter": "semi"}, ProblemCode.BAD_VALUE),
    ],
)
def test_a_file_that_cannot_be_read_tells_its_fault(
    here: Path, name: str, content: bytes, options: dict[str, Any], fault: ProblemCode
) -> None:
    """Files are refused by what they are."""
    (here / name).write_bytes(content)
    with pytest.raises((FileRefused, WrongUsage)) as refused:
        list(open_table(here / name, options=ReadingOptions(**options)).chunks)
    assert refused.value.problem_code is fault


def two_sheets(path: Path) -> Path:
    """Write a workbook with two sheets of campaigns."""
    rows = "".join(text_row(number, row) for number, row in enumerate(TABLE, start=1))
    return write_parts(path, xlsx_parts(rows, rows))


def entities(path: Path) -> Path:
    """Write a workbook whose XML defines entities."""
    parts = xlsx_parts(text_row(1, ["name"]))
    return write_parts(path, {**parts, "xl/sharedStrings.xml": '<!DOCTYPE sst [<!ENTITY a "aaaa">]><sst/>'})


def repeated(path: Path) -> Path:
    """Write an OpenDocument spreadsheet of a row that stands for thousands of millions."""
    cell = '<table:table-cell office:value-type="string"><text:p>name</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="99999999999">{cell}</table:table-row>'
    return write_ods_content(path, f'<table:table table:name="Campaigns">{row}</table:table>')


@pytest.mark.parametrize(
    ("write", "name", "sheet", "options", "fault"),
    [
        (lambda path: write_xlsx(path, TABLE), "a.xlsx", "North", {}, ProblemCode.NO_SHEET),
        (two_sheets, "a.xlsx", None, {}, ProblemCode.WHICH_SHEET),
        (lambda path: write_parts(path, xlsx_parts()), "a.xlsx", None, {}, ProblemCode.EMPTY),
        (lambda path: write_xlsx(path, TABLE), "a.xlsx", None, {"max_unpacked": 100}, ProblemCode.INFLATED),
        (entities, "a.xlsx", None, {}, ProblemCode.ENTITIES),
        (repeated, "a.ods", None, {}, ProblemCode.INFLATED),
        (
            lambda path: write_sheet(path, '<row r="1"><c r="A1"><v>1e999</v></c></row>'),
            "a.xlsx",
            None,
            {},
            ProblemCode.DAMAGED,
        ),
        (lambda path: write_xlsx(path, TABLE * 5000), "a.xlsx", None, {"memory": 1 << 20}, ProblemCode.READER_ENDED),
    ],
    ids=["no sheet", "two sheets", "none", "unpacked", "entities", "repeated", "infinite", "memory"],
)
def test_a_workbook_that_cannot_be_read_tells_its_fault(
    here: Path,
    write: Callable[[Path], Path],
    name: str,
    sheet: str | None,
    options: dict[str, Any],
    fault: ProblemCode,
) -> None:
    """The fault of a workbook comes through from the process that reads it."""
    write(here / name)
    with pytest.raises(FileRefused) as refused:
        list(open_table(here / name, ReadingOptions(sheet=sheet, **options)).chunks)
    assert refused.value.problem_code is fault


def test_a_missing_file_tells_its_fault(here: Path) -> None:
    """A name that leads to no file and one that leads to a folder are the same mistake."""
    for name in ("missing.csv", "."):
        with pytest.raises(FileRefused) as refused:
            open_table(here / name)
        assert refused.value.problem_code is ProblemCode.NO_FILE


def test_a_growing_file_tells_its_fault(here: Path) -> None:
    """A file to which somebody is writing is distinguished from one that is damaged."""
    path = here / "a.csv"
    path.write_bytes(HEADINGS)
    with pytest.raises(FileRefused) as refused:
        refuse_growing(path, lambda _: path.write_bytes(HEADINGS + LINE) and None)
    assert refused.value.problem_code is ProblemCode.GROWING


def test_a_problem_of_a_cell_has_its_code_in_the_document(bare: Program, table: Callable[..., Path]) -> None:
    """What is wrong with a cell, and what is odd about a heading, is reported with its code."""
    path = table("a.csv", ("name", "dtype", "dnumber", "budget"), ("Spring", "queue", "", "x"))
    told = bare("validate", path, "--json")
    assert told.exit_code == 3
    assert [problem["code"] for problem in told.problems] == ["E101", "W201"]


@pytest.mark.parametrize(
    ("arguments", "password", "code"),
    [
        (("validate", "missing.csv"), "secret", "E201"),
        (("plan", "a.csv"), "wrong", "E401"),
        (("apply", "20261123-abcdef"), "secret", "E521"),
        (("plan", "a.csv", "--config", "missing.toml"), "secret", "E504"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_ended_a_command_has_its_code_in_the_document(
    program: Program, table: Callable[..., Path], arguments: tuple[str, ...], password: str, code: str
) -> None:
    """A program that started the command learns from the document which fault ended it."""
    table("a.csv")
    assert program(*arguments, "--json", password=password).document["code"] == code


@pytest.mark.parametrize(
    ("import_options", "words"),
    [
        (ImportOptions(), ("headings in row 1", "Column 'dnumber' is missing", "The headings are: name, dtype.")),
        (
            ImportOptions(reading=ReadingOptions(no_header=True), placed={0: "name", 1: "name"}),
            ("without headings", "Column A and Column B both mean 'name'", "--column A=name"),
        ),
    ],
    ids=["headings", "no headings"],
)
def test_headings_that_cannot_be_used_have_their_fault(
    table: Callable[..., Path], import_options: ImportOptions, words: tuple[str, ...]
) -> None:
    """A file without a column that is needed is refused with what to do, whether it has headings or not."""
    with pytest.raises(FileRefused) as refused:
        pipeline.validate(
            table("a.csv", ("name", "dtype"), ("Spring", "queue")), import_options, Quiet(), OutputOptions()
        )
    assert refused.value.problem_code is ProblemCode.WRONG_HEADINGS
    assert [each for each in words if each not in refused.value.message] == []
    assert "row 0" not in refused.value.message


def test_what_stops_a_run_has_its_fault(sandbox_importer: InProcessImporter, table: Callable[..., Path]) -> None:
    """A report tells which fault stopped the run."""
    sandbox_importer.username = "nobody"
    stopped = sandbox_importer.plan(table()).stopped
    assert stopped is not None
    assert stopped.problem_code is ProblemCode.CREDENTIALS


def test_a_server_that_is_no_api_has_its_fault(listener: Any, journal: Path, table: Callable[..., Path]) -> None:
    """A web server that is not a phone system stops a run as what it is."""
    listener.status = 404
    stopped = InProcessImporter(journal, listener.url).plan(table()).stopped
    assert stopped is not None
    assert stopped.problem_code is ProblemCode.NO_API


def test_a_server_that_is_not_there_has_its_fault(journal: Path, table: Callable[..., Path]) -> None:
    """A server to which no connection is made stops a run as what it is."""
    stopped = InProcessImporter(journal, "http://127.0.0.1:1/api/json/").plan(table()).stopped
    assert stopped is not None
    assert stopped.problem_code is ProblemCode.UNREACHABLE


def test_settings_have_their_faults(here: Path, journal: Path) -> None:
    """A settings file, a password and a run that are not there are distinguished."""
    path = here / "wrong.toml"
    path.write_text("colour = 1\n")
    with pytest.raises(WrongSettings) as refused:
        settings.read(path, None, {"url": None})
    assert refused.value.problem_code is ProblemCode.SETTINGS_FILE
    with pytest.raises(WrongSettings) as refused:
        settings.password(None, None, file_first=False)
    assert refused.value.problem_code is ProblemCode.PASSWORD
    with pytest.raises(WrongUsage) as unknown:
        history.find_run(journal, "20261123-abcdef")
    assert unknown.value.problem_code is ProblemCode.UNKNOWN_RUN
