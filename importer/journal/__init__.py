"""The journal: the only state. One file holds every run and every row.

run_list.py     past runs, with nothing else of the journal
commands.py     commands to type, in messages that are kept
journal.py      the journal: opening, closing and copying it; its tables
runs.py         runs: starting, finding and removing them
rows.py         rows: staging and reading them, up to their outcomes
claims.py       rows that are about to be sent: only who has claimed a row may send it
outcomes.py     outcomes on their way to the disk, written together
recognition.py  which rows earlier runs have created, unchanged or edited since
splits.py       rows that were split into several campaigns
doubts.py       rows in doubt, and the campaigns known to belong to rows
listings.py     what the server's lists showed
looked_up.py    rows with names in the place of IDs
number_loads.py the telephone numbers of campaigns, as counts
undos.py        what each undo is to do, and how far it has come
sent.py         the switches of campaigns, and what updates have overwritten
summary.py      the numbers and problems of a run, for reports
conditions.py   SQL conditions on rows that several queries share
arrivals.py     rows that come in, many at a time
changes.py      the changes to single rows
lacking_numbers.py  what campaigns lack numbers of their lists, in SQL
known.py        the answers of the journal, as dataclasses
records.py      database records as dataclasses, and back; run_records.py: those of runs
clock.py        the time, as the journal keeps it
opening.py      the file of a journal: opened, and made or converted if need be
database.py     the file and its transactions
file_troubles.py its failures as sentences
hashing.py      texts that are not kept, and can still be compared
committer.py    one thread that commits for all others, in groups
pending.py      a change that is on its way to the disk
by_hand.py      a person settles a row in doubt
lock.py         one run at a time for a journal and a server
schema.sql      the tables of a new journal, for SQLite and PostgreSQL
sqlite.sql      statistics for the query planner of SQLite
formats/        the scripts that convert an older journal to the newest format

Each name is imported when it is first used: most commands need the place of the journal, and no database.
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.journal.by_hand import settle_by_hand
    from importer.journal.claims import CreateClaims
    from importer.journal.commands import command_line, command_with, default_path
    from importer.journal.database import Database
    from importer.journal.file_troubles import FileTroubles
    from importer.journal.hashing import hashed, is_hashed
    from importer.journal.journal import Journal
    from importer.journal.known import (
        MOST_NAMED,
        Baseline,
        Edited,
        Existing,
        ExistingRow,
        InDoubtRow,
        KnownCampaign,
        Split,
        age,
        named,
    )
    from importer.journal.lock import only_pass, only_run
    from importer.journal.looked_up import LookedUpRow
    from importer.journal.pending import Pending
    from importer.journal.run_list import find_run, held_runs, past_runs
    from importer.journal.undos import UndoCandidate

__all__ = [
    "MOST_NAMED",
    "Baseline",
    "CreateClaims",
    "Database",
    "Edited",
    "Existing",
    "ExistingRow",
    "FileTroubles",
    "InDoubtRow",
    "Journal",
    "KnownCampaign",
    "LookedUpRow",
    "Pending",
    "Split",
    "UndoCandidate",
    "age",
    "command_line",
    "command_with",
    "default_path",
    "find_run",
    "hashed",
    "held_runs",
    "is_hashed",
    "named",
    "only_pass",
    "only_run",
    "past_runs",
    "settle_by_hand",
]

LIGHTEST_FIRST = (
    "commands",
    "hashing",
    "run_list",
    "lock",
    "by_hand",
    "known",
    "file_troubles",
    "claims",
    "looked_up",
    "database",
    "undos",
    "journal",
)

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
