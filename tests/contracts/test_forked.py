"""What tests start is forked from a process at hand: it must not be told from a process that Python has started."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.forked import RealPopen
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked on Linux alone")

COMMAND_LINES = (
    ("--version",),
    ("validate", "nowhere.csv"),
    ("validate", str(ROOT / "samples" / "mistakes.xlsx")),
    ("runs", "--json"),
    ("nonsense",),
)


def ended(start: type[subprocess.Popen[bytes]], arguments: tuple[str, ...], here: Path) -> tuple[int, bytes, bytes]:
    """Return what a command left: its exit code, and what it wrote."""
    pipe = subprocess.PIPE
    line = [sys.executable, "-m", "importer", *arguments]
    with start(line, cwd=here, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        stdout, stderr = process.communicate(timeout=PATIENCE)
    return process.returncode, stdout, stderr


@pytest.mark.parametrize("arguments", COMMAND_LINES, ids=" ".join)
def test_a_forked_command_leaves_what_any_other_does(
    arguments: tuple[str, ...], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code, output and errors are the same."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert ended(subprocess.Popen, arguments, here) == ended(RealPopen, arguments, here)


def test_a_command_is_forked() -> None:
    """The command itself is not started: it would take the time that forking saves."""
    line = [sys.executable, "-m", "importer", "sandbox", "--port", "0"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        started = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        process.kill()
    assert b"forked.py" in started
