"""A folder that other systems drop files into, and the life of a file there.

poller.py     a pass over all folders
job.py        one file: imported, notified and archived; outcome.py, mail_content.py: what is reported of it
arrivals.py   which files may be taken now; open_files.py: those that nobody is writing
inbox.py      taking them, and what a crash has left; claims.py: the notes about them
archiving.py  putting them away beside their results; moving.py: never over another file
places.py     our folders within a folder that files arrive in
former.py     what earlier versions have left
retention.py  what is older than anybody wants to keep it
os_errors.py  what keeps a folder from being used, in words
config/       what drop.toml says
"""

from importer.drop.config import MAIL_PASSWORD_VARIABLE, WEBHOOK_SECRET_VARIABLE, Drop, DropFolder, load
from importer.drop.os_errors import shown
from importer.drop.poller import FolderContext, Poller, PollResult
from importer.drop.retention import old_files, remove_files

__all__ = [
    "MAIL_PASSWORD_VARIABLE",
    "WEBHOOK_SECRET_VARIABLE",
    "Drop",
    "DropFolder",
    "FolderContext",
    "PollResult",
    "Poller",
    "load",
    "old_files",
    "remove_files",
    "shown",
]
