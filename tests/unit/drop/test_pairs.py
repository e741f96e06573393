"""Two files that belong together: seen together, claimed together, and together after a crash."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from importer.drop.arrivals import look_at
from importer.drop.pairs import PARTNER_SECONDS
from importer.drop.seen import Arrival, Trigger
from tests.support.clocks import Clock
from tests.support.drop_folders import arrival, arrivals, dying, inbox_of, put, tree

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BESIDE = "{stem}.numbers.*"
STEPS = 60


@pytest.mark.parametrize("name", ["night.csv", "night.numbers.csv"])
def test_a_person_is_asked_once_the_other_is_late(tmp_path: Path, name: str) -> None:
    """A file whose partner has not come waits; after an hour a person is asked about it."""
    folder = tmp_path / "in"
    path = put(folder / name)
    clock = Clock(datetime.fromtimestamp(path.stat().st_ctime + PARTNER_SECONDS - 10, UTC))
    seen = arrivals(folder, clock, numbers_beside=BESIDE)
    (waiting,) = seen.look().waiting
    assert (waiting.needs_person, seen.look().ready) == (False, ())
    clock.pass_by(20)
    (waiting,) = seen.look().waiting
    assert waiting.needs_person
    assert "not arrived" in waiting.reason


def test_names_are_compared_as_patterns_are(tmp_path: Path) -> None:
    """Upper and lower case are the same, brackets in a name are not a pattern, and other files are not its list."""
    folder = tmp_path / "in"
    for name in ("Night [1].CSV", "night [1].Numbers.xlsx", "night 1.numbers.csv", "leads-1.csv"):
        put(folder / name)
    seen = arrivals(folder, numbers_beside=BESIDE, numbers_for={"leads-*": "1"}).look()
    found = {one.path.name: one.beside and one.beside.path.name for one in seen.ready}
    assert found == {"Night [1].CSV": "night [1].Numbers.xlsx", "leads-1.csv": None}
    assert [one.path.name for one in seen.waiting] == ["night 1.numbers.csv"]


def with_trigger(path: Path) -> Arrival:
    """Return a file that may be taken now, with its trigger."""
    trigger = put(path.with_name(f"{path.name}.done"), "")
    look = look_at(trigger)
    assert look is not None
    return replace(arrival(path), trigger=Trigger(trigger, look))


def test_a_claim_of_two_files_that_dies_at_each_step(tmp_path: Path) -> None:
    """After a death at any request to the system both are claimed without triggers, or lie there with them."""
    for step in range(STEPS):
        folder = tmp_path / f"in-{step}"
        night, numbers = put(folder / "night.csv"), put(folder / "night.numbers.csv", "phone\n")
        pair = replace(with_trigger(night), beside=with_trigger(numbers))
        inbox = inbox_of(folder)
        inbox.prepare()
        done = []
        with dying(step):
            done.append(inbox.claim(pair, NOW))
        left = inbox_of(folder).left_over()
        if left:
            (claimed,) = left
            assert (claimed.path, claimed.beside) == (
                folder / "processing" / "night.csv",
                folder / "processing" / "night.numbers.csv",
            )
            assert tree(folder) == {"processing/night.csv": "name\n", "processing/night.numbers.csv": "phone\n"}
        else:
            names = ["night.csv", "night.csv.done", "night.numbers.csv", "night.numbers.csv.done"]
            assert sorted(tree(folder)) == names
        assert inbox_of(folder).strays() == ()
        if done:
            break
    assert left
    assert step > 8


def test_a_list_that_changed_is_put_back_with_its_campaigns(tmp_path: Path) -> None:
    """If the list is not the one that was seen, neither is taken, now or after a crash."""
    folder = tmp_path / "in"
    pair = replace(arrival(put(folder / "night.csv")), beside=arrival(put(folder / "night.numbers.csv")))
    put(folder / "night.numbers.csv", "phone\nmore\n")
    inbox = inbox_of(folder)
    inbox.prepare()
    assert inbox.claim(pair, NOW) is None
    assert sorted(tree(folder)) == ["night.csv", "night.numbers.csv"]
    assert inbox.left_over() == ()
    assert not list(inbox.notes.rglob("*.json"))
