"""The file of a run's numbers: who is loaded into which campaign, whatever the order in which numbers come."""

import random
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.errors import Locked, WrongSettings
from importer.journal import Journal, only_run
from importer.model import LoadStatus, NumberLoad
from importer.numbers.storage import (
    Batches,
    DuplicateScope,
    JudgedNumber,
    NumbersFile,
    NumberStatus,
    Prints,
    forget_number,
    prunable_numbers,
    remove_key,
    remove_numbers,
)
from schemas.problem_codes import ProblemCode
from tests.support.journal_rows import RUN, SERVER, later, put, row

LONDON = 442080000000

Entry = tuple[int, int, NumberStatus, ProblemCode | None]
"""A number as it comes: the row of its campaign, the number, its status, and what is wrong with it."""

ENTRIES = st.lists(
    st.tuples(
        st.integers(2, 4),
        st.integers(LONDON, LONDON + 8),
        st.sampled_from(NumberStatus),
        st.sampled_from([None, None, None, ProblemCode.UNKNOWN_RANGE, ProblemCode.ON_DNC]),
    ),
    max_size=40,
)

RUNS = count()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all examples: each has a run of its own."""
    return tmp_path_factory.mktemp("numbers") / "journal.sqlite3"


def stored(journal: Path, entries: Sequence[Entry], block: int = 7) -> NumbersFile:
    """Store numbers in the order in which they come, some at a time."""
    file = NumbersFile(journal, f"run-{next(RUNS)}")
    for first in range(0, len(entries), block):
        for campaign, number, status, problem_code in entries[first : first + block]:
            text = str(number) if problem_code else ""
            judged = JudgedNumber(number, status=status, problem_code=problem_code, text=text)
            file.add(file.list_for(row=campaign), [judged])
    return file


def loaded(file: NumbersFile) -> set[tuple[int, int, str]]:
    """Return who is to be loaded: the row of the campaign, the number, and the status."""
    batches = Batches(file.database)
    return {
        (one.row, number.e164, status.word)
        for one in file.lists()
        for status in batches.statuses().get(one.number, [])
        if (batch := batches.next(one.number, status, 0, 1000))
        for number in batch.numbers
    }


@given(ENTRIES, st.randoms(use_true_random=False), st.sampled_from(DuplicateScope))
def test_order_changes_nothing(
    folder: Path, entries: list[Entry], chance: random.Random, scope: DuplicateScope
) -> None:
    """Numbers in any order, and lists made in any order, give the same people to the same campaigns."""
    shuffled = list(entries)
    chance.shuffle(shuffled)
    with stored(folder, entries) as first, stored(folder, shuffled) as second:
        first.close_lists(scope)
        second.close_lists(scope)
        assert loaded(first) == loaded(second)
        assert first.counts() == second.counts()


@given(ENTRIES)
def test_each_number_is_loaded_once(folder: Path, entries: list[Entry]) -> None:
    """Each number that may be loaded is loaded once, by the first campaign that lists it; the verdicts add up."""
    wanted: dict[int, int] = {}
    for campaign, number, _, problem_code in entries:
        if problem_code is None:
            wanted[number] = min(campaign, wanted.get(number, campaign))
    with stored(folder, entries) as file:
        file.close_lists()
        assert Counter((campaign, number) for campaign, number, _ in loaded(file)) == Counter(
            (campaign, number) for number, campaign in wanted.items()
        )
        assert sum(file.counts().values()) == len(entries)
        before = file.counts()
        file.close_lists()
        assert file.counts() == before


@given(ENTRIES, st.permutations([2, 3, 4]))
def test_the_order_of_campaigns_decides_only_where(folder: Path, entries: list[Entry], rows: list[int]) -> None:
    """If the rows of campaigns change places, the same people are called, if by other campaigns."""
    moved = [(rows[campaign - 2], *rest) for campaign, *rest in entries]
    with stored(folder, entries) as first, stored(folder, moved) as second:  # type: ignore[arg-type]
        first.close_lists()
        second.close_lists()
        assert {one for _, one, _ in loaded(first)} == {one for _, one, _ in loaded(second)}


@given(ENTRIES)
def test_each_campaign_may_have_all_of_its_numbers(folder: Path, entries: list[Entry]) -> None:
    """Where only a list has no duplicates, each campaign has each of its numbers once."""
    with stored(folder, entries) as file:
        file.close_lists(DuplicateScope.LIST)
        wanted = {(campaign, number) for campaign, number, _, problem_code in entries if problem_code is None}
        assert {(campaign, number) for campaign, number, _ in loaded(file)} == wanted
        assert ProblemCode.IN_OTHER_CAMPAIGN not in file.counts()


def test_the_more_cautious_status_counts(folder: Path) -> None:
    """Of a number that a campaign lists with two statuses, the one that keeps it from being called counts."""
    entries: list[Entry] = [(2, LONDON, NumberStatus.PENDING, None), (2, LONDON, NumberStatus.CANCELLED, None)]
    for order in (entries, entries[::-1]):
        with stored(folder, order) as file:
            file.close_lists()
            assert loaded(file) == {(2, LONDON, "cancelled")}


def test_a_campaign_that_is_not_created_keeps_nobody_from_others(folder: Path) -> None:
    """The numbers of a list that is left out are loaded by the next campaign that has them."""
    entries: list[Entry] = [(at, LONDON, NumberStatus.PENDING, None) for at in (2, 3)]
    with stored(folder, [*entries, (2, LONDON + 1, NumberStatus.PENDING, None)]) as file:
        file.close_lists()
        assert loaded(file) == {(2, LONDON, "pending"), (2, LONDON + 1, "pending")}
        file.leave_out(file.list_for(row=2))
        file.close_lists()
        assert loaded(file) == {(3, LONDON, "pending")}
        assert file.counts() == {None: 1, ProblemCode.NOT_CREATED_FOR: 2}


def test_a_list_goes_on_when_its_file_is_opened_again(folder: Path) -> None:
    """Numbers that are added after the file was closed follow those before; the list is the same."""
    with stored(folder, [(2, LONDON, NumberStatus.PENDING, None)]) as file:
        file.close_lists()
    with NumbersFile(folder, file.run_id) as again:
        again.add(again.list_for(row=2), [JudgedNumber(LONDON + 1)])
        again.close_lists()
        assert len(loaded(again)) == 2
        assert len(again.lists()) == 1


@given(st.lists(st.sampled_from(NumberStatus), max_size=60), st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_batches_have_every_number_once(folder: Path, statuses: list[NumberStatus], sizes: list[int]) -> None:
    """Batches of any sizes have each number once, with its status, and no more numbers than they may."""
    entries: list[Entry] = [(2, LONDON + at, one, None) for at, one in enumerate(statuses)]
    with stored(folder, entries) as file:
        batches, number = Batches(file.database), file.list_for(row=2)
        file.close_lists()
        found: list[tuple[int, NumberStatus]] = []
        for status in batches.statuses().get(number, []):
            for at in count():
                size = sizes[at % len(sizes)]
                batch = batches.next(number, status, batches.end(number, status), size)
                if batch is None:
                    break
                batches.claim(batch, "").wait()
                assert 0 < len(batch.numbers) <= size
                found += [(one.e164, status) for one in batch.numbers]
        assert sorted(found) == sorted((number, status) for _, number, status, _ in entries)


@given(st.lists(st.tuples(st.integers(1, 10**15), st.text(st.characters(exclude_categories=["Cs"]))), max_size=40))
def test_numbers_are_sent_as_they_were_stored(folder: Path, numbers: list[tuple[int, str]]) -> None:
    """Numbers and their texts, with any character, are those that were added, each with the other, in any slice."""
    with NumbersFile(folder, f"run-{next(RUNS)}", as_written=True) as file:
        list_number = file.list_for(row=2)
        file.add(list_number, [JudgedNumber(number, text=text) for number, text in numbers])
        file.close_lists(DuplicateScope.LIST)
        batch = Batches(file.database).next(list_number, NumberStatus.PENDING, 0, 99)
        wanted = [(number, dict(reversed(numbers))[number]) for number in dict(numbers)]
        sent = batch.numbers if batch else []
        assert sorted((one.e164, one.text) for one in sent) == sorted(wanted)
        assert [one for start in range(0, len(sent), 7) for one in sent[start : start + 7]] == list(sent)


def test_a_copy_without_the_newest_batch_is_refused(folder: Path) -> None:
    """Before a batch leaves, a file of numbers that another process has unmarked is marked again, on disk."""
    with stored(folder, [(2, LONDON, NumberStatus.PENDING, None)]) as file:
        file.close_lists()
        with closing(sqlite3.connect(file.path)) as other:
            other.execute("PRAGMA application_id = 0")
            other.execute("PRAGMA wal_checkpoint(FULL)")
        batches = Batches(file.database)
        batch = batches.next(1, NumberStatus.PENDING, 0, 9)
        assert batch is not None
        batches.claim(batch, "").wait()
        copy = file.path.with_name("copied.sqlite3")
        copy.write_bytes(file.path.read_bytes())
    with pytest.raises(WrongSettings, match="called twice"):
        NumbersFile(folder, "copied")


def test_what_was_sent_is_not_changed(folder: Path) -> None:
    """Once a batch was sent, duplicates are not looked for again: positions would mean other numbers."""
    with stored(folder, [(2, LONDON, NumberStatus.PENDING, None)]) as file:
        file.close_lists()
        batch = Batches(file.database).next(1, NumberStatus.PENDING, 0, 9)
        assert batch is not None
        Batches(file.database).claim(batch, "").wait()
        with pytest.raises(WrongSettings, match="were sent"):
            file.close_lists()


def test_numbers_are_handed_back_with_reasons(folder: Path) -> None:
    """What is not loaded comes back with its table, row, text, country and reason."""
    with NumbersFile(folder, "handed-back") as file:
        source = file.add_source("leads.csv")
        refused = JudgedNumber(
            0, 7, source, problem_code=ProblemCode.EXTENSION, text="020 8000 0000 x5", country="GB", message="Has x5."
        )
        file.add(file.list_for(campaign_id="4711"), [JudgedNumber(LONDON, 6, source), refused])
        file.close_lists()
        (one,) = file.not_loaded()
        assert (one.source, one.row, one.text, one.country) == ("leads.csv", 7, "020 8000 0000 x5", "GB")
        assert (one.campaign_id, one.problem_code, one.message) == ("4711", ProblemCode.EXTENSION, "Has x5.")
        assert [each.text for each in file.every_number()] == [f"+{LONDON}", "020 8000 0000 x5"]


def keep(prints: Prints, run: str, *numbers: int, moment: str = "2026-05-05T00:00:00") -> int:
    """Keep prints, and wait for the disk; return what takes them back."""
    return prints.keep(run, numbers, moment).wait()


def test_prints_know_what_other_runs_have_loaded(journal: Path) -> None:
    """A number counts as loaded before if another run for the same server has loaded it since a time."""
    with Prints(journal, SERVER) as prints, Prints(journal, "other") as others:
        first = keep(prints, "run-1", LONDON)
        keep(prints, "run-1", LONDON + 1)
        keep(others, "run-2", LONDON + 2)
        asked = [LONDON, LONDON + 2]
        assert prints.known(asked, "2026-01-01", "run-9") == {LONDON}
        assert prints.known(asked, "2026-01-01", "run-1") == set()
        assert prints.known(asked, "2026-06-01", "run-9") == set()
        prints.take_back(first)
        assert prints.known(asked, "2026-01-01", "run-9") == set()
        assert prints.known([LONDON + 1], "2026-01-01", "run-9") == {LONDON + 1}
        assert prints.prune("2026-05-06") == 2
        assert prints.known([LONDON + 1], "2026-01-01", "run-9") == set()


def test_prints_mean_nothing_without_their_key(journal: Path) -> None:
    """Prints do not contain numbers, and once the key is removed nobody is known any more."""
    with Prints(journal, SERVER) as prints:
        keep(prints, "run-1", LONDON)
    folder = journal.parent / "numbers"
    assert str(LONDON).encode() not in (folder / "loaded.prints").read_bytes()
    assert LONDON.to_bytes(6) not in (folder / "loaded.prints").read_bytes()
    assert remove_key(journal)
    assert not remove_key(journal)
    with Prints(journal, SERVER) as prints:
        assert prints.known([LONDON], "2000", "run-9") == set()


def test_a_damaged_key_is_refused(journal: Path) -> None:
    """A key that was cut would make other prints: the load says so instead."""
    Prints(journal, SERVER).close()
    (journal.parent / "numbers" / "loaded.key").write_bytes(b"short")
    with pytest.raises(WrongSettings, match="damaged"):
        Prints(journal, SERVER)


def sent_to(journal: Path, run_id: str, *numbers: JudgedNumber, status: LoadStatus = LoadStatus.LOADED) -> None:
    """Store numbers of a run, of which those to load were sent."""
    with Journal(journal) as book, NumbersFile(journal, run_id) as file:
        number = file.list_for(campaign_id="4711")
        file.add(number, numbers)
        file.close_lists()
        batches = Batches(file.database)
        if batch := batches.next(number, NumberStatus.PENDING, 0, 100):
            batches.claim(batch, "").wait()
        book.number_loads.register(run_id, [NumberLoad(run=run_id, number=1, status=status)])


def test_a_person_is_forgotten(journal: Path) -> None:
    """One person is removed from all files and prints without a trace; the campaigns that may have them are named."""
    with Journal(journal) as book:
        put(book, RUN, row(2))
    unread = JudgedNumber(0, problem_code=ProblemCode.EXTENSION, text="(020) 8000 0007 x5")
    other = JudgedNumber(0, problem_code=ProblemCode.EXTENSION, text="(020) 8000 0008 x5")
    sent_to(journal, RUN.id, JudgedNumber(LONDON + 7), JudgedNumber(LONDON + 8), unread, other)
    with Prints(journal, SERVER) as prints:
        keep(prints, RUN.id, LONDON + 7, LONDON + 8)
    forgotten = forget_number(journal, LONDON + 7)
    assert forgotten.places == 3
    assert [(one.server, one.campaign_id, one.run) for one in forgotten.campaigns] == [(SERVER, "4711", RUN.id)]
    assert forget_number(journal, LONDON + 7).places == 0
    with NumbersFile(journal, RUN.id) as file:
        assert sum(file.counts().values()) == 2
    for path in (journal.parent / "numbers").iterdir():
        assert b"8000 0007" not in path.read_bytes()
        assert (LONDON + 7).to_bytes(6) not in path.read_bytes()


def test_nobody_is_forgotten_while_a_run_is_in_progress(journal: Path) -> None:
    """The numbers of a run that is at work are left alone: its batches would change."""
    with Journal(journal) as book:
        put(book, RUN, row(2))
    sent_to(journal, RUN.id, JudgedNumber(LONDON))
    with only_run(journal, SERVER, "load"), pytest.raises(Locked):
        forget_number(journal, LONDON)


@pytest.mark.parametrize(
    ("status", "goes"),
    [
        (LoadStatus.LOADED, True),
        (LoadStatus.GONE, True),
        (LoadStatus.WAITING, True),
        (LoadStatus.LOADING, False),
        (LoadStatus.PAUSED, False),
        (LoadStatus.IN_DOUBT, False),
    ],
)
def test_numbers_go_when_they_are_no_longer_needed(journal: Path, status: LoadStatus, goes: bool) -> None:
    """Numbers are removed some time after their run, unless what was sent of them is not all there."""
    with Journal(journal) as book:
        put(book, RUN, row(2))
        put(book, later(5), row(2))
    sent_to(journal, RUN.id, JudgedNumber(LONDON), status=status)
    sent_to(journal, later(5).id, JudgedNumber(LONDON))
    assert prunable_numbers(journal, RUN.started + timedelta(minutes=1)) == [RUN.id] * goes
    remove_numbers(journal, RUN.id)
    assert not NumbersFile.exists(journal, RUN.id)
    assert NumbersFile.exists(journal, later(5).id)
    assert datetime.now(UTC) > RUN.started


def test_a_copy_without_its_companion_is_refused(journal: Path) -> None:
    """A file of numbers whose newest entries are missing is refused: people could be called twice."""
    with NumbersFile(journal, "run") as file:
        file.database.mark()
        file.add_source("leads.csv")
        copy = file.path.with_name("copy.sqlite3")
        copy.write_bytes(file.path.read_bytes())
    with pytest.raises(WrongSettings, match="called twice"):
        NumbersFile(journal, "copy")
    with closing(sqlite3.connect(file.path)) as whole:
        assert whole.execute("SELECT count(*) FROM sources").fetchone() == (1,)
