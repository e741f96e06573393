"""Data as tables on standard output: of a sheet, of runs, of the rows of a run."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from importer.cli.screen import COLOURS
from importer.model import CheckResult, RowResult, Run, Status
from importer.security import visible

RUN_HEADINGS = ("run", "started", "command", "file", "account and server", "rows")
ROW_HEADINGS = ("row", "status", "id", "message")


def put_table(headings: Iterable[str], lines: Iterable[Iterable[str]], *, color: bool) -> None:
    """Put a table of data on standard output."""
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for line in lines:
        table.add_row(*(Text(visible(cell), overflow="fold") for cell in line))
    _put(table, color=color)


def put_check_results(results: Iterable[CheckResult], *, color: bool) -> None:
    """Put what checks have found on standard output, neighbours of which the same is said in one line."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for (health, message, code), alike in groupby(results, key=lambda one: (one.health, one.message, one.code)):
        first, *others = (one.check for one in alike)
        told = f"{', '.join((first, *others))}: {message}" if others else message
        words = Text.assemble(visible(told), (f" [{code}]" if code else "", "dim"), overflow="fold")
        table.add_row(Text(health.value, style=COLOURS[health.tone]), "" if others else Text(first, "bold"), words)
    _put(table, color=color)


def _put(table: Table, *, color: bool) -> None:
    console = Console(no_color=not color or None, highlight=False)
    if not console.is_terminal:
        # A file or a pipe has no width: nothing is to be cut or wrapped.
        console.width = 1_000_000
    console.print(table)


def run_line(run: Run, counts: Mapping[Status, int]) -> list[str]:
    """Return the cells of a run in the list of runs."""
    told = ", ".join(f"{counts[status]} {status.value}" for status in Status if counts.get(status))
    when = run.started.astimezone().strftime("%Y-%m-%d %H:%M")
    return [run.id, when, run.command, run.source.path, f"{run.account}@{run.server}", told]


def row_line(row: RowResult) -> list[str]:
    """Return the cells of a row in the list of a run's rows."""
    return [str(row.number), row.outcome.status.value, row.outcome.campaign_id or "", row.message]
