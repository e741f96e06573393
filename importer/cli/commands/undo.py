"""`undo`: what a run has done is undone, as far as nobody has touched it since."""

from dataclasses import dataclass
from pathlib import Path

from importer.cli.outputs import output_options
from importer.cli.screen import prompts
from importer.cli.screen.screen import Screen
from importer.cli.undoing import undo
from importer.cli.values.output import ResultsValues
from importer.cli.values.server import ServerValues
from importer.errors import WrongUsage
from importer.model import ExitCode
from importer.results import check_target
from importer.undo import UndoOrder
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class UndoValues(ServerValues, ResultsValues):
    """What `undo` takes."""

    run: str
    yes: bool
    off_only: bool
    force_touched: bool
    backup: Path | None


def run(values: UndoValues, screen: Screen) -> ExitCode:
    """Look at what a run has done, ask, and undo it."""
    if values.off_only and values.force_touched:
        message = "--off-only deletes nothing, so --force-touched has no effect. Remove one of them."
        raise WrongUsage(message, ProblemCode.CLASH)
    if not values.yes:
        prompts.require_terminal("Add --yes to undo without asking.")
    output = output_options(values, (values.run,))
    if values.backup is not None:
        if values.backup.suffix.lower() != ".xlsx":
            message = f"--backup {values.backup}: the backup is a workbook; its name must end in .xlsx."
            raise WrongUsage(message, ProblemCode.OUTPUT)
        check_target("--backup", values.backup)
    order = UndoOrder(off_only=values.off_only, force_touched=values.force_touched, backup=values.backup)
    return undo(values, screen, values.run, order, output, ask=not values.yes)
