"""Records of how a command works.

stopwatch.py   how long its stages take, and how fast rows come in
log.py         one JSON line for everything that happens to a row
bug_report.py  the details of a bug in the program
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.events.bug_report import write_bug_report
    from importer.events.log import RowLog
    from importer.events.stopwatch import Stopwatch

__all__ = [
    "RowLog",
    "Stopwatch",
    "write_bug_report",
]

LIGHTEST_FIRST = ("stopwatch", "bug_report", "log")

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
