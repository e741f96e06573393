"""What a reader does to its process is reported as a refusal, and nothing is left of it."""

import gc
import io
import json
import subprocess
import sys
import time

import pytest

from importer.errors import FileRefused
from importer.preview import raw_rows
from importer.reading import open_table
from importer.reading import sheet as workbook
from importer.run_options import ReadingOptions
from importer.spreadsheets import worker
from importer.spreadsheets.process import ReaderFailed, ReaderProcess
from importer.spreadsheets.rows import packed, unpacked
from tests.support.processes import PATIENCE
from tests.support.workbooks import HEADINGS, ROW, TABLE, write_ods, write_sheet, write_xls, write_xlsx

OPTIONS = ReadingOptions()


def opened(path):
    process = ReaderProcess(path, OPTIONS)
    process.open("xlsx")
    return process


def is_running(process: ReaderProcess) -> bool:
    return process._process.poll() is None


def test_a_session_reads_and_ends(tmp_path):
    """Sheets, first rows and all rows come from another process, which is gone afterwards."""
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    with opened(path) as process:
        assert [sheet.name for sheet in process.sheets] == ["Campaigns"]
        assert process.head("Campaigns", 1) == [(1, HEADINGS)]
        assert [batch.numbers for batch in process.batches("Campaigns")] == [[1, 2, 3]]
        assert is_running(process)
    assert not is_running(process)


def test_a_table_that_nobody_reads_leaves_no_process(tmp_path):
    """Whoever opens a table and forgets it leaves nothing running."""
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    opened_process = opened(path)
    process = opened_process._process
    del opened_process
    gc.collect()
    assert process.poll() is not None
    table = open_table(path)
    del table


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        ("import os; os.abort()", "crashed"),
        ("raise RuntimeError('a bug in a reader')", "crashed"),
        ("bytearray(1 << 31)", "crashed"),
        ("import time; time.sleep(60)", "longer than 1 seconds"),
    ],
)
def test_the_death_of_a_reader_is_told(tmp_path, monkeypatch, harm, word):
    """A crash, a bug, too much memory and a hang are all one sentence."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'importer.spreadsheets.xlsx':\n"
        f"            {harm}\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    started = time.monotonic()
    with pytest.raises(FileRefused) as refused:
        open_table(path, options=ReadingOptions(seconds=1.0))
    assert word in refused.value.message
    assert "save it as .xlsx" in refused.value.message
    assert time.monotonic() - started < 10


def test_a_request_to_a_dead_reader_is_a_failure(tmp_path):
    """A process that ended between two requests is a failure of its reader."""
    process = opened(write_xlsx(tmp_path / "a.xlsx", TABLE))
    process._process.kill()
    process._process.wait()
    with pytest.raises(ReaderFailed, match="crashed"):
        process.head("Campaigns", 1)
    with pytest.raises(ReaderFailed):
        process.head("Campaigns", 1)
    process.close()


@pytest.mark.slow
def test_memory_is_bounded(tmp_path):
    """A workbook that needs more memory than is allowed is refused, not read to the end of the machine."""
    # Large enough not to fit into what the process has claimed before the limit holds.
    path = write_xlsx(tmp_path / "a.xlsx", [HEADINGS, *([f"{number:050}"] * len(HEADINGS) for number in range(20_000))])
    with pytest.raises(FileRefused, match="crashed"):
        open_table(path, options=ReadingOptions(memory=1 << 20))


def test_the_second_reader_is_asked(tmp_path, monkeypatch):
    """Where the first reader fails another is asked, and where it knows less that is reported."""
    path = write_xls(tmp_path / "a.xls", TABLE)
    monkeypatch.setattr(workbook, "readers", lambda *_: ("ods", "fast"))
    table = open_table(path)
    assert [list(row) for chunk in table.chunks for row in chunk.frame.itertuples(index=False)] == TABLE[1:]
    assert "another one did" in table.notes[0]


def test_a_second_reader_that_finds_nothing_is_not_believed(tmp_path, monkeypatch):
    """calamine reads some damaged .xls files as empty: then they are refused as damaged."""
    monkeypatch.setattr(workbook, "readers", lambda *_: ("ods", "fast"))
    path = write_xls(tmp_path / "a.xls", [[None]])
    with pytest.raises(FileRefused, match="is damaged"):
        open_table(path)
    with pytest.raises(FileRefused, match="is damaged"):
        list(raw_rows(path))


def test_readers_that_disagree_leave_it_to_the_careful_one(tmp_path, monkeypatch):
    """White space that calamine strips makes the careful reader read a big sheet as well."""
    monkeypatch.setattr(workbook, "FAST_FROM", 0)
    asked = []

    class Spy(ReaderProcess):
        def open(self, reader):
            asked.append(reader)
            super().open(reader)

    monkeypatch.setattr(workbook, "ReaderProcess", Spy)
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    list(open_table(path).chunks)
    assert asked == ["fast-xlsx"]
    sheet = '<row r="1">' + "".join(
        f'<c r="{"ABC"[at]}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in enumerate(["name ", "dtype", "dnumber"])
    )
    path = write_sheet(tmp_path / "b.xlsx", sheet + "</row>")
    assert open_table(path).source.headings == ("name ", "dtype", "dnumber")
    assert asked[1:] == ["fast-xlsx", "xlsx"]


def test_a_failure_in_the_middle_is_a_refusal(tmp_path, monkeypatch):
    """Rows that are already handed out are not read again by another reader: the rest is refused."""
    path = write_xlsx(tmp_path / "a.xlsx", [HEADINGS, *[ROW] * 10])

    def failing(self, sheet):
        first, *_ = type(self).original(self, sheet)
        yield first
        raise ReaderFailed("it broke in the middle")

    monkeypatch.setattr(ReaderProcess, "original", ReaderProcess.batches, raising=False)
    monkeypatch.setattr(ReaderProcess, "batches", failing)
    with pytest.raises(FileRefused, match="in the middle"):
        list(open_table(path).chunks)
    with pytest.raises(FileRefused, match="in the sheet Campaigns, it broke in the middle"):
        list(raw_rows(path))


def test_a_sheet_that_fails_at_once_is_read_by_the_next_reader(tmp_path, monkeypatch):
    """Raw rows go on with the second reader at the sheet that the first could not begin."""
    monkeypatch.setattr(workbook, "readers", lambda *_: ("xls", "ods"))
    path = write_ods(tmp_path / "a.ods", TABLE)
    assert [list(row.cells) for row in raw_rows(path)] == TABLE
    monkeypatch.setattr(workbook, "readers", lambda *_: ("xls", "xlsb"))
    with pytest.raises(FileRefused, match="is damaged"):
        list(raw_rows(path))


def test_the_worker_answers_line_by_line(tmp_path, monkeypatch):
    """A request a line, an answer a line: sheets, first rows, batches, and an end."""
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    requests = [
        {"path": str(path), "shown": "a.xlsx", "memory": 1 << 40, "max_unpacked": 1 << 40},
        {"look": True},
        {"open": "xlsx"},
        {"losses": "Campaigns"},
        {"head": "Campaigns", "last": 1},
        {"read": "Campaigns"},
    ]
    monkeypatch.setattr(worker, "_limit_memory", lambda most: None)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(map(json.dumps, requests)) + "\n"))
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    worker.main()
    gc.enable()
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [next(iter(answer)) for answer in answers] == [*("kind", "sheets", "losses", "rows", "batch", "end")]


def test_a_parent_that_has_seen_enough_ends_the_worker(tmp_path):
    """The pipe that closes is the end of the worker, without a word."""
    path = write_xlsx(tmp_path / "a.xlsx", [HEADINGS, *[[*ROW, "x" * 30_000]] * 300])
    job = {"path": str(path), "shown": "a.xlsx", "memory": OPTIONS.memory, "max_unpacked": OPTIONS.max_unpacked}
    requests = [job, {"open": "xlsx"}, {"read": "Campaigns"}]
    with subprocess.Popen(
        [sys.executable, "-m", "importer.spreadsheets.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdin.write("".join(json.dumps(request) + "\n" for request in requests).encode())
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("column", [["a", "b"], ["a"], [""], [], ["a\x1fb", "c"]])
def test_columns_survive_their_way(column):
    """A column comes out of its package as it went in."""
    assert unpacked(packed(column)) == column
