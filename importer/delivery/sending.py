"""Exactly what is sent for a row: its campaign, and what the options of the run add."""

from importer.model import Row, Run
from schemas.campaign import Wire
from schemas.name_lists import LIST_OF
from schemas.names import NAME_PREFIX


def to_send(run: Run, row: Row) -> Wire:
    """Return the parameters that a run sends for a row: its campaign, with its mark if the run has --marker.

    `enabled` is 0 with --disabled, and for a row whose numbers are yet to be loaded: no part of a list is dialled.
    """
    campaign = dict(row.campaign)
    if any(campaign.get(name, "").startswith(NAME_PREFIX) for name in LIST_OF):
        # Names are looked up before rows come here: nothing is sent for a row that was forgotten.
        raise ValueError(f"row {row.number} has a name in the place of an ID")
    if run.disabled or row.has_numbers:
        campaign["enabled"] = "0"
    if run.marker:
        token = mark(run.id, row.number)
        campaign["description"] = f"{campaign['description']} {token}" if "description" in campaign else token
    return campaign


def mark(run_id: str, row: int) -> str:
    """Return the token that --marker appends to a row's description; it is unique to the row."""
    return f"[{run_id}/{row}]"
