"""A journal of an earlier format is brought forward, and everything that was asked of it has the same answer."""

import gzip
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE

import pytest

from importer.journal.journal import Journal
from importer.journal.known import Repeated
from importer.model import MigratedCampaign, MigrationReport, OnChange, OnExisting, Run, Severity, Status
from tests.support.journal_rows import ACCOUNT, SERVER, claim, later, put, row
from tests.support.paths import GOLDEN, ROOT
from tests.support.processes import PATIENCE, wait_for

FORMATS = ROOT / "importer" / "journal" / "formats"
FORMAT_4 = GOLDEN / "journal-format-4.sqlite3.gz"
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


FIRST = GOLDEN / "journal-format-1.sql"
"""The tables as version 0.1.0 made them."""


@pytest.fixture
def former(journal: Path) -> Path:
    """A journal of format 4."""
    journal.parent.mkdir(exist_ok=True)
    journal.write_bytes(gzip.decompress(FORMAT_4.read_bytes()))
    with closing(sqlite3.connect(journal)) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (4,)
    return journal


def test_its_runs_are_those_that_were_put_in(former: Path) -> None:
    """What a run's bag held is the run's: what becomes of edited rows, the old dialler, the look of its file."""
    with Journal(former) as open_journal:
        assert open_journal.runs.newest_first() == [MIGRATED, EDITING, PRUNED]
        assert not open_journal.runs.holds_older_readings(EDITING)
        open_journal.runs.decide_on_change("run-3", OnChange.UPDATE)
    with Journal(former) as open_journal:
        assert open_journal.runs.get("run-3") == replace(MIGRATED, on_change=OnChange.UPDATE)
    with closing(sqlite3.connect(former)) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (10,)
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_new_journal_has_the_tables_of_one_that_was_brought_forward(tmp_path: Path) -> None:
    """Columns, keys, indexes and what SQLite is told of them are the same, however a journal came to be."""
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
    with Journal(former) as open_journal:
        rows = open_journal.rows.with_status("run-2", *Status)
        assert [(one.number, one.status, one.campaign_id) for one in rows] == [
            (2, Status.CREATED, "11"), (3, Status.IN_DOUBT, None), (4, Status.FAILED, None), (5, Status.SENDING, None),
            (6, Status.READY, None), (7, Status.READY, None), (8, Status.CHANGED, "10"), (9, Status.INVALID, None),
            (10, Status.VALID, None),
        ]  # fmt: skip
        assert open_journal.rows.get("run-2", 3).campaign == row(3, name="Zürich", enabled="0", maximum="7").campaign
        assert [(one.row, one.message) for one in open_journal.summary.problems("run-2", *Severity)] == [
            (None, "The file has two sheets."), (None, "One more note."), (2, "Hm."), (4, "Busy."), (6, "Like 1."),
            (9, "No."), (9, "Neither."),
        ]  # fmt: skip
        assert [one.cells for one in open_journal.summary.results("run-1")] == [(), ()]
        assert (open_journal.summary.dialling("run-2"), open_journal.summary.held_dialling("run-2")) == (
            (1, 40),
            (1, 2),
        )
        assert open_journal.summary.updates("run-2") == (1, 0, 0)
        assert open_journal.summary.to_enable("run-2", every=True) == (1, 5)


def test_its_campaigns_are_recognised(former: Path) -> None:
    """Rows are known again by their values and by their names, also where only what stands for these is left."""
    again = [
        row(2, name="Pruned", maximum="4"),
        row(3, name="PRUNED", maximum="4"),
        row(4, name="Zürich", maximum="5"),
        row(5, name="Zürich", maximum="6"),
        row(6),
    ]
    with Journal(former) as open_journal:
        run = put(open_journal, later(9), *(replace(one, status=Status.VALID) for one in again))
        assert [(number, one.run, one.row) for number, one in open_journal.recognition.find_existing(run)] == [
            (4, "run-2", 2)
        ]
        edited = {one.number: [made.campaign_id for made in one.made] for one in open_journal.recognition.edited(run)}
        assert edited == {2: ["9"], 4: ["11"], 5: ["11"]}
        assert [(number, one.campaign_id) for number, one, _ in open_journal.recognition.similar(run)] == [(3, "9")]
        assert list(open_journal.rows.repeated_names(run.id)) == [Repeated(3, 2, False), Repeated(5, 4, True)]


def test_it_goes_on_from_where_it_stood(former: Path) -> None:
    """What was being sent is in doubt, an unfinished file is forgotten, and what is known of the server is kept."""
    with Journal(former) as open_journal:
        open_journal.runs.discard_unfinished(SERVER)
        open_journal.doubts.recover_interrupted(SERVER, ACCOUNT)
        assert [doubt.row.number for doubt in open_journal.doubts.of(SERVER, ACCOUNT)] == [3, 5]
        known = [(one.campaign_id, one.gone) for one in open_journal.doubts.known_campaigns(EDITING, "")]
        assert known == [("11", False), ("10", True), ("9", False)]
        baseline = open_journal.listings.get("run-2", "")
        assert baseline
        assert (baseline.campaign_ids, baseline.gone) == ({"1", "2", "10"}, {"10"})
        assert open_journal.summary.existing("run-2") == (1, 1)
        assert claim(open_journal, EDITING, row(7, maximum="40")).granted


@pytest.mark.parametrize(
    ("table", "column"), [("runs", "layout"), ("contents", "campaign")], ids=["a run's bag", "a row's values"]
)
def test_damage_in_one_place_does_not_keep_it_from_being_opened(former: Path, table: str, column: str) -> None:
    """A journal in which one text cannot be read is brought forward all the same: the rest of it is still needed."""
    with closing(sqlite3.connect(former)) as opened, opened:
        run = "id = 'run-3'" if table == "runs" else "run = 'run-3'"
        opened.execute(f"UPDATE {table} SET {column} = '{{\"kind' WHERE {run}")
    with Journal(former) as open_journal:
        assert open_journal.runs.get("run-2") == EDITING
        assert (open_journal.summary.dialling("run-2"), open_journal.summary.held_dialling("run-2")) == (
            (1, 40),
            (1, 2),
        )


def test_a_run_without_a_bag_is_read_as_it_was(former: Path) -> None:
    """A run of version 0.1.0 has read its cells otherwise, and edited rows are campaigns of their own in it."""
    with closing(sqlite3.connect(former)) as opened, opened:
        opened.execute("UPDATE runs SET layout = '{}' WHERE id = 'run-3'")
    with Journal(former) as open_journal:
        run: Run = open_journal.runs.get("run-3")
        assert (run.on_change, run.on_existing, run.migration) == (OnChange.CREATE, OnExisting.REPORT, None)
        assert open_journal.runs.holds_older_readings(EDITING)


OPENER = """
import sys
from pathlib import Path
from importer.journal import Journal
print("ready", flush=True)
sys.stdin.readline()
print("opening", flush=True)
with Journal(Path(sys.argv[1])) as book:
    print(len(book.runs.newest_first()), flush=True)
"""


@contextmanager
def openers(journal: Path) -> Iterator[list["subprocess.Popen[str]"]]:
    """Start processes that are about to open a journal as soon as they are told to."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", OPENER, str(journal)]
    every = [
        subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, env=environment) for _ in range(4)
    ]
    try:
        for one in every:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        yield every
    finally:
        for one in every:
            one.kill()
            one.communicate()


def answers(every: list["subprocess.Popen[str]"]) -> list[str]:
    """Let the processes end; return what each said, first what went wrong."""
    return ["".join(reversed(one.communicate(timeout=PATIENCE))) for one in every]


def test_several_programs_bring_it_forward_at_once(former: Path) -> None:
    """Of programs that open it at the same instant one brings it forward, the others wait, and all succeed."""
    with openers(former) as every, closing(sqlite3.connect(former, isolation_level=None)) as writer:
        # Whoever reads now sees the old format; nobody can change it before all have come that far.
        writer.execute("BEGIN IMMEDIATE")
        for one in every:
            assert one.stdin is not None
            assert one.stdout is not None
            one.stdin.write("\n")
            one.stdin.flush()
            assert one.stdout.readline() == "opening\n"
        wait_for(lambda: all(has_open(one.pid, former) for one in every))
        writer.execute("ROLLBACK")
        assert answers(every) == ["3\n"] * 4


@pytest.mark.slow
def test_several_programs_make_it_at_once(journal: Path) -> None:
    """Of programs that open a journal that is not there yet all have the same new one."""
    for number in range(5):
        with openers(journal.with_name(str(number))) as every:
            for one in every:
                assert one.stdin is not None
                one.stdin.write("\n")
                one.stdin.flush()
            assert answers(every) == ["opening\n0\n"] * 4


def has_open(process: int, path: Path) -> bool:
    """Say whether a process has a file open, where the system tells; else that it may."""
    folder = Path(f"/proc/{process}/fd")
    return not folder.exists() or any(os.path.realpath(file) == str(path) for file in folder.iterdir())


def test_runs_of_format_5_were_made_by_nobody_known(journal: Path) -> None:
    """A journal of format 5 is brought forward: who made its runs is not known, and new ones say it."""
    journal.parent.mkdir(exist_ok=True)
    scripts = [FIRST.read_text(encoding="utf-8")]
    scripts += [(FORMATS / f"format-{number}.sql").read_text(encoding="utf-8") for number in range(2, 6)]
    with closing(sqlite3.connect(journal)) as opened:
        opened.create_function("folded", 1, str)
        opened.executescript(";".join(scripts))
        opened.execute(
            "INSERT INTO runs (id, started, command, path, headings, digest, server, url, account, disabled, marker, "
            "staged) VALUES ('run-1', '2024-05-06T00:01:00+00:00', 'import', 'a.csv', '[]', '', '', '', '', 0, 0, 1)"
        )
        opened.execute("PRAGMA user_version = 5")
        opened.commit()
    with Journal(journal) as open_journal:
        put(open_journal, later(2, os_user="anna", host="red"))
        assert [(one.id, one.os_user, one.host) for one in open_journal.runs.newest_first()] == [
            ("run-2", "anna", "red"),
            ("run-1", "", ""),
        ]
