"""What other programs do to texts is reported or refused with its cell, in text files and in workbooks alike."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer.sandbox import Sandbox
from tests.support.older_journal import as_version_1
from tests.support.program import Program
from tests.support.tables import HEADINGS, rested

Table = Callable[..., Path]
HEAD = (*HEADINGS, "callerid", "description")
FORMATS = ("csv", "txt", "tsv", "xlsx", "xls", "ods")

EVERYWHERE = {"name", "dnumber", "callerid", "description"}
CODES = {"dnumber", "callerid"}
# fmt: off
TEXTS = [
    ("NULL", "E123", CODES), ("\\N", "E123", CODES), ("(null)", "E123", CODES), ("[NULL]", "E123", CODES),
    ("NULL", "W118", {"name", "description"}), ("\\N", "W118", {"name", "description"}),
    ("null", "", {"name", "description"}), ("NULLABLE", "", EVERYWHERE),
    ("####", "E124", EVERYWHERE), ("########", "E124", EVERYWHERE), ("#", "", EVERYWHERE), ("#21#", "", EVERYWHERE),
    ("#N/A", "E114", EVERYWHERE),
    ("#REF!", "E114", EVERYWHERE), ("#¡VALOR!", "E114", EVERYWHERE), ("#NV", "E114", CODES),
    ("=1+1", "E120", CODES), ('=HYPERLINK("a","b")', "E120", CODES), ("=1+1", "", {"name", "description"}),
    ("bell\x07", "W114", EVERYWHERE), ("esc\x1b[31m", "W114", EVERYWHERE), ("back\x08space", "W114", EVERYWHERE),
    ("next\x85line", "W114", EVERYWHERE), ("del\x7f", "W114", EVERYWHERE), ("a\ttab", "", EVERYWHERE),
    ("Z\ufffdrich", "W116", EVERYWHERE), ("ZÃ¼rich", "W116", EVERYWHERE), ("itâ€™s", "W116", EVERYWHERE),
    ("Â£5", "W116", EVERYWHERE), ("Ã\x81rbol", "W114 W116", EVERYWHERE), ("Zürich", "", EVERYWHERE),
    ("São João – “ok”", "", EVERYWHERE), ("£5 ½ ©", "", EVERYWHERE), ("Straße 5€", "", EVERYWHERE),
]
# fmt: on
CASES = [(text, code, name) for text, code, names in TEXTS for name in sorted(names)]
NOT_IN_ODS = {"bell\x07", "esc\x1b[31m", "back\x08space", "del\x7f", "Ã\x81rbol"}
"""XML has no room for them, or odfpy none; .xlsx spells them out."""


@pytest.mark.parametrize("kind", FORMATS)
def test_texts_are_told_with_their_cells(bare: Program, table: Table, kind: str) -> None:
    """Each text gets the code of what was done to it, in the columns in which it matters, and no other."""
    cases = [case for case in CASES if not (kind == "ods" and case[0] in NOT_IN_ODS)]
    rows = []
    for number, (text, _, name) in enumerate(cases):
        row = dict(zip(HEAD, (f"n{number}", "queue", str(number), "", ""), strict=True))
        rows.append(tuple((row | {name: text}).values()))
    told = bare("validate", table(f"a.{kind}", HEAD, *rows), "--json")
    found: dict[tuple[int, str], set[str]] = {}
    for problem in told.problems:
        if problem["code"] not in ("W101", "W103", "E105"):
            found.setdefault((problem["row"], problem["column"]), set()).add(problem["code"])
    for row, (text, code, name) in enumerate(cases, start=2):
        assert found.pop((row, name), set()) == set(code.split()), (text, name)
    assert found == {}


EXCEL_TEXTS = [
    ('="0123"', "0123"),
    ('"=""0123"""', "0123"),
    ('="say ""hi"""', 'say "hi"'),
    ('=""', ""),
    ('="a"&"b"', '="a"&"b"'),
]


@pytest.mark.parametrize(("field", "text"), EXCEL_TEXTS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_texts_written_for_excel_are_their_texts(
    program: Program, sandbox: Sandbox, here: Path, field: str, text: str, delimiter: str
) -> None:
    """What a text file writes as ="…" is what Excel shows of it; a note names the first cell of the column."""
    lines = [HEAD, ("A", "queue", "1", "+44", field), ("B", "queue", '="0800"', "", field)]
    path = here / "a.csv"
    path.write_text("\r\n".join(map(delimiter.join, lines)) + "\r\n", encoding="utf-8", newline="")
    told = program("import", rested(path), "--yes", "--json")
    assert [(one["dnumber"], one["description"]) for one in _by_name(sandbox)] == [("1", text), ("0800", text)]
    expected = [("W117", "C3"), *([("W117", "E2")] if field.strip('"').startswith("=") and "&" not in field else [])]
    assert sorted((one["code"], one["cell"]) for one in told.problems) == sorted(expected)


def test_texts_written_for_excel_were_sent_with_their_signs(
    program: Program, sandbox: Sandbox, here: Path, journal: Path
) -> None:
    """A row that version 0.1.0 has sent with the equals sign and the quotes is known again, and reported."""
    path = here / "a.xlsx"
    from tests.support.tables import write_table

    write_table(path, HEAD, [("A", "queue", "1", "", '="Spring"')])
    program("import", path, "--yes")
    as_version_1(journal)
    text = here / "a.csv"
    text.write_text(",".join(HEAD) + '\nA,queue,1,,="Spring"\n', encoding="utf-8")
    told = program("import", rested(text), "--yes", "--json", "--on-change", "create")
    assert told.counts == {"changed": 1}
    assert len(sandbox.campaigns()) == 1


def test_a_delimiter_within_a_text_for_excel_is_explained(bare: Program, here: Path) -> None:
    """="a,b" is split by every program; the message of the row says why."""
    path = here / "a.csv"
    path.write_text('name,dtype,dnumber\nA,queue,="1,2"\n', encoding="utf-8")
    told = bare("validate", path)
    assert 'A text written as ="…" must not contain a delimiter.' in told.stderr
    assert told.exit_code == 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_that_breaks_off_in_a_row_is_refused(program: Program, here: Path, end: str, encoding: str) -> None:
    """A last row that is too short in a file without a last end of line: nothing of the file is used."""
    lines = [",".join(HEADINGS), *(f"T{at},queue,{at}" for at in range(30)), "T30,que"]
    path = here / "a.csv"
    path.write_bytes(end.join(lines).encode(encoding))
    told = program("import", rested(path), "--yes", "--json")
    assert told.exit_code == 2
    assert told.document["code"] == "E206"
    assert "ends in the middle of row 32, so it was probably not copied completely" in told.stderr
    path.write_bytes((end.join(lines) + end).encode(encoding))
    assert program("import", rested(path), "--yes", "--json").counts == {"created": 30, "invalid": 1}


def test_a_file_that_breaks_off_in_quotes_is_refused(program: Program, here: Path) -> None:
    """A quoted text that the end of the file cuts off is no matter of quotes."""
    path = here / "a.csv"
    path.write_text('name,dtype,dnumber\n"A","queue","1"\n"B","queue","1', encoding="utf-8")
    told = program("import", rested(path), "--yes", "--json")
    assert (told.exit_code, told.document["code"]) == (2, "E206")
    assert "ends in the middle of the row after line 2" in told.stderr


@pytest.mark.parametrize("rows", [2, 30])
def test_a_last_line_without_an_end_is_told(program: Program, here: Path, rows: int) -> None:
    """A last row that has all its fields is sent, and its last cell named: it may not be whole."""
    path = here / "a.csv"
    path.write_text("\n".join([",".join(HEADINGS), *(f"T{at},queue,{at}" for at in range(rows))]), encoding="utf-8")
    told = program("import", rested(path), "--yes", "--json")
    assert told.exit_code == 0
    (problem,) = told.problems
    assert (problem["code"], problem["cell"], problem["found"]) == ("W207", f"C{rows + 1}", str(rows - 1))


@pytest.mark.parametrize("before", [0, 9_998, 9_999, 10_000])
@pytest.mark.parametrize("end", ["\n", "\r", "\n\n"])
def test_a_row_that_goes_on_in_the_next_line_is_not_sent(bare: Program, here: Path, before: int, end: str) -> None:
    """A text that a line break without quotes has cut is named wherever a part of it may be: above and below, too."""
    lines = [",".join((*HEADINGS, "description")), *(f"T{at},queue,{at},whole" for at in range(before))]
    lines += [f"Cut,queue,1,first half{end}second half", "Last,queue,1,whole", ""]
    path = here / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    told = bare("validate", path, "--json")
    cut, rest = before + 2, before + 3 + (end == "\n\n")
    found = [(one["code"], one["row"], one["cell"]) for one in told.problems]
    assert found == [("E122", cut, f"D{cut}"), ("E118", rest, None), ("E122", rest + 1, f"A{rest + 1}")]
    assert f"continues in line {rest}" in told.problems[0]["message"]
    assert f"the last text of row {cut} continues here" in told.problems[1]["message"]
    assert f"may have begun in line {rest}" in told.problems[2]["message"]
    assert told.counts == {status: rows for status, rows in {"valid": before, "invalid": 3}.items() if rows}


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("end", ["b'", "b", "'b'"])
def test_a_row_that_begins_with_the_end_of_a_text_in_apostrophes_is_not_sent(
    bare: Program, here: Path, between: str, end: str
) -> None:
    """Where a file's few apostrophes are not quotes to the reader, a row that ends a text of the row above is named."""
    path = here / "a.csv"
    rows = (f"T{at},queue,{at}\n" for at in range(5, 30))
    content = f"Plan\n{','.join(HEADINGS)}\n'a, {between}{end},queue,1\nLast,queue,1\n{''.join(rows)}"
    path.write_text(content, encoding="utf-8", newline="")
    told = bare("validate", path, "--json").problems
    expected = {("E118", 3)} | ({("E122", 3 + len(between))} if end == "b'" else set())
    assert {(one["code"], one["row"]) for one in told if one["code"].startswith("E")} == expected


@pytest.mark.parametrize(("escape", "refused"), [("\\", {3, 4}), ("", {3})])
def test_a_row_below_a_line_that_ends_in_a_backslash_is_not_sent(
    bare: Program, here: Path, escape: str, refused: set[int]
) -> None:
    """MySQL writes a line break as it is, with a backslash before it; what follows is not a name."""
    path = here / "a.tsv"
    lines = ("\t".join(HEADINGS), "A\tqueue\t1", f"b{escape}\tc{escape}", "d\tqueue\t2", "E\tqueue\t3", "")
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    told = bare("validate", path, "--json").problems
    assert {one["row"] for one in told if one["severity"] == "error"} == refused


def _by_name(sandbox: Sandbox) -> list[dict[str, Any]]:
    return sorted(sandbox.campaigns(), key=lambda one: str(one["name"]))
