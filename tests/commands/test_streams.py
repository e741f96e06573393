"""Standard streams that are closed, full or abandoned: the work goes on, and exit codes stay those of the rows."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT
from tests.support.processes import PATIENCE
from tests.support.program import PASSWORD, Program
from tests.support.tables import HEADINGS, write_table

ROWS = 20

STREAMS = {
    "stdin closed": "<&-",
    "stdout closed": ">&-",
    "stderr closed": "2>&-",
    "all closed": "<&- >&- 2>&-",
    "stdout full": ">/dev/full",
    "stderr full": "2>/dev/full",
    "both full": ">/dev/full 2>/dev/full",
    "stdout not for writing": "</dev/null >&0",
    "stderr not for writing": "</dev/null 2>&0",
    "stdout abandoned": "| true",
    "stderr abandoned": "2>&1 >/dev/null | true",
    "both abandoned": "2>&1 | true",
}


def run(
    program: Program, streams: str, *arguments: object, password: str = PASSWORD
) -> subprocess.CompletedProcess[str]:
    """Run a command with its standard streams as a shell makes them; the code is that of the command itself."""
    script = f'set -o pipefail; "$@" {streams}'
    return subprocess.run(
        ["bash", "-c", script, "bash", sys.executable, "-m", "importer", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **program.environment(password)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture
def table(here: Path) -> Path:
    """A file of ROWS campaigns."""
    return write_table(here / "c.csv", HEADINGS, [(f"N{number}", "queue", "1") for number in range(ROWS)])


@pytest.fixture(autouse=True)
def no_bugs(tmp_path: Path) -> Any:
    """Nothing in this module may be reported as a bug."""
    yield
    assert list((tmp_path / "tmp").glob("campaign-importer-bug-*")) == []


@pytest.mark.parametrize("extra", [(), ("--json",)], ids=" ".join)
@pytest.mark.parametrize("streams", STREAMS)
def test_an_import_goes_on(program: Program, sandbox: Any, table: Path, streams: str, extra: tuple[str, ...]) -> None:
    """Whatever becomes of what is said, all rows are created, the results are written, and the code is 0."""
    told = run(program, STREAMS[streams], "import", table, "--yes", *extra)
    assert told.returncode == 0, told.stderr
    assert "Traceback" not in told.stdout + told.stderr
    assert len(sandbox.campaigns()) == ROWS
    assert len(list(table.parent.glob("c.results.*"))) == 1


@pytest.mark.parametrize("streams", ["all closed", "both full", "both abandoned"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--help",), 0),
        (("--version",), 0),
        (("show", "c.csv", "--raw"), 0),
        (("runs",), 0),
        (("plan", "c.csv"), 0),
        (("nonsense",), 2),
        (("validate", "nowhere.csv", "--json"), 2),
        (("import", "c.csv", "--yes", "--json"), 6),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else str(one),
)
def test_every_code_stays(
    program: Program, sandbox: Any, table: Path, arguments: tuple[str, ...], code: int, streams: str
) -> None:
    """A command ends with the code that it has on a good terminal, without a traceback."""
    told = run(program, STREAMS[streams], *arguments, password="wrong" if code == 6 else PASSWORD)
    assert told.returncode == code, told.stderr
    assert "Traceback" not in told.stdout + told.stderr
    assert "Exception ignored" not in told.stderr


@pytest.mark.parametrize("streams", ["stdin closed", "all closed"])
def test_nobody_is_asked_without_a_standard_input(program: Program, sandbox: Any, table: Path, streams: str) -> None:
    """Without --yes nothing is created, and without a password the code is 6: there is nobody to be asked."""
    assert run(program, STREAMS[streams], "import", table).returncode == 2
    without = Program({**program.settings})
    told = run(without, STREAMS[streams], "plan", table, password="")
    assert told.returncode == 6
    assert sandbox.campaigns() == []


def test_a_closed_stream_is_no_place_for_a_file(program: Program, sandbox: Any, table: Path, tmp_path: Path) -> None:
    """What is said does not get into a file that was opened where a stream was closed."""
    journal = tmp_path / "j.sqlite3"
    assert run(program, "<&- >&- 2>&-", "import", table, "--yes", "--json", "--journal", journal).returncode == 0
    told = run(program, "", "runs", "--journal", journal, "--json")
    assert json.loads(told.stdout)[0]["counts"]["created"] == ROWS


@pytest.mark.parametrize("streams", ["stderr full", "stderr abandoned", "all closed", "both full"])
def test_a_drop_folder_is_worked_on(program: Program, sandbox: Any, tmp_path: Path, streams: str) -> None:
    """A night whose log cannot be written does its work, and leaves nothing in processing/."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        write_table(folder / name, HEADINGS, [(f"{name}{number}", "queue", "1") for number in range(3)])
        os.utime(folder / name, (1, 1))
    told = run(program, STREAMS[streams], "drop", folder)
    assert told.returncode == 0, told.stderr
    assert len(sandbox.campaigns()) == 6
    left = [path.name for path in (folder / "processing").iterdir() if not path.name.startswith(".")]
    assert left == []


def test_a_signal_ends_a_run_whose_screen_is_gone(program: Program, sandbox: Any, here: Path) -> None:
    """A request to end is heard where there is nothing to say so on."""
    path = write_table(here / "c.csv", HEADINGS, [(f"N{number}", "queue", "1") for number in range(3_000)])
    with program.start("import", path, "--yes", "--json") as process:
        assert process.stderr is not None
        while "Creating" not in process.stderr.readline():
            pass
        process.stderr.close()
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        document = json.loads(process.stdout.read())
    assert process.returncode == document["exit_code"] == 143
