"""Everything known about a run, for all that is written of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.model import Problem, Source
from importer.report import Report

if TYPE_CHECKING:
    # What writes workbooks takes a while to import, and it is not always asked for.
    from importer.results.written import Rows


@dataclass(frozen=True)
class RunResults:
    """Everything known about a run: its report, its rows and its problems.

    Rows and problems are in the order of the sheet; each iteration starts from the beginning. `outcomes` are
    the rows without the user's cells. `optional` are the headings of columns that not all results have.
    """

    report: Report
    rows: Rows
    outcomes: Rows
    problems: Callable[[], Iterable[Problem]]
    optional: tuple[str, ...] = ()

    @property
    def source(self) -> Source:
        """The table the run was made from."""
        return self.report.source
