"""The IDs that a server returns for creates: one that belongs to another row, or existed before, is not believed."""

import threading
from collections import OrderedDict
from dataclasses import replace

from importer.journal import Journal
from importer.model import Outcome, Row, Run, Status

RECENT = 10_000
"""Number of IDs remembered: more than can be waiting to be written to the journal, which has the others."""

ANSWERED = "Created, but the server responded with the ID"
UNKNOWN = ", so the real ID is not known."


class Issued:
    """Records the outcomes of a run's rows, with the IDs that can be believed; thread-safe."""

    def __init__(self, journal: Journal, run: Run) -> None:
        self._journal = journal
        self._run = run
        self._lock = threading.Lock()
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._repeated: set[str] = set()

    def record(self, row: Row, outcome: Outcome) -> Outcome:
        """Record the outcome of a row and return it, without its ID if that cannot be the row's.

        It cannot be if the campaign existed before the run, or belongs to another row on this server. If the server
        returned it for another row of this run, that row loses it too: both are looked up.
        """
        with self._lock:
            answered = outcome.campaign_id if outcome.status is Status.CREATED else None
            if answered and (doubt := self._doubt(row, answered)):
                outcome = replace(outcome, campaign_id=None, message=doubt)
            self._journal.rows.record(self._run.id, row.number, outcome)
        return outcome

    def _doubt(self, row: Row, campaign_id: str) -> str:
        """Return why an ID cannot be believed; "" if it can."""
        again = f"{ANSWERED} {campaign_id} for another row too{UNKNOWN}"
        if campaign_id in self._repeated:
            return again
        if self._journal.listings.shows(self._run.id, row.campaign.get("customer", ""), campaign_id):
            return f"{ANSWERED} {campaign_id}, which existed before{UNKNOWN}"
        if campaign_id in self._recent or self._journal.doubts.is_known(self._run.server, campaign_id):
            self._repeated.add(campaign_id)
            self._journal.rows.disown(self._run.id, campaign_id, again)
            return again
        self._recent[campaign_id] = None
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        return ""
