"""The journal: the only state there is. One file knows every run and every row.

journal.py    what is asked of it and written into it
records.py    its records as dataclasses, and the changes that one row goes through
database.py   the file, its transactions, and its failures as sentences
committer.py  one thread that commits for all others, in groups
lock.py       one run at a time for a journal and a server
formats/      the tables, and what brings an older journal to the newest format
"""

from importer.journal.database import is_hashed
from importer.journal.journal import Journal
from importer.journal.lock import only_pass, only_run
from importer.journal.records import (
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
