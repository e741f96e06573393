"""Putting files away: results first, nothing written over, brought to its end after a crash."""

import json
import os
from pathlib import Path

import pytest

from importer.drop import moving
from importer.drop.archiving import file_away
from importer.drop.claim_notes import Claimed
from importer.drop.inbox import Inbox
from importer.drop.places import Disposition
from importer.errors import WrongSettings
from tests.support.clocks import NOON
from tests.support.drop_folders import DAY, arrival, dying, inbox_of, put, tree
from tests.support.drop_site import small_disk

TIME = "20261123-120000"


def take(inbox: Inbox, name: str = "a.csv", content: str = "x") -> Claimed:
    """Have a file arrive and take it."""
    inbox.folder.mkdir(exist_ok=True)
    inbox.prepare()
    claimed = inbox.claim(arrival(put(inbox.folder / name, content)), NOON)
    assert claimed is not None
    return claimed


def results(claimed: Claimed, content: str = "r", time: str = TIME) -> Path:
    """Write the results of a file beside it."""
    return put(claimed.path.with_name(f"{claimed.path.stem}.results.{time}.csv"), content)


def test_a_file_lies_beside_its_results(here: Path) -> None:
    """Under its place and day lie the file, by the name it came with, and its results; nothing stays behind."""
    claimed = take(inbox_of(here))
    filed = file_away(inbox_of(claimed.inbox).claims, claimed, Disposition.DONE, DAY, [results(claimed)])
    assert filed == here / "done" / "2026-11-23" / "a.csv"
    assert tree(here) == {"done/2026-11-23/a.csv": "x", f"done/2026-11-23/a.results.{TIME}.csv": "r"}


@pytest.mark.parametrize("place", [Disposition.QUARANTINE, Disposition.DUPLICATE])
def test_the_reason_lies_beside_the_file(here: Path, place: Disposition) -> None:
    """A text file beside it says why a file was not imported, no matter what bytes it is about."""
    claimed = take(inbox_of(here))
    file_away(inbox_of(claimed.inbox).claims, claimed, place, DAY, reason="The file \udcff is ä no table.")
    assert tree(here) == {
        f"{place}/2026-11-23/a.csv": "x",
        f"{place}/2026-11-23/a.csv.reason.txt": "The file \\udcff is ä no table.\n",
    }


def test_nothing_is_written_over(here: Path) -> None:
    """A second file of a name gets a number, and its results the same one; so does one with another ending."""
    for name, content in (("a.csv", "1"), ("a.csv", "2"), ("a.txt", "3")):
        claimed = take(inbox_of(here), name, content)
        file_away(inbox_of(claimed.inbox).claims, claimed, Disposition.FAILED, DAY, [results(claimed, f"r{content}")])
    assert tree(here / "failed" / "2026-11-23") == {
        "a.csv": "1",
        f"a.results.{TIME}.csv": "r1",
        "a-2.csv": "2",
        f"a-2.results.{TIME}.csv": "r2",
        "a-3.txt": "3",
        f"a-3.results.{TIME}.csv": "r3",
    }


def test_the_name_it_came_with_is_restored(here: Path) -> None:
    """A number that a file had while it was worked on is not kept where there is no need."""
    inbox = inbox_of(here)
    first, second = take(inbox, content="1"), take(inbox, content="2")
    file_away(inbox_of(second.inbox).claims, second, Disposition.DONE, DAY, [results(second)])
    file_away(inbox_of(first.inbox).claims, first, Disposition.FAILED, DAY, [results(first)])
    assert sorted(tree(here)) == [
        "done/2026-11-23/a.csv",
        f"done/2026-11-23/a.results.{TIME}.csv",
        "failed/2026-11-23/a.csv",
        f"failed/2026-11-23/a.results.{TIME}.csv",
    ]


def test_results_that_stand_alone_are_not_written_over(here: Path) -> None:
    """Results that lie there without their file keep their name, and the new ones get a number."""
    put(here / "done" / "2026-11-23" / f"a.results.{TIME}.csv", "old")
    claimed = take(inbox_of(here))
    file_away(inbox_of(claimed.inbox).claims, claimed, Disposition.DONE, DAY, [results(claimed, "new")])
    assert tree(here / "done" / "2026-11-23") == {
        "a.csv": "x",
        f"a.results.{TIME}.csv": "old",
        f"a.results.{TIME}-2.csv": "new",
    }


def test_results_that_were_being_written_are_marked(here: Path) -> None:
    """What a process was writing when it died goes along under a name by which nobody opens it."""
    claimed = take(inbox_of(here))
    results(claimed, "half", "20261123-110000")
    file_away(inbox_of(claimed.inbox).claims, claimed, Disposition.DONE, DAY, [results(claimed)])
    assert tree(here / "done" / "2026-11-23") == {
        "a.csv": "x",
        f"a.results.{TIME}.csv": "r",
        "a.results.20261123-110000.csv.unfinished": "half",
    }


def test_results_of_others_stay(here: Path) -> None:
    """What belongs to another file that is worked on does not go along, be its name ever so alike."""
    inbox = inbox_of(here)
    names = ("a.results.csv", "a.b.csv", f"a.results.{TIME}.csv")
    others = [take(inbox, name) for name in names]
    beside = [results(one, time="20261124-000000") for one in others[:2]]
    one = take(inbox, "a.csv")
    file_away(inbox_of(one.inbox).claims, one, Disposition.DONE, DAY, [results(one, time="20261123-130000")])
    assert [path.exists() for path in (*(other.path for other in others), *beside)] == [True] * 5


def test_without_its_results_no_file_is_put_away(here: Path) -> None:
    """Results that are not there keep a file where it is."""
    claimed = take(inbox_of(here))
    with pytest.raises(WrongSettings, match="there is no such file or folder"):
        file_away(inbox_of(claimed.inbox).claims, claimed, Disposition.DONE, DAY, [here / "nowhere.csv"])
    assert claimed.path.exists()
    assert inbox_of(here).left_over() == (claimed,)


def test_a_file_that_was_removed_by_hand(here: Path) -> None:
    """If somebody removes a file while it is worked on, its results are archived all the same, and that is reported."""
    claimed = take(inbox_of(here))
    claimed.path.unlink()
    with pytest.raises(WrongSettings, match=r"a\.csv is gone: somebody moved or removed it"):
        file_away(inbox_of(claimed.inbox).claims, claimed, Disposition.DONE, DAY, [results(claimed)])
    assert tree(here) == {f"done/2026-11-23/a.results.{TIME}.csv": "r"}


def test_a_crash_at_any_moment(here: Path) -> None:
    """Wherever a process dies while it puts a file away, the next one ends it, and results always come first."""
    deaths = 0
    for calls in range(200):
        folder = here / str(calls)
        claimed = take(inbox_of(folder))
        made = results(claimed)
        with dying(calls):
            file_away(inbox_of(folder).claims, claimed, Disposition.DONE, DAY, [made], "because")
            break
        deaths += 1
        found = tree(folder)
        assert list(found.values()).count("x") == list(found.values()).count("r") == 1
        assert "done/2026-11-23/a.csv" not in found or f"done/2026-11-23/a.results.{TIME}.csv" in found
        inbox_of(folder).put_away_begun()
        if left := inbox_of(folder).left_over():
            file_away(
                inbox_of(folder).claims, left[0], Disposition.DONE, DAY, [made] if made.exists() else [], "because"
            )
        assert tree(folder) == {
            "done/2026-11-23/a.csv": "x",
            "done/2026-11-23/a.csv.reason.txt": "because\n",
            f"done/2026-11-23/a.results.{TIME}.csv": "r",
        }
    else:
        raise AssertionError("it never came to an end")
    assert deaths > 15


def test_what_was_begun_keeps_its_place(here: Path) -> None:
    """A file whose putting away had begun is put where it was to go, with what is new besides."""
    claimed = take(inbox_of(here))
    first = results(claimed)
    for calls in range(100):
        with dying(calls):
            file_away(inbox_of(claimed.inbox).claims, claimed, Disposition.DONE, DAY, [first])
        if not first.exists():
            break
    later = results(claimed, "later", "20261124-010000")
    filed = file_away(inbox_of(claimed.inbox).claims, claimed, Disposition.FAILED, DAY.replace(day=24), [first, later])
    assert filed == here / "done" / "2026-11-23" / "a.csv"
    assert sorted(tree(here).values()) == ["later", "r", "x"]


def test_a_note_of_an_earlier_version(here: Path) -> None:
    """A file whose archiving an earlier version began keeps its run: that version noted one, without a list."""
    claimed = take(inbox_of(here))
    claims = inbox_of(claimed.inbox).claims
    with dying(12):
        file_away(claims, claimed, Disposition.DONE, DAY, runs=["20261123-ab12cd"])
    (note,) = here.with_name(f"{here.name}-claims").rglob("*.json")
    known = json.loads(note.read_bytes())
    assert known["filing"].pop("runs") == ["20261123-ab12cd"]
    for before, runs in (("20261123-ab12cd", ("20261123-ab12cd",)), (None, ())):
        note.write_text(json.dumps({**known, "filing": {**known["filing"], "run": before}}))
        (begun,) = claims.begun()
        assert begun.filing is not None
        assert begun.filing.runs == runs


def test_another_file_system(here: Path) -> None:
    """Files may be archived to another file system, and what a crash left of the copying does not stay twice."""
    (here / "done").mkdir()
    with small_disk(here / "done", "1m"):
        claimed = take(inbox_of(here))
        made = results(claimed)
        day = here / "done" / "2026-11-23"
        day.mkdir()
        put(day / made.name, "r")  # copied, and then the process died
        put(day / f".{claimed.name}.moving", "hal")  # and here it died in the midst of it
        file_away(inbox_of(here).claims, claimed, Disposition.DONE, DAY, [made], "because")
        assert tree(day) == {"a.csv": "x", "a.csv.reason.txt": "because\n", f"a.results.{TIME}.csv": "r"}
        assert tree(here / "processing") == {}


def test_without_the_help_of_linux(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On systems that cannot move a file only where nothing is, it is looked before."""
    monkeypatch.setattr(moving, "_rename_of_linux", None)
    test_nothing_is_written_over(here)
    source, target = put(here / "s", "s"), put(here / "t", "t")
    with pytest.raises(FileExistsError):
        moving.move(source, target)
    assert (source.read_text(), target.read_text()) == ("s", "t")


@pytest.mark.parametrize("name", [b"a\nb.csv", b"\xff\xfe.csv", b"x" * 251 + b".csv", b"a."])
def test_names_of_all_kinds(here: Path, name: bytes) -> None:
    """Whatever a name is made of, its file is archived with results and reason; one that is too long is cut."""
    claimed = take(inbox_of(here), os.fsdecode(name))
    filed = file_away(inbox_of(claimed.inbox).claims, claimed, Disposition.DONE, DAY, [results(claimed)], "because")
    assert len(list(filed.parent.iterdir())) == 3
    assert filed.read_text() == "x"
    assert os.fsencode(filed.name) == name or len(name) > 200
