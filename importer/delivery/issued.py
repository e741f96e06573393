"""The IDs that a server answers creates with: one that is another row's, or was there before, is not believed."""

import threading
from collections import OrderedDict
from dataclasses import replace

from importer.journal import Journal
from importer.model import Outcome, Row, Run, Status

RECENT = 10_000
"""How many IDs are remembered: more than can be on their way to the journal's file, which has the others."""

ANSWERED = "Created, but the server answered with the ID"
UNKNOWN = ", so its own is not known."


class Issued:
    """Writes down what became of the rows of a run, with the IDs that can be believed; safe in many threads."""

    def __init__(self, journal: Journal, run: Run) -> None:
        self._journal = journal
        self._run = run
        self._lock = threading.Lock()
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._repeated: set[str] = set()

    def record(self, row: Row, outcome: Outcome) -> Outcome:
        """Write down what became of a row, and return it: without its ID where that cannot be the row's own.

        It cannot where the campaign was there before the run, or another row on this server has it. If that is one of
        this run that was answered with it, that row does not keep it either: both are looked up.
        """
        with self._lock:
            answered = outcome.campaign_id if outcome.status is Status.CREATED else None
            if answered and (doubt := self._doubt(row, answered)):
                outcome = replace(outcome, campaign_id=None, message=doubt)
            self._journal.rows.record(self._run.id, row.number, outcome)
        return outcome

    def _doubt(self, row: Row, campaign_id: str) -> str:
        """Return why an ID cannot be believed, "" where it can."""
        again = f"{ANSWERED} {campaign_id} for another row too{UNKNOWN}"
        if campaign_id in self._repeated:
            return again
        if self._journal.listings.shows(self._run.id, row.campaign.get("customer", ""), campaign_id):
            return f"{ANSWERED} {campaign_id}, which was there before{UNKNOWN}"
        if campaign_id in self._recent or self._journal.doubts.is_known(self._run.server, campaign_id):
            self._repeated.add(campaign_id)
            self._journal.rows.disown(self._run.id, campaign_id, again)
            return again
        self._recent[campaign_id] = None
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        return ""
