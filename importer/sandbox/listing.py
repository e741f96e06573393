"""Which rows a list shows: pages of what there is, and what a list that is not whole leaves out."""

from collections.abc import Sequence
from typing import TypeVar

from importer.sandbox.calls import Call
from importer.sandbox.parameters import KnownParameter, whole

_T = TypeVar("_T")

# The guide does not say what the reduced data look like, so pages=1 changes nothing here.
PAGING = (
    KnownParameter("count", whole(0, 1), 0),
    KnownParameter("limit", whole(0), 0),
    KnownParameter("offset", whole(0), 0),
    KnownParameter("pages", whole(0, 1), 0),
)


def ends_cut(rows: Sequence[_T], call: Call, action: str) -> Sequence[_T]:
    """Leave out what the modes have a list leave out at its ends."""
    modes = call.modes
    if not modes.lie_in(action):
        return rows
    if modes.list_first:
        rows = rows[: modes.list_first]
    return rows[-modes.list_last :] if modes.list_last else rows


def page_of(rows: Sequence[_T], call: Call) -> Sequence[_T]:
    """Return the rows that limit and offset ask for, as far as the server follows them."""
    limit, offset = (int(call.values.get(name, 0)) for name in ("limit", "offset"))
    if call.modes.paging == "ignored":
        limit = offset = 0
    if call.modes.paging == "overlapping":
        offset = max(offset - 1, 0)
    limit = min(limit or len(rows), call.modes.page_most or len(rows))
    return rows[offset : offset + limit]
