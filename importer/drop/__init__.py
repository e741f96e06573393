"""A folder that other systems drop files into, and the life of a file there.

poller.py     a pass over all folders
job.py        one file: worked on, reported and archived
file_runs.py  a file of campaigns: its runs, one a sheet; number_runs.py: a file of telephone numbers
numbers_work.py  how telephone numbers are read and loaded
outcome.py    what is reported about a file; mail_content.py: in words, numbers_content.py: of telephone numbers
arrivals.py   which files are ready to be read; open_files.py: those that another process is writing
pairs.py      campaigns and their telephone numbers in two files; seen.py: what is known of the files of a folder
inbox.py      claiming files, and recovering after a crash; claims.py: notes about them, claim_notes.py: what is in one
archiving.py  archiving them beside their results; moving.py: never over another file
places.py     our folders within a folder that files arrive in
former.py     notes of earlier versions
retention.py  removing what has been kept long enough; scrubbing.py: comparing numbers with do-not-call lists again
os_errors.py  why a folder cannot be used, in words
config/       what drop.toml says
"""

from importer.drop.config import MAIL_PASSWORD_VARIABLE, WEBHOOK_SECRET_VARIABLE, Drop, DropFolder, Handling, load
from importer.drop.numbers_work import NumbersWork
from importer.drop.os_errors import shown
from importer.drop.poller import FolderContext, Poller, PollResult
from importer.drop.retention import old_files, remove_files
from importer.drop.scrubbing import Scrubber

__all__ = [
    "MAIL_PASSWORD_VARIABLE",
    "WEBHOOK_SECRET_VARIABLE",
    "Drop",
    "DropFolder",
    "FolderContext",
    "Handling",
    "NumbersWork",
    "PollResult",
    "Poller",
    "Scrubber",
    "load",
    "old_files",
    "remove_files",
    "shown",
]
