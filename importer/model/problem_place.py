"""Where a problem of a row is, in the user's words."""

from dataclasses import replace

from importer.model.problem import Problem
from importer.model.run import Run, place


def about(run: Run, row: int, problem: Problem) -> Problem:
    """Return a problem of a row whose `column` is a parameter, with the user's heading and the cell."""
    position = run.positions.get(problem.column or "")
    if position is None:
        return replace(problem, row=row, found=None)
    return replace(
        problem, row=row, column=heading_of(run, problem.column or ""), cell=place(run.source, position, row)
    )


def heading_of(run: Run, parameter: str) -> str:
    """Return the heading of a parameter in the user's sheet, or the parameter's own name."""
    position = run.positions.get(parameter)
    return parameter if position is None else run.source.headings[run.source.places.index(position)]
