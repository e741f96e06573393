"""A journal of an earlier format is brought forward, and everything that was asked of it has the same answer."""

import gzip
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from test_journal import ACCOUNT, SERVER, later, put, row

from importer.journal.journal import Journal
from importer.journal.known import Repeated
from importer.model import MigratedCampaign, MigrationReport, OnChange, OnExisting, Run, Severity, Status

GOLDEN = Path(__file__).parent / "golden" / "journal-format-4.sqlite3.gz"
"""Written by the last version that kept format 4: a pruned run of two campaigns, one with rows of every kind, one of an
old dialler's campaigns, and one whose file was not read to its end."""

PRUNED = later(1, pruned=True)
EDITING = later(2, on_change=OnChange.UPDATE, on_existing=OnExisting.CREATE, results="/data/results.csv")
MIGRATED = later(
    3,
    migration=MigrationReport(
        "VICIdial",
        (
            MigratedCampaign(row=2, campaign="7", name="Zürich", place="dump.sql:3", translated="a\nb", lost="l"),
            MigratedCampaign(row=None, campaign="8", name="Off", place="dump.sql:4", skipped="It is off."),
        ),
    ),
)


FIRST = Path(__file__).parent / "golden" / "journal-format-1.sql"
"""The tables as version 0.1.0 made them."""


@pytest.fixture
def former(journal: Path) -> Path:
    """A journal of format 4."""
    journal.parent.mkdir(exist_ok=True)
    journal.write_bytes(gzip.decompress(GOLDEN.read_bytes()))
    with closing(sqlite3.connect(journal)) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (4,)
    return journal


def test_its_runs_are_those_that_were_put_in(former: Path) -> None:
    """What a run's bag held is the run's: what becomes of edited rows, the old dialler, the look of its file."""
    with Journal(former) as book:
        assert book.runs.newest_first() == [MIGRATED, EDITING, PRUNED]
        assert not book.runs.holds_older_readings(EDITING)
        book.runs.decide_on_change("run-3", OnChange.UPDATE)
    with Journal(former) as book:
        assert book.runs.get("run-3") == replace(MIGRATED, on_change=OnChange.UPDATE)
    with closing(sqlite3.connect(former)) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (5,)
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_new_journal_has_the_tables_of_one_that_was_brought_forward(tmp_path: Path) -> None:
    """Columns, keys, indexes and what SQLite is told of them are the same, in whatever way a journal came to be."""
    new, old = tmp_path / "new.sqlite3", tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(old)) as made:
        made.executescript(f"{FIRST.read_text(encoding='utf-8')}; PRAGMA user_version = 1")
    for path in (new, old):
        with Journal(path):
            pass
    assert shape(new) == shape(old)


def shape(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what tells the tables of a journal from others: all about columns, keys and indexes but their spelling."""
    with closing(sqlite3.connect(path)) as opened:
        tables = opened.execute("PRAGMA table_list").fetchall()
        found = {
            f"columns of {name}": opened.execute(f"PRAGMA table_info({name})").fetchall() for _, name, *_ in tables
        }
        indexes = opened.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index'")
        return {
            **found,
            "tables": sorted(table for table in tables if table[1] != "sqlite_schema"),
            "foreign keys": opened.execute("PRAGMA foreign_key_list(rows)").fetchall(),
            "indexes": sorted((name, table, " ".join((sql or "").split())) for name, table, sql in indexes),
            "statistics": sorted(opened.execute("SELECT tbl, idx, stat FROM sqlite_stat1")),
            "format": opened.execute("PRAGMA user_version").fetchall(),
        }


def test_its_rows_and_problems_are_as_they_were(former: Path) -> None:
    """Each row has its status, values and ID; problems stand in the order in which they were found."""
    with Journal(former) as book:
        assert [(one.number, one.status, one.campaign_id) for one in book.rows.with_status("run-2", *Status)] == [
            (2, Status.CREATED, "11"), (3, Status.IN_DOUBT, None), (4, Status.FAILED, None), (5, Status.SENDING, None),
            (6, Status.READY, None), (7, Status.READY, None), (8, Status.CHANGED, "10"), (9, Status.INVALID, None),
            (10, Status.VALID, None),
        ]  # fmt: skip
        assert book.rows.get("run-2", 3).campaign == row(3, name="Zürich", enabled="0", maximum="7").campaign
        assert [(one.row, one.message) for one in book.summary.problems("run-2", *Severity)] == [
            (None, "The file has two sheets."), (None, "One more note."), (2, "Hm."), (4, "Busy."), (6, "Like 1."),
            (9, "No."), (9, "Neither."),
        ]  # fmt: skip
        assert [one.cells for one in book.summary.results("run-1")] == [(), ()]
        assert book.summary.dialling("run-2") == (2, 42)
        assert book.summary.updates("run-2") == (1, 0, 0)
        assert book.summary.to_enable("run-2", every=True) == (1, 5)


def test_its_campaigns_are_recognised(former: Path) -> None:
    """Rows are known again by their values and by their names, also where only what stands for these is left."""
    again = [
        row(2, name="Pruned", maximum="4"),
        row(3, name="PRUNED", maximum="4"),
        row(4, name="Zürich", maximum="5"),
        row(5, name="Zürich", maximum="6"),
        row(6),
    ]
    with Journal(former) as book:
        run = put(book, later(9), *(replace(one, status=Status.VALID) for one in again))
        assert [(number, one.run, one.row) for number, one in book.recognition.find_existing(run)] == [(4, "run-2", 2)]
        edited = {one.number: [made.campaign_id for made in one.made] for one in book.recognition.edited(run)}
        assert edited == {2: ["9"], 4: ["11"], 5: ["11"]}
        assert [(number, one.campaign_id) for number, one, _ in book.recognition.similar(run)] == [(3, "9")]
        assert list(book.rows.repeated_names(run.id)) == [Repeated(3, 2, False), Repeated(5, 4, True)]


def test_it_goes_on_from_where_it_stood(former: Path) -> None:
    """What was being sent is in doubt, an unfinished file is forgotten, and what is known of the server is kept."""
    with Journal(former) as book:
        book.runs.discard_unfinished(SERVER)
        book.doubts.recover_interrupted(SERVER, ACCOUNT)
        assert [doubt.row.number for doubt in book.doubts.of(SERVER, ACCOUNT)] == [3, 5]
        known = [(one.campaign_id, one.gone) for one in book.doubts.known_campaigns(EDITING, "")]
        assert known == [("11", False), ("10", True), ("9", False)]
        baseline = book.listings.get("run-2", "")
        assert baseline
        assert (baseline.campaign_ids, baseline.gone) == ({"1", "2", "10"}, {"10"})
        assert book.summary.existing("run-2") == (1, 1)
        assert book.rows.claim(EDITING, row(7, maximum="40"))().granted


@pytest.mark.parametrize(
    ("table", "column"), [("runs", "layout"), ("contents", "campaign")], ids=["a run's bag", "a row's values"]
)
def test_damage_in_one_place_does_not_keep_it_from_being_opened(former: Path, table: str, column: str) -> None:
    """A journal in which one text cannot be read is brought forward all the same: the rest of it is still needed."""
    with closing(sqlite3.connect(former)) as opened, opened:
        run = "id = 'run-3'" if table == "runs" else "run = 'run-3'"
        opened.execute(f"UPDATE {table} SET {column} = '{{\"kind' WHERE {run}")
    with Journal(former) as book:
        assert book.runs.get("run-2") == EDITING
        assert book.summary.dialling("run-2") == (2, 42)


def test_a_run_without_a_bag_is_read_as_it_was(former: Path) -> None:
    """A run of version 0.1.0 has read its cells otherwise, and edited rows are campaigns of their own in it."""
    with closing(sqlite3.connect(former)) as opened, opened:
        opened.execute("UPDATE runs SET layout = '{}' WHERE id = 'run-3'")
    with Journal(former) as book:
        run: Run = book.runs.get("run-3")
        assert (run.on_change, run.on_existing, run.migration) == (OnChange.CREATE, OnExisting.REPORT, None)
        assert book.runs.holds_older_readings(EDITING)
