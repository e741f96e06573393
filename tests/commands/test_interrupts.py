"""Ending on request: what is in flight is finished, nothing is lost, and the run can be continued."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from importer.errors import Interrupted, Terminated
from importer.sandbox import Faults, Sandbox
from importer.shutdown import Stop, gently
from tests.support import processes
from tests.support.processes import PATIENCE
from tests.support.program import Finished, Program
from tests.support.tables import HEADINGS

Table = Callable[..., Path]
ROWS = 40


@pytest.fixture
def rows(table: Table) -> Path:
    """A file that takes a while."""
    return table("c.csv", HEADINGS, *((f"n{number}", "queue", "1") for number in range(ROWS)))


def wait_for(sandbox: Sandbox, action: str, count: int = 1) -> None:
    """Wait until N requests of a kind have been answered."""
    processes.wait_for(lambda: sum(seen.action == action for seen in sandbox.requests) >= count)


def interrupted(
    program: Program, sandbox: Sandbox, number: int, action: str, *arguments: object
) -> tuple[Finished, "subprocess.Popen[str]"]:
    """Run a command and send it a signal once the server has answered a few requests of a kind."""
    sandbox.faults = Faults(late=1.0, late_by=0.2, actions=frozenset([action]))
    with program.start(*arguments, "--json", "--workers", "2") as process:
        wait_for(sandbox, action, 3)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=PATIENCE)
    sandbox.faults = Faults()
    return Finished(process.returncode, stdout, stderr), process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_creating(program: Program, sandbox: Sandbox, rows: Path, number: int, code: int) -> None:
    """The answers on their way are awaited, the others stay ready, results are written, and apply creates the rest."""
    told, _ = interrupted(program, sandbox, number, "create", "import", rows, "--yes")
    assert told.exit_code == told.document["exit_code"] == code
    assert told.counts.keys() == {"created", "ready"}
    assert told.counts["created"] == len(sandbox.campaigns()) < ROWS
    assert told.document["message"] == "Stopped on request."
    assert Path(told.document["results"]).is_file()
    run = told.document["run"]
    assert f"Next: to continue where this run stopped: campaign-importer apply {run} --workers 2" in told.stderr
    assert "Traceback" not in told.stderr

    assert program("apply", run, "--json").counts == {"created": ROWS}
    assert sorted(one["name"] for one in sandbox.campaigns()) == sorted(f"n{number}" for number in range(ROWS))


def test_a_signal_while_checking(program: Program, sandbox: Sandbox, rows: Path) -> None:
    """Stopped during the server's check, nothing is created, and apply checks the rest first."""
    told, _ = interrupted(program, sandbox, signal.SIGINT, "validate", "import", rows, "--yes")
    assert told.exit_code == 130
    assert told.counts.keys() == {"ready", "valid"}
    assert sandbox.campaigns() == []
    assert program("apply", told.document["run"], "--json").counts == {"created": ROWS}


def test_a_signal_after_the_last_answer(program: Program, sandbox: Sandbox, rows: Path) -> None:
    """Also while results are written, the ending tells what was created and where the results are."""
    sandbox.faults = Faults(latency=0.005)
    with program.start("import", rows, "--yes", "--json") as process:
        wait_for(sandbox, "create", ROWS)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=PATIENCE)
    told = Finished(process.returncode, stdout, stderr)
    assert told.exit_code == told.document["exit_code"]
    assert told.exit_code in (0, 130)
    assert told.counts["created"] == len(sandbox.campaigns()) >= ROWS - 4
    assert Path(told.document["results"]).is_file()
    assert "Nothing was created" not in stderr


@pytest.mark.parametrize("word", ["enable", "disable"])
def test_a_signal_while_switching(program: Program, sandbox: Sandbox, rows: Path, word: str) -> None:
    """What was switched is reported, what was not, and the command that goes on."""
    made = program("import", rows, "--yes", "--json", *(["--disabled"] if word == "enable" else []))
    run = made.document["run"]
    yes = ["--yes"] if word == "enable" else []
    told, _ = interrupted(program, sandbox, signal.SIGINT, "update", word, run, *yes)
    assert told.exit_code == told.document["exit_code"] == 130
    done = told.document[f"{word}d"]
    assert 3 <= done < ROWS
    assert done + told.document["waiting"] == ROWS
    assert f"Next: to continue with the others: campaign-importer {word} {run} --workers 2" in told.stderr
    wanted = "1" if word == "enable" else "0"
    assert sum(str(one["enabled"]) == wanted for one in sandbox.campaigns()) == done
    assert program(word, run, *yes, "--json").exit_code == 0
    assert all(str(one["enabled"]) == wanted for one in sandbox.campaigns())


def test_a_second_signal_leaves_at_once(program: Program, sandbox: Sandbox, rows: Path) -> None:
    """Who asks twice does not wait for answers; what was in flight is settled by the next apply."""
    sandbox.faults = Faults(latency=0.03)
    with program.start("import", rows, "--yes", "--workers", "2") as process:
        wait_for(sandbox, "create", 3)
        sandbox.faults = Faults(latency=25)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
    assert process.returncode == 130
    sandbox.faults = Faults()
    (run,) = program("runs", "--json").document
    program("apply", run["run"], "--json")
    names = [one["name"] for one in sandbox.campaigns()]
    assert sorted(names) == sorted(f"n{number}" for number in range(ROWS))


def test_the_tests_hear_signals_in_the_background(bare: Program) -> None:
    """Where the tests were started with SIGINT ignored, as shells start jobs, the processes of tests still hear it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with bare.start("sandbox", "--port", "0") as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.returncode == 0


def test_a_stop_ends_a_wait() -> None:
    """A wait does not outlast a request to end."""
    stop = Stop()
    stop.sleep(0)
    assert not stop.requested
    stop.request()
    begun = time.monotonic()
    with pytest.raises(Interrupted, match=r"Stopped on request\."):
        stop.sleep(60)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(("number", "kind"), [(signal.SIGINT, Interrupted), (signal.SIGTERM, Terminated)])
def test_gently_turns_a_signal_into_a_request(number: int, kind: type[Interrupted]) -> None:
    """The first signal only asks; afterwards the handlers are what they were."""
    before = signal.signal(number, signal.default_int_handler)
    stop = Stop()
    try:
        with gently(stop):
            os.kill(os.getpid(), number)
            assert stop.requested
        assert signal.getsignal(number) is signal.default_int_handler
    finally:
        signal.signal(number, before)
    with pytest.raises(kind) as caught:
        stop.check()
    assert type(caught.value) is kind


def test_handlers_are_put_back_after_an_error() -> None:
    """However the work ends, signals mean afterwards what they meant before."""
    before = signal.getsignal(signal.SIGINT)
    with suppress(RuntimeError), gently(Stop()):
        raise RuntimeError
    assert signal.getsignal(signal.SIGINT) is before
