"""SQL conditions on rows that several queries share."""

from collections.abc import Iterable
from enum import StrEnum

from importer.model import Status

ON_THE_SERVER = (Status.CREATED, Status.EXISTS, Status.UPDATED)
"""The statuses of rows whose campaign is on the server with the row's values."""


def listed(values: Iterable[StrEnum]) -> str:
    """Return the list between the brackets after IN. Only for enumerations: their values need no escaping."""
    return ", ".join(f"'{value}'" for value in values)


LISTED = listed(ON_THE_SERVER)
UNLISTED = listed(status for status in Status if status not in ON_THE_SERVER)
"""The statuses of rows whose campaign is not on the server. Listed one by one, so that the index can be used."""

UNSENT = "status IN ('valid', 'ready')"
"""Rows to be created, before or after the server's check."""

TO_CREATE = "status = 'ready' AND there = agreed"
"""Rows that may be sent: ready, and without a campaign like it on the server unless the user agreed to that one."""

NEVER_SENT = "status = 'ready' AND attempts = 0"
"""Rows that are ready and were never sent."""

UNKNOWN_FATE = "campaign_id IS NULL AND status IN ('sending', 'in_doubt', 'created')"
"""Rows for which only the server knows what they created; must be identical to the condition of the index."""

HELD_BACK = f"status = 'in_doubt' AND attempts = 0 AND {UNKNOWN_FATE}"
"""Rows that were never sent, because another row may have created their campaign."""

RELEASE = f"UPDATE rows SET status = 'ready', message = '' WHERE {HELD_BACK}"
"""Makes rows that were held back and never sent ready again."""

BEGUN = "number_loads.status IN ('loading', 'in_doubt', 'paused')"
"""Loads of numbers that have begun and are not complete."""

NOT_OFF = "contents.enabled = 1"
"""Rows that do not switch their campaign off; the server's default is on."""

SUPERSEDED = (
    "EXISTS (SELECT 1 FROM rows AS later JOIN runs AS later_runs ON later_runs.id = later.run "
    "WHERE later.campaign_id = rows.campaign_id AND later.status = 'updated' AND later.learnt > rows.learnt "
    "AND later.fingerprint <> rows.fingerprint AND later_runs.server = runs.server)"
)
"""Rows whose campaign has since been given other values by another row."""

PAGE = 500
"""Number of rows read at once."""
