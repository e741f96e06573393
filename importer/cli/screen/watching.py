"""Who hears of everything that happens while a command works: the screen, and the log."""

from collections.abc import Iterator
from contextlib import contextmanager

from importer.cli.screen.screen import Screen
from importer.cli.values.output import LogValues
from importer.errors import WrongUsage
from importer.model import Observer
from importer.results import RowLog
from schemas.problem_codes import ProblemCode


@contextmanager
def watching(screen: Screen, values: LogValues) -> Iterator[Observer]:
    """Yield the observer of everything that happens: the screen, and the log if requested."""
    if values.log is None:
        if values.anonymise:
            message = "--anonymise applies to the log. Name one with --log FILE."
            raise WrongUsage(message, ProblemCode.CLASH)
        yield screen
        return
    with RowLog(values.log, screen, anonymise=values.anonymise) as log:
        yield log
    if log.complaint:
        screen.complain(log.complaint)
