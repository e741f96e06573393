"""Records of how a command works.

stopwatch.py   how long its stages take, and how fast rows come in
log.py         one JSON line for everything that happens to a row
bug_report.py  the details of a bug in the program
"""

from importer.events.bug_report import write_bug_report
from importer.events.log import RowLog
from importer.events.stopwatch import Stopwatch

__all__ = [
    "RowLog",
    "Stopwatch",
    "write_bug_report",
]
