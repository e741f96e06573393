"""What is passed between the stages: frozen dataclasses and enumerations, no input or output.

status.py        what may become of a row, a run and a command, and what a user may decide
problem.py       what is wrong or worth knowing about a cell, a row or a file
row.py           a row, and what became of it
row_block.py     rows on their way into the journal, column by column
run.py           a run, and the table it was made from
part.py          the numbers of the campaigns that one row was split into
number_load.py   the numbers of a campaign on their way to the server
undo.py          what an undo does with the campaign of each row
problem_place.py where a problem of a row is, in the user's words
columns.py       where the campaign fields of a table come from
migration.py     what became of the campaigns of an old dialler
event.py         what happens while a command works, and who is notified of it
check_result.py  what a check has found about the settings, the server or the journal
plural.py        numbers with their words and units
cell.py          where a cell is, as the user's program names it
lazily.py        names of a package that are imported when they are first used
secret.py        a string that is never shown
version.py       the name and the version of the program

Each name is imported when it is first used: help needs two of them, and making a dataclass takes most of a millisecond.
"""

from importer.model.lazily import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.model.cell import column_letters, column_number
    from importer.model.check_result import CheckResult, Health
    from importer.model.columns import Columns
    from importer.model.event import UNOBSERVED, Attempt, Event, Observer, RowCounter, Timing
    from importer.model.migration import MigratedCampaign, MigrationReport
    from importer.model.number_load import LoadStatus, NumberCounts, NumberLoad
    from importer.model.part import (
        MOST_PARTS,
        PARTS_APART,
        numbered,
        part_number,
        part_of,
        row_name,
        sheet_order,
        sheet_row,
        shown_row,
    )
    from importer.model.plural import counted, duration, enumerated
    from importer.model.problem import Group, Problem
    from importer.model.problem_place import about, heading_of
    from importer.model.row import Difference, EditedRow, Outcome, Row, RowResult
    from importer.model.row_block import RowBlock
    from importer.model.run import READING, Run, Source, TextForm, place
    from importer.model.secret import Secret
    from importer.model.status import (
        NEEDS_A_PERSON,
        UNDO_LEAVES,
        WRONG,
        ExitCode,
        OnChange,
        OnExisting,
        Severity,
        Status,
        Tone,
    )
    from importer.model.undo import Undo, UndoRow, UndoStep
    from importer.model.version import PROGRAM, __version__

__all__ = [
    "MOST_PARTS",
    "NEEDS_A_PERSON",
    "PARTS_APART",
    "PROGRAM",
    "READING",
    "UNDO_LEAVES",
    "UNOBSERVED",
    "WRONG",
    "Attempt",
    "CheckResult",
    "Columns",
    "Difference",
    "EditedRow",
    "Event",
    "ExitCode",
    "Group",
    "Health",
    "LoadStatus",
    "MigratedCampaign",
    "MigrationReport",
    "NumberCounts",
    "NumberLoad",
    "Observer",
    "OnChange",
    "OnExisting",
    "Outcome",
    "Problem",
    "Row",
    "RowBlock",
    "RowCounter",
    "RowResult",
    "Run",
    "Secret",
    "Severity",
    "Source",
    "Status",
    "TextForm",
    "Timing",
    "Tone",
    "Undo",
    "UndoRow",
    "UndoStep",
    "__version__",
    "about",
    "column_letters",
    "column_number",
    "counted",
    "duration",
    "enumerated",
    "finder",
    "heading_of",
    "numbered",
    "part_number",
    "part_of",
    "place",
    "row_name",
    "sheet_order",
    "sheet_row",
    "shown_row",
]

LIGHTEST_FIRST = (
    *("version", "status", "plural", "cell", "secret", "part", "run", "problem"),
    *("row", "event", "problem_place", "columns", "migration", "check_result", "row_block", "number_load", "undo"),
)

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
