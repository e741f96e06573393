"""Which files are taken: complete ones, oldest first; and why others are not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from importer.drop.arrivals import MARGIN, look_twice
from importer.drop.config.model import TriggerSettings
from importer.drop.open_files import open_for_writing
from importer.drop.seen import SeenFiles
from tests.support.clocks import Clock
from tests.support.drop_folders import aged, arrivals, put


def names(seen: SeenFiles) -> list[str]:
    """Return the names of what may be taken, in order."""
    assert seen.trouble is None
    return [one.path.name for one in seen.ready]


def reasons(seen: SeenFiles) -> dict[str, str]:
    """Return why files are not taken, by name."""
    return {one.path.name: one.reason for one in seen.waiting}


def test_oldest_first_then_by_name(here: Path) -> None:
    """Files are taken in the order in which they were finished, and by name where that is the same."""
    for name, age in (("b.csv", 50), ("a.csv", 50), ("z.csv", 90), ("c.csv", 20)):
        put(here / name, age=age)
    assert names(arrivals(here).look()) == ["z.csv", "a.csv", "b.csv", "c.csv"]


@pytest.mark.parametrize(
    "name",
    ["~$a.csv", ".a.csv", "a.csv~", "a.csv.part", "a.tmp", "a.csv.crdownload", "a.filepart", ".~lock.a.csv#", "a.swp"],
)
def test_temporary_names_are_left_alone(here: Path, name: str) -> None:
    """Names that programs give to what they are still writing are never taken, no matter what the patterns say."""
    put(here / name)
    assert arrivals(here, patterns=("*",)).look() == SeenFiles()


OWNERS = [
    ("plan.csv", ".~lock.plan.csv#"),
    ("plan.xlsx", "~$plan.xlsx"),
    ("Plan.XLSX", "~$plan.xlsx"),
    ("ü.ods", ".~lock.ü.ods#"),
]


@pytest.mark.parametrize(("name", "owner"), OWNERS)
@pytest.mark.parametrize("triggers", [(), (".done",)])
def test_a_file_that_somebody_has_open_waits(here: Path, name: str, owner: str, triggers: tuple[str, ...]) -> None:
    """The owner file that Excel or LibreOffice puts beside a file keeps it from being taken, for a day at most."""
    put(here / name)
    put(here / "other.csv")
    if triggers:
        put(here / f"{name}.done")
        put(here / "other.csv.done")
    put(here / owner, age=3600)
    one = arrivals(here, trigger=TriggerSettings(suffixes=triggers))
    assert names(one.look()) == ["other.csv"]
    assert reasons(one.look()) == {name: f"it is open in a spreadsheet program: {owner} exists"}
    aged(here / owner, 25 * 3600)
    assert sorted(names(one.look())) == sorted([name, "other.csv"])
    aged(here / owner, 60)
    (here / owner).unlink()
    assert sorted(names(one.look())) == sorted([name, "other.csv"])


def test_patterns_are_for_names_in_whatever_case(here: Path) -> None:
    """What matches no pattern is none of our business; capitals do not matter; drop.toml is never a table."""
    for name in ("A.XLSX", "a.pdf", "drop.toml", "b.toml"):
        put(here / name)
    assert names(arrivals(here, patterns=("*.xlsx", "*.Toml")).look()) == ["A.XLSX", "b.toml"]


def test_only_ordinary_files_are_taken(here: Path, tmp_path: Path) -> None:
    """Links, folders and pipes are not taken, and that is reported."""
    (here / "link.csv").symlink_to(put(tmp_path / "elsewhere.csv"))
    (here / "folder.csv").mkdir()
    os.mkfifo(here / "pipe.csv")
    seen = arrivals(here).look()
    assert names(seen) == []
    assert reasons(seen) == {
        "link.csv": "it is a link, and links are not followed",
        "folder.csv": "it is a folder",
        "pipe.csv": "it is not an ordinary file",
    }


def test_a_fresh_file_is_waited_for(here: Path) -> None:
    """A file is taken when it was left alone for as long as is set, and not before."""
    clock = Clock()
    put(here / "a.csv", age=4)
    one = arrivals(here, clock)
    (waiting,) = one.look().waiting
    assert (waiting.reason, waiting.seconds) == ("it may still be growing", pytest.approx(6))
    clock.sleep(5.9)
    assert names(one.look()) == []
    clock.sleep(0.1)
    assert names(one.look()) == ["a.csv"]


@pytest.mark.parametrize("what", ["size", "time", "another file"])
def test_a_change_starts_the_waiting_anew(here: Path, what: str) -> None:
    """A file that changes in size, time or identity while it is looked at has to rest again, old as it may look."""
    clock = Clock()
    path = put(here / "a.csv", age=0)
    one = arrivals(here, clock)
    one.look()
    clock.sleep(9)
    before = path.stat().st_mtime
    if what == "size":
        path.write_text("more\n" * 9)
        os.utime(path, (before - 1000, before - 1000))
    elif what == "time":
        os.utime(path, (before - 1000, before - 1000))
    else:
        put(here / "new", path.read_text()).replace(path)
        os.utime(path, (before, before))
    clock.sleep(1)
    assert names(one.look()) == []
    clock.sleep(10)
    assert names(one.look()) == ["a.csv"]


def test_a_time_to_come_is_not_trusted(here: Path) -> None:
    """A file of tomorrow is taken when it was seen unchanged for long enough."""
    clock = Clock()
    put(here / "a.csv", age=-86400)
    one = arrivals(here, clock)
    assert names(one.look()) == []
    clock.sleep(10)
    assert names(one.look()) == ["a.csv"]


def test_an_empty_file_waits_longer(here: Path) -> None:
    """An empty file is taken only when it is old, because its writer may only just have made it."""
    put(here / "a.csv", "", age=59)
    put(here / "b.csv", "", age=60)
    seen = arrivals(here).look()
    assert names(seen) == ["b.csv"]
    assert reasons(seen) == {"a.csv": "it is empty"}


def test_one_pass_waits_once_for_all_folders(here: Path) -> None:
    """A single pass sleeps once, as long as the youngest file needs; not for an empty one, and not for none."""
    clock = Clock()
    put(here / "one" / "a.csv", age=7)
    put(here / "two" / "b.csv", age=2)
    put(here / "two" / "c.csv", age=99)
    put(here / "two" / "empty.csv", "", age=2)
    both = [arrivals(here / name, clock) for name in ("one", "two")]
    one, two = look_twice(both, clock.sleep)
    assert clock.waits == [pytest.approx(8 + MARGIN)]
    assert (names(one), names(two)) == (["a.csv"], ["c.csv", "b.csv"])
    assert reasons(two) == {"empty.csv": "it is empty"}
    look_twice([arrivals(here / "one", clock)], clock.sleep)
    assert len(clock.waits) == 1


def test_one_pass_leaves_what_still_grows(here: Path) -> None:
    """A file that grows while a single pass waits is left for the next one."""
    clock = Clock()
    path = put(here / "a.csv", age=1)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        path.write_text("longer than before")
        aged(path, 0, clock)

    (seen,) = look_twice([arrivals(here, clock)], sleep)
    assert reasons(seen) == {"a.csv": "it may still be growing"}


@pytest.mark.parametrize("trigger", ["a.csv.done", "a.done", "A.CSV.OK"])
def test_a_trigger_says_that_a_file_is_complete(here: Path, trigger: str) -> None:
    """With triggers a file is taken at once when its trigger is there, and only then."""
    put(here / "a.csv", "", age=0)
    put(here / "b.csv", age=99)
    put(here / trigger, "")
    seen = arrivals(here, trigger=TriggerSettings(), patterns=("*",)).look()
    assert [(one.path.name, one.trigger and one.trigger.path.name) for one in seen.ready] == [("a.csv", trigger)]
    assert reasons(seen) == {"b.csv": "its trigger b.csv.done does not exist yet"}


def test_a_trigger_for_two_goes_with_the_last(here: Path) -> None:
    """A trigger that names two files stays until the second of them is taken."""
    put(here / "a.csv", age=50)
    put(here / "a.xlsx", age=40)
    put(here / "a.done", "")
    seen = arrivals(here, trigger=TriggerSettings(suffixes=(".done",))).look()
    assert [(one.path.name, one.trigger is None) for one in seen.ready] == [("a.csv", True), ("a.xlsx", False)]


@contextmanager
def writer(path: Path) -> Iterator[None]:
    """Have another process keep a file open for writing."""
    code = "import sys; f = open(sys.argv[1], 'a'); print(flush=True); sys.stdin.read()"
    arguments = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_file_that_is_being_written_is_left_alone(here: Path) -> None:
    """However long a file has not changed, it is not taken while another process has it open for writing."""
    path = put(here / "a.csv")
    with writer(path):
        seen = arrivals(here).look()
        assert reasons(seen) == {"a.csv": "another program has it open for writing"}
        assert names(seen) == []
    assert names(arrivals(here).look()) == ["a.csv"]
    with path.open():
        assert names(arrivals(here).look()) == ["a.csv"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_writers_are_found_without_leases(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system gives no lease, the open files of its processes tell."""

    def refused(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr("fcntl.fcntl", refused)
    path, quiet = put(here / "a.csv"), put(here / "b.csv")
    with writer(path):
        assert open_for_writing([path, quiet]) == {path}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_file_system_that_refuses_every_lease_proves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even a file of our own is refused a lease, a refusal keeps no file from being taken."""

    def refused(*_: object) -> int:
        raise BlockingIOError

    from importer.drop import open_files

    monkeypatch.setattr("fcntl.fcntl", refused)
    open_files._leases_tell_on.cache_clear()
    try:
        assert open_for_writing([put(here / "a.csv")]) == frozenset()
    finally:
        open_files._leases_tell_on.cache_clear()
    assert sorted(one.name for one in here.iterdir()) == ["a.csv"]


def test_a_folder_that_is_not_there_is_told(here: Path) -> None:
    """A look at a folder that cannot be read raises nothing, and says which folder it is and what to do."""
    put(here / "two" / "a.csv")
    one, two = arrivals(here / "one"), arrivals(here / "two")
    (here / "one").rmdir()
    first, second = look_twice([one, two], Clock().sleep)
    assert first.trouble is not None
    assert first.trouble.message.startswith(f"{here / 'one'}: there is no such file or folder")
    assert names(second) == ["a.csv"]


def test_names_of_all_kinds(here: Path) -> None:
    """Line ends, bytes that are not text and very long names are names like any other."""
    given = [b"a\nb.csv", b"\xff\xfe.csv", b"x" * 251 + b".csv"]
    for name in given:
        put(here / os.fsdecode(name))
    assert sorted(os.fsencode(name) for name in names(arrivals(here).look())) == sorted(given)
