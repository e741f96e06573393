"""Rows become campaigns on the server, exactly once, through the journal.

context.py    a run that is worked on, and what its stages work with
sending.py    what exactly is sent for a row
dry_run.py    the server checks every row, before any is created
existing.py   what the server's list shows of a run's rows before anything is sent
creating.py   the intention is on disk before a request leaves
updating.py   rows that were edited since their campaign was created
switching.py  campaigns of a run are switched on or off
canary.py     the first few are read back before the others follow
settling.py   what became of rows in doubt
matching.py   which of the listed campaigns may be a row's
witnesses.py  what a list is worth as a proof that a campaign is not there
issued.py     which IDs that a server answers with are believed
outcomes.py   what the requests for a row have shown
row.py        what is done with every row of a stage, and what its failures mean
"""

from importer.delivery.canary import read_back
from importer.delivery.context import RunContext
from importer.delivery.creating import Creator
from importer.delivery.dry_run import check_on_server, find_existing
from importer.delivery.existing import compare, keep_listings
from importer.delivery.settling import Settlement, decide, settle
from importer.delivery.switching import Switch, Switchable, Switched, switch, switchable
from importer.delivery.updating import update

__all__ = [
    "Creator",
    "RunContext",
    "Settlement",
    "Switch",
    "Switchable",
    "Switched",
    "check_on_server",
    "compare",
    "decide",
    "find_existing",
    "keep_listings",
    "read_back",
    "settle",
    "switch",
    "switchable",
    "update",
]
