"""The journal: one SQLite file that knows every run and every row; nothing else keeps state.

All changes go through one committing thread (`committing`); a change is acknowledged once it is on disk, with
`synchronous=FULL`, because a power cut must not forget that a create may have left.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from importer.errors import UNDONE, WrongUsage
from importer.journal.database import Database, hashed, is_at_work
from importer.journal.records import (
    LISTED,
    MOST_NAMED,
    NOT_CHECKED,
    NOT_LISTED,
    ROW,
    UNLISTED,
    Baseline,
    Edited,
    Existing,
    ExistingRow,
    InDoubtRow,
    KnownCampaign,
    Repeated,
    as_campaign,
    as_cells,
    as_count,
    as_outcome,
    as_problem,
    as_row,
    as_run,
    as_twin,
    find_twin,
    insert_new_problems,
    insert_problems,
    layout,
    now,
    set_outcome,
)
from importer.model import (
    READING,
    Group,
    OnChange,
    Outcome,
    Problem,
    Row,
    RowResult,
    Run,
    Severity,
    Status,
)
from schemas.likeness import folded
from schemas.problem_codes import ProblemCode

SCRIPTS = ("format-1.sql", "format-2.sql", "format-3.sql", "format-4.sql")
"""What makes a journal, format by format."""

PAGE = 500

SUPERSEDED = (
    "EXISTS (SELECT 1 FROM rows AS later JOIN runs AS later_runs ON later_runs.id = later.run "
    "WHERE later.campaign_id = rows.campaign_id AND later.status = 'updated' AND later.learnt > rows.learnt "
    "AND later.fingerprint <> rows.fingerprint AND later_runs.server = runs.server)"
)
"""Whether another row has given a row's campaign other values since."""

UNSENT = "status IN ('valid', 'ready')"
"""What a row is that is to be created, before or after the server's check."""

FORMER = (
    "SELECT run, row, former_fingerprints.fingerprint FROM former_fingerprints JOIN rows USING (run, row) "
    f"WHERE run = ? AND {UNSENT}"
)
"""What earlier versions would have given to the rows of a run as their fingerprints."""

NOT_OFF = "coalesce(json_extract(campaign, '$.enabled'), '1') = '1'"
"""Whether a row does not say that its campaign is to be off; the server's default is on."""

UNKNOWN_FATE = "campaign_id IS NULL AND status IN ('sending', 'in_doubt', 'created')"
"""What a row is of which the server alone knows what it made; to the letter as the index on it says."""

RELEASE = (
    f"UPDATE rows SET status = 'ready', message = '' WHERE status = 'in_doubt' AND attempts = 0 AND {UNKNOWN_FATE}"
)
"""Makes rows ready again that were held back and never sent."""

TO_CREATE = "status = 'ready' AND there = agreed"
"""What a row is that may be sent: ready, and beside no campaign on the server that nobody has agreed to."""

NEVER_SENT = "status = 'ready' AND attempts = 0"
"""What a row is that is ready and never left."""

FIRST = 5
"""How many cells of a group of problems are named."""

MOST_EDITED = 10
"""How many edited rows are named with their old and new values."""

MOST_GROUPS = 100


class Journal:
    """An open journal. Safe to use from several threads; `close` commits what is pending.

    Raises Locked where another program holds the file, WrongSettings where it cannot be used at all.
    """

    def __init__(self, path: Path) -> None:
        self._store = Database(
            path, [(files("importer.journal") / "formats" / name).read_text(encoding="utf-8") for name in SCRIPTS]
        )
        self.path = path

    def close(self) -> None:
        """Commit what is pending and close the file."""
        self._store.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy(self, target: Path) -> None:
        """Make a copy that is one file with everything in it, whatever is at work with the journal meanwhile.

        Raises WrongUsage where the target exists or cannot be written.
        """
        try:
            self._store.copy(target)
        except FileExistsError:
            message = f"{target} exists already, and is not overwritten. Name another file."
            raise WrongUsage(message, ProblemCode.OUTPUT) from None
        except (OSError, sqlite3.Error) as error:
            message = f"{target} cannot be written: {getattr(error, 'strerror', None) or error}. Name another file."
            raise WrongUsage(message, ProblemCode.OUTPUT) from None

    def faults(self) -> list[str]:
        """Return what is wrong with the file, the first of it; nothing if it is whole."""
        return self._store.faults()

    # Runs

    def start_run(self, run: Run) -> None:
        """Put a new run on disk."""
        source = run.source
        self._store.change(
            lambda db: db.execute(
                "INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0,NULL,NULL,?)",
                (
                    run.id,
                    run.started.isoformat(),
                    run.command,
                    source.path,
                    source.sheet,
                    json.dumps(source.headings),
                    source.digest,
                    source.encoding,
                    run.server,
                    run.url,
                    run.account,
                    run.disabled,
                    run.marker,
                    layout(run),
                ),
            )
        )

    def run(self, run_id: str) -> Run:
        """Return a run by its ID. Raises WrongUsage where there is none."""
        found = self._store.read("SELECT * FROM runs WHERE id = ? AND staged", (run_id,))
        if not found:
            message = f"The journal {self.path} knows no run {run_id!r}. `campaign-importer runs` lists them."
            raise WrongUsage(message, ProblemCode.UNKNOWN_RUN)
        return as_run(found[0])

    def runs(self, since: datetime | None = None) -> list[Run]:
        """Return the runs since a time (None: all), the newest first."""
        found = self._store.read(
            "SELECT * FROM runs WHERE staged AND started >= ? ORDER BY started DESC, rowid DESC",
            (since.astimezone(UTC).isoformat() if since else "",),
        )
        return list(map(as_run, found))

    def run_of(self, server: str, account: str, path: str, digest: str, since: datetime) -> str | None:
        """Return the newest run for a server and account that was made of a file since a time; None where none was."""
        found = self._store.read(
            "SELECT id FROM runs WHERE staged AND server = ? AND account = ? AND path = ? AND digest = ? "
            "AND started >= ? ORDER BY started DESC LIMIT 1",
            (server, account, path, digest, since.astimezone(UTC).isoformat()),
        )
        return found[0]["id"] if found else None

    def finished_runs_of(self, server: str, account: str, digest: str) -> list[Run]:
        """Return the runs of the same content that have brought all their rows to the server, the newest first."""
        found = self._store.read(
            "SELECT * FROM runs WHERE staged AND server = ? AND account = ? AND digest = ? "
            "AND EXISTS (SELECT 1 FROM rows WHERE rows.run = runs.id) "
            f"AND NOT EXISTS (SELECT 1 FROM rows WHERE rows.run = runs.id AND status IN ({UNLISTED})) "
            "ORDER BY started DESC",
            (server, account, digest),
        )
        return list(map(as_run, found))

    def file_moved(self, run_id: str, path: str, results: str | None) -> None:
        """Remember where the file of a run and its results, if it has any, are from now on."""
        self._store.change(
            lambda db: db.execute("UPDATE runs SET path = ?, results = ? WHERE id = ?", (path, results, run_id))
        )

    def keep_results_path(self, run_id: str, path: str) -> None:
        """Remember where the newest results of a run are."""
        self._store.change(lambda db: db.execute("UPDATE runs SET results = ? WHERE id = ?", (path, run_id)))

    # Staging

    def stage(self, run_id: str, rows: Iterable[Row], problems: Iterable[Problem]) -> None:
        """Put checked rows and what is wrong with them on disk."""
        moment = now()
        staged = list(rows)
        told = list(problems)

        def make(db: sqlite3.Connection) -> None:
            db.executemany(
                "INSERT INTO rows (run, row, status, fingerprint, name, folded, customer, named_id, changed) "
                "VALUES (?,?,?,?,?,?,?,?,?)",
                (
                    (
                        run_id,
                        row.number,
                        row.status,
                        row.fingerprint,
                        row.campaign.get("name", ""),
                        folded(row.campaign.get("name", "")),
                        row.campaign.get("customer", ""),
                        row.named_id,
                        moment,
                    )
                    for row in staged
                ),
            )
            db.executemany(
                "INSERT INTO contents VALUES (?,?,?,?)",
                ((run_id, row.number, json.dumps(row.cells), json.dumps(dict(row.campaign))) for row in staged),
            )
            db.executemany(
                "INSERT INTO former_fingerprints SELECT ?, ?, ?, ? "
                "WHERE EXISTS (SELECT 1 FROM rows WHERE fingerprint = ? AND fingerprint <> '')",
                (
                    (run_id, row.number, fingerprint, read_before, fingerprint)
                    for row in staged
                    for fingerprint, read_before in row.former_fingerprints.items()
                ),
            )
            insert_problems(db, run_id, told)

        self._store.change(make)

    def finish_staging(self, run_id: str) -> None:
        """Mark a run as whole: from now on it can be planned and applied."""
        self._store.change(lambda db: db.execute("UPDATE runs SET staged = 1 WHERE id = ?", (run_id,)))

    def holds_older_readings(self, run: Run) -> bool:
        """Say whether earlier versions, which read cells otherwise, have made runs for a run's server and account."""
        query = (
            "SELECT 1 FROM runs WHERE server = ? AND account = ? AND json_extract(layout, '$.reading') IS NOT ? LIMIT 1"
        )
        return bool(self._store.read(query, (run.server, run.account, READING)))

    def discard_unfinished(self, server: str) -> None:
        """Forget the runs for a server whose file was never read to its end. Only for the holder of the lock."""

        def make(db: sqlite3.Connection) -> None:
            unfinished = "run IN (SELECT id FROM runs WHERE server = ? AND NOT staged)"
            for table in ("rows", "contents", "problems", "former_fingerprints"):
                db.execute(f"DELETE FROM {table} WHERE {unfinished}", (server,))
            db.execute("DELETE FROM runs WHERE server = ? AND NOT staged", (server,))

        self._store.change(make)

    def repeated_rows(self, run_id: str) -> Iterator[Repeated]:
        """Yield each valid row that makes the same campaign as an earlier row of the run, and the first such row."""
        return self._repeated(run_id, "fingerprint")

    def repeated_names(self, run_id: str) -> Iterator[Repeated]:
        """Yield each valid row whose name looks like that of an earlier row of the run, and the first such row."""
        return self._repeated(run_id, "folded")

    def invalidate(self, run_id: str, problems: Iterable[Problem]) -> None:
        """Add problems; rows that have an error among them become invalid."""
        told = list(problems)
        wrong = [(run_id, problem.row) for problem in told if problem.severity is Severity.ERROR]

        def make(db: sqlite3.Connection) -> None:
            db.executemany("UPDATE rows SET status = 'invalid', fingerprint = '' WHERE run = ? AND row = ?", wrong)
            insert_problems(db, run_id, told)

        self._store.change(make)

    # Reading

    def rows(self, run_id: str, *statuses: Status) -> Iterator[Row]:
        """Yield the rows that have one of these statuses when their page is read, in the sheet's order."""
        return self._rows_where(f"status IN ({','.join('?' * len(statuses))})", run_id, *statuses)

    def rows_to_create(self, run_id: str) -> Iterator[Row]:
        """Yield the rows that may be sent when their page is read, in the sheet's order."""
        return self._rows_where(TO_CREATE, run_id)

    def unsent_rows_of(self, run_id: str, customer: str) -> Iterator[Row]:
        """Yield the ready rows of a customer of which no create ever left, in the sheet's order."""
        return self._rows_where(f"{NEVER_SENT} AND customer = ?", run_id, customer)

    def row(self, run_id: str, number: int) -> Row:
        """Return one row. Raises WrongUsage where there is none of that number."""
        found = self._store.read(
            f"SELECT {ROW} FROM rows JOIN contents USING (run, row) WHERE run = ? AND row = ?",
            (run_id, number),
        )
        if not found:
            message = f"The run {run_id} has no row {number}. `campaign-importer runs {run_id}` lists them."
            raise WrongUsage(message, ProblemCode.UNKNOWN_RUN)
        return as_row(found[0])

    def counts(self, run_id: str) -> dict[Status, int]:
        """Return how many rows have each status."""
        found = self._store.read("SELECT status, count(*) AS n FROM rows WHERE run = ? GROUP BY status", (run_id,))
        return dict(map(as_count, found))

    def to_create(self, run_id: str) -> dict[str, int]:
        """Return how many rows may be sent, by customer."""
        query = f"SELECT customer, count(*) AS n FROM rows WHERE run = ? AND {TO_CREATE} GROUP BY customer"
        return {record["customer"]: record["n"] for record in self._store.read(query, (run_id,))}

    def existing(self, run_id: str) -> tuple[int, int]:
        """Return how many ready rows the server's list shows already, and to how many of them nobody has agreed."""
        record = self._store.read(
            "SELECT count(*) AS shown, count(nullif(there, agreed)) AS held FROM rows "
            "WHERE run = ? AND status = 'ready' AND there <> ''",
            (run_id,),
        )[0]
        return record["shown"], record["held"]

    def held_runs(self) -> set[str]:
        """Return the runs that have ready rows which the server's list shows already and to which nobody has agreed."""
        found = self._store.read("SELECT DISTINCT run FROM rows WHERE status = 'ready' AND there <> agreed")
        return {record["run"] for record in found}

    def problems(self, run_id: str, *severities: Severity, limit: int = -1) -> Iterator[Problem]:
        """Yield the first problems of a run that have one of these severities, by row; a negative limit means all."""
        marks = ",".join("?" * len(severities))
        query = f"SELECT * FROM problems WHERE run = ? AND severity IN ({marks}) ORDER BY row, rowid LIMIT ?"
        for record in self._store.stream(query, (run_id, *severities, limit)):
            yield as_problem(record)

    def problem_count(self, run_id: str, severity: Severity) -> int:
        """Return how many problems of a severity a run has."""
        query = "SELECT count(*) AS n FROM problems WHERE run = ? AND severity = ?"
        return int(self._store.read(query, (run_id, severity))[0]["n"])

    def groups(self, run_id: str) -> list[Group]:
        """Return the problems of a run, errors first: the same mistake in many cells is one group.

        What the server said counts as the same only where its words are; rows that failed or are in doubt follow.
        """
        found = self._store.read(
            "SELECT severity, fault, heading, "
            "CASE WHEN fault IN ('E301', 'W205', 'W206') THEN message ELSE '' END AS said, "
            "count(*) AS number, min(message) = max(message) AS alike FROM problems WHERE run = ? "
            "AND severity <> 'note' GROUP BY severity, fault, heading, said "
            f"ORDER BY severity, number DESC, min(row), min(rowid) LIMIT {MOST_GROUPS}",
            (run_id,),
        )
        told = [Group(each["number"], self._first_of(run_id, each), bool(each["alike"])) for each in found]
        warnings = [group for group in told if group.first[0].severity is Severity.WARNING]
        every = (*told[: len(told) - len(warnings)], *self._undone(run_id), *warnings)
        return sorted(every, key=lambda group: group.first[0].severity is Severity.WARNING)

    def results(self, run_id: str) -> Iterator[RowResult]:
        """Yield what happened to every row of a run, in the sheet's order."""
        last = -1
        while page := self._store.read(
            "SELECT rows.*, coalesce(cells, '[]') AS cells FROM rows LEFT JOIN contents USING (run, row) "
            f"WHERE run = ? AND row > ? ORDER BY row LIMIT {PAGE}",
            (run_id, last),
        ):
            problems = self._problems_between(run_id, page[0]["row"], page[-1]["row"])
            for record in page:
                yield RowResult(record["row"], as_cells(record), as_outcome(record), problems.get(record["row"], ()))
            last = page[-1]["row"]

    def dialling(self, run_id: str) -> tuple[int, int]:
        """Return how many of a run's ready rows will dial at once (enabled 1), and how many calls that is at most."""
        return self._calls(run_id, f"status = 'ready' AND {NOT_OFF}")

    def updates(self, run_id: str) -> tuple[int, int, int]:
        """Return how many campaigns can be updated, how many of these may dial then, and their calls at most.

        Whether they dial is not known where a row is blank in `enabled`: the update leaves that as it is.
        """
        changed = "status = 'changed' AND campaign_id IS NOT NULL"
        every, _ = self._calls(run_id, changed)
        return every, *self._calls(run_id, f"{changed} AND {NOT_OFF}")

    def to_enable(self, run_id: str, *, every: bool) -> tuple[int, int]:
        """Return how many campaigns `enable` switches on, and how many calls these make at most.

        Every one of the run, or those that it created or updated and that its rows do not want off.
        """
        if every:
            return self._calls(run_id, f"status IN ({LISTED})")
        return self._calls(run_id, f"status IN ('created', 'updated') AND {NOT_OFF}")

    def set_contested_apart(self, run_id: str, message: str) -> None:
        """Leave the changed rows of a run that mean the same campaign without one, with a message that names it.

        `message` has a # where the campaign's ID belongs.
        """
        self._store.change(
            lambda db: db.execute(
                "UPDATE rows SET message = replace(?, '#', campaign_id), campaign_id = NULL, learnt = NULL, "
                "changed = ? WHERE run = ? AND status = 'changed' AND campaign_id IN (SELECT campaign_id FROM rows "
                "WHERE run = ? AND status = 'changed' AND campaign_id IS NOT NULL GROUP BY campaign_id "
                "HAVING count(*) > 1)",
                (message, now(), run_id, run_id),
            )
        )

    def decide_on_change(self, run_id: str, on_change: OnChange) -> None:
        """Put down what becomes of the edited rows of a run; where they are campaigns of their own, try them again."""

        def make(db: sqlite3.Connection) -> None:
            db.execute("UPDATE runs SET layout = json_set(layout, '$.on_change', ?) WHERE id = ?", (on_change, run_id))
            if on_change is OnChange.CREATE:
                db.execute(
                    "UPDATE rows SET status = 'valid', campaign_id = NULL, learnt = NULL, message = '', changed = ? "
                    "WHERE run = ? AND status = 'changed'",
                    (now(), run_id),
                )

        self._store.change(make)

    # Keeping no more than is needed

    def prunable(self, before: datetime) -> list[Run]:
        """Return the runs that began before a time and have contents that nothing depends on any more.

        A run keeps its contents as long as one of its rows is in doubt, or created as nobody knows what.
        """
        found = self._store.read(
            "SELECT * FROM runs WHERE staged AND pruned IS NULL AND started < ? AND NOT EXISTS "
            f"(SELECT 1 FROM rows WHERE rows.run = runs.id AND {UNKNOWN_FATE}) ORDER BY started",
            (before.astimezone(UTC).isoformat(),),
        )
        return list(map(as_run, found))

    def prune(self, runs: Iterable[Run]) -> None:
        """Remove what runs hold of the user's texts.

        What stays tells which rows were created and recognises them: status, ID, and what stands for values and names.
        """
        pruned = [(run.id,) for run in runs]

        def make(db: sqlite3.Connection) -> None:
            for table in ("contents", "problems", "listings", "listed"):
                db.executemany(f"DELETE FROM {table} WHERE run = ?", pruned)
            db.executemany(
                "UPDATE rows SET name = hashed(name), folded = hashed(folded), message = '', key = '' WHERE run = ?",
                pruned,
            )
            db.executemany(f"UPDATE runs SET pruned = '{now()}' WHERE id = ?", pruned)

        self._store.change(make)
        self._store.compact()

    # The way of a row

    def retry(self, run_id: str) -> None:
        """Make the rows that have failed ready again: to be created, or to be updated where their campaign is known.

        It is proven of them that nothing was created, as if they had never been sent.
        """
        self._store.change(
            lambda db: db.execute(
                "UPDATE rows SET status = CASE WHEN campaign_id IS NULL THEN 'ready' ELSE 'changed' END, attempts = 0, "
                "changed = ? WHERE run = ? AND status = 'failed'",
                (now(), run_id),
            )
        )

    def give_up(self, run_id: str) -> None:
        """Let the rows fail that may still be sent."""
        message = "Sent again and again, and each time nothing arrived at the server. `apply` tries it again."
        self._store.change(
            lambda db: db.execute(
                f"UPDATE rows SET status = 'failed', message = ?, changed = ? WHERE run = ? AND {TO_CREATE}",
                (message, now(), run_id),
            )
        )

    def release(self, run_id: str) -> None:
        """Make the rows ready again that were held back because another row may have made their campaigns."""
        self._store.change(lambda db: db.execute(f"{RELEASE} AND run = ?", (run_id,)))

    def disown(self, run_id: str, campaign_id: str, message: str) -> None:
        """Queue that the rows of a run which were answered with an ID do not have it: what they made is unknown."""
        self._store.queue(
            lambda db: db.execute(
                "UPDATE rows SET campaign_id = NULL, learnt = NULL, message = ? "
                "WHERE campaign_id = ? AND run = ? AND status = 'created' AND code = '200'",
                (message, campaign_id, run_id),
            )
        )

    def record(self, run_id: str, number: int, outcome: Outcome) -> None:
        """Queue what became of a row. What cannot be written raises at the next wait for the journal."""
        self._store.queue(lambda db: set_outcome(db, run_id, number, outcome))

    def flush(self) -> None:
        """Return once everything that was queued is on disk."""
        self._store.change(lambda _: None)

    def claim(self, run: Run, row: Row) -> Callable[[], ExistingRow | None]:
        """Begin to write down that a row's create is about to leave; the returned function waits until that is on disk.

        It returns None then. Where another row already made the same campaign, or may have, nothing changes and it
        returns that row. It raises what keeps the journal from being written.
        """

        def make(db: sqlite3.Connection) -> tuple[ExistingRow | None, bool]:
            if existing_row := find_twin(db, run, row):
                return existing_row, True
            db.execute(
                "UPDATE rows SET status = 'sending', attempts = attempts + 1, changed = ?, "
                "tried = (SELECT coalesce(max(tried), 0) + 1 FROM rows WHERE tried > 0) "
                "WHERE run = ? AND row = ?",
                (now(), run.id, row.number),
            )
            return None, is_at_work(db)

        made = self._store.begin(make)

        def wait() -> ExistingRow | None:
            existing_row, is_marked = made()
            if not is_marked:
                self._store.mark()
            return existing_row

        return wait

    def give_back(self, run_id: str, number: int) -> None:
        """Queue that a row was claimed and has not left: it is ready, as before."""

        def make(db: sqlite3.Connection) -> None:
            set_outcome(db, run_id, number, Outcome(Status.READY))
            db.execute("UPDATE rows SET attempts = attempts - 1 WHERE run = ? AND row = ?", (run_id, number))

        self._store.queue(make)

    def find_existing(self, run: Run) -> list[tuple[int, ExistingRow]]:
        """Return the rows to be created whose campaign an earlier run created, each with the first row that did.

        Where another row has given the campaign other values since, it counts only if edited rows are campaigns of
        their own.
        """
        mine = (
            f"SELECT run, row, fingerprint FROM rows WHERE run = ? AND {UNSENT} AND fingerprint <> '' "
            f"UNION ALL {FORMER} AND NOT read_before"
        )
        found = self._earlier(run, mine, superseded=run.on_change is OnChange.CREATE)
        return [(number, as_twin(record)) for number, record in found.items()]

    def read_otherwise(self, run: Run) -> list[Edited]:
        """Return the rows to be created that an earlier run created from the same cells, which it read otherwise.

        Only for the rows that `find_existing` has left over.
        """
        found = self._earlier(run, f"{FORMER} AND read_before", superseded=False)
        return [Edited(number, (as_twin(record),), read_before=True) for number, record in found.items()]

    def named(self, run: Run) -> list[Edited]:
        """Return the rows to be created for which a results file has the ID of a campaign that an earlier run created.

        Only for the rows that `find_existing` has left over. A campaign that another row of the run stands for does not
        count.
        """
        found = self._store.read(
            "SELECT mine.row AS number, rows.run, rows.row, rows.status, rows.campaign_id, 0 AS read_before FROM ("
            "SELECT row, named_id, (SELECT rows.run FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE rows.campaign_id = mine.named_id AND rows.run <> mine.run "
            f"AND status IN ({LISTED}) AND server = ? AND account = ? AND NOT {SUPERSEDED} ORDER BY rows.run LIMIT 1"
            f") AS earlier FROM rows AS mine WHERE run = ? AND {UNSENT} AND named_id <> '' AND NOT EXISTS ("
            "SELECT 1 FROM rows AS theirs WHERE theirs.campaign_id = mine.named_id AND theirs.run = mine.run)"
            ") AS mine JOIN rows ON rows.campaign_id = mine.named_id AND rows.run = mine.earlier ORDER BY mine.row",
            (run.server, run.account, run.id),
        )
        return [Edited(record["number"], (as_twin(record),)) for record in found]

    def edited(self, run: Run) -> Iterator[Edited]:
        """Yield the rows to be created that have the name and customer of campaigns that earlier runs created.

        Only for the rows that `find_existing` has left. Campaigns that other rows of the run stand for do not count.
        """
        mine = self._store.stream(
            f"SELECT row, name, customer FROM rows AS mine WHERE run = ? AND {UNSENT} AND EXISTS ("
            "SELECT 1 FROM rows WHERE rows.name IN (mine.name, hashed(mine.name)) AND rows.customer = mine.customer "
            "AND rows.campaign_id IS NOT NULL AND rows.run <> mine.run) ORDER BY name, customer, row",
            (run.id,),
        )
        for (name, customer), rows in groupby(mine, key=lambda record: (record["name"], record["customer"])):
            if made := self._made(run, name, customer):
                yield from (Edited(record["row"], made) for record in rows)

    def similar(self, run: Run) -> Iterator[tuple[int, ExistingRow, str]]:
        """Yield the valid rows whose names look like those of campaigns that earlier runs created, and are not equal.

        Each with the first row that did, and the name of that; what stands for it where its texts are removed.
        """
        mine = self._store.stream(
            "SELECT row, name, folded, customer FROM rows AS mine WHERE run = ? AND status = 'valid' AND EXISTS ("
            "SELECT 1 FROM rows WHERE rows.folded IN (mine.folded, hashed(mine.folded)) "
            "AND rows.customer = mine.customer AND rows.campaign_id IS NOT NULL AND rows.run <> mine.run) "
            "ORDER BY folded, name, customer, row",
            (run.id,),
        )
        names = ("folded", "name", "customer")
        for (plain, name, customer), rows in groupby(mine, key=lambda record: tuple(record[one] for one in names)):
            found = self._store.read(
                "SELECT rows.run, rows.row, rows.status, rows.campaign_id, rows.name, 0 AS read_before "
                "FROM rows JOIN runs ON runs.id = rows.run WHERE folded IN (?, ?) AND customer = ? "
                "AND campaign_id IS NOT NULL AND rows.name NOT IN (?, ?) AND rows.run <> ? "
                f"AND status IN ({LISTED}) AND server = ? AND account = ? ORDER BY rows.run, rows.row LIMIT 1",
                (plain, hashed(plain), customer, name, hashed(name), run.id, run.server, run.account),
            )
            if found:
                yield from ((record["row"], as_twin(found[0]), found[0]["name"]) for record in rows)

    def campaign_of(self, existing_row: ExistingRow) -> Mapping[str, str]:
        """Return the parameters that a row was sent with; nothing where its contents are removed."""
        found = self._store.read(
            "SELECT campaign FROM contents WHERE run = ? AND row = ?", (existing_row.run, existing_row.row)
        )
        return as_campaign(found[0]) if found else {}

    # Doubt

    def recover_interrupted(self, server: str, account: str) -> None:
        """Start afresh after whatever ended the last run: what was being sent is in doubt, what was held back is ready.

        Only for the holder of the lock: nobody else is sending to this server with this journal.
        """
        mine = "run IN (SELECT id FROM runs WHERE server = ? AND account = ?)"

        def make(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE rows SET status = 'in_doubt', message = 'Sent; the process ended before it knew the answer.', "
                "left_by = (SELECT coalesce(max(tried), 0) FROM rows WHERE tried > 0) "
                f"WHERE status = 'sending' AND {mine}",
                (server, account),
            )
            db.execute(f"{RELEASE} AND {mine}", (server, account))

        self._store.change(make)

    def doubts(self, server: str, account: str) -> list[InDoubtRow]:
        """Return the rows, of all runs for a server and an account, of which the server alone knows what they made.

        These are the rows in doubt that may have left, and those that were created and whose ID was not told.
        """
        found = self._store.read(
            f"SELECT run, tried, left_by, {ROW} FROM rows "
            "JOIN contents USING (run, row) JOIN runs ON runs.id = run WHERE server = ? AND account = ? "
            f"AND {UNKNOWN_FATE} AND status <> 'sending' AND attempts > 0 ORDER BY runs.started, run, row",
            (server, account),
        )
        runs = {run_id: self.run(run_id) for run_id in dict.fromkeys(record["run"] for record in found)}
        return [InDoubtRow(runs[record["run"]], as_row(record), record["tried"], record["left_by"]) for record in found]

    def is_known(self, server: str, campaign_id: str) -> bool:
        """Say whether a campaign on a server is known as some row's."""
        query = "SELECT 1 FROM rows JOIN runs ON runs.id = run WHERE server = ? AND campaign_id = ? LIMIT 1"
        return bool(self._store.read(query, (server, campaign_id)))

    def known_among(
        self, server: str, campaign_ids: Iterable[str], *, account: str | None = None, since: int = 0
    ) -> set[str]:
        """Return those of some campaigns on a server that are known as some row's, of one account or of any.

        With `since`, only those that were learnt after so many others.
        """
        found = self._store.read(
            "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE campaign_id = value AND server = ? AND account = coalesce(?, account) AND learnt > ?)",
            (json.dumps(list(campaign_ids)), server, account, since),
        )
        return {record["value"] for record in found}

    # The server's lists

    def keep_listing(self, run_id: str, customer: str, campaign_ids: Iterable[str]) -> None:
        """Remember which campaigns a customer had before the first create of a run, whatever was known of it before."""
        listed = [(run_id, customer, campaign_id) for campaign_id in campaign_ids]
        here = (run_id, customer)

        def make(db: sqlite3.Connection) -> None:
            for table in ("listings", "listed"):
                db.execute(f"DELETE FROM {table} WHERE run = ? AND customer = ?", here)
            db.execute(
                "INSERT INTO listings SELECT ?, ?, coalesce(max(learnt), 0) FROM rows WHERE learnt IS NOT NULL", here
            )
            db.executemany("INSERT OR IGNORE INTO listed (run, customer, campaign_id) VALUES (?,?,?)", listed)

        self._store.change(make)

    def listing(self, run_id: str, customer: str) -> Baseline | None:
        """Return what a customer had before the first create of a run; None where that was never listed."""
        here = (run_id, customer)
        taken = self._store.read("SELECT learnt FROM listings WHERE run = ? AND customer = ?", here)
        if not taken:
            return None
        found = self._store.read("SELECT campaign_id, gone FROM listed WHERE run = ? AND customer = ?", here)
        ids = frozenset(record["campaign_id"] for record in found)
        return Baseline(taken[0]["learnt"], ids, frozenset(record["campaign_id"] for record in found if record["gone"]))

    def was_listed(self, run_id: str, customer: str, campaign_id: str) -> bool:
        """Say whether the list of a customer from before the first create of a run showed a campaign."""
        query = "SELECT 1 FROM listed WHERE run = ? AND customer = ? AND campaign_id = ?"
        return bool(self._store.read(query, (run_id, customer, campaign_id)))

    def unsent_customers(self, run_id: str) -> dict[str, bool]:
        """Return the customers of a run's unsent ready rows, and of each whether creates of other rows have left.

        "" is the account's own. Once a create may have left, a list could hold what it made: it is none from before the
        run.
        """
        found = self._store.read(
            "SELECT customer, max(attempts) > 0 AS begun FROM rows WHERE run = ? "
            f"GROUP BY customer HAVING max({NEVER_SENT}) ORDER BY customer",
            (run_id,),
        )
        return {record["customer"]: bool(record["begun"]) for record in found}

    def known_campaigns(self, run: Run, customer: str) -> Iterator[KnownCampaign]:
        """Yield the campaigns that rows have created in a customer on a run's server, the newest first.

        Of the account's own customer, only those that rows for this account have created.
        """
        query = (
            "SELECT campaign_id, learnt, tried, gone FROM rows JOIN runs ON runs.id = rows.run WHERE customer = ? "
            "AND status = 'created' AND campaign_id IS NOT NULL AND server = ? AND (customer <> '' OR account = ?) "
            "ORDER BY learnt DESC"
        )
        for record in self._store.stream(query, (customer, run.server, run.account)):
            yield KnownCampaign(record["campaign_id"], record["learnt"], record["tried"], bool(record["gone"]))

    def keep_gone(self, server: str, runs: Iterable[str], customer: str, campaign_ids: Iterable[str]) -> None:
        """Remember that campaigns of a customer are gone, also among those that were listed before some runs."""
        gone = list(campaign_ids)
        listed = [(run_id, customer, campaign_id) for run_id in runs for campaign_id in gone]

        def make(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE rows SET gone = 1 WHERE campaign_id = ? AND run IN (SELECT id FROM runs WHERE server = ?)",
                ((campaign_id, server) for campaign_id in gone),
            )
            db.executemany("UPDATE listed SET gone = 1 WHERE run = ? AND customer = ? AND campaign_id = ?", listed)

        self._store.change(make)

    def keep_existing(self, run: Run, found: Iterable[Existing]) -> None:
        """Remember what a list shows of ready rows.

        It tells nothing of a row whose campaign another row may have made: what becomes of it follows from that one.
        """
        shown = list(found)

        def make(db: sqlite3.Connection) -> None:
            for one in shown:
                here = (run.id, one.row.number)
                told = one if not find_twin(db, run, one.row) else Existing(one.row, "", "", ())
                db.execute(
                    "UPDATE rows SET there = ?, message = ?, agreed = CASE WHEN ? = '' THEN '' ELSE agreed END "
                    "WHERE run = ? AND row = ?",
                    (told.there, told.message, told.there, *here),
                )
                db.execute(
                    "DELETE FROM problems WHERE run = ? AND row = ? AND fault = ?", (*here, ProblemCode.ON_SERVER)
                )
                insert_new_problems(db, run.id, told.problems)

        self._store.change(make)

    def agree(self, run_id: str) -> None:
        """Remember that ready rows are to be created beside the campaigns that the server's list shows already."""
        self._store.change(
            lambda db: db.execute(
                "UPDATE rows SET agreed = there, message = '' WHERE run = ? AND status = 'ready' AND there <> agreed",
                (run_id,),
            )
        )

    def existing_of(self, run_id: str, customer: str) -> Iterator[tuple[int, str]]:
        """Yield the rows of a customer that earlier runs created, each with its campaign."""
        query = (
            "SELECT row, campaign_id FROM rows WHERE run = ? AND status = 'exists' AND customer = ? "
            "AND campaign_id IS NOT NULL ORDER BY row"
        )
        for record in self._store.stream(query, (run_id, customer)):
            yield record["row"], record["campaign_id"]

    def keep_unlisted(self, run_id: str, problems: Iterable[Problem]) -> None:
        """Remember of which rows a list does not show the campaigns that earlier runs created."""
        told = list(problems)

        def make(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE rows SET message = replace(message, ?, ?) WHERE run = ? AND row = ?",
                ((NOT_CHECKED, NOT_LISTED, run_id, problem.row) for problem in told),
            )
            insert_new_problems(db, run_id, told)

        self._store.change(make)

    # Inside

    def _calls(self, run_id: str, which: str) -> tuple[int, int]:
        record = self._store.read(
            "SELECT count(*) AS campaigns, "
            "total(coalesce(json_extract(campaign, '$.maximum'), 1)) AS calls FROM rows JOIN contents USING (run, row) "
            f"WHERE run = ? AND {which}",
            (run_id,),
        )[0]
        return record["campaigns"], int(record["calls"])

    def _rows_where(self, condition: str, run_id: str, *parameters: Any) -> Iterator[Row]:
        """Yield the rows of a run that meet a condition when their page is read, in the sheet's order."""
        last = -1
        while page := self._store.read(
            f"SELECT {ROW} FROM rows JOIN contents USING (run, row) "
            f"WHERE run = ? AND {condition} AND row > ? ORDER BY row LIMIT {PAGE}",
            (run_id, *parameters, last),
        ):
            yield from map(as_row, page)
            last = page[-1]["row"]

    def _earlier(self, run: Run, mine: str, *, superseded: bool) -> dict[int, sqlite3.Row]:
        """Return the rows of earlier runs that made campaigns of the fingerprints in `mine`, by the numbers there.

        `mine` is a query of run, row and fingerprint. Each fingerprint is looked up once, whatever number of runs have
        it: the first that has made the campaign is taken.
        """
        found = self._store.read(
            "SELECT mine.row AS number, rows.run, rows.row, rows.status, rows.campaign_id, 0 AS read_before FROM ("
            "SELECT mine.row, mine.fingerprint, (SELECT rows.run FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE rows.fingerprint = mine.fingerprint AND rows.fingerprint <> '' AND rows.run <> mine.run "
            f"AND status IN ({LISTED}) AND server = ? AND account = ? {'' if superseded else f'AND NOT {SUPERSEDED}'} "
            f"ORDER BY rows.run LIMIT 1) AS earlier FROM ({mine}) AS mine) AS mine "
            "JOIN rows ON rows.run = mine.earlier AND rows.fingerprint = mine.fingerprint "
            "AND rows.fingerprint <> '' ORDER BY mine.row",
            (run.server, run.account, *[run.id] * mine.count("?")),
        )
        return {record["number"]: record for record in reversed(found)}

    def _made(self, run: Run, name: str, customer: str) -> tuple[ExistingRow, ...]:
        """Return the first few campaigns of a name and customer that earlier runs created, one row for each."""
        found = self._store.read(
            "SELECT rows.run, min(rows.row) AS row, min(rows.status) AS status, rows.campaign_id, 0 AS read_before "
            "FROM (SELECT campaign_id, min(rows.run) AS run FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE name IN (?, ?) AND customer = ? AND campaign_id IS NOT NULL "
            f"AND status IN ({LISTED}) AND server = ? AND account = ? AND rows.run <> ? AND NOT {SUPERSEDED} "
            "AND NOT EXISTS (SELECT 1 FROM rows AS mine WHERE mine.campaign_id = rows.campaign_id AND mine.run = ?) "
            f"GROUP BY campaign_id ORDER BY campaign_id LIMIT {MOST_NAMED + 1}) AS made "
            "JOIN rows ON rows.campaign_id = made.campaign_id AND rows.run = made.run "
            "GROUP BY rows.run, rows.campaign_id ORDER BY rows.campaign_id",
            (name, hashed(name), customer, run.server, run.account, run.id, run.id),
        )
        return tuple(map(as_twin, found))

    def _first_of(self, run_id: str, group: sqlite3.Row) -> tuple[Problem, ...]:
        found = self._store.read(
            "SELECT * FROM problems WHERE run = ? AND severity = ? AND fault = ? AND heading IS ? "
            f"AND (? = '' OR message = ?) ORDER BY row, rowid LIMIT {FIRST}",
            (run_id, group["severity"], group["fault"], group["heading"], group["said"], group["said"]),
        )
        return tuple(map(as_problem, found))

    def _undone(self, run_id: str) -> Iterator[Group]:
        """Yield a group for the rows of each status that needs a person; for failed ones, one for each reason."""
        statuses = ", ".join(f"'{status}'" for status in UNDONE)
        found = self._store.read(
            "SELECT status, CASE status WHEN 'failed' THEN message ELSE '' END AS said, count(*) AS number "
            f"FROM rows WHERE run = ? AND status IN ({statuses}) GROUP BY status, said "
            f"ORDER BY status, number DESC LIMIT {MOST_GROUPS}",
            (run_id,),
        )
        for each in found:
            edited = each["status"] == Status.CHANGED
            rows = self._store.read(
                f"SELECT row, message FROM rows WHERE run = ? AND status = ? AND (? = '' OR message = ?) "
                f"ORDER BY row LIMIT {MOST_EDITED if edited else FIRST}",
                (run_id, each["status"], each["said"], each["said"]),
            )
            severity, problem_code = Severity.WARNING if edited else Severity.ERROR, UNDONE[Status(each["status"])]
            first = tuple(Problem(row["message"], severity, row["row"], problem_code=problem_code) for row in rows)
            yield Group(each["number"], first, alike=bool(each["said"]) or each["number"] == 1)

    def _repeated(self, run_id: str, column: str) -> Iterator[Repeated]:
        query = (
            "SELECT later.row AS row, several.row AS first, "
            "later.name = (SELECT name FROM rows WHERE run = later.run AND row = several.row) AS same_name "
            f"FROM rows AS later JOIN (SELECT {column}, min(row) AS row FROM rows WHERE run = ? AND status = 'valid' "
            f"GROUP BY {column} HAVING count(*) > 1) AS several USING ({column}) "
            "WHERE later.run = ? AND later.status = 'valid' AND later.row > several.row ORDER BY later.row"
        )
        # The rows are changed while they are read, a page at a time.
        for record in self._store.stream(query, (run_id, run_id)):
            yield Repeated(record["row"], record["first"], bool(record["same_name"]))

    def _problems_between(self, run_id: str, first: int, last: int) -> Mapping[int, tuple[Problem, ...]]:
        found = self._store.read(
            "SELECT * FROM problems WHERE run = ? AND row BETWEEN ? AND ? ORDER BY row, rowid", (run_id, first, last)
        )
        return {row: tuple(map(as_problem, group)) for row, group in groupby(found, key=lambda record: record["row"])}
