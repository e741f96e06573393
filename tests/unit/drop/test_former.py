"""What an earlier version has left beside files at work: taken up where it can be believed, and else left alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.drop.arrivals import look_at
from importer.drop.claim_notes import NONSENSE, claim_of, plain
from importer.drop.inbox import Inbox
from tests.support.clocks import NOON
from tests.support.drop_folders import DAY, arrival, inbox_of, put, tree

SINCE = "2026-11-23T12:00:00+00:00"


@pytest.fixture
def inbox(here: Path) -> Inbox:
    """An inbox below a folder with things of others."""
    put(here / "mine" / "id_rsa", "key")
    put(here / "victim", "mine")
    return inbox_of(here / "in")


def noted(inbox: Inbox, note: Any, name: str = "x.csv") -> Path:
    """Have a file at work with a note beside it, as an earlier version wrote it."""
    path = put(inbox.processing / name, "x")
    text = note if isinstance(note, str) else json.dumps(note)
    (inbox.processing / f".{path.stem}.claim.json").write_text(text)
    return path


def test_a_file_at_work_is_gone_on_with(inbox: Inbox) -> None:
    """A file that was taken is left over, under the name it came with and since it came; its trigger is removed."""
    trigger = put(inbox.folder / "orig.csv.done", "")
    look = look_at(trigger)
    assert look is not None
    known = {"size": look.size, "modified": look.modified, "device": look.device, "inode": look.inode}
    note = {"file": "x.csv", "name": "orig.csv", "since": SINCE}
    noted(inbox, {**note, "trigger": {"name": trigger.name, "look": known}})
    inbox.prepare()
    (found,) = inbox.left_over()
    assert (found.name, found.path.name, found.since.isoformat()) == ("orig.csv", "x.csv", SINCE)
    assert tree(inbox.folder) == {"processing/x.csv": "x"}


def test_a_file_that_was_being_put_away_is(inbox: Inbox) -> None:
    """What had begun is brought to its end, with results and reason."""
    path = noted(inbox, "")
    results = put(inbox.processing / "x.results.20261123-120000.csv", "r")
    reason = put(inbox.processing / ".x.reason.new", "why")
    moves = [[str(reason), "orig.csv.reason.txt"], [str(results), "orig.results.20261123-120000.csv"]]
    filing = {"folder": f"failed/{DAY}", "name": "orig.csv", "moves": moves}
    noted(inbox, {"file": path.name, "name": "orig.csv", "since": SINCE, "filing": filing})
    inbox.prepare()
    inbox.put_away_begun()
    assert inbox.left_over() == ()
    assert tree(inbox.folder) == {
        f"failed/{DAY}/orig.csv": "x",
        f"failed/{DAY}/orig.csv.reason.txt": "why",
        f"failed/{DAY}/orig.results.20261123-120000.csv": "r",
    }


GOOD: dict[str, Any] = {"file": "x.csv", "name": "x.csv", "since": SINCE}
FILED: dict[str, Any] = {"folder": "done/2026-11-23", "name": "x.csv", "moves": []}
LOOK = {"size": 4, "modified": 0, "device": 0, "inode": 0}

FORGED: dict[str, Any] = {
    "no document": "{",
    "nothing": "",
    "another document": "[]",
    "deep": "[" * 100_000,
    "no name": {"file": "x.csv", "since": SINCE},
    "another file": {**GOOD, "file": "y.csv"},
    "file outside": {**GOOD, "file": "../x.csv"},
    "name outside": {**GOOD, "name": "../victim"},
    "absolute name": {**GOOD, "name": "/etc/x.csv"},
    "name with NUL": {**GOOD, "name": "x\0.csv"},
    "no text as name": {**GOOD, "name": 5},
    "dots": {**GOOD, "name": ".."},
    "number as time": {**GOOD, "since": 5},
    "time without zone": {**GOOD, "since": "2026-11-23T12:00:00"},
    "trigger outside": {**GOOD, "trigger": {"name": "../victim", "look": LOOK}},
    "trigger that is none": {**GOOD, "trigger": 5},
    "source outside": {**GOOD, "filing": {**FILED, "moves": [["{mine}", "got.txt"]]}},
    "source by dots": {**GOOD, "filing": {**FILED, "moves": [["{processing}/../../mine/id_rsa", "got.txt"]]}},
    "relative source": {**GOOD, "filing": {**FILED, "moves": [["id_rsa", "got.txt"]]}},
    "target outside": {**GOOD, "filing": {**FILED, "moves": [["{processing}/x.csv", "../../../victim"]]}},
    "place outside": {**GOOD, "filing": {**FILED, "folder": "../mine/2026-11-23"}},
    "no place": {**GOOD, "filing": {**FILED, "folder": "processing/2026-11-23"}},
    "day outside": {**GOOD, "filing": {**FILED, "folder": "done/../../mine"}},
    "filed outside": {**GOOD, "filing": {**FILED, "name": "../../../victim"}},
    "filing that is none": {**GOOD, "filing": [1]},
    "move that is none": {**GOOD, "filing": {**FILED, "moves": [1]}},
}


@pytest.mark.parametrize("what", FORGED)
def test_what_leads_elsewhere_is_no_note(inbox: Inbox, here: Path, what: str) -> None:
    """Nothing outside the inbox is moved, removed or written over; the file is one that somebody has put there."""
    note = FORGED[what]
    text = note if isinstance(note, str) else json.dumps(note)
    text = text.replace("{mine}", str(here / "mine" / "id_rsa")).replace("{processing}", str(inbox.processing))
    path = noted(inbox, text)
    inbox.prepare()
    assert inbox.left_over() == ()
    assert inbox.strays() == (path,)
    assert {name: text for name, text in tree(here).items() if "claims" not in name} == {
        "in/processing/x.csv": "x",
        "mine/id_rsa": "key",
        "victim": "mine",
    }


def test_a_note_is_for_the_file_beside_it(inbox: Inbox) -> None:
    """The note of one file says nothing of another, which is at work, too."""
    other = put(inbox.processing / "y.csv", "y")
    path = noted(inbox, {**GOOD, "file": "y.csv"})
    inbox.prepare()
    assert (inbox.left_over(), inbox.strays()) == ((), (path, other))


@pytest.mark.parametrize("name", [5, None, True, ["a"], {"a": 1}, "", ".", "..", "a/b", "a\0"])
def test_what_is_no_plain_name(name: object) -> None:
    """A name is a text that names something in one folder."""
    with pytest.raises(ValueError, match="not a plain name"):
        plain(name)


def test_a_note_that_is_a_link_is_none(inbox: Inbox, here: Path) -> None:
    """A link in the place of a note is not followed, though it leads to a note of ours."""
    path = put(inbox.processing / "x.csv", "x")
    elsewhere = here / "mine" / "note.json"
    elsewhere.write_text(json.dumps(GOOD))
    (inbox.processing / ".x.claim.json").symlink_to(elsewhere)
    inbox.prepare()
    assert (inbox.left_over(), inbox.strays()) == ((), (path,))
    assert json.loads(elsewhere.read_text()) == GOOD


def test_a_note_that_others_may_write_is_none(inbox: Inbox) -> None:
    """A note that somebody else could have changed is not obeyed."""
    path = noted(inbox, GOOD)
    path.with_name(".x.claim.json").chmod(0o666)
    inbox.prepare()
    assert (inbox.left_over(), inbox.strays()) == ((), (path,))


def test_a_crash_while_it_is_taken_up(inbox: Inbox) -> None:
    """A note that was taken up already, and not removed, changes nothing."""
    noted(inbox, GOOD)
    inbox.prepare()
    noted(inbox, {**GOOD, "name": "other.csv"})
    inbox.prepare()
    assert [one.name for one in inbox.left_over()] == ["x.csv"]
    assert list(inbox.processing.glob(".*")) == []


# Notes of ours, damaged


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted({*GOOD, *FILED, *LOOK, "x"})), inner),
    max_leaves=8,
)
shapes = st.fixed_dictionaries(
    dict.fromkeys(("file", "name", "since", "trigger", "filing", "passes", "progress"), json_values)
)


@given(json_values | shapes)
def test_no_note_of_any_shape_is_a_bug(known: Any) -> None:
    """Whatever stands in a note, it is read into a note or refused as none."""
    try:
        claim = claim_of(known, Path("/in"))
    except NONSENSE:
        return
    for name in (claim.name, claim.file):
        assert isinstance(name, str)
        assert "/" not in name


def test_a_damaged_note_loses_no_file(inbox: Inbox) -> None:
    """A file whose note cannot be read any more is left over under the name that it has."""
    put(inbox.folder / "a.csv", "x")
    inbox.prepare()
    claimed = inbox.claim(arrival(inbox.folder / "a.csv"), NOON)
    assert claimed is not None
    (note,) = inbox.notes.rglob("*.json")
    for content in (b"", b"[]", b"\xff", b'{"file": 5}', b"[" * 100_000):
        note.write_bytes(content)
        assert [one.name for one in inbox_of(inbox.folder).left_over()] == ["a.csv"]


def test_a_folder_with_the_name_of_a_note_is_left_alone(inbox: Inbox) -> None:
    """A folder that is called as a note was is somebody's own, and does not stop the work on files."""
    path = noted(inbox, GOOD)
    theirs = inbox.processing / ".y.claim.json"
    theirs.mkdir()
    inbox.prepare()
    assert [one.path for one in inbox.left_over()] == [path]
    assert theirs.is_dir()
