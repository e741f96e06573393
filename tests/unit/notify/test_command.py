"""Commands: what they get, and what they can do wrong."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from importer.notify import Channel, Command, mistakes
from tests.support.clocks import Clock
from tests.support.notifications import SECRET, message, outbox
from tests.support.processes import wait_for


def tell(folder: Path, script: str, timeout: float = 10.0, **changes: Any) -> list[str]:
    """Put a message and deliver it to a Python program; return what is said."""
    box = outbox(Clock(), folder / "outbox")
    assert box.put(message(**changes)) == []
    return box.deliver([Channel("command", Command(arguments=(sys.executable, "-c", script), timeout=timeout))])


def test_it_gets_the_summary(here: Path) -> None:
    """The summary comes as JSON on standard input, and the delivery's name as a variable."""
    script = "import os, sys; open('got', 'wb').write(sys.stdin.buffer.read()); "
    script += "open('name', 'w').write(os.environ['CAMPAIGN_IMPORTER_DELIVERY'])"
    assert tell(here, script, summary={"file": "Nächte.xlsx"}) == []
    assert json.loads((here / "got").read_bytes()) == {"file": "Nächte.xlsx"}
    assert len((here / "name").read_text()) == 32


def test_there_is_no_shell(here: Path) -> None:
    """Arguments arrive as they are, whatever a shell would make of them."""
    box = outbox(Clock(), here / "outbox")
    box.put(message())
    script = "import sys; open('got', 'w').write(sys.argv[1])"
    assert box.deliver([Channel("command", Command(arguments=(sys.executable, "-c", script, "$(touch bad); *")))]) == []
    assert (here / "got").read_text() == "$(touch bad); *"
    assert not (here / "bad").exists()


def test_one_that_fails(here: Path) -> None:
    """Another exit code than 0 is a failure; it is reported with the last that the command said, on one line."""
    (told,) = tell(here, "import sys; print('first\\nthe \\x1b[31mlast', file=sys.stderr); sys.exit(3)")
    assert told.endswith(f"was not delivered: {sys.executable} ended with 3. the \\x1b[31mlast")


def test_one_that_hangs_is_ended_with_its_children(here: Path) -> None:
    """After the time-out the command and all that it has started are gone."""
    script = (
        "import subprocess, sys, time, os\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'])\n"
        "open('new', 'w').write(f'{os.getpid()} {child.pid}')\n"
        "os.rename('new', 'pids')\n"
        "time.sleep(20)"
    )
    began = time.monotonic()
    (told,) = tell(here, script, timeout=1.0)
    assert time.monotonic() - began < 15
    assert "did not end within 1 seconds and was ended." in told
    own, child = map(int, (here / "pids").read_text().split())
    with pytest.raises(ProcessLookupError):
        os.kill(own, 0)
    wait_for(lambda: _ended(child))


def _ended(process: int) -> bool:
    """Whether a process is gone, or only waits for whoever inherits it to notice."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_one_that_reads_nothing(here: Path) -> None:
    """A command that does not look at its standard input is not a failure, however much there is."""
    assert tell(here, "pass", summary={"text": "x" * 1_000_000}) == []


def test_one_that_says_a_lot(here: Path) -> None:
    """However much a command writes, it does not block, and only its last line is reported."""
    script = "import sys\nfor s in (sys.stdout, sys.stderr): s.write('x' * 5_000_000)\nsys.stderr.write('\\nthe end')\n"
    (told,) = tell(here, script + "sys.exit(1)")
    assert told.endswith("ended with 1. the end")
    assert len(told) < 400


def test_one_that_leaves_something_running(here: Path) -> None:
    """What a command leaves running in the background, with its streams open, is not waited for."""
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('pid', 'w').write(str(child.pid))"
    )
    assert tell(here, script, timeout=8.0) == []
    os.kill(int((here / "pid").read_text()), 9)


def test_one_that_is_not_there(here: Path) -> None:
    """A command that cannot be started is a sentence, not an exception."""
    box = outbox(Clock(), here / "outbox")
    box.put(message())
    (told,) = box.deliver([Channel("command", Command(arguments=("./missing",)))])
    assert told.endswith("was not delivered: ./missing cannot be started: No such file or directory.")


def test_it_inherits_no_password(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that hold our passwords are not the command's business; the others are there."""
    monkeypatch.setenv("CAMPAIGN_IMPORTER_MAIL_PASSWORD", SECRET)
    monkeypatch.setenv("CAMPAIGN_IMPORTER_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("CAMPAIGN_IMPORTER_JOURNAL", "j")
    script = "import json, os; json.dump(dict(os.environ), open('got', 'w'))"
    assert tell(here, script) == []
    got = json.loads((here / "got").read_text())
    assert got["CAMPAIGN_IMPORTER_JOURNAL"] == "j"
    assert SECRET not in got.values()


def test_what_is_wrong_with_a_command_is_said_before() -> None:
    """A command without a program, and an argument that no program can get, are refused."""
    assert "The command is missing." in mistakes([Channel("c", Command(arguments=()))])[0]
    assert "NUL" in mistakes([Channel("c", Command(arguments=("a", "b\0")))])[0]
