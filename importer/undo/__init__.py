"""The undo of a run: what it created is deleted, and what it changed is changed back, as far as nobody has touched it.

An undo is a run of its own: planned, agreed to, journalled row by row before anything is sent, continued by `apply`.

undoing.py      an undo from its plan to its report
planning.py     what the run has done is looked up, and nothing is changed
candidates.py   which campaigns the run has created, updated or loaded numbers into
judging.py      whether the campaign of a row is as the run left it
expected.py     what was last sent for it
dialled.py      whether a campaign has called anybody
backup.py       the campaigns to be deleted, as a workbook that can be imported
doing.py        what is planned is carried out
deleting.py     one campaign is deleted
restoring.py    one campaign gets its former values back
reconciling.py  campaigns of runs that are gone or were edited, without any undo
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.undo.planning import UndoOrder, plan_undo
    from importer.undo.reconciling import Compared, Reconciliation, reconcile
    from importer.undo.undoing import (
        Prospect,
        agree,
        find_undo,
        hand_back_undo,
        prospect_of,
        report_of_undo,
        undo_run,
    )

__all__ = [
    "Compared",
    "Prospect",
    "Reconciliation",
    "UndoOrder",
    "agree",
    "find_undo",
    "hand_back_undo",
    "plan_undo",
    "prospect_of",
    "reconcile",
    "report_of_undo",
    "undo_run",
]

LIGHTEST_FIRST = ("planning", "reconciling", "undoing")

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
