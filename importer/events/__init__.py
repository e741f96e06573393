"""Who listens while a command works.

stopwatch.py  how long its stages take, and how fast rows come in
log.py        one JSON line for everything that happens to a row
"""

from importer.events.log import RowLog
from importer.events.stopwatch import Stopwatch

__all__ = [
    "RowLog",
    "Stopwatch",
]
