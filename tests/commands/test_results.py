"""The results: the user's own table and what happened to each row, in a new file that can be loaded again."""

import csv
import re
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from importer.model import ExitCode, Source
from importer.results import default_target
from importer.sandbox import Sandbox
from schemas.headings import SUMMARY_SHEET
from tests.support.drop_site import small_disk
from tests.support.program import Finished, Program
from tests.support.servers import StubServer, envelope
from tests.support.tables import HEADINGS, ROW, write_table

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the folder in which nobody can write is Linux's")
OURS = ["import_status", "import_message", "import_id", "import_code", "import_key", "import_row"]
KINDS = [".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"]
STAMPED = re.compile(r"^c\.results\.\d{8}-\d{6}(-\d+)?\.csv$")


def results_of(finished: Finished) -> Path:
    """Return where a command has put its results."""
    return Path(finished.document["results"])


def read_xlsx(path: Path) -> list[list[str | None]]:
    """Return the cells of the sheet behind the summary; a cell that is not text is an error."""
    lines = []
    summary, sheet = openpyxl.load_workbook(path).worksheets[:2]
    assert summary.title == SUMMARY_SHEET
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type == "s" or cell.value is None, (cell.coordinate, cell.data_type)
        lines.append([cell.value for cell in row])
    return lines


def read_csv(path: Path) -> list[list[str]]:
    """Return the cells of a CSV file as Excel reads it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = next(character for character in file.readline() if character in ",;\t")
        file.seek(0)
        return list(csv.reader(file, delimiter=delimiter))


def read(path: Path) -> list[list[str | None]]:
    """Return the cells of results of any kind."""
    return read_xlsx(path) if path.suffix == ".xlsx" else [list(line) for line in read_csv(path)]


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
@pytest.mark.parametrize("kept", ["in a temporary file", "in the journal"])
def test_results_of_a_check_show_every_row(bare: Program, here: Path, kind: str, kept: str) -> None:
    """Results of `validate` have every row with its problems, wherever the rows were kept until they were written."""
    last = 10_020  # rows are kept 10,000 at a time, and problems read for 500
    wrong = (2, 501, 502, 10_001, 10_002, last)
    rows = [[f"Wave {number}", "queue", "" if number in wrong else f"{number:05d}"] for number in range(2, last + 1)]
    if kept == "in the journal":
        rows[-2][0] = rows[-3][0].upper()  # rows are compared there if any two names are alike
    write_table(here / f"a{kind}", HEADINGS, rows)
    target = here / f"r{kind}"
    bare("validate", f"a{kind}", "--results", str(target))
    shown = [["" if cell is None else cell for cell in line] for line in read(target)[1:]]
    assert [line[:3] for line in shown] == rows
    assert [line[-1] for line in shown] == [str(number) for number in range(2, last + 1)]
    assert [number for number, line in enumerate(shown, start=2) if line[3] == "invalid"] == list(wrong)
    noted = {number for number, line in enumerate(shown, start=2) if line[4]}
    assert noted == {*wrong, *([last - 1] if kept == "in the journal" else [])}
    assert all(f"C{number}: " in shown[number - 2][4] for number in wrong)


def test_the_users_columns_come_first_in_their_order(program: Program, table: Callable[..., Path]) -> None:
    """The user's headings and cells are as they were, unknown columns too; what we add follows."""
    headings = ("Region", "D-Number", "name", "Dtype", "Remark")
    path = table("c.xlsx", headings, ("North", "0123", "a", "Queue", "=1+1"), ("", "x", "b", "IVR", ""))
    lines = read_xlsx(results_of(program("import", path, "--yes", "--json", "--workers", "1")))
    assert lines[0] == [*headings, *OURS]
    assert lines[1][:5] == ["North", "0123", "a", "Queue", "=1+1"]
    assert [cell or "" for cell in lines[2][:5]] == ["", "x", "b", "IVR", ""]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_results_of_a_table_without_headings_are_read_with_the_same_options(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], here: Path, kind: str
) -> None:
    """Results give a table that had no headings a row of them, which is not a campaign when they are imported again."""
    placed = ("--no-header", "--column", "A=name", "--column", "B=dtype", "--column", "C=dnumber")
    path = table(f"c.{kind}", ("A", "queue", "1"), *((f"N{row}", "queue", str(row)) for row in range(40)))
    first = program("import", path, "--yes", "--results", here / f"out.{kind}", *placed, "--json")
    assert first.counts == {"created": 41}
    again = program("import", here / f"out.{kind}", "--yes", *placed, "--json")
    assert again.counts == {"exists": 41}
    assert len(sandbox.campaigns()) == 41


@pytest.mark.parametrize("heading", ["#", "—", "*", "Import ID", "Import code", "import message"])
@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_a_column_headed_by_a_sign_is_kept(
    program: Program, table: Callable[..., Path], here: Path, kind: str, heading: str
) -> None:
    """A column of the user's own whose heading is a sign comes back with all its values, and ours stand beside it."""
    path = table(f"c.{kind}", (*HEADINGS, heading), *(("A", "queue", str(row), f"mine {row}") for row in range(40)))
    out = here / f"out.{'csv' if kind == 'csv' else 'xlsx'}"
    assert program("import", path, "--yes", "--results", out).exit_code == 0
    headings, *lines = read(out)
    assert headings == [*HEADINGS, heading, *OURS]
    assert [line[3] for line in lines] == [f"mine {row}" for row in range(40)]


def test_what_happened_to_each_row(program: Program, sandbox: Sandbox, table: Callable[..., Path]) -> None:
    """Every row has a line with its status, its ID or the server's code and key, the reasons, and its number."""
    headings = (*HEADINGS, "owner", "attempts")
    rows = [
        ("a", "queue", "1", "", ""),
        ("", "", "", "", ""),
        ("b", "queue", "2", "99999999999", ""),
        ("c", "queue", "3", "", "0"),
        ("d", "fax", "4", "", ""),
    ]
    told = program("import", table("c.xlsx", headings, *rows), "--yes", "--json", "--workers", "1")
    lines = [[cell or "" for cell in line[5:]] for line in read_xlsx(results_of(told))[1:] if any(line)]
    assert told.exit_code == 4
    assert lines[0] == ["created", "", "1", "200", "", "2"]
    assert [lines[1][at] for at in (0, 2, 3, 4)] == ["rejected", "", "400", "owner"]
    assert "400: owner" in lines[1][1]
    assert lines[2][0] == "invalid"
    assert lines[2][1].startswith("Campaigns!E5: attempts must be a whole number of at least 1")
    assert (lines[3][0], lines[3][2], lines[3][5]) == ("created", "2", "6")
    assert lines[3][1].startswith("Campaigns!B6: dtype is not a known destination type")
    assert [line[5] for line in lines] == ["2", "4", "5", "6"]


@pytest.mark.parametrize("text", ["=1+1", "+442071234567", "0123", "1234567890123456789", "-5", "@SUM(A1)", "TRUE"])
def test_text_stays_text(program: Program, table: Callable[..., Path], text: str) -> None:
    """Nothing becomes a number or a formula: every cell is a string cell and holds what the user typed."""
    path = table("c.csv", HEADINGS, (text, "queue", text))
    lines = read_xlsx(results_of(program("import", path, "--yes", "--json", "--results", "out.xlsx")))
    assert lines[1][:3] == [text, "queue", text]


def test_a_results_workbook_is_ready_for_reading(program: Program, table: Callable[..., Path]) -> None:
    """The sheet is called Results, its headings stay in sight and can be filtered by."""
    path = table("c.csv", HEADINGS, ROW, ("b", "queue", "1"))
    told = program("import", path, "--yes", "--json", "--results", "out.xlsx")
    sheet = openpyxl.load_workbook(results_of(told)).worksheets[1]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Results", "A2", "A1:I3")


def test_results_stand_beside_the_input(program: Program, table: Callable[..., Path], here: Path) -> None:
    """Unless told otherwise, results go beside the input, under its name and the time."""
    (here / "in").mkdir()
    path = shutil.move(table("c.csv"), here / "in" / "c.csv")
    told = program("import", path, "--yes", "--json")
    assert results_of(told).parent == here / "in"
    assert STAMPED.match(results_of(told).name)
    assert f"Results: {results_of(told)}" in told.stderr


def test_results_of_results_keep_one_time_stamp(here: Path) -> None:
    """The results of a results file are named after the file that it all began with."""
    source = Source(path=str(here / "c.results.20260101-120000-2.xlsx"), sheet="Campaigns", headings=())
    target = default_target(source, datetime(2026, 2, 3, 4, 5, 6))  # noqa: DTZ001
    assert target == here / "c.results.20260203-040506.xlsx"


def test_nothing_is_ever_overwritten(program: Program, table: Callable[..., Path], here: Path) -> None:
    """Where a file has the name already, another one is taken and reported; the file that was there is left alone."""
    (here / "out.csv").write_text("mine")
    told = program("import", table(), "--yes", "--json", "--results", here / "out.csv")
    assert told.exit_code == 0
    assert (here / "out.csv").read_text() == "mine"
    assert results_of(told) == here / "out-2.csv"
    assert (
        f"Saved as {here / 'out-2.csv'}, because {here / 'out.csv'} already exists or cannot be written." in told.stderr
    )


def test_the_input_itself_is_never_overwritten(program: Program, table: Callable[..., Path]) -> None:
    """Even asked to, the results do not replace the input."""
    path = table()
    before = path.read_bytes()
    told = program("import", path, "--yes", "--json", "--results", path)
    assert path.read_bytes() == before
    assert results_of(told).name == "campaigns-2.csv"


def test_several_runs_in_one_second_have_results_each(program: Program, table: Callable[..., Path], here: Path) -> None:
    """Results of the same second do not push each other aside."""
    path = table("c.csv")
    found = {results_of(program("import", path, "--yes", "--json")) for _ in range(4)}
    assert len(found) == 4
    assert {one.name for one in here.iterdir() if STAMPED.match(one.name)} == {one.name for one in found}


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "OUT.XLSX", "Out.CSV"])
def test_results_go_where_they_are_wanted(program: Program, table: Callable[..., Path], here: Path, name: str) -> None:
    """--results names the file, and its ending the kind."""
    told = program("import", table(), "--yes", "--json", "--results", here / name)
    lines = (read_csv if name.lower().endswith("csv") else read_xlsx)(here / name)
    assert results_of(told) == here / name
    assert lines[0] == [*HEADINGS, *OURS]
    assert [cell or "" for cell in lines[1]] == [*ROW, "created", "", "1", "200", "", "2"]


def test_csv_results_are_read_as_utf8_by_excel(program: Program, table: Callable[..., Path], here: Path) -> None:
    """A CSV that is made of a workbook begins with a byte order mark, without which Excel would garble every umlaut."""
    program("import", table("c.xlsx", HEADINGS, ("Ünï", "queue", "1")), "--yes", "--results", here / "out.csv")
    assert (here / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_csv(here / "out.csv")[1][0] == "Ünï"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("out.pdf", "the name must end in .xlsx, .xlsm, .csv, .tsv or .txt"),
        ("out", "the name must end in .xlsx, .xlsm, .csv, .tsv or .txt"),
        ("missing/out.xlsx", "there is no folder missing. Create it, or name another."),
        pytest.param("/proc/out.xlsx", "the folder is not writable", marks=LINUX),
    ],
)
@pytest.mark.parametrize("command", ["plan", "import", "validate"])
def test_a_place_that_cannot_work_is_refused_before_anything_is_sent(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], command: str, target: str, words: str
) -> None:
    """A wrong --results is a sentence and exit code 2, and the server has not heard of it."""
    told = program(command, table(), *(["--yes"] if command == "import" else []), "--results", target)
    assert told.exit_code == 2
    assert told.stderr.startswith("Error: ")
    assert words in told.stderr
    assert sandbox.requests == []


@pytest.mark.parametrize("option", ["--results", "--report"])
@pytest.mark.parametrize("stem", [b"x" * 300, b"\xc3\xbc" * 130])
def test_a_name_that_no_file_can_have_is_refused_before_anything_is_sent(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], here: Path, option: str, stem: bytes
) -> None:
    """A name that the disk refuses is exit code 6 before the server has heard of it, and leaves nothing behind."""
    path, target = table(), f"{stem.decode()}{'.xlsx' if option == '--results' else '.html'}"
    before = sorted(here.iterdir())
    told = program("import", path, "--yes", option, target)
    assert told.exit_code == ExitCode.CONFIGURATION
    assert "this file name is not possible (File name too long). Name another." in told.stderr
    assert (sandbox.requests, sorted(here.iterdir())) == ([], before)


def test_a_name_that_is_taken_and_leaves_no_room_for_a_number(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], here: Path
) -> None:
    """Where the name is as long as can be and its file is there, no other name is free, and nothing is sent."""
    path, target = table(), here / f"{'x' * 250}.xlsx"
    target.write_bytes(b"mine")
    assert program("import", path, "--yes", "--results", target).exit_code == ExitCode.CONFIGURATION
    assert (sandbox.requests, target.read_bytes()) == ([], b"mine")


def test_a_folder_that_cannot_be_there(program: Program, sandbox: Sandbox, table: Callable[..., Path]) -> None:
    """A folder whose name is too long is one that is not there, not a bug."""
    told = program("import", table(), "--yes", "--results", f"{'x' * 300}/out.xlsx")
    assert (told.exit_code, sandbox.requests) == (ExitCode.USAGE, [])


def test_apply_refuses_a_wrong_place_before_anything_is_sent(
    program: Program, sandbox: Sandbox, table: Callable[..., Path]
) -> None:
    """An apply, too, looks at --results first."""
    run = program("plan", table(), "--json").document["run"]
    sandbox.clear_requests()
    assert program("apply", run, "--results", "out.pdf").exit_code == 2
    assert sandbox.requests == []


def test_results_for_several_files_cannot_go_to_one_place(
    program: Program, sandbox: Sandbox, table: Callable[..., Path]
) -> None:
    """--results with two inputs is refused; without it each has its own."""
    files = [table("a.csv"), table("b.csv", HEADINGS, ("b", "queue", "1"))]
    told = program("import", *files, "--yes", "--results", "out.xlsx")
    assert told.exit_code == 2
    assert "--results names a single file" in told.stderr
    assert sandbox.requests == []


def test_results_are_not_lost_with_their_folder(
    program: Program, table: Callable[..., Path], here: Path, tmp_path: Path
) -> None:
    """Where the place beside the input is gone, another is found and reported."""
    folder = tmp_path / "stick"
    folder.mkdir()
    path = Path(shutil.move(table("c.csv"), folder / "c.csv"))
    run = program("plan", path, "--json").document["run"]
    shutil.rmtree(folder)
    told = program("apply", run, "--json")
    assert told.exit_code == 0
    assert results_of(told).parent == here
    assert read(results_of(told))[1][3] == "created"
    assert f"Saved as {results_of(told)}, because" in told.stderr


def test_a_long_file_name_costs_no_results(program: Program, table: Callable[..., Path]) -> None:
    """A file whose name leaves no room for the time stamp gets results under a shorter one."""
    told = program("import", table(f"{'n' * 240}.csv"), "--yes", "--json")
    assert (told.exit_code, told.counts) == (0, {"created": 1})


def test_validate_writes_results_only_if_asked(program: Program, table: Callable[..., Path], here: Path) -> None:
    """A mere check leaves no file behind unless --results names one."""
    path = table()
    assert program("validate", path, "--json").document["results"] is None
    assert list(here.iterdir()) == [path]
    told = program("validate", path, "--json", "--results", here / "out.csv")
    assert results_of(told) == here / "out.csv"
    assert read_csv(here / "out.csv")[1] == [*ROW, "valid", "", "", "", "", "2"]


def test_plan_writes_results(program: Program, table: Callable[..., Path]) -> None:
    """After a plan the results say what the server's check made of each row."""
    told = program("plan", table(), "--json")
    assert read(results_of(told))[1][3:] == ["ready", "", "", "201", "", "2"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("results", ["out.xlsx", "out.csv"])
def test_results_can_be_loaded_again_as_they_are(
    program: Program, sandbox: Sandbox, here: Path, kind: str, results: str
) -> None:
    """Created rows of a results file are recognised, rows that failed are tried, and import_… columns do not count."""
    headings = (*HEADINGS, "Remark", "attempts", "description")
    rows = [
        ("0123", "Queue", "+44", "r", "5.0", " =1+1"),
        ("NA", "queue", "1234567890123456789", "", "", ""),
        ("c", "queue", "1", "", "0", ""),
    ]
    path = write_table(here / f"c{kind}", headings, rows)
    first = program("import", path, "--yes", "--json", "--results", here / results)
    assert first.counts == {"created": 2, "invalid": 1}

    again = program("import", here / results, "--yes", "--json", "--results", here / f"2{results}")

    assert again.counts == {"exists": 2, "invalid": 1}
    assert len(sandbox.campaigns()) == 2
    lines = read(here / f"2{results}")
    assert lines[0] == [*headings, *OURS]
    assert [line[len(headings)] for line in lines[1:]] == ["exists", "exists", "invalid"]
    assert "import_" not in again.stderr


def test_mended_results_create_what_was_wrong(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A user may mend the results file itself and load it: only the mended rows are created."""
    path = write_table(here / "c.csv", (*HEADINGS, "attempts"), [(*ROW, "1"), ("b", "queue", "1", "0")])
    program("import", path, "--yes", "--results", here / "out.csv")
    (here / "out.csv").write_text((here / "out.csv").read_text(encoding="utf-8").replace("b,queue,1,0", "b,queue,1,2"))
    told = program("import", here / "out.csv", "--yes", "--json")
    assert (told.exit_code, told.counts) == (0, {"created": 1, "exists": 1})
    assert [campaign["attempts"] for campaign in sandbox.campaigns()] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "one\r\ntwo",
        "one\rtwo",
        "a\x01b",
        "_x0041_",
        "a\x0bb",
        pytest.param(
            "\ufffe",
        ),
        "<b>&amp;</b>",
        " \n x",
        pytest.param("x" * 40_000),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_no_text_is_changed_by_a_workbook_of_results(program: Program, here: Path, text: str) -> None:
    """What Excel's format makes awkward comes back from the results as it was, so that its row is recognised."""
    path = write_table(here / "c.csv", (*HEADINGS, "description"), [(*ROW, f"a{text}z")])
    told = program("import", path, "--yes", "--json")
    assert program("import", results_of(told), "--yes", "--json").counts == {"exists": 1}


def test_the_journal_knows_where_the_newest_results_are(program: Program, table: Callable[..., Path]) -> None:
    """A run applied again has new results, with what is true now."""
    run = program("plan", table(), "--json").document["run"]
    first, second = (program("apply", run, "--json") for _ in range(2))
    assert results_of(first) != results_of(second)
    assert read(results_of(second))[1][3] == "created"
    assert program("runs", "--json").document[0]["results"] == str(results_of(second))


@pytest.mark.parametrize("command", ["import", "apply"])
def test_results_that_have_no_place_are_told_with_the_counts(
    program: Program, stub_server: StubServer, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Where no results can be written, all that was created is counted and reported, and the exit code is 6."""
    path = write_table(here / "c.csv", HEADINGS, [(f"N{number}", "queue", "1") for number in range(3)])
    program.settings["url"] = stub_server.url
    run = program("plan", path, "--json").document["run"] if command == "apply" else None

    def create(asked: dict[str, str]) -> dict[str, Any]:
        if here.exists():
            here.rename(tmp_path / "gone")
            monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "no such folder"))
            (tmp_path / "gone" / "c.csv").rename(tmp_path / "kept.csv")
            shutil.rmtree(tmp_path / "gone")
        return envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers["create"] = create
    told = program(*([command, run] if run else [command, path, "--yes"]), "--json")
    assert told.exit_code == told.document["exit_code"] == 6, told.stderr
    assert told.counts == {"created": 3}
    assert (told.document["results"], told.document["code"]) == (None, "E511")
    assert "The results cannot be written" in told.document["message"]
    assert re.search(r"created +3", told.stderr)
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    again = Program(program.settings)("apply", told.document["run"], "--json", "--results", tmp_path / "out.csv")
    assert (again.exit_code, again.counts, len(stub_server.campaigns)) == (0, {"created": 3}, 3)
    assert len(read_csv(tmp_path / "out.csv")) == 4


@pytest.mark.parametrize(
    ("kind", "target"), [(".csv", ".csv"), (".xlsx", ".xlsx"), (".xls", ".xlsx"), (".csv", ".xlsx")]
)
def test_a_disk_that_fills_up_while_results_are_written(
    program: Program, sandbox: Sandbox, here: Path, tmp_path: Path, kind: str, target: str
) -> None:
    """Of results that do not fit on the disk nothing stays, the counts are reported, and the exit code is 6."""
    rows = [(f"N{number * 7919 % 10007}", "queue", str(number * 104729 % 1000003)) for number in range(300)]
    path = write_table(here / f"c{kind}", HEADINGS, rows)
    small = tmp_path / "small"
    small.mkdir()
    with small_disk(small, "8k"):
        told = program("import", path, "--yes", "--json", "--results", small / f"out{target}")
        assert list(small.iterdir()) == []
    assert told.exit_code == 6, told.stderr
    assert told.counts == {"created": 300}
    assert "No space left on device" in told.document["message"]


def test_what_stopped_a_run_is_not_hidden_by_lost_results(
    program: Program, sandbox: Sandbox, here: Path, tmp_path: Path, no_waiting: list[float]
) -> None:
    """Of what stopped a run and results that are lost too, the graver is the exit code, and both are reported."""
    path = write_table(here / "c.csv", HEADINGS, [(f"N{number} {'x' * 200}", "queue", "1") for number in range(60)])
    sandbox.script("validate", ["foreign"] * 400)
    small = tmp_path / "small"
    small.mkdir()
    with small_disk(small, "8k"):
        told = program("plan", path, "--json", "--results", small / "out.csv", "--max-errors", "1")
    assert told.exit_code == 6
    assert "The results cannot be written" in told.document["message"]
    assert "The response did not come from the Enswitch API" in " ".join(told.document["notes"])
