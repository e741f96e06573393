"""The journal's records of runs as dataclasses, and back; and records of any kind that are damaged."""

import codecs
import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import wraps
from typing import TypeVar

from importer import model
from importer.errors import WrongSettings
from importer.model import OnChange, OnExisting, Run, Source, Status, TextForm
from schemas.problem_codes import ProblemCode

T = TypeVar("T")


def understood(make: Callable[[sqlite3.Row], T]) -> Callable[[sqlite3.Row], T]:
    """Make a function that converts a record raise WrongSettings if the record is damaged."""

    @wraps(make)
    def understand(record: sqlite3.Row) -> T:
        try:
            if bytes in map(type, record):
                raise TypeError("a column contains bytes")
            return make(record)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            message = (
                "The journal is damaged: a record in it cannot be read. Nothing is sent without it. "
                "Restore a copy of it, or use another with --journal."
            )
            raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE) from None

    return understand


RUN = (
    "id, started, command, path, sheet, headings, digest, encoding, server, url, account, disabled, marker, results, "
    "pruned, layout, on_change, on_existing, migration, os_user, host"
)
"""The columns of a Run."""


@understood
def as_run(record: sqlite3.Row) -> Run:
    """Convert a record to a Run."""
    known = json.loads(record["layout"])
    text = known.get("text")
    codecs.lookup(record["encoding"] or "utf-8")
    source = Source(
        path=record["path"],
        sheet=record["sheet"],
        headings=tuple(json.loads(record["headings"])),
        digest=record["digest"],
        encoding=record["encoding"],
        kind=known.get("kind", ""),
        header_row=known.get("header_row", 0),
        places=tuple(known.get("places", ())),
        text=TextForm(**text) if text else None,
    )
    return Run(
        id=record["id"],
        started=datetime.fromisoformat(record["started"]),
        command=record["command"],
        source=source,
        server=record["server"],
        url=record["url"],
        account=record["account"],
        disabled=bool(record["disabled"]),
        marker=bool(record["marker"]),
        positions=known.get("positions", {}),
        results=record["results"],
        on_change=OnChange(record["on_change"]),
        pruned=bool(record["pruned"]),
        migration=_as_migration(record["migration"]),
        on_existing=OnExisting(record["on_existing"]),
        split=known.get("split", ""),
        os_user=record["os_user"],
        host=record["host"],
    )


def layout(run: Run) -> str:
    """Return where things are in the file of a run, and its format, as the journal stores them."""
    source = run.source
    return json.dumps(
        {
            "kind": source.kind,
            "header_row": source.header_row,
            "places": source.places,
            "text": asdict(source.text) if source.text else None,
            "positions": dict(run.positions),
            "split": run.split,
        }
    )


def migration(run: Run) -> str | None:
    """Return the outcomes of an old dialler's campaigns, as the journal stores them; None if it is not a migration."""
    return json.dumps(asdict(run.migration)) if run.migration else None


def _as_migration(kept: str | None) -> "model.MigrationReport | None":
    if kept is None:
        return None
    known = json.loads(kept)
    return model.MigrationReport(
        known["system"],
        tuple(model.MigratedCampaign(**one) for one in known["campaigns"]),
        tuple((section, key) for section, key in known.get("unanswered", ())),
        known.get("answers", ""),
    )


@understood
def as_count(record: sqlite3.Row) -> tuple[Status, int]:
    """Return a status and the number of rows that have it."""
    return Status(record["status"]), int(record["n"])
