"""The journal's records as dataclasses, and the changes that a single row goes through."""

import codecs
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

from importer.errors import WrongSettings
from importer.model import (
    READING,
    MigratedCampaign,
    MigrationReport,
    OnChange,
    OnExisting,
    Outcome,
    Problem,
    Row,
    Run,
    Severity,
    Source,
    Status,
    TextForm,
)
from schemas.problem_codes import ProblemCode

T = TypeVar("T")

ON_THE_SERVER = (Status.CREATED, Status.EXISTS, Status.UPDATED)
"""What a row is whose campaign the server holds with the row's values."""

LISTED = ", ".join(f"'{status}'" for status in ON_THE_SERVER)
UNLISTED = ", ".join(f"'{status}'" for status in Status if status not in ON_THE_SERVER)
"""What a row is that its run has not brought to the server. Named one by one, each of them can be looked up."""

MOST_NAMED = 10
"""How many campaigns are named in a message."""

NOT_CHECKED = "not checked on the server"
NOT_LISTED = "and not in the server's list any more"
"""What is said of a campaign that an earlier run created, before a list has shown that it is not there, and then."""


def age(campaign_id: str) -> tuple[int, str]:
    """Return what sorts campaigns by age, where the server counts their IDs up."""
    return len(campaign_id), campaign_id


def named(campaign_ids: Sequence[str]) -> str:
    """Return campaigns as a text: campaign 12, or campaigns 12, 15 and 3 more."""
    more = f" and {len(campaign_ids) - MOST_NAMED:,} more" if len(campaign_ids) > MOST_NAMED else ""
    return f"campaign{'s' if len(campaign_ids) > 1 else ''} {', '.join(campaign_ids[:MOST_NAMED])}{more}"


@dataclass(frozen=True)
class ExistingRow:
    """Another row, of whatever run, that makes the same campaign on the same server for the same account.

    `read_before` says that an earlier version has read the same cells otherwise, so that the values differ.
    """

    run: str
    row: int
    status: Status
    campaign_id: str | None
    read_before: bool = False

    @property
    def outcome(self) -> Outcome:
        """What that row's existence means for this one, which was not sent."""
        other = f"row {self.row} of run {self.run}"
        if self.status in ON_THE_SERVER and self.read_before:
            message = f"Not sent: {other} created campaign {self.campaign_id} from it, with values read less exactly."
            return Outcome(Status.CHANGED, self.campaign_id, message=message)
        if self.status in ON_THE_SERVER:
            return Outcome(
                Status.EXISTS, self.campaign_id, message=f"Created by {other}, {NOT_CHECKED}; not sent again."
            )
        return Outcome(
            Status.IN_DOUBT,
            message=f"Not sent: {other} asks for the same campaign and may have created it. "
            f"Settle that row first: campaign-importer settle {self.run} --row {self.row}.",
        )


@dataclass(frozen=True)
class Repeated:
    """A row that has something in common with an earlier row of its run, and whether that is the name to the letter."""

    row: int
    first: int
    same_name: bool


@dataclass(frozen=True)
class Edited:
    """A row that was edited since campaigns of its name and customer were created: the first few of these.

    `read_before` says that not the row was edited: an earlier version has read its cells otherwise.
    """

    number: int
    made: tuple[ExistingRow, ...]
    read_before: bool = False


@dataclass(frozen=True)
class InDoubtRow:
    """A row of which only the server can say what became of it: whether it was created, or as what.

    `tried` is its place in the order in which rows were claimed to be sent, `left_by` that of the newest row that was
    claimed when this one's create had left for the last time: it may be tried again long after it was claimed.
    """

    run: Run
    row: Row
    tried: int
    left_by: int

    @property
    def customer(self) -> str:
        """The customer of its campaign; "" is the account's own."""
        return self.row.campaign.get("customer", "")


@dataclass(frozen=True)
class KnownCampaign:
    """A campaign that a row has created, and when: its place among those learnt, and its create's among those sent.

    `gone` says that the server did not know it any more when it was asked.
    """

    campaign_id: str
    id_sequence: int
    tried: int
    gone: bool


@dataclass(frozen=True)
class Baseline:
    """The IDs of the campaigns that a customer had before the first create of a run.

    `id_sequence` is how far rows had learnt their campaigns' IDs by then; what was learnt since came after the list.
    `gone` are those that the server does not know any more.
    """

    id_sequence: int
    campaign_ids: frozenset[str]
    gone: frozenset[str]


@dataclass(frozen=True)
class Existing:
    """What a list shows of a ready row: the campaigns that are like it, as a text ("": none), and words about them."""

    row: Row
    there: str
    message: str
    problems: tuple[Problem, ...]


def insert_problems(db: sqlite3.Connection, run_id: str, problems: Iterable[Problem]) -> None:
    """Add problems to a run."""
    db.executemany(
        "INSERT INTO problems VALUES (?,?,?,?,?,?,?,?)",
        (
            (run_id, one.row, one.severity, one.column, one.cell, one.found, one.message, one.problem_code)
            for one in problems
        ),
    )


def insert_new_problems(db: sqlite3.Connection, run_id: str, problems: Iterable[Problem]) -> None:
    """Add those problems of rows that the same rows do not have already."""
    query = "SELECT 1 FROM problems WHERE run = ? AND row = ? AND fault = ? AND message = ?"
    for one in problems:
        if not db.execute(query, (run_id, one.row, one.problem_code, one.message)).fetchone():
            insert_problems(db, run_id, [one])


def set_outcome(db: sqlite3.Connection, run_id: str, number: int, outcome: Outcome) -> None:
    """Write down what became of a row; an ID that is known already is kept."""
    db.execute(
        "UPDATE rows SET status = ?, campaign_id = coalesce(?, campaign_id), code = ?, key = ?, message = ?, "
        "changed = ?, left_by = CASE WHEN status = 'sending' THEN (SELECT coalesce(max(tried), 0) FROM rows "
        "WHERE tried > 0) ELSE left_by END, learnt = CASE WHEN ? IS NULL THEN learnt "
        "ELSE (SELECT coalesce(max(learnt), 0) + 1 FROM rows WHERE learnt IS NOT NULL) END WHERE run = ? AND row = ?",
        (
            outcome.status,
            outcome.campaign_id,
            outcome.code,
            outcome.key,
            outcome.message,
            now(),
            outcome.campaign_id,
            run_id,
            number,
        ),
    )
    insert_problems(db, run_id, outcome.problems)


def find_twin(db: sqlite3.Connection, run: Run, row: Row) -> ExistingRow | None:
    """Return another row that made the same campaign, or may have, on the same server for the same account."""
    former = "SELECT fingerprint FROM former_fingerprints WHERE run = ? AND row = ?"
    here = (run.id, row.number)
    found = db.execute(
        "SELECT rows.run, rows.row, rows.status, rows.campaign_id, "
        f"fingerprint IN ({former} AND read_before) AS read_before FROM rows JOIN runs ON runs.id = rows.run "
        f"WHERE fingerprint IN (SELECT ? UNION ALL {former}) AND fingerprint <> '' "
        "AND NOT (rows.run = ? AND rows.row = ?) AND server = ? AND account = ? "
        f"AND (status IN ({LISTED}) OR (status IN ('sending', 'in_doubt') AND attempts > 0)) "
        "ORDER BY status IN ('sending', 'in_doubt') LIMIT 1",
        (*here, row.fingerprint, *here, *here, run.server, run.account),
    ).fetchone()
    return as_twin(found) if found else None


def _understood(make: Callable[[sqlite3.Row], T]) -> Callable[[sqlite3.Row], T]:
    """Have what makes something of a record raise WrongSettings where damage has made nonsense of it."""

    @wraps(make)
    def understand(record: sqlite3.Row) -> T:
        try:
            if bytes in map(type, record):
                raise TypeError("there are no columns of bytes")
            return make(record)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            message = (
                "The journal is damaged: a record in it cannot be understood. Nothing is sent without it. "
                "Put a copy in its place, or name another with --journal."
            )
            raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE) from None

    return understand


@_understood
def as_twin(record: sqlite3.Row) -> ExistingRow:
    """Make a Twin of a record."""
    return ExistingRow(
        record["run"], record["row"], Status(record["status"]), record["campaign_id"], bool(record["read_before"])
    )


@_understood
def as_run(record: sqlite3.Row) -> Run:
    """Make a Run of a record."""
    known = json.loads(record["layout"])
    text = known.get("text")
    codecs.lookup(record["encoding"] or "utf-8")
    source = Source(
        record["path"],
        record["sheet"],
        tuple(json.loads(record["headings"])),
        record["digest"],
        record["encoding"],
        known.get("kind", ""),
        known.get("header_row", 0),
        tuple(known.get("places", ())),
        TextForm(**text) if text else None,
    )
    return Run(
        record["id"],
        datetime.fromisoformat(record["started"]),
        record["command"],
        source,
        record["server"],
        record["url"],
        record["account"],
        bool(record["disabled"]),
        bool(record["marker"]),
        known.get("positions", {}),
        record["results"],
        OnChange(known.get("on_change", OnChange.CREATE)),
        bool(record["pruned"]),
        _as_migration(known.get("migration")),
        OnExisting(known.get("on_existing", OnExisting.REPORT)),
    )


def layout(run: Run) -> str:
    """Return where things stand in the file of a run, and how it is written, as the journal keeps it."""
    source = run.source
    return json.dumps(
        {
            "reading": READING,
            "kind": source.kind,
            "header_row": source.header_row,
            "places": source.places,
            "text": asdict(source.text) if source.text else None,
            "positions": dict(run.positions),
            "on_change": run.on_change,
            "on_existing": run.on_existing,
            "migration": asdict(run.migration) if run.migration else None,
        }
    )


def _as_migration(known: dict[str, Any] | None) -> MigrationReport | None:
    if known is None:
        return None
    return MigrationReport(known["system"], tuple(MigratedCampaign(**one) for one in known["campaigns"]))


ROW = "row, status, fingerprint, campaign_id, there, cells, campaign"
"""The columns that make a Row."""


@_understood
def as_row(record: sqlite3.Row) -> Row:
    """Make a Row of a record of rows and contents."""
    return Row(
        record["row"],
        as_cells(record),
        as_campaign(record),
        record["fingerprint"],
        Status(record["status"]),
        record["campaign_id"],
        there=record["there"],
    )


@_understood
def as_cells(record: sqlite3.Row) -> tuple[str, ...]:
    """Return the cells of a record of contents."""
    return tuple(json.loads(record["cells"]))


@_understood
def as_campaign(record: sqlite3.Row) -> dict[str, str]:
    """Return the parameters of a record of contents."""
    return dict(json.loads(record["campaign"]))


@_understood
def as_count(record: sqlite3.Row) -> tuple[Status, int]:
    """Return a status, and how many rows have it."""
    return Status(record["status"]), int(record["n"])


@_understood
def as_outcome(record: sqlite3.Row) -> Outcome:
    """Make an Outcome of a record of rows."""
    return Outcome(Status(record["status"]), record["campaign_id"], record["code"], record["key"], record["message"])


@_understood
def as_problem(record: sqlite3.Row) -> Problem:
    """Make a Problem of a record."""
    return Problem(
        record["message"],
        Severity(record["severity"]),
        record["row"],
        record["heading"],
        record["cell"],
        record["found"],
        record["fault"],
    )


def now() -> str:
    """Return the time for the journal: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
