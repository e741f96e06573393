"""Runs and rows to put into a journal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from importer.journal.journal import Journal
from importer.journal.known import CreateClaim
from importer.model import Row, Run, Source, Status, TextForm

SERVER, ACCOUNT = "pbx:443", "admin"


RUN = Run(
    id="20240506-abcdef",
    started=datetime(2024, 5, 6, tzinfo=UTC),
    command="import",
    source=Source(
        path="/data/a.csv",
        sheet=None,
        headings=("name", "Region"),
        digest="00ff",
        encoding="utf-8",
        kind="text",
        header_row=3,
        places=(0, 2),
        text=TextForm(";", quoting="single", first_line="sep=;", newline="\n"),
    ),
    server=SERVER,
    url="https://pbx/api/json/",
    account=ACCOUNT,
    disabled=True,
    marker=True,
    positions={"name": 0},
)


def row(number: int, name: str = "", status: Status = Status.READY, **campaign: str) -> Row:
    """Return a row whose values follow from its number, or from what is given."""
    wire = {"name": name or f"N{number}", "dtype": "queue", "dnumber": "1"} | campaign
    return Row(
        number=number, cells=(wire["name"], "North"), campaign=wire, fingerprint="|".join(wire.values()), status=status
    )


def put(open_journal: Journal, run: Run, *rows: Row) -> Run:
    """Stage a whole run."""
    open_journal.runs.start(run)
    open_journal.rows.stage(run.id, rows, ())
    open_journal.runs.finish_staging(run.id)
    return run


def later(number: int, **changes: object) -> Run:
    """Return another run, some minutes later."""
    return replace(RUN, id=f"run-{number}", started=RUN.started + timedelta(minutes=number), **changes)  # type: ignore[arg-type]


def claim(open_journal: Journal, run: Run, row: Row) -> CreateClaim:
    """Claim one row, and wait until that is on disk."""
    (claimed,) = open_journal.rows.claim_all(run, [row]).wait()
    return claimed
