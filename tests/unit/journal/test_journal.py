"""The journal: what it keeps, what it refuses, and what is true of a row at each step."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from importer.errors import Locked, WrongSettings, WrongUsage
from importer.journal.journal import Journal
from importer.journal.known import CreateClaim, Repeated
from importer.model import Outcome, Problem, Row, Run, Severity, Status
from tests.support.journal_rows import ACCOUNT, RUN, SERVER, claim, later, put, row
from tests.support.paths import GOLDEN


@pytest.fixture
def open_journal(journal: Path) -> Iterator[Journal]:
    """An open journal."""
    with Journal(journal) as opened:
        yield opened


def statuses(open_journal: Journal, run: Run) -> list[Status]:
    """Return the status of every row."""
    return [one.status for one in open_journal.rows.with_status(run.id, *Status)]


# Files


def test_what_was_put_in_comes_out_of_a_new_process(journal: Path) -> None:
    """Runs and rows are the same after the file was closed and opened again."""
    staged = (
        row(2),
        row(3, maximum="5", description="Zürich; =1+1"),
        replace(row(4), campaign={}, fingerprint="", status=Status.INVALID),
    )
    with Journal(journal) as open_journal:
        put(open_journal, RUN, *staged)
        open_journal.runs.keep_results_path(RUN.id, "/data/results.xlsx")
    with Journal(journal) as open_journal:
        assert open_journal.runs.newest_first() == [replace(RUN, results="/data/results.xlsx")]
        assert tuple(open_journal.rows.with_status(RUN.id, *Status)) == staged
        assert open_journal.rows.get(RUN.id, 3) == staged[1]
        assert open_journal.runs.get(RUN.id).results == "/data/results.xlsx"


def test_the_file_is_for_its_owner_alone(open_journal: Journal, journal: Path) -> None:
    """Nobody else may read what is in the sheets."""
    put(open_journal, RUN, row(2))
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in journal.parent.iterdir())


def test_a_newer_journal_is_refused(journal: Path) -> None:
    """A format of a later version is not touched, and both versions are named."""
    Journal(journal).close()
    with closing(sqlite3.connect(journal)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(WrongSettings, match=r"newer campaign-importer \(format 99; this one reads up to 10\)"):
        Journal(journal)


@pytest.mark.parametrize("kind", ["text", "other database", "folder"])
def test_what_is_no_journal_is_refused(journal: Path, kind: str) -> None:
    """Any other file, or a folder, is refused with a sentence and left as it is."""
    journal.parent.mkdir(exist_ok=True)
    if kind == "folder":
        journal.mkdir()
    elif kind == "text":
        journal.write_text("name,dtype,dnumber\n" * 500)
    else:
        with closing(sqlite3.connect(journal)) as other:
            other.execute("CREATE TABLE notes (n)")
    before = journal.read_bytes() if journal.is_file() else b""
    with pytest.raises(WrongSettings, match=r"another journal with --journal"):
        Journal(journal)
    assert (journal.read_bytes() if journal.is_file() else b"") == before


def test_a_file_that_somebody_holds_is_told(
    open_journal: Journal, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program writes, a change fails as Locked; afterwards the journal works on."""
    monkeypatch.setattr("importer.journal.database.BUSY_SECONDS", 0.1)
    put(open_journal, RUN, row(2))
    with closing(sqlite3.connect(journal, isolation_level=None)) as other, Journal(journal) as mine:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Locked, match="Another program is writing to the journal"):
            mine.rows.give_up(RUN.id)
        other.execute("ROLLBACK")
        mine.rows.give_up(RUN.id)
        assert statuses(mine, RUN) == [Status.FAILED]


def test_what_could_not_be_written_keeps_everything_from_going_on(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outcome that was queued and not written raises at the next claim and at flush: nothing more is sent."""
    monkeypatch.setattr("importer.journal.database.BUSY_SECONDS", 0.1)
    with Journal(journal) as open_journal:
        put(open_journal, RUN, row(2), row(3))
        with closing(sqlite3.connect(journal, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            open_journal.rows.record(RUN.id, 2, Outcome(Status.CREATED, "7"))
            with pytest.raises(Locked):
                open_journal.flush()
        with pytest.raises(Locked):
            claim(open_journal, RUN, row(3))
    with Journal(journal) as open_journal:
        assert open_journal.rows.get(RUN.id, 2).status is Status.READY


# Runs


def test_an_unknown_run_or_row_is_told(open_journal: Journal) -> None:
    """What the journal does not know is named, with the command that lists what there is."""
    put(open_journal, RUN, row(2))
    with pytest.raises(WrongUsage, match="has no run 'nothing'"):
        open_journal.runs.get("nothing")
    with pytest.raises(WrongUsage, match="has no row 9"):
        open_journal.rows.get(RUN.id, 9)


def test_runs_come_newest_first(open_journal: Journal) -> None:
    """The list of runs begins with the last that came, whatever the clock said then."""
    for number in (2, 1, 3):
        put(open_journal, later(number), row(2))
    assert [run.id for run in open_journal.runs.newest_first()] == ["run-3", "run-1", "run-2"]


def test_a_run_that_was_not_read_to_its_end_is_none(open_journal: Journal) -> None:
    """Half a file is never planned or applied, and the next holder of the lock forgets it, but no other server's."""
    for run in (later(1), later(2, server="other:443")):
        open_journal.runs.start(run)
        open_journal.rows.stage(run.id, [row(2)], [Problem("odd", row=2)])
    assert open_journal.runs.newest_first() == []
    with pytest.raises(WrongUsage):
        open_journal.runs.get("run-1")
    open_journal.runs.discard_unfinished(SERVER)
    assert list(open_journal.rows.with_status("run-1", *Status)) == []
    assert open_journal.summary.problem_count("run-1", Severity.ERROR) == 0
    assert len(list(open_journal.rows.with_status("run-2", *Status))) == 1


@pytest.mark.parametrize("count", [1, 499, 500, 501, 1203])
def test_long_runs_are_read_page_by_page(open_journal: Journal, count: int) -> None:
    """Rows and results come complete and in order, regardless of the length, even while their status changes."""
    put(open_journal, RUN, *(row(number) for number in range(2, count + 2)))
    seen = []
    for one in open_journal.rows.with_status(RUN.id, Status.READY):
        seen.append(one.number)
        open_journal.rows.record(RUN.id, one.number, Outcome(Status.CREATED, str(one.number)))
    open_journal.flush()
    assert seen == list(range(2, count + 2))
    results = list(open_journal.summary.results(RUN.id))
    assert [(one.number, one.outcome.campaign_id) for one in results] == [(number, str(number)) for number in seen]
    assert open_journal.rows.counts(RUN.id) == {Status.CREATED: count}


def test_repeated_rows_and_names(open_journal: Journal) -> None:
    """Each repetition is reported with the first row of its kind; rows that are invalid repeat nothing."""
    valid = [row(number, name, Status.VALID) for number, name in ((2, "A"), (3, "B"), (4, "A"), (5, "A"))]
    other = row(6, "\u200bb ", Status.VALID, maximum="2")
    put(open_journal, RUN, *valid, other)
    assert list(open_journal.rows.repeated(RUN.id)) == [Repeated(4, 2, True), Repeated(5, 2, True)]
    open_journal.rows.invalidate(RUN.id, [Problem("twice", row=4), Problem("odd", Severity.WARNING, row=5)])
    assert open_journal.rows.get(RUN.id, 4).status is Status.INVALID
    assert open_journal.rows.get(RUN.id, 5).status is Status.VALID
    assert list(open_journal.rows.repeated_names(RUN.id)) == [Repeated(5, 2, True), Repeated(6, 3, False)]


def test_problems_come_by_row(open_journal: Journal) -> None:
    """Problems are counted and shown by severity, in the sheet's order, and stand in their row's results."""
    told = [
        Problem("second", row=3, column="name", cell="A3", found="x"),
        Problem("first", row=2),
        Problem("odd", Severity.WARNING),
    ]
    put(open_journal, RUN, row(2), row(3))
    open_journal.rows.stage(RUN.id, (), told)
    assert list(open_journal.summary.problems(RUN.id, Severity.ERROR)) == [told[1], told[0]]
    assert list(open_journal.summary.problems(RUN.id, Severity.ERROR, limit=1)) == [told[1]]
    assert list(open_journal.summary.problems(RUN.id, Severity.WARNING)) == [told[2]]
    assert [one.problems for one in open_journal.summary.results(RUN.id)] == [(told[1],), (told[0],)]
    assert [one.message for one in open_journal.summary.results(RUN.id)] == ["first", "A3: second"]


def test_the_same_mistake_is_one_group(open_journal: Journal) -> None:
    """A mistake in many cells is counted once for its column, with the first cells; errors come before warnings."""
    wrong = [
        Problem(f"n{row}", row=row, column="attempts", cell=f"D{row}", problem_code="E102") for row in range(2, 402)
    ]
    other = Problem("also", row=2, column="retry", cell="E2", problem_code="E102")
    odd = [
        Problem("odd", Severity.WARNING, row=row, column="name", cell=f"A{row}", problem_code="W101")
        for row in range(2, 1002)
    ]
    put(open_journal, RUN, row(2))
    open_journal.rows.stage(RUN.id, (), [*odd, *reversed(wrong), other, Problem("a note", Severity.NOTE)])
    groups = open_journal.summary.groups(RUN.id)
    assert [(group.count, group.first[0].column, group.alike) for group in groups] == [
        (400, "attempts", False),
        (1, "retry", True),
        (1000, "name", True),
    ]
    assert [problem.cell for problem in groups[0].first] == ["D2", "D3", "D4", "D5", "D6"]


def test_what_the_server_says_is_grouped_by_its_words(open_journal: Journal) -> None:
    """Two refusals of one column are the same only if the server says the same."""
    said = [Problem(words, row=number, column="owner", problem_code="E301") for number, words in enumerate("abab", 2)]
    put(open_journal, RUN, *(row(number) for number in range(2, 6)))
    for problem in said:
        open_journal.rows.record(RUN.id, problem.row or 0, Outcome(Status.REJECTED, problems=(problem,)))
    open_journal.flush()
    assert [(group.count, group.first[0].message) for group in open_journal.summary.groups(RUN.id)] == [
        (2, "a"),
        (2, "b"),
    ]
    assert [one.message for one in open_journal.summary.results(RUN.id)] == ["a", "b", "a", "b"]


def test_rows_that_failed_or_are_in_doubt_are_groups_too(open_journal: Journal) -> None:
    """What kept rows from being created is reported by its reason; rows in doubt are one group; both come and go."""
    put(open_journal, RUN, *(row(number) for number in range(2, 7)))
    for number in (2, 3):
        open_journal.rows.record(RUN.id, number, Outcome(Status.FAILED, message="busy"))
    for number in (4, 5):
        open_journal.rows.record(RUN.id, number, Outcome(Status.IN_DOUBT, message=f"row {number}"))
    open_journal.flush()
    told = [
        (group.count, group.first[0].problem_code, group.first[0].row, group.alike)
        for group in open_journal.summary.groups(RUN.id)
    ]
    assert told == [(2, "E302", 2, True), (2, "E303", 4, False)]
    open_journal.rows.retry(RUN.id)
    assert [group.first[0].problem_code for group in open_journal.summary.groups(RUN.id)] == ["E303"]


# The way of a row


def test_a_claim_is_on_disk_when_it_returns(open_journal: Journal, journal: Path) -> None:
    """Another program sees `sending`, and one attempt more, as soon as the claim is acknowledged."""
    put(open_journal, RUN, row(2))
    for attempt in (1, 2):
        assert claim(open_journal, RUN, row(2)).granted
        with closing(sqlite3.connect(journal)) as other:
            assert other.execute("SELECT status, attempts FROM rows").fetchall() == [("sending", attempt)]
        open_journal.rows.record(RUN.id, 2, Outcome(Status.READY))


@pytest.mark.parametrize(
    ("status", "claimed", "expected"),
    [
        (Status.CREATED, True, Status.EXISTS),
        (Status.EXISTS, False, Status.EXISTS),
        (Status.SENDING, True, Status.IN_DOUBT),
        (Status.IN_DOUBT, True, Status.IN_DOUBT),
        (Status.IN_DOUBT, False, None),
        (Status.READY, True, None),
        (Status.FAILED, True, None),
        (Status.REJECTED, True, None),
        (Status.VALID, False, None),
    ],
)
def test_a_twin_is_not_sent_beside(
    open_journal: Journal, status: Status, claimed: bool, expected: Status | None
) -> None:
    """A row whose campaign another row made, or may have, cannot be claimed; it learns which row that is."""
    first, second = put(open_journal, later(1), row(2)), put(open_journal, later(2), row(5, "N2"))
    if claimed:
        claim(open_journal, first, row(2))
    open_journal.rows.record(first.id, 2, Outcome(status, "7" if status in (Status.CREATED, Status.EXISTS) else None))
    second_claim = claim(open_journal, second, row(5, "N2"))
    existing_row = second_claim.existing_row
    assert second_claim.granted is (existing_row is None)
    assert (existing_row.outcome(Path()).status if existing_row else None) == expected
    assert statuses(open_journal, second) == [Status.READY if expected else Status.SENDING]
    if existing_row:
        assert "row 2 of run run-1" in existing_row.outcome(Path()).message


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.READY])
@pytest.mark.parametrize("made_before", [False, True])
def test_a_row_that_is_not_ready_any_more_is_not_claimed(
    open_journal: Journal, status: Status, made_before: bool
) -> None:
    """Whatever has become of a row since it was read, it is not sent, and it stays as it is."""
    if made_before:
        earlier = put(open_journal, later(1), row(2))
        open_journal.rows.record(earlier.id, 2, Outcome(Status.CREATED, "7"))
    put(open_journal, RUN, row(2))
    open_journal.rows.record(RUN.id, 2, Outcome(status))
    assert claim(open_journal, RUN, row(2)) == CreateClaim(granted=False)
    assert statuses(open_journal, RUN) == [status]
    assert open_journal.listings.unsent_customers(RUN.id) == {}


@pytest.mark.parametrize("change", [{"server": "other:443"}, {"account": "other"}])
def test_another_server_or_account_has_no_twins(open_journal: Journal, change: dict[str, str]) -> None:
    """Rows of another server, or of another account, are others."""
    first, second = put(open_journal, later(1), row(2)), put(open_journal, later(2, **change), row(2))
    claim(open_journal, first, row(2))
    open_journal.rows.record(first.id, 2, Outcome(Status.CREATED, "7"))
    open_journal.flush()
    assert open_journal.recognition.find_existing(second) == []
    assert claim(open_journal, second, row(2)).granted


def test_an_id_is_not_forgotten(open_journal: Journal) -> None:
    """An outcome without an ID leaves the one that is known."""
    put(open_journal, RUN, row(2))
    open_journal.rows.record(RUN.id, 2, Outcome(Status.CREATED, "7"))
    open_journal.rows.record(RUN.id, 2, Outcome(Status.CREATED, message="again"))
    open_journal.flush()
    assert open_journal.rows.get(RUN.id, 2).campaign_id == "7"


def test_what_was_sending_is_in_doubt_afterwards(open_journal: Journal) -> None:
    """The next holder of the lock finds rows in doubt; rows that were held back are ready; other accounts' stay."""
    mine, other = (
        put(open_journal, later(1), row(2), row(3), row(4)),
        put(open_journal, later(2, account="other"), row(9)),
    )
    claim(open_journal, mine, row(2))
    claim(open_journal, other, row(9))
    open_journal.rows.record(mine.id, 3, Outcome(Status.IN_DOUBT, message="Not sent: another row like it."))
    open_journal.flush()
    open_journal.doubts.recover_interrupted(SERVER, ACCOUNT)
    assert statuses(open_journal, mine) == [Status.IN_DOUBT, Status.READY, Status.READY]
    assert statuses(open_journal, other) == [Status.SENDING]
    assert [(doubt.run.id, doubt.row.number) for doubt in open_journal.doubts.of(SERVER, ACCOUNT)] == [(mine.id, 2)]


def test_a_row_in_doubt_knows_what_was_claimed_until_it_left(open_journal: Journal) -> None:
    """A create may be tried for long: only what was claimed after its outcome became unknown was sent after it."""
    run = put(open_journal, RUN, row(2), row(3), row(4))
    for number in (2, 3):
        claim(open_journal, run, row(number))
    open_journal.rows.record(run.id, 3, Outcome(Status.CREATED, "7"))
    open_journal.rows.record(run.id, 2, Outcome(Status.IN_DOUBT, message="No answer."))
    claim(open_journal, run, row(4))
    open_journal.rows.record(run.id, 4, Outcome(Status.CREATED, "8"))
    open_journal.rows.record(run.id, 2, Outcome(Status.IN_DOUBT, message="Still none."))
    open_journal.flush()
    (doubt,) = open_journal.doubts.of(SERVER, ACCOUNT)
    before, after = sorted(known.tried for known in open_journal.doubts.known_campaigns(run, ""))
    assert doubt.tried < before <= doubt.left_by < after


def test_a_list_is_kept_once(open_journal: Journal) -> None:
    """What a customer had before the first create is remembered, an empty list too, and distinguished from none."""
    put(open_journal, RUN, row(2), row(3, customer="2"), row(4, customer="3"))
    open_journal.listings.keep(RUN.id, "", ["1", "2", "1"])
    open_journal.listings.keep(RUN.id, "2", [])
    kept = [open_journal.listings.get(RUN.id, customer) for customer in ("", "2", "3")]
    assert [one and one.campaign_ids for one in kept] == [{"1", "2"}, frozenset(), None]


def test_after_the_first_claim_it_is_too_late_for_a_list(open_journal: Journal) -> None:
    """Of a customer for whom a create may have left, no list is one from before."""
    first = Row(number=2, cells=(), campaign={"name": "A", "customer": ""}, fingerprint="a", status=Status.READY)
    put(open_journal, RUN, first, row(3), row(4, customer="2"))
    assert open_journal.listings.unsent_customers(RUN.id) == {"": False, "2": False}
    claim(open_journal, RUN, first)
    assert open_journal.listings.unsent_customers(RUN.id) == {"": True, "2": False}


def test_many_threads_at_once(open_journal: Journal) -> None:
    """Claims and outcomes of many threads are all kept, each row in its own state."""
    put(open_journal, RUN, *(row(number) for number in range(2, 202)))

    def work(start: int) -> None:
        for number in range(start, 202, 8):
            assert claim(open_journal, RUN, row(number)).granted
            open_journal.rows.record(RUN.id, number, Outcome(Status.CREATED, str(number)))

    threads = [threading.Thread(target=work, args=(2 + one,)) for one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    open_journal.flush()
    assert [one.campaign_id for one in open_journal.rows.with_status(RUN.id, Status.CREATED)] == [
        str(number) for number in range(2, 202)
    ]


def test_a_journal_of_an_earlier_format_goes_on(journal: Path) -> None:
    """A journal of format 1 gets what it lacks; what stands in it stays, and new runs follow."""
    journal.parent.mkdir(parents=True)
    with closing(sqlite3.connect(journal)) as old:
        old.executescript((GOLDEN / "journal-format-1.sql").read_text(encoding="utf-8"))
        old.execute(
            "INSERT INTO runs VALUES ('old', '2026-01-01T00:00:00+00:00', 'import', '/c.csv', NULL, '[\"name\"]', "
            "'', 'utf-8', 'pbx', '', 'admin', 0, 0, 1, NULL)"
        )
        old.execute("INSERT INTO problems VALUES ('old',2,'error','name','A2','','name is required.')")
        old.execute("PRAGMA user_version = 1")
        old.commit()
    with Journal(journal) as open_journal:
        assert open_journal.runs.get("old").source.headings == ("name",)
        assert open_journal.runs.get("old").positions == {}
        assert [problem.problem_code for problem in open_journal.summary.problems("old", Severity.ERROR)] == [""]
        assert [group.count for group in open_journal.summary.groups("old")] == [1]
        put(open_journal, RUN, row(2))
    with closing(sqlite3.connect(journal)) as mended:
        assert mended.execute("PRAGMA user_version").fetchone() == (10,)


def test_no_two_runs_have_one_id(open_journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where chance repeats itself, the next ID is taken: of 5,000 runs a day, two would probably have the same."""
    chance = iter(["0000aa", "0000aa", "0000ab"])
    monkeypatch.setattr("secrets.token_hex", lambda _: next(chance))
    first = open_journal.runs.new_id()
    put(open_journal, replace(RUN, id=first), row(2))
    second = open_journal.runs.new_id()
    assert (first[-6:], second[-6:]) == ("0000aa", "0000ab")
