"""Standard streams that are closed, full or abandoned: the work goes on, and exit codes stay those of the rows."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.forked import ClosedStreams
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE
from tests.support.program import PASSWORD, Program
from tests.support.tables import HEADINGS, write_table

ROWS = 20

CLOSED = "closed"
FULL = "full"
NOT_FOR_WRITING = "not for writing"
ABANDONED = "abandoned"

STREAMS: dict[str, dict[str, str]] = {
    "stdin closed": {"stdin": CLOSED},
    "stdout closed": {"stdout": CLOSED},
    "stderr closed": {"stderr": CLOSED},
    "all closed": {"stdin": CLOSED, "stdout": CLOSED, "stderr": CLOSED},
    "stdout full": {"stdout": FULL},
    "stderr full": {"stderr": FULL},
    "both full": {"stdout": FULL, "stderr": FULL},
    "stdout not for writing": {"stdout": NOT_FOR_WRITING},
    "stderr not for writing": {"stderr": NOT_FOR_WRITING},
    "stdout abandoned": {"stdout": ABANDONED},
    "stderr abandoned": {"stderr": ABANDONED},
    "both abandoned": {"stdout": ABANDONED, "stderr": ABANDONED},
}


@contextmanager
def made(streams: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Make standard streams; yield what `subprocess.run` takes. What nothing is said of is a pipe."""
    given: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with ExitStack() as stack:
        for name, how in streams.items():
            if how == ABANDONED:
                reading, writing = os.pipe()
                os.close(reading)
                given[name] = stack.enter_context(os.fdopen(writing, "w"))
            else:
                path, mode = (Path("/dev/full"), "w") if how == FULL else (Path(os.devnull), "r")
                given[name] = stack.enter_context(path.open(mode))
        closed = tuple(number for number, name in enumerate(given) if streams.get(name) == CLOSED)
        yield {**given, "preexec_fn": ClosedStreams(closed) if closed else None}


def run(
    program: Program, streams: dict[str, str], *arguments: object, password: str = PASSWORD
) -> subprocess.CompletedProcess[str]:
    """Run a command with standard streams that are not what they should be."""
    with made(streams) as given:
        finished = subprocess.run(
            [sys.executable, "-m", "importer", *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT), **program.environment(password)},
            text=True,
            timeout=PATIENCE,
            check=False,
            **given,
        )
    return subprocess.CompletedProcess(finished.args, finished.returncode, finished.stdout or "", finished.stderr or "")


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


@pytest.mark.usefixtures("real_processes")
@pytest.mark.parametrize("streams", STREAMS)
def test_a_command_begins(program: Program, streams: str) -> None:
    """Python itself, which makes the streams, comes to terms with them."""
    told = run(program, STREAMS[streams], "--version")
    assert (told.returncode, "Traceback" in told.stderr, "Exception ignored" in told.stderr) == (0, False, False)


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
    assert run(program, STREAMS["all closed"], "import", table, "--yes", "--json", "--journal", journal).returncode == 0
    told = run(program, {}, "runs", "--journal", journal, "--json")
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
