"""Rows become campaigns on the server, exactly once, through the journal.

context.py    the run in progress, and what its stages need
sending.py    exactly what is sent for a row
dry_run.py    the server checks every row before any is created
existing.py   which of a run's rows the server already lists, before anything is sent
creating.py   each create is recorded on disk before it is sent
updating.py   rows that were edited since their campaign was created
switching.py  campaigns of a run are switched on or off
part_lists.py campaigns that have part of a list of numbers are not switched on
canary.py     the first few campaigns are checked before the others are created
settling.py   finding out what happened to rows in doubt
matching.py   which listed campaigns may belong to a row
witnesses.py  whether a list can prove that a campaign does not exist
issued.py     which IDs from the server are believed
outcomes.py   the outcome of a row's requests, and its events
view.py       what the server shows of campaigns, and whether one is gone
row.py        the work of a stage on each row, and what its failures mean
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.delivery.canary import read_back
    from importer.delivery.context import RunContext
    from importer.delivery.creating import Creator
    from importer.delivery.dry_run import check_on_server, find_existing
    from importer.delivery.existing import compare, keep_listings
    from importer.delivery.matching import quoted
    from importer.delivery.part_lists import Covers
    from importer.delivery.sending import to_send
    from importer.delivery.settling import Settlement, settle
    from importer.delivery.switching import Switch, Switchable, Switched, switch, switchable
    from importer.delivery.updating import KEPT, SWITCH, every_field, kept_agents, send_update, turn, update
    from importer.delivery.view import NOT_FOUND, ServerLook, ServerView, Whereabouts
    from importer.delivery.witnesses import raise_if_locked_out

__all__ = [
    "KEPT",
    "NOT_FOUND",
    "SWITCH",
    "Covers",
    "Creator",
    "RunContext",
    "ServerLook",
    "ServerView",
    "Settlement",
    "Switch",
    "Switchable",
    "Switched",
    "Whereabouts",
    "check_on_server",
    "compare",
    "every_field",
    "find_existing",
    "keep_listings",
    "kept_agents",
    "quoted",
    "raise_if_locked_out",
    "read_back",
    "send_update",
    "settle",
    "switch",
    "switchable",
    "to_send",
    "turn",
    "update",
]

LIGHTEST_FIRST = (
    *("context", "sending", "part_lists", "updating", "switching", "witnesses", "view"),
    *("canary", "creating", "dry_run", "existing", "settling", "matching"),
)

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
