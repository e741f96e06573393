"""The journal's records as dataclasses, and back."""

import codecs
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import wraps
from typing import TypeVar

from importer.errors import WrongSettings
from importer.journal.known import ExistingRow
from importer.model import (
    MigratedCampaign,
    MigrationReport,
    OnChange,
    OnExisting,
    Outcome,
    Problem,
    Row,
    RowBlock,
    RowResult,
    Run,
    Severity,
    Source,
    Status,
    TextForm,
)
from schemas.likeness import folded
from schemas.problem_codes import ProblemCode

T = TypeVar("T")


def _understood(make: Callable[[sqlite3.Row], T]) -> Callable[[sqlite3.Row], T]:
    """Make a function that converts a record raise WrongSettings if the record is damaged."""

    @wraps(make)
    def understand(record: sqlite3.Row) -> T:
        try:
            if bytes in map(type, record):
                raise TypeError("there are no columns of bytes")
            return make(record)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            message = (
                "The journal is damaged: a record in it cannot be read. Nothing is sent without it. "
                "Restore a copy of it, or use another with --journal."
            )
            raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE) from None

    return understand


@_understood
def as_existing_row(record: sqlite3.Row) -> ExistingRow:
    """Convert a record to an ExistingRow."""
    return ExistingRow(
        run=record["run"],
        row=record["row"],
        status=Status(record["status"]),
        campaign_id=record["campaign_id"],
        read_before=bool(record["read_before"]),
    )


RUN = (
    "id, started, command, path, sheet, headings, digest, encoding, server, url, account, disabled, marker, results, "
    "pruned, layout, on_change, on_existing, migration, os_user, host"
)
"""The columns of a Run."""


@_understood
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
        }
    )


def migration(run: Run) -> str | None:
    """Return the outcomes of an old dialler's campaigns, as the journal stores them; None if it is not a migration."""
    return json.dumps(asdict(run.migration)) if run.migration else None


def _as_migration(kept: str | None) -> MigrationReport | None:
    if kept is None:
        return None
    known = json.loads(kept)
    return MigrationReport(
        known["system"],
        tuple(MigratedCampaign(**one) for one in known["campaigns"]),
        tuple((section, key) for section, key in known.get("unanswered", ())),
        known.get("answers", ""),
    )


ROW = "row, status, fingerprint, campaign_id, there, cells, campaign"
"""The columns of a Row."""


@_understood
def as_row(record: sqlite3.Row) -> Row:
    """Convert a record of rows and contents to a Row."""
    return Row(
        number=record["row"],
        cells=_as_cells(record["cells"]),
        campaign=as_campaign(record),
        fingerprint=record["fingerprint"],
        status=Status(record["status"]),
        campaign_id=record["campaign_id"],
        there=record["there"],
    )


def outline_records(run_id: str, block: RowBlock) -> Iterator[dict[str, object]]:
    """Return the values for `rows` that count and compare rows."""
    names = [name or "" for name in block.column("name")]
    # The values of an enumeration's members, for which it would run Python code once a row.
    statuses = map(str.__str__, block.statuses)
    columns = block.numbers, statuses, block.fingerprints, names, map(folded, names)
    return (
        {"run": run_id, "row": number, "status": status, "fingerprint": fingerprint, "name": name, "folded": plain}
        for number, status, fingerprint, name, plain in zip(*columns, strict=True)
    )


def row_records(run_id: str, block: RowBlock, moment: str) -> Iterator[dict[str, object]]:
    """Return the values for `rows` of rows that are staged at this time."""
    columns = outline_records(run_id, block), block.column("customer"), block.named_ids
    return (
        {**outline, "customer": customer or "", "named_id": named_id, "changed": moment}
        for outline, customer, named_id in zip(*columns, strict=True)
    )


def cells_records(run_id: str, block: RowBlock) -> Iterator[dict[str, object]]:
    """Return the values for `contents` of rows of which only the cells are kept."""
    return (
        {"run": run_id, "row": number, "cells": json.dumps(cells)}
        for number, cells in zip(block.numbers, block.rows_of_cells(), strict=True)
    )


def contents_records(run_id: str, block: RowBlock) -> Iterator[dict[str, object]]:
    """Return the values for `contents` of rows: their texts, and what their campaigns will do once created."""
    return (
        {
            **record,
            "campaign": json.dumps(campaign),
            "enabled": int(campaign.get("enabled", "1") == "1"),
            "maximum": int(campaign.get("maximum", "1")),
        }
        for record, campaign in zip(cells_records(run_id, block), block.campaigns(), strict=True)
    )


@_understood
def as_campaign(record: sqlite3.Row) -> dict[str, str]:
    """Return the parameters of a record of contents."""
    return dict(json.loads(record["campaign"]))


@_understood
def as_count(record: sqlite3.Row) -> tuple[Status, int]:
    """Return a status and the number of rows that have it."""
    return Status(record["status"]), int(record["n"])


def _as_cells(kept: str) -> tuple[str, ...]:
    cells, end = _decode(kept)
    if end < len(kept):
        raise ValueError("something follows the list of cells")
    return tuple(cells)


_decode = json.JSONDecoder().raw_decode

RESULT = "row, status, campaign_id, code, key, message"
"""The columns of a RowResult, before its cells."""


@_understood
def as_result(record: sqlite3.Row) -> RowResult:
    """Convert a record of rows and contents to a RowResult, without the problems."""
    number, status, campaign_id, code, key, message, cells = record
    outcome = Outcome(_STATUSES[status], campaign_id, code=code, key=key, message=message)
    return RowResult(number, _as_cells(cells), outcome)


_STATUSES = {status.value: status for status in Status}


WHOLE_FILE = 0
"""The row number of problems with a file as a whole."""

PROBLEM = "row, severity, heading, cell, found, message, fault"
"""The columns of a Problem."""


@_understood
def as_problem(record: sqlite3.Row) -> Problem:
    """Convert a record to a Problem."""
    return Problem(
        record["message"],
        Severity(record["severity"]),
        row=record["row"] or None,
        column=record["heading"],
        cell=record["cell"],
        found=record["found"],
        problem_code=record["fault"],
    )
