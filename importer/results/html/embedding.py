"""Rows as JSON inside a page, escaped so that no text can break out of it."""

import json
from collections.abc import Iterable, Iterator, Set
from itertools import islice

from markupsafe import Markup

from importer.errors import UNDONE
from importer.model import RowResult

BLOCK = 1_000
"""Rows in one block of JSON: this many are in memory at a time, and no block is too long for a browser's strings."""

ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
"""What must not stand in a script element as it is. In JSON it occurs in strings only, where an escape is the same."""

Kind = tuple[str, str, str]
"""A kind of problem: its code, its column ("" for the row as a whole), and its message if that defines the kind."""

Kinds = dict[Kind, int]
"""The kinds of problems that rows have, each with its number in the order of appearance."""


def embedded(document: object) -> Markup:
    """Return a document as JSON that may stand in a script element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(ESCAPES))  # noqa: S704 -- escaped just now


def row_blocks(rows: Iterable[RowResult], apart: Set[Kind], kinds: Kinds) -> Iterator[Markup]:
    """Yield rows as JSON arrays of some rows each; add the kinds of problems that they have to `kinds`.

    A row is [number, status, ID, message, code, key, numbers of its kinds, cells]. Problems of one code and column are
    one kind, except those in `apart`, which are distinguished by their messages.
    """
    source = iter(rows)
    while block := list(islice(source, BLOCK)):
        yield embedded([_entry(row, apart, kinds) for row in block])


def _entry(row: RowResult, apart: Set[Kind], kinds: Kinds) -> list[object]:
    outcome = row.outcome
    found = {kind if kind in apart else (*kind[:2], "") for kind in _kinds_of(row)}
    return [
        row.number,
        outcome.status.value,
        outcome.campaign_id or "",
        row.message,
        outcome.code,
        outcome.key,
        [kinds.setdefault(kind, len(kinds)) for kind in sorted(found)],
        row.cells,
    ]


def _kinds_of(row: RowResult) -> Iterator[Kind]:
    for problem in (*row.problems, *row.outcome.problems):
        if problem.problem_code:
            yield problem.problem_code, problem.column or "", problem.message
    if row.outcome.status in UNDONE:
        yield UNDONE[row.outcome.status].value, "", row.outcome.message
