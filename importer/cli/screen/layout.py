"""Tables and lines for a terminal of any width: words stay whole, and wrapped lines are indented."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from importer.cli.screen.problem_lines import ProblemLine, quoted
from importer.model import EditedRow, Status, shown_row
from importer.security import visible

WIDEST_COLUMN, WIDEST_CELLS = 21, 20
"""How wide the names of columns and the lists of cells may be, in characters, before they wrap."""

INDENT = 2


def hanging(mark: str, text: Text, wrapped: bool) -> RenderableType:
    """Return a text after a mark; where it is wrapped, its other lines begin below its first word."""
    if not wrapped:
        return Text.assemble(mark, text)
    grid = Table.grid()
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark), text)
    return grid


def counts(rows: Mapping[Status, int], styles: Mapping[Status, str]) -> RenderableType:
    """Return how many rows have each status, as a table."""
    grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    grid.add_column()
    grid.add_column(justify="right")
    for status in Status:
        if rows.get(status):
            grid.add_row(Text(f"  {status.value}", style=styles[status]), f"{rows[status]:,}")
    return grid


def problems(lines: Sequence[ProblemLine], style: str) -> RenderableType:
    """Return kinds of problems, a row of a table each; parts that none of them has take no room."""
    parts = [
        ("code", style, None),
        ("column", "bold", WIDEST_COLUMN),
        ("cells", style, WIDEST_CELLS),
        ("message", "", None),
    ]
    shown = [part for part in parts if any(getattr(line, part[0]) for line in lines)]
    grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    for name, styled, width in shown:
        grid.add_column(style=styled, max_width=width, no_wrap=name == "code", overflow="fold")
    for line in lines:
        grid.add_row(*(Text(getattr(line, name)) for name, _, _ in shown))
    return Padding(grid, (0, 0, 0, INDENT))


def edits(rows: Iterable[EditedRow]) -> RenderableType:
    """Return what was edited in rows since their campaigns were created: a line for each field, old value and new."""
    grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(
            Text(f"~ row {shown_row(row.number)}", style="yellow"),
            Text(visible(f"{row.name} (campaign {row.campaign_id})")),
        )
        for one in row.differences:
            grid.add_row(Text(f"    {one.parameter}"), Text(f"{_value(one.before)} -> {_value(one.after)}"))
    return Padding(grid, (0, 0, 0, INDENT))


def _value(text: str | None) -> str:
    return "(unchanged)" if text is None else quoted(text) if text else "(empty)"
