"""The journal's records as dataclasses, and back."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from importer.journal.known import ExistingRow
from importer.journal.run_records import understood
from importer.model import (
    Outcome,
    Problem,
    Row,
    RowResult,
    Severity,
    Status,
)
from schemas.likeness import folded

if TYPE_CHECKING:
    from importer.model import RowBlock


@understood
def as_existing_row(record: sqlite3.Row) -> ExistingRow:
    """Convert a record to an ExistingRow."""
    return ExistingRow(
        run=record["run"],
        row=record["row"],
        status=Status(record["status"]),
        campaign_id=record["campaign_id"],
        read_before=bool(record["read_before"]),
    )


HAS_NUMBERS = "EXISTS (SELECT 1 FROM number_loads WHERE number_loads.run = rows.run AND number_loads.row = rows.row)"
"""Rows with a list of telephone numbers."""

ROW = f"row, status, fingerprint, campaign_id, there, cells, campaign, {HAS_NUMBERS} AS has_numbers"
"""The columns of a Row."""


@understood
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
        has_numbers=bool(record["has_numbers"]),
    )


def outline_records(run_id: str, block: "RowBlock") -> Iterator[dict[str, object]]:
    """Return the values for `rows` that count and compare rows."""
    names = [name or "" for name in block.column("name")]
    # The values of an enumeration's members, for which it would run Python code once a row.
    statuses = map(str.__str__, block.statuses)
    columns = block.numbers, statuses, block.fingerprints, names, map(folded, names)
    return (
        {"run": run_id, "row": number, "status": status, "fingerprint": fingerprint, "name": name, "folded": plain}
        for number, status, fingerprint, name, plain in zip(*columns, strict=True)
    )


def row_records(run_id: str, block: "RowBlock", moment: str) -> Iterator[dict[str, object]]:
    """Return the values for `rows` of rows that are staged at this time."""
    columns = outline_records(run_id, block), block.column("customer"), block.named_ids
    return (
        {**outline, "customer": customer or "", "named_id": named_id, "changed": moment}
        for outline, customer, named_id in zip(*columns, strict=True)
    )


def cells_records(run_id: str, block: "RowBlock") -> Iterator[dict[str, object]]:
    """Return the values for `contents` of rows of which only the cells are kept."""
    return (
        {"run": run_id, "row": number, "cells": json.dumps(cells)}
        for number, cells in zip(block.numbers, block.rows_of_cells(), strict=True)
    )


def contents_records(run_id: str, block: "RowBlock") -> Iterator[dict[str, object]]:
    """Return the values for `contents` of rows: their texts, and what their campaigns will do once created."""
    return (
        {
            **record,
            "campaign": json.dumps(campaign),
            "enabled": int(campaign.get("enabled", "1") == "1"),
            "maximum": int(campaign.get("maximum", "1")),
            "to_look_up": int(record["row"] in block.to_look_up),
        }
        for record, campaign in zip(cells_records(run_id, block), block.campaigns(), strict=True)
    )


@understood
def as_campaign(record: sqlite3.Row) -> dict[str, str]:
    """Return the parameters of a record of contents."""
    return dict(json.loads(record["campaign"]))


def _as_cells(kept: str) -> tuple[str, ...]:
    cells, end = _decode(kept)
    if end < len(kept):
        raise ValueError("something follows the list of cells")
    return tuple(cells)


_decode = json.JSONDecoder().raw_decode

NOTHING: Mapping[str, str] = MappingProxyType({})


def as_looked_up(kept: str) -> dict[str, str]:
    """Return what the names of a row stood for, by parameter."""
    return dict(json.loads(kept)) if kept else {}


RESULT = "row, status, campaign_id, code, key, message"
"""The columns of a RowResult, before its cells and what was looked up for it."""


@understood
def as_result(record: sqlite3.Row) -> RowResult:
    """Convert a record of rows and contents to a RowResult, without the problems."""
    number, status, campaign_id, code, key, message, cells, looked_up = record
    outcome = Outcome(_STATUSES[status], campaign_id, code=code, key=key, message=message)
    return RowResult(number, _as_cells(cells), outcome, looked_up=as_looked_up(looked_up) if looked_up else NOTHING)


_STATUSES = {status.value: status for status in Status}


WHOLE_FILE = 0
"""The row number of problems with a file as a whole."""

PROBLEM = "row, severity, heading, cell, found, message, fault"
"""The columns of a Problem."""


@understood
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
