"""What rows are, in the words of the database, where several questions ask for it."""

from collections.abc import Iterable
from enum import StrEnum

from importer.model import Status

ON_THE_SERVER = (Status.CREATED, Status.EXISTS, Status.UPDATED)
"""What a row is whose campaign the server holds with the row's values."""


def listed(values: Iterable[StrEnum]) -> str:
    """Return what stands between the brackets after IN. Only for enumerations: their values need no quoting."""
    return ", ".join(f"'{value}'" for value in values)


LISTED = listed(ON_THE_SERVER)
UNLISTED = listed(status for status in Status if status not in ON_THE_SERVER)
"""What a row is that its run has not brought to the server. Named one by one, each of them can be looked up."""

UNSENT = "status IN ('valid', 'ready')"
"""What a row is that is to be created, before or after the server's check."""

TO_CREATE = "status = 'ready' AND there = agreed"
"""What a row is that may be sent: ready, and beside no campaign on the server that nobody has agreed to."""

NEVER_SENT = "status = 'ready' AND attempts = 0"
"""What a row is that is ready and never left."""

UNKNOWN_FATE = "campaign_id IS NULL AND status IN ('sending', 'in_doubt', 'created')"
"""What a row is of which the server alone knows what it made; to the letter as the index on it says."""

HELD_BACK = f"status = 'in_doubt' AND attempts = 0 AND {UNKNOWN_FATE}"
"""What a row is that was never sent, because another one may have made its campaign."""

RELEASE = f"UPDATE rows SET status = 'ready', message = '' WHERE {HELD_BACK}"
"""Makes rows ready again that were held back and never sent."""

NOT_OFF = "contents.enabled = 1"
"""Whether a row does not say that its campaign is to be off; the server's default is on."""

SUPERSEDED = (
    "EXISTS (SELECT 1 FROM rows AS later JOIN runs AS later_runs ON later_runs.id = later.run "
    "WHERE later.campaign_id = rows.campaign_id AND later.status = 'updated' AND later.learnt > rows.learnt "
    "AND later.fingerprint <> rows.fingerprint AND later_runs.server = runs.server)"
)
"""Whether another row has given a row's campaign other values since."""

PAGE = 500
"""How many rows are read at once."""
