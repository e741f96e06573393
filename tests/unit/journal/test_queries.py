"""What the journal asks its database: two databases take it, and it costs what the run's own rows cost, however many
rows there are beside them.
"""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

import pytest

from importer.journal.doubts import DoubtTable
from importer.journal.journal import Journal
from importer.journal.known import Existing, ExistingRow, Split
from importer.journal.listings import ListingTable
from importer.journal.looked_up import LookedUpRow, LookedUpTable
from importer.journal.number_loads import NumberLoadTable
from importer.journal.recognition import Recognition
from importer.journal.rows import RowTable
from importer.journal.runs import RunTable
from importer.journal.sent import SentTable
from importer.journal.splits import SplitTable
from importer.journal.summary import SummaryTable
from importer.journal.undos import UndoTable
from importer.model import (
    NumberLoad,
    OnChange,
    Outcome,
    Problem,
    RowBlock,
    Run,
    Severity,
    Status,
    Undo,
    UndoRow,
    part_number,
)
from importer.sandbox import Sandbox
from tests.support.journal_rows import ACCOUNT, SERVER, claim, later, put, row
from tests.support.portable_sql import objections
from tests.support.postgresql import MISSING, postgresql
from tests.support.program import Program
from tests.support.sql_steps import Counted, steps_of
from tests.support.tables import HEADINGS

Table = Callable[..., Path]
Plan = list[tuple[int, int, str]]
"""What EXPLAIN QUERY PLAN tells of a statement: node, parent, what is done there."""

FOR_EACH_ROW = {
    "rows.claim_all",
    "rows.record",
    "rows.get",
    "rows.campaign_of",
    "rows.looked_up",
    "rows.give_back",
    "doubts.is_known",
    "listings.shows",
    "listings.keep_existing",
    "listings.keep_unlisted",
    "number_loads.record",
    "number_loads.into",
    "number_loads.left_off_by",
    "number_loads.unfinished_by_others",
    "sent.switching",
    "sent.switched",
    "sent.last_switch",
    "sent.keep_image",
    "sent.image",
    "undos.begin",
    "undos.end",
    "undos.end_of_campaign",
    "undos.end_of_update",
    "undos.forget",
}
"""What is asked once for every row of a run."""

LOOKED_UP = LookedUpRow(
    number=7,
    campaign={"name": "N"},
    fingerprint="f",
    looked_up={"owner": "17 (jane)"},
    former_fingerprints={"g": False},
)

SMALL_TABLES = {"runs", "later_runs", "undos", "listings", "sqlite_master", "CONSTANT"}
KEYS = re.compile(r"\b(row=|fingerprint=|campaign_id=|name=|folded=|number=|id=)")
"""What few rows of the journal have in common, unlike the run and the status."""
LAST_ENTRY = (
    "SEARCH rows USING COVERING INDEX rows_by_learning (learnt>?)",
    "SEARCH rows USING COVERING INDEX rows_by_trying (tried>?)",
)
"""What the database says of a maximum: it reads the last entry of the index and no other."""


class Recorded(sqlite3.Connection):
    """A connection that remembers its statements, as they were before anything was bound to them."""

    statements: ClassVar[list[str]] = []

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Execute a statement."""
        self.statements.append(sql)
        return super().execute(sql, *parameters)

    def executemany(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Execute a statement many times."""
        self.statements.append(sql)
        return super().executemany(sql, *parameters)


def many(number: int) -> Iterator[Any]:
    """Return rows of one run that earlier runs have not seen."""
    return (row(at, name=f"N{at % 7}", maximum=str(at)) for at in range(2, number + 2))


OF_THE_FILE = r"(PRAGMA|BEGIN|COMMIT|ROLLBACK|VACUUM)\b"
"""What is said to the database about its file and its transactions, and differs from one database to another."""

WHOLE = {"copy", "faults"}
"""What goes over the whole file, because it is asked to."""


def public() -> set[str]:
    """Return the public methods of a journal and of its tables."""
    tables = {"": Journal, "runs.": RunTable, "rows.": RowTable, "recognition.": Recognition, "doubts.": DoubtTable,
              "listings.": ListingTable, "summary.": SummaryTable, "number_loads.": NumberLoadTable,
              "sent.": SentTable, "undos.": UndoTable, "looked_up.": LookedUpTable,
              "splits.": SplitTable}  # fmt: skip
    return {
        f"{name}{method}"
        for name, table in tables.items()
        for method, found in vars(table).items()
        if callable(found) and not method.startswith("_")
    }


def ask_everything(open_journal: Journal, run: Run) -> dict[str, list[str]]:
    """Call every method of a journal; return the statements that each of them made."""
    problem = Problem("No.", row=2, column="name", cell="A2", problem_code="E101")
    calls: dict[str, Callable[[], object]] = {
        "runs.start": lambda: open_journal.runs.start(later(90)),
        "runs.discard_unfinished": lambda: open_journal.runs.discard_unfinished(SERVER),
        "rows.stage": lambda: put(open_journal, later(91), row(2)),
        "rows.stage_block": lambda: open_journal.rows.stage_block(later(91).id, RowBlock.of([row(3)]), []),
        "rows.stage_outline": lambda: open_journal.rows.stage_outline(later(91).id, RowBlock.of([row(4)]), []),
        "rows.stage_for_results": lambda: open_journal.rows.stage_for_results(later(91).id, RowBlock.of([row(5)]), []),
        "runs.holds_older_readings": lambda: open_journal.runs.holds_older_readings(run),
        "runs.read_from": lambda: open_journal.runs.read_from(run),
        "runs.unfinished": lambda: open_journal.runs.unfinished(),
        "runs.finish_staging": lambda: open_journal.runs.finish_staging(run.id),
        "runs.new_id": lambda: open_journal.runs.new_id(),
        "runs.get": lambda: open_journal.runs.get(run.id),
        "runs.newest_first": lambda: open_journal.runs.newest_first(),
        "runs.newest_of": lambda: open_journal.runs.newest_of(SERVER, ACCOUNT, "/data/a.csv", "00ff", 0),
        "runs.last_place": lambda: open_journal.runs.last_place(),
        "runs.finished_of": lambda: open_journal.runs.finished_of(SERVER, ACCOUNT, "00ff"),
        "runs.file_moved": lambda: open_journal.runs.file_moved(run.id, "a", "b"),
        "runs.keep_results_path": lambda: open_journal.runs.keep_results_path(run.id, "b"),
        "rows.repeated": lambda: list(open_journal.rows.repeated(run.id)),
        "rows.repeated_beside": lambda: list(open_journal.rows.repeated_beside(run.id, [later(1).id])),
        "rows.repeated_names": lambda: list(open_journal.rows.repeated_names(run.id)),
        "rows.invalidate": lambda: open_journal.rows.invalidate(run.id, [problem]),
        "rows.with_status": lambda: [
            list(open_journal.rows.with_status(run.id, *asked))
            for asked in ([Status.READY], [Status.CREATED, Status.EXISTS])
        ],
        "rows.to_create": lambda: list(open_journal.rows.to_create(run.id)),
        "rows.unsent_of": lambda: list(open_journal.rows.unsent_of(run.id, "")),
        "summary.to_create": lambda: open_journal.summary.to_create(run.id),
        "rows.get": lambda: open_journal.rows.get(run.id, 3),
        "rows.is_held_back": lambda: open_journal.rows.is_held_back(run.id, 3),
        "rows.same": lambda: open_journal.rows.same(run, row(4)),
        "rows.counts": lambda: open_journal.rows.counts(run.id),
        "summary.problems": lambda: list(open_journal.summary.problems(run.id, Severity.ERROR, limit=3)),
        "summary.problem_count": lambda: open_journal.summary.problem_count(run.id, Severity.ERROR),
        "summary.groups": lambda: open_journal.summary.groups(run.id),
        "summary.results": lambda: list(open_journal.summary.results(run.id)),
        "summary.outcomes": lambda: list(open_journal.summary.outcomes(run.id)),
        "summary.with_problems": lambda: list(
            open_journal.summary.with_problems(run.id, open_journal.summary.outcomes(run.id))
        ),
        "summary.dialling": lambda: open_journal.summary.dialling(run.id),
        "summary.held_dialling": lambda: open_journal.summary.held_dialling(run.id),
        "summary.updates": lambda: open_journal.summary.updates(run.id),
        "summary.to_enable": lambda: [open_journal.summary.to_enable(run.id, every=every) for every in (True, False)],
        "recognition.find_existing": lambda: [
            open_journal.recognition.find_existing(each) for each in (run, later(9, on_change=OnChange.CREATE))
        ],
        "recognition.read_otherwise": lambda: open_journal.recognition.read_otherwise(run),
        "recognition.similar": lambda: list(open_journal.recognition.similar(run)),
        "recognition.named": lambda: open_journal.recognition.named(run),
        "recognition.edited": lambda: list(open_journal.recognition.edited(run)),
        "rows.claim_all": lambda: [
            *(claim(open_journal, run, one) for one in (row(3, "N3", maximum="3"), row(4))),
            *open_journal.rows.claim_all(run, [row(5), row(5), row(6)]).wait(),
        ],
        "rows.record": lambda: (
            open_journal.rows.record(run.id, 3, Outcome(Status.FAILED, message="No.", problems=(problem,))),
            open_journal.flush(),
        ),
        "flush": open_journal.flush,
        "rows.set_contested_apart": lambda: open_journal.rows.set_contested_apart(run.id, "#"),
        "runs.decide_on_change": lambda: [
            open_journal.runs.decide_on_change(run.id, one) for one in (OnChange.UPDATE, OnChange.CREATE)
        ],
        "rows.campaign_of": lambda: open_journal.rows.campaign_of(
            ExistingRow(run=run.id, row=3, status=Status.CREATED, campaign_id="1")
        ),
        "rows.looked_up": lambda: open_journal.rows.looked_up(run.id, 3),
        "summary.looked_up": lambda: open_journal.summary.looked_up(run.id),
        "looked_up.is_to_do": lambda: open_journal.looked_up.is_to_do(run.id),
        "looked_up.is_done_for": lambda: open_journal.looked_up.is_done_for(run.id),
        "looked_up.rows_to_look_up": lambda: list(open_journal.looked_up.rows_to_look_up(run.id)),
        "looked_up.valid_rows": lambda: list(open_journal.looked_up.valid_rows(run.id)),
        "looked_up.tell": lambda: open_journal.looked_up.tell(run.id, [problem]),
        "looked_up.keep": lambda: open_journal.looked_up.keep(run.id, [LOOKED_UP], {8: "No."}, [problem]),
        "rows.retry": lambda: open_journal.rows.retry(run.id),
        "rows.give_up": lambda: open_journal.rows.give_up(run.id),
        "rows.give_back": lambda: (open_journal.rows.give_back(run.id, 3), open_journal.flush()),
        "rows.release": lambda: open_journal.rows.release(run.id),
        "rows.disown": lambda: (open_journal.rows.disown(run.id, "1", "No."), open_journal.flush()),
        "doubts.recover_interrupted": lambda: open_journal.doubts.recover_interrupted(SERVER, ACCOUNT),
        "listings.shows": lambda: open_journal.listings.shows(run.id, "", "1"),
        "listings.unsent_customers": lambda: open_journal.listings.unsent_customers(run.id),
        "listings.keep": lambda: open_journal.listings.keep(run.id, "", ["1"]),
        "listings.get": lambda: open_journal.listings.get(run.id, ""),
        "doubts.of": lambda: open_journal.doubts.of(SERVER, ACCOUNT),
        "doubts.is_known": lambda: open_journal.doubts.is_known(SERVER, "1"),
        "doubts.known_among": lambda: open_journal.doubts.known_among(SERVER, ["1", "2"], account=ACCOUNT, since=1),
        "doubts.known_campaigns": lambda: list(open_journal.doubts.known_campaigns(run, "")),
        "listings.keep_gone": lambda: open_journal.listings.keep_gone(SERVER, [run.id], "", ["1"]),
        "listings.keep_existing": lambda: open_journal.listings.keep_existing(
            run, [Existing(row=row(3), there="1", message="No.", problems=(problem,))]
        ),
        "summary.edits": lambda: [
            open_journal.rows.record(run.id, 3, Outcome(Status.CHANGED, "3")),
            open_journal.flush(),
            *open_journal.summary.edits(run.id),
        ],
        "summary.customers": lambda: open_journal.summary.customers(run.id),
        "summary.existing": lambda: open_journal.summary.existing(run.id),
        "runs.held": open_journal.runs.held,
        "listings.agree": lambda: open_journal.listings.agree(run.id),
        "listings.existing_of": lambda: list(open_journal.listings.existing_of(run.id, "")),
        "listings.keep_unlisted": lambda: open_journal.listings.keep_unlisted(run.id, [problem]),
        "runs.prunable": lambda: open_journal.runs.prunable(datetime.now(UTC)),
        "runs.prune": lambda: open_journal.runs.prune([later(91)]),
        "number_loads.register": lambda: open_journal.number_loads.register(
            run.id, [NumberLoad(run=run.id, number=1, row=3, campaign_id="1", to_load=9)]
        ),
        "number_loads.record": lambda: open_journal.number_loads.record(NumberLoad(run=run.id, number=1, row=3)),
        "number_loads.of": lambda: open_journal.number_loads.of(run.id),
        "number_loads.finished_of": lambda: open_journal.number_loads.finished_of(SERVER, ACCOUNT, "00ff"),
        "number_loads.into": lambda: open_journal.number_loads.into(run.id, 7, "1"),
        "number_loads.left_off_by": lambda: open_journal.number_loads.left_off_by(run.id, "1"),
        "number_loads.unfinished_by_others": lambda: open_journal.number_loads.unfinished_by_others(run.id, "1"),
        "number_loads.give_up": lambda: open_journal.number_loads.give_up(run.id),
        "sent.switching": lambda: open_journal.sent.switching(SERVER, "1", on=True),
        "sent.switched": lambda: (open_journal.sent.switched(SERVER, "1", on=True), open_journal.flush()),
        "sent.last_switch": lambda: open_journal.sent.last_switch(SERVER, "1"),
        "sent.keep_image": lambda: open_journal.sent.keep_image(run.id, 3, {"name": "A"}),
        "sent.image": lambda: open_journal.sent.image(run.id, 3),
        "undos.candidates": lambda: open_journal.undos.candidates(run.id),
        "undos.later_updates": lambda: open_journal.undos.later_updates(run.id),
        "undos.plan": lambda: open_journal.undos.plan(
            Undo(run=later(91).id, undone=run.id), [UndoRow(number=3, campaign_id="1")], [problem]
        ),
        "undos.get": lambda: open_journal.undos.get(later(91).id),
        "undos.agree": lambda: open_journal.undos.agree(later(91).id, "b.xlsx"),
        "undos.rows": lambda: [
            list(open_journal.undos.rows(later(91).id, *asked)) for asked in ([], [Status.GONE, Status.DELETED])
        ],
        "undos.begin": lambda: open_journal.undos.begin(
            later(91).id, SERVER, UndoRow(number=3, campaign_id="1"), is_on=True
        ),
        "undos.end": lambda: open_journal.undos.end(later(91).id, UndoRow(number=3), [problem]),
        "undos.end_of_campaign": lambda: open_journal.undos.end_of_campaign(
            later(91).id, SERVER, UndoRow(number=3, campaign_id="1", status=Status.DELETED), "Deleted."
        ),
        "undos.end_of_update": lambda: open_journal.undos.end_of_update(
            later(91).id, run.id, UndoRow(number=3, campaign_id="1", status=Status.RESTORED), "Restored."
        ),
        "undos.cancelled_in": lambda: open_journal.undos.cancelled_in(run.id),
        "undos.forget": lambda: open_journal.undos.forget(SERVER, {"1": "Gone."}),
        "results of an undo": lambda: [
            list(open_journal.summary.results(later(91).id)),
            list(open_journal.summary.outcomes(later(91).id)),
        ],
        "splits.record": lambda: open_journal.splits.record(
            later(91).id, [Split(row(2), [row(2, "A"), row(part_number(2, 1), "B")])], [NumberLoad(run="", number=1)]
        ),
        "splits.names": lambda: open_journal.splits.names(run.id),
        "splits.created_before": lambda: open_journal.splits.created_before(run),
        "command": lambda: open_journal.command("apply", run.id),
        "raise_failure": open_journal.raise_failure,
        "close": lambda: None,
    }
    assert set(calls) - {"results of an undo"} == public() - WHOLE
    made: dict[str, list[str]] = {}
    for name, call in calls.items():
        Recorded.statements.clear()
        call()
        open_journal.flush()
        made[name] = [sql for sql in Recorded.statements if not re.match(OF_THE_FILE, sql)]
    return made


@pytest.fixture
def statements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Every statement of the journal, by the method that makes it."""
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Recorded))
    with Journal(tmp_path / "asked.sqlite3") as open_journal:
        earlier = put(open_journal, later(1), *many(20))
        for number in range(2, 10):
            claim(open_journal, earlier, row(number, name=f"N{number % 7}", maximum=str(number)))
            open_journal.rows.record(earlier.id, number, Outcome(Status.CREATED, str(number)))
        open_journal.flush()
        mine = put(open_journal, later(2), *(one for one in valid(many(30))))
        return ask_everything(open_journal, mine)


def valid(rows: Iterator[Any]) -> Iterator[Any]:
    """Return rows that the server has not seen, some of them with the names of others and other values."""
    for one in rows:
        fingerprint = one.fingerprint if one.number % 2 else f"{one.fingerprint} edited"
        yield replace(
            one, status=Status.VALID, fingerprint=fingerprint, former_fingerprints={f"{fingerprint} before": True}
        )


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_no_statement_grows_with_the_square_of_the_rows(
    statements: dict[str, list[str]], tmp_path: Path, filled: bool
) -> None:
    """No statement goes through many rows for each of many rows, nor through many for one that is asked for alone."""
    path = tmp_path / "planned.sqlite3"
    with Journal(path) as open_journal:
        if filled:
            for number in range(3):
                put(open_journal, later(number), *many(3000))
    with closing(sqlite3.connect(path)) as database:
        for method, asked in statements.items():
            for sql in dict.fromkeys(asked):
                plan = explain(database, sql)
                assert growing(plan) <= (method not in FOR_EACH_ROW), (method, sql, plan)


def test_the_check_of_plans_knows_a_bad_one() -> None:
    """The plan that kept an import of 100,000 rows from beginning is found, and so is one that searches per row."""
    slow = [(1, 0, "SEARCH mine USING INDEX rows_by_status (run=? AND status=?)"), (2, 0, "SCAN runs"),
            (3, 0, "SEARCH rows USING PRIMARY KEY (run=?)")]  # fmt: skip
    assert growing(slow) == 2
    assert growing([(1, 0, "SCAN mine"), (2, 0, "CORRELATED SCALAR SUBQUERY 1"), (3, 2, "SCAN rows")]) == 2
    assert growing([(1, 0, "SCAN runs"), (2, 0, "SEARCH rows USING PRIMARY KEY (run=?)")]) == 1
    assert growing([(1, 0, "SEARCH rows USING PRIMARY KEY (run=? AND row=?)")]) == 0


def test_two_databases_take_every_statement(statements: dict[str, list[str]]) -> None:
    """Each statement is one that SQLite and PostgreSQL understand, and understand alike."""
    told = {sql: objections(sql) for sql in chain.from_iterable(statements.values())}
    assert len(told) > 80
    assert {sql: found for sql, found in told.items() if found} == {}


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}")
@pytest.mark.skipif(sys.platform == "win32", reason="needs a socket in a folder")
def test_postgresql_itself_takes_the_tables_and_every_statement(statements: dict[str, list[str]]) -> None:
    """A real PostgreSQL makes the tables of a new journal, and prepares each statement that is made of them."""
    with postgresql() as server:
        assert server.run(files("importer.journal").joinpath("schema.sql").read_text(encoding="utf-8")) == ""
        assert "does not exist" in server.prepare("SELECT rowid FROM rows WHERE run = :run")
        assert server.prepare(*dict.fromkeys(chain.from_iterable(statements.values()))) == ""


def test_two_databases_take_the_tables() -> None:
    """The tables and indexes of the schema are ones that SQLite and PostgreSQL understand."""
    schema = (files("importer.journal") / "schema.sql").read_text(encoding="utf-8")
    made = [sql for sql in re.sub(r"--.*", "", schema).split(";") if sql.strip()]
    assert len(made) > 15
    assert {sql: found for sql in made if (found := objections(sql))} == {}


@pytest.mark.parametrize(
    ("sql", "objection"),
    [
        ("SELECT id FROM runs ORDER BY started, rowid", "rowid"),
        ("SELECT id FROM runs WHERE server = ?", "nameless parameter"),
        ("SELECT id FROM runs WHERE server = ?1", "no postgres"),
        ("SELECT id FROM runs WHERE server = $1", "nameless parameter"),
        ("SELECT * FROM runs", "all columns"),
        ("SELECT rows.*, cells FROM rows JOIN contents USING (run, row)", "all columns"),
        ("INSERT INTO listed VALUES (:run, :customer, :campaign_id)", "INSERT without columns"),
        ("INSERT OR IGNORE INTO listed (run) VALUES (:run)", "INSERT OR"),
        ("REPLACE INTO listed (run) VALUES (:run)", "no postgres"),
        ("SELECT json_extract(layout, '$.reading') FROM runs", "function json_extract"),
        ("SELECT layout ->> 'reading' FROM runs", "function json_extract_scalar"),
        ("SELECT value FROM json_each(:ids)", "function json_each"),
        ("UPDATE rows SET name = hashed(name) WHERE run = :run", "function hashed"),
        ("SELECT total(maximum) FROM contents", "function total"),
        ("SELECT row FROM problems WHERE heading IS :heading", "IS with a value"),
        ("SELECT row FROM problems WHERE heading IS NOT :heading", "IS with a value"),
        ("SELECT row FROM problems WHERE heading IS NOT DISTINCT FROM :heading", "IS DISTINCT FROM"),
        ("SELECT row FROM problems WHERE heading IS DISTINCT FROM :heading", "IS DISTINCT FROM"),
        ("SELECT row FROM problems WHERE cell GLOB 'A*'", "GLOB"),
        ("SELECT row FROM problems LIMIT -1", "LIMIT below 0"),
        ("SELECT run, row, count(*) AS n FROM rows GROUP BY run", "bare column row"),
        ("SELECT run, count(*) AS n FROM rows GROUP BY run HAVING status = 'ready'", "bare column status"),
        ("SELECT run, count(*) AS n FROM rows GROUP BY run ORDER BY row", "bare column row"),
        ("SELECT run, max(row) AS last FROM rows", "bare column run"),
        ("SELECT 1 FROM runs WHERE id IN (SELECT run FROM rows GROUP BY campaign_id)", "bare column run"),
        ("CREATE TABLE runs (id TEXT PRIMARY KEY) WITHOUT ROWID", "no postgres"),
        ("CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT)", "AUTOINCREMENT"),
        ("SELECT id FROM runs WHERE staged", "number as a condition"),
        ("SELECT id FROM runs WHERE server = :server AND NOT staged", "number as a condition"),
        ("SELECT customer FROM rows GROUP BY customer HAVING max(status = 'ready' AND tried = 0) = 1",
         "condition as a number"),
    ],
)  # fmt: skip
def test_the_check_of_statements_knows_what_only_one_database_takes(sql: str, objection: str) -> None:
    """Each of the ways in which a statement would tie the journal to one database is found."""
    assert objection in objections(sql)


def explain(database: sqlite3.Connection, sql: str) -> Plan:
    """Return the plan of a statement whose parameters nobody knows yet."""
    found = database.execute(f"EXPLAIN QUERY PLAN {sql}", dict.fromkeys(re.findall(r":(\w+)", sql))).fetchall()
    return [(node, parent, detail) for node, parent, _, detail in found]


def growing(plan: Plan, parent: int = 0) -> int:
    """Return how many loops that grow with the journal stand inside one another at the worst."""
    nested = worst = 0
    for node, above, detail in plan:
        if above != parent:
            continue
        inside = growing(plan, node)
        if detail.startswith(("SCAN", "SEARCH")):
            nested += not _small(detail)
            inside = 0
        # A list, a compound or a materialized part is gone through once, beside the loops; a correlated one in them.
        worst = max(worst, nested + inside if "CORRELATED" in detail else inside)
    return max(worst, nested)


def _small(detail: str) -> bool:
    return detail in LAST_ENTRY or detail.split()[1] in SMALL_TABLES or bool(KEYS.search(detail))


@pytest.mark.slow
@pytest.mark.usefixtures("unmeasured")
def test_ten_times_the_rows_are_ten_times_the_steps(
    program: Program, sandbox: Sandbox, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import of 5,000 rows, of ten names, costs the database ten times what one of 500 costs; so does it to
    recognise them as they are, and edited.
    """
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Counted))

    def load(number: int, maximum: str, *more: str) -> int:
        rows = ((f"N{at % 10}", "queue", f"{number}{at}", maximum) for at in range(number))
        path = table("campaigns.csv", (*HEADINGS, "maximum"), *rows)
        return steps_of(lambda: program("import", path, "--yes", "--json", *more))

    created = [load(number, "1", "--on-change", "create") for number in (500, 5_000)]
    found_again = [load(number, "1") for number in (500, 5_000)]
    edited = [load(number, "2") for number in (500, 5_000)]
    assert len(sandbox.campaigns()) == 5_500
    print(created, found_again, edited)
    for few, lots in (created, found_again, edited):
        assert lots < 12 * few
