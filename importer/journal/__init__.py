"""The journal: the only state there is. One file knows every run and every row.

journal.py      the journal: opening, closing and copying it; its tables
runs.py         runs: beginning, finding, forgetting them
rows.py         rows: staging, reading, and the way of each to its outcome
recognition.py  which rows earlier runs have created, as they are or edited since
doubts.py       rows in doubt, and the campaigns that are known as some row's
listings.py     what the server's lists showed
summary.py      what is told of a run
conditions.py   what rows are, in the words of the database
changes.py      what one row goes through
known.py        what the journal answers, as dataclasses
records.py      records of the database as dataclasses
database.py     the file, its transactions, and its failures as sentences
committer.py    one thread that commits for all others, in groups
lock.py         one run at a time for a journal and a server
schema.sql      the tables of a new journal, for SQLite and PostgreSQL
sqlite.sql      what SQLite alone is told: how many rows a value has
formats/        what brings an older journal to the newest format
"""

from importer.journal.database import is_hashed
from importer.journal.journal import Journal
from importer.journal.known import (
    MOST_NAMED,
    Baseline,
    Edited,
    Existing,
    ExistingRow,
    InDoubtRow,
    KnownCampaign,
    age,
    named,
)
from importer.journal.lock import only_pass, only_run

__all__ = [
    "MOST_NAMED",
    "Baseline",
    "Edited",
    "Existing",
    "ExistingRow",
    "InDoubtRow",
    "Journal",
    "KnownCampaign",
    "age",
    "is_hashed",
    "named",
    "only_pass",
    "only_run",
]
