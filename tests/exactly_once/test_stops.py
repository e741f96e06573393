"""What ends a run from outside: signals at every moment, a full disk, a journal that somebody else writes."""

import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from importer import history, pipeline
from importer.errors import Interrupted, Locked, ServerUnusable
from importer.model import ExitCode, Outcome, Status
from importer.run_options import SendOptions
from importer.sandbox import Faults, Sandbox
from importer.session import until_stopped
from schemas.problem_codes import ProblemCode
from tests.support.in_process import InProcessImporter
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE, wait_for
from tests.support.servers import StubServer, envelope
from tests.support.signals import usual_signals

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber")
SLOW_CREATES = Faults(late=1.0, late_by=0.5, actions=frozenset(["create"]))
"""60 rows take 4 s with 8 workers, and the server's check of them takes no time."""
SIGNALS = pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, ExitCode.INTERRUPTED),
        (signal.SIGTERM, ExitCode.TERMINATED),
        (signal.SIGHUP, ExitCode.TERMINATED),
    ],
    ids=["INT", "TERM", "HUP"],
)


@pytest.fixture
def path(table: Table) -> Path:
    """A file of sixty rows."""
    return table("a.csv", HEADINGS, *((f"N{number:02}", "queue", "1") for number in range(60)))


def until_it_says(process: "subprocess.Popen[str]", words: str) -> str:
    """Read what a process says until it says this; return all of it."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def read_until(terminal: int, words: str | None) -> str:
    """Read what is shown on a terminal until these words have come, or to its end."""
    shown, until = "", time.monotonic() + PATIENCE
    while words is None or words not in shown:
        assert time.monotonic() < until, shown
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                more = os.read(terminal, 65536)
            except OSError:  # the other end is closed: the process has ended
                break
            shown += more.decode()
    return shown


# Signals


@SIGNALS
def test_a_signal_while_a_file_is_read(
    program: Any, sandbox: Sandbox, table: Table, journal: Path, number: int, code: ExitCode
) -> None:
    """Stopped while it reads, nothing was asked for, nothing is kept, and the next import begins afresh."""
    path = table("big.csv", HEADINGS, *((f"N{row}", "queue", "1") for row in range(40_000)))
    with program.start("import", path, "--yes", "--verbose") as process:
        said = until_it_says(process, "Reading")
        process.send_signal(number)
        _, stderr = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, said + stderr
    assert "Traceback" not in stderr
    assert sandbox.requests == []
    assert history.runs(journal) == []
    small = table("small.csv", HEADINGS, ("A", "queue", "1"))
    assert program("import", small, "--yes").exit_code == ExitCode.DONE
    with closing(sqlite3.connect(journal)) as reader:
        assert reader.execute("SELECT count(*) FROM rows").fetchone() == (1,)


@SIGNALS
def test_a_signal_at_the_question(
    program: Any, sandbox: Sandbox, path: Path, journal: Path, number: int, code: ExitCode
) -> None:
    """Stopped at the question, nothing is created, and the plan can be applied later."""
    ours, theirs = pty.openpty()
    with usual_signals():
        process = subprocess.Popen(
            [sys.executable, "-m", "importer", "import", str(path)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", **program.environment()},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
    os.close(theirs)
    try:
        shown = read_until(ours, "[y/N]")
        # Python takes a signal that comes between the question and the reading of its answer only after a key.
        time.sleep(0.3)
        process.send_signal(number)
        shown += read_until(ours, None)
        assert process.wait(PATIENCE) == code, shown
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert "Traceback" not in shown
    assert sandbox.campaigns() == []
    ((run, _),) = history.runs(journal)
    assert program("apply", run.id).exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 60


@SIGNALS
def test_a_signal_while_rows_are_sent(program: Any, sandbox: Sandbox, path: Path, number: int, code: ExitCode) -> None:
    """What is in flight is awaited, results are written, how to go on is said, and going on creates each row once."""
    sandbox.faults = SLOW_CREATES
    with program.start("import", path, "--yes", "--verbose", "--json") as process:
        wait_for(sandbox.campaigns)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=PATIENCE)
    sandbox.faults = Faults()
    assert process.returncode == code
    done = len(sandbox.campaigns())
    assert 0 < done < 60
    (run,) = (line.split("campaign-importer apply ")[1].split()[0] for line in stderr.splitlines() if "Next: " in line)
    rows = program("runs", run, "--json").document
    assert [row["status"] for row in rows] == ["created"] * done + ["ready"] * (60 - done)
    (results,) = path.parent.glob("*.results.*")
    assert str(results) in stdout
    assert program("apply", run).exit_code == ExitCode.DONE
    assert sorted(one["name"] for one in sandbox.campaigns()) == [f"N{number:02}" for number in range(60)]


def test_a_stopped_run_counts_what_has_come_in(sandbox: Sandbox, journal: Path, path: Path) -> None:
    """An answer that was still on its way to the disk when the run stopped is in the counts of its report."""
    sandbox_importer = InProcessImporter(journal, sandbox.url)
    run = sandbox_importer.plan(path).run
    with sandbox_importer.session("apply") as session:

        def work() -> None:
            session.journal._database.queue(lambda _: time.sleep(0.2))
            session.journal.rows.record(run, 2, Outcome(Status.FAILED, message="The server answered 500."))
            raise Interrupted("Stopped on request.")

        assert isinstance(until_stopped(session, work), Interrupted)
        assert session.journal.rows.counts(run) == {Status.FAILED: 1, Status.READY: 59}


def test_a_signal_while_answers_are_written_down(sandbox: Sandbox, journal: Path, path: Path) -> None:
    """A request to end that comes while the answers of a stopped run go to the disk is heard, and loses none."""
    sandbox_importer = InProcessImporter(journal, sandbox.url)
    run = sandbox_importer.plan(path).run
    ended: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
    try:
        with sandbox_importer.session("apply") as session:

            def work() -> None:
                session.journal._database.queue(lambda _: os.kill(os.getpid(), signal.SIGTERM))
                session.journal.rows.record(run, 2, Outcome(Status.FAILED, message="The server answered 500."))
                raise ServerUnusable("It is down.", ProblemCode.UNREACHABLE)

            assert isinstance(until_stopped(session, work), ServerUnusable)
            assert session.worker_pool.stop.requested
            assert session.journal.rows.counts(run) == {Status.FAILED: 1, Status.READY: 59}
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended == []


@SIGNALS
def test_a_signal_while_it_waits_to_look_again(
    program: Any, sandbox: Sandbox, path: Path, number: int, code: ExitCode
) -> None:
    """The wait between two looks ends at once; the row stays in doubt, and the next apply looks twice anew."""
    sandbox.script("create", ["dropped_before"])
    with program.start("import", path, "--yes", "--verbose", "--settle-wait", "60") as process:
        until_it_says(process, "Waiting 60 s")
        process.send_signal(number)
        _, stderr = process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    run = stderr.split("campaign-importer apply ")[1].split()[0]
    assert [row["status"] for row in program("runs", run, "--json").document].count("in_doubt") == 1
    assert program("apply", run).exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 60


def test_a_terminal_that_is_closed_while_rows_are_sent(
    program: Any, sandbox: Sandbox, path: Path, journal: Path
) -> None:
    """What is in flight is awaited and the results are written, although there is nobody left to tell."""
    sandbox.faults = SLOW_CREATES
    ours, theirs = pty.openpty()
    with usual_signals():
        process = subprocess.Popen(
            [sys.executable, "-m", "importer", "import", str(path), "--yes", "--verbose"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", **program.environment()},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            pass_fds=[theirs],
            preexec_fn=lambda: os.login_tty(theirs),  # so that it is told when the terminal is closed
        )
    os.close(theirs)
    try:
        read_until(ours, "Creating")
        wait_for(sandbox.campaigns)
        os.close(ours)
        assert process.wait(PATIENCE) == ExitCode.TERMINATED
    finally:
        process.kill()
        process.wait()
    sandbox.faults = Faults()
    ((run, counts),) = history.runs(journal)
    assert set(counts) == {"created", "ready"}
    assert run.results is not None
    assert Path(run.results).exists()


@pytest.mark.parametrize(("name", "number"), [("HUP", signal.SIGHUP), ("INT", signal.SIGINT)])
def test_what_nohup_has_started_goes_on(
    program: Any, sandbox: Sandbox, path: Path, name: str, number: signal.Signals
) -> None:
    """Where the signal of a closed terminal, or Ctrl-C for a job of a shell, is ignored from the start, it stays so."""
    sandbox.faults = Faults(latency=0.02)
    process = subprocess.Popen(
        ["sh", "-c", f'trap "" {name}; exec "$0" "$@"', sys.executable, "-m", "importer", "import", path, "--yes"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **program.environment()},
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        until_it_says(process, "Creating")
        process.send_signal(number)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.DONE
    assert len(sandbox.campaigns()) == 60


INTERRUPTED_AT = """
import signal, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == MODULE:
            sys.meta_path.remove(self)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
from importer.__main__ import main
main()
"""
"""Runs a command that hears Ctrl-C at the very moment in which it looks for a module."""


@pytest.mark.parametrize(
    "module",
    [
        "importer.cli.entry",
        "click",
        "platformdirs",
        "schemas.problem_codes",
        "importer.cli.screen.screen",
        "pandas",
        "importer.enswitch.client",
    ],
)
def test_ctrl_c_while_modules_are_imported(program: Any, sandbox: Sandbox, path: Path, module: str) -> None:
    """From the first moment on it ends with 130 and a sentence, never with a traceback."""
    script = INTERRUPTED_AT.replace("MODULE", repr(module))
    done = subprocess.run(
        [sys.executable, "-c", script, "import", str(path), "--yes"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **program.environment()},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == ExitCode.INTERRUPTED, done.stderr
    assert "Stopped on request." in done.stderr
    assert "Traceback" not in done.stderr
    assert sandbox.campaigns() == []


def test_a_second_signal_is_as_safe_as_a_kill(program: Any, sandbox: Sandbox, path: Path) -> None:
    """Asked twice, the process leaves at once; what was in flight is found by the next import, and nothing is twice."""
    sandbox.faults = Faults(late=1, late_by=25, actions=frozenset({"create"}))
    with program.start("import", path, "--yes", "--verbose", "--workers", "8") as process:
        until_it_says(process, "Creating")
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        until_it_says(process, "Stopping")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.INTERRUPTED
    sandbox.faults = Faults()
    done = program("import", path, "--yes", "--json")
    assert done.exit_code == ExitCode.DONE
    assert sorted(one["name"] for one in sandbox.campaigns()) == [f"N{number:02}" for number in range(60)]


# A journal that cannot be written


WITH_LITTLE_ROOM = """
import resource, sys
size = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
from importer.cli.entry import main
main()
"""
"""Runs a command that cannot make files beyond a size, as on a disk that fills up."""


@pytest.mark.parametrize("workers", [1, 8])
@pytest.mark.parametrize("room", [40_000, 70_000])
@pytest.mark.usefixtures("unmeasured")
def test_a_full_disk_stops_before_the_request(
    stub_server: StubServer,
    program: Any,
    journal: Path,
    path: Path,
    workers: int,
    room: int,
) -> None:
    """No request leaves whose `sending` is not on disk; the run ends with exit code 6, and can go on later."""
    seen: list[str] = []

    def create(asked: dict[str, str]) -> dict[str, Any]:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as reader:
            (status,) = reader.execute("SELECT status FROM rows WHERE name = ?", (asked["name"],)).fetchone()
        seen.append(status)
        return envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers["create"] = create
    sandbox_importer = InProcessImporter(journal, stub_server.url, SendOptions(workers=workers, settle_wait=0))
    run = sandbox_importer.plan(path).run
    done = subprocess.run(
        [
            *(sys.executable, "-c", WITH_LITTLE_ROOM, str(room), "apply", run),
            *("--url", stub_server.url, "--workers", str(workers)),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), **program.environment()},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == ExitCode.CONFIGURATION, done.stderr
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(stub_server.campaigns) < 60
    assert set(seen) <= {"sending"}
    assert sandbox_importer.apply(run).exit_code == ExitCode.DONE
    assert set(seen) == {"sending"}
    assert sorted(one["name"] for one in stub_server.campaigns) == [f"N{number:02}" for number in range(60)]


def test_a_journal_that_another_program_writes(
    stub_server: StubServer, journal: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program holds the journal's file, nothing is created: exit code 8, and every row is as it was."""
    monkeypatch.setattr("importer.journal.database.BUSY_SECONDS", 0.1)
    sandbox_importer = InProcessImporter(journal, stub_server.url, SendOptions(workers=8, settle_wait=0))
    run = sandbox_importer.plan(path).run
    with closing(sqlite3.connect(journal, isolation_level=None)) as other:

        def stage(words: str, rows: int | None, what: str = "row") -> None:
            if words == "Creating":
                other.execute("BEGIN IMMEDIATE")

        sandbox_importer.observer.stage = stage  # type: ignore[method-assign]
        with sandbox_importer.session("apply") as session:
            report = pipeline.apply(session, run)
        assert isinstance(report.stopped, Locked)
        assert report.exit_code == ExitCode.LOCKED
    assert stub_server.campaigns == []
    assert set(sandbox_importer.statuses(run)) == {"ready"}
