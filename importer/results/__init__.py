"""The results: the user's own table with what happened to each row, and what else is kept of how a command works.

handing_back.py  the files that are asked for, of a run or of several sheets
tables.py   the tables of a run: results and rejects
parts.py    the campaigns that a row was split into, as one line
run_results.py  everything known about a run
writing.py  the results: in which form, where, and what to do if that fails
summing_up.py  what the summary says of one run, or of those of several sheets
rejects.py  only the rows that need fixing, as a file to send back
headline.py how the command ended, in a sentence or two
targets.py  where they go
written.py  a file that is new and complete
text.py     as a text file, like the user's own
lines.py    what is added to a row, and which cells are marked
refused.py  which values stay refused when only text is written
html/       the report of a run as one page
stopwatch.py  how long the stages of a command take, and how fast rows come in
log.py      one JSON line for everything that happens to a row
bug_report.py  the details of a bug in the program

Each name is imported when it is first used: a command that writes no results does without what writes workbooks.
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.results.bug_report import write_bug_report
    from importer.results.handing_back import by_workbook, hand_back, story_in
    from importer.results.log import RowLog
    from importer.results.run_results import RunResults
    from importer.results.stopwatch import Stopwatch
    from importer.results.targets import WORKBOOKS, check_page, check_target, default_target, place_beside
    from importer.results.written import WrittenFile, opened

__all__ = [
    "WORKBOOKS",
    "RowLog",
    "RunResults",
    "Stopwatch",
    "WrittenFile",
    "by_workbook",
    "check_page",
    "check_target",
    "default_target",
    "hand_back",
    "opened",
    "place_beside",
    "story_in",
    "write_bug_report",
]

LIGHTEST_FIRST = ("stopwatch", "bug_report", "log", "targets", "handing_back", "run_results", "written")

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
