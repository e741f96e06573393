"""Taking files: one of all who try gets each, nothing is written over, and a crash forgets none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from importer.drop.config.model import TriggerSettings
from importer.drop.inbox import Inbox
from importer.errors import WrongSettings
from importer.model import ExitCode
from tests.support.clocks import NOON
from tests.support.drop_folders import arrival, arrivals, inbox_of, put, tree
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE

CLAIMER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from importer.drop.arrivals import look_at
from importer.drop.seen import Arrival
from importer.drop.inbox import Inbox
folder = Path(sys.argv[1])
ready = [Arrival(path, look_at(path)) for path in sorted(folder.glob("*.csv"))]
print(len(ready), flush=True)
sys.stdin.readline()
for one in ready:
    if Inbox(folder, folder.with_name(f"{folder.name}-claims")).claim(one, datetime.now(UTC)):
        print(one.path.name)
"""


@pytest.fixture
def inbox(here: Path) -> Inbox:
    """An inbox that can be used."""
    found = inbox_of(here)
    found.prepare()
    return found


def test_a_file_is_taken_with_its_name(inbox: Inbox) -> None:
    """A taken file is in `processing/`, and it is known under which name and when it came."""
    path = put(inbox.folder / "a.csv", "x")
    claimed = inbox.claim(arrival(path), NOON)
    assert claimed is not None
    assert claimed.path == inbox.processing / "a.csv"
    assert (claimed.name, claimed.inbox, claimed.since) == ("a.csv", inbox.folder, NOON)
    assert not path.exists()
    assert claimed.path.read_text() == "x"
    assert inbox.left_over() == (claimed,)


def test_of_two_processes_exactly_one_gets_each_file(inbox: Inbox) -> None:
    """However two claimers race, each file is taken once, and none is lost."""
    count = 60
    for number in range(count):
        put(inbox.folder / f"{number:03}.csv", str(number))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, str(inbox.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{count}\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    taken = [process.communicate(timeout=PATIENCE)[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(taken[0] + taken[1]) == [f"{number:03}.csv" for number in range(count)]
    assert sorted(one.path.read_text() for one in inbox.left_over()) == sorted(map(str, range(count)))


def test_a_file_that_is_gone_is_not_taken(inbox: Inbox) -> None:
    """Who comes second gets nothing, and leaves nothing behind."""
    one = arrival(put(inbox.folder / "a.csv"))
    assert inbox.claim(one, NOON) is not None
    before = tree(inbox.folder)
    assert inbox.claim(one, NOON) is None
    assert tree(inbox.folder) == before


def test_a_file_that_has_changed_is_put_back(inbox: Inbox) -> None:
    """A file that was written to, or replaced, between the look and the taking stays where it was."""
    path = put(inbox.folder / "a.csv")
    one = arrival(path)
    path.write_text("grown")
    assert inbox.claim(one, NOON) is None
    assert tree(inbox.folder) == {"a.csv": "grown"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_file_that_was_opened_for_writing_is_put_back(inbox: Inbox) -> None:
    """A writer that came between the look and the taking keeps its file."""
    one = arrival(put(inbox.folder / "a.csv", "x"))
    with one.path.open("a"):
        assert inbox.claim(one, NOON) is None
    assert tree(inbox.folder) == {"a.csv": "x"}


def test_nothing_is_written_over(inbox: Inbox) -> None:
    """A second file of a name, or of one that differs in case or ending only, gets a number."""
    for name, content in (("a.csv", "1"), ("a.csv", "2"), ("A.CSV", "3"), ("a.xlsx", "4")):
        claimed = inbox.claim(arrival(put(inbox.folder / name, content)), NOON)
        assert claimed is not None
        assert (claimed.name, claimed.path.read_text()) == (name, content)
    taken = {name: text for name, text in tree(inbox.processing).items() if not name.startswith(".")}
    assert taken == {"a.csv": "1", "a-2.csv": "2", "A-3.CSV": "3", "a-4.xlsx": "4"}


def test_the_trigger_goes_with_the_file(inbox: Inbox) -> None:
    """A trigger is removed when its file was taken, so that it speaks for no other one."""
    put(inbox.folder / "a.csv")
    put(inbox.folder / "a.csv.done", "")
    (ready,) = arrivals(inbox.folder, trigger=TriggerSettings(suffixes=(".done",))).look().ready
    assert inbox.claim(ready, NOON) is not None
    assert [name for name in tree(inbox.folder) if "done" in name] == []


def test_a_new_trigger_stays(inbox: Inbox) -> None:
    """What a crash left to do removes the trigger of that file, and not one that came with the next."""
    put(inbox.folder / "a.csv")
    trigger = put(inbox.folder / "a.csv.done", "")
    (ready,) = arrivals(inbox.folder, trigger=TriggerSettings(suffixes=(".done",))).look().ready
    kept = inbox.folder / "kept"
    os.link(trigger, kept)
    assert inbox.claim(ready, NOON) is not None
    kept.rename(trigger)  # as if the process had died before it removed it
    inbox.left_over()
    assert not trigger.exists()
    put(trigger, "new")
    inbox.left_over()
    assert trigger.exists()


def test_what_is_left_over_is_listed_oldest_first(inbox: Inbox) -> None:
    """After a crash what was being worked on is found again, without results that were written beside it."""
    for name, age in (("b.csv", 10), ("a.csv", 5), ("c.csv", 90)):
        inbox.claim(arrival(put(inbox.folder / name, age=age)), NOON)
    put(inbox.processing / "a.results.20261123-120000.csv")
    put(inbox.processing / "stray.csv")
    (inbox.processing / ".gone.claim.json").write_text("{")
    assert [one.name for one in inbox_of(inbox.folder).left_over()] == ["c.csv", "b.csv", "a.csv"]
    assert inbox.strays() == (inbox.processing / "stray.csv",)
    assert not (inbox.processing / ".gone.claim.json").exists()


def test_nothing_is_left_over_in_a_new_folder(here: Path) -> None:
    """A folder that nobody has worked in has nothing left over."""
    assert inbox_of(here).left_over() == inbox_of(here).strays() == ()


def test_a_note_that_is_lost_loses_no_file(inbox: Inbox) -> None:
    """A file whose note cannot be read is left over under the name that it has."""
    claimed = inbox.claim(arrival(put(inbox.folder / "a.csv")), NOON)
    assert claimed is not None
    (inbox.processing / ".a.claim.json").write_bytes(b"\0\0")
    assert [one.name for one in inbox.left_over()] == ["a.csv"]


@pytest.mark.parametrize(
    "name", [b"a\nb.csv", b"\xff\xfe.csv", b"x" * 251 + b".csv", "ü".encode() * 120 + b".csv", b"a."]
)
def test_names_of_all_kinds(inbox: Inbox, name: bytes) -> None:
    """Whatever a name is made of, the file is taken, and its name is known afterwards."""
    path = put(inbox.folder / os.fsdecode(name), "x")
    assert inbox.claim(arrival(path), NOON) is not None
    (found,) = inbox.left_over()
    assert (os.fsencode(found.name), found.path.read_text()) == (name, "x")


POWERLESS = """
import sys
from pathlib import Path
from importer.drop.inbox import Inbox
from importer.errors import WrongSettings
for folder in sys.argv[1:]:
    try:
        Inbox(Path(folder), Path(f"{folder}-claims")).prepare()
        print("fine")
    except WrongSettings as error:
        print(error.message)
"""


def test_a_folder_without_rights_is_told(here: Path) -> None:
    """Where the right to write is missing, the folder and the cure are named, and other folders are not concerned."""
    closed, open_ = here / "closed", here / "open"
    for folder in (closed, open_):
        folder.mkdir()
    closed.chmod(0o500)
    command = [sys.executable, "-c", POWERLESS, str(closed), str(open_)]
    if os.geteuid() == 0:
        # The superuser may do everything, unless these powers are taken away.
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
    except FileNotFoundError:
        pytest.skip("there is no setpriv here")
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{closed}: permission to read, write or rename is missing")
    assert "Grant it to the importer's user." in first
    assert second == "fine"


def test_something_else_in_the_place_of_the_folder(here: Path) -> None:
    """A file that is called `processing` is reported, and stays."""
    put(here / "processing", "mine")
    with pytest.raises(WrongSettings, match="there is something other than a folder") as caught:
        inbox_of(here).prepare()
    assert caught.value.exit_code is ExitCode.CONFIGURATION
    assert tree(here) == {"processing": "mine"}
