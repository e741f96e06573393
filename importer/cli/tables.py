"""Data as tables on standard output: of a sheet, of runs, of the rows of a run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from importer.cli.screen import COLOURS
from importer.model import CheckResult, RowResult, Run, Status
from importer.security import visible

ROW_HEADINGS = ("row", "status", "id", "message")
NUMBERS = frozenset(("row", "id"))
"""The headings of columns of numbers, which stand to the right."""

WHOLE = {"run": 99, "started": 99, "command": 99, "file": 24, "sheet": 16, "by": 16, "row": 99, "status": 99, "id": 99}
"""The headings of columns whose texts are never broken or cut, unless they have more characters than this."""

GAP = 2
LEAST_WIDTH = 4
"""The minimum width of other columns, in characters; their texts wrap."""

SENTENCES = {"rows": 12, "message": 20}
"""The headings of columns of words, and how narrow these may become."""


def put_table(headings: Iterable[str], lines: Iterable[Iterable[str]], *, color: bool) -> None:
    """Put a table of data on standard output."""
    given = list(headings)
    shown = [[visible(cell) for cell in line] for line in lines]
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    least = 0
    for position, heading in enumerate(given):
        widest = max(map(cell_len, (heading, *(line[position] for line in shown))))
        whole = widest <= WHOLE.get(heading, 0)
        table.add_column(heading, justify="right" if heading in NUMBERS else "left", no_wrap=whole, overflow="fold")
        least += GAP + (widest if whole else min(widest, SENTENCES.get(heading, LEAST_WIDTH)))
    for line in shown:
        table.add_row(*map(Text, line))
    # Nothing follows the last column.
    _put(table, least - GAP, color=color)


def put_check_results(results: Iterable[CheckResult], *, color: bool) -> None:
    """Put what checks have found on standard output, with equal neighbours combined in one line."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for (health, message, code), alike in groupby(results, key=lambda one: (one.health, one.message, one.code)):
        first, *others = (one.check for one in alike)
        said = f"{', '.join((first, *others))}: {message}" if others else message
        text = Text.assemble(visible(said), (f" [{code}]" if code else "", "dim"), overflow="fold")
        table.add_row(Text(health.value, style=COLOURS[health.tone]), "" if others else Text(first, "bold"), text)
    _put(table, 0, color=color)


def _put(table: Table, least: int, *, color: bool) -> None:
    console = Console(no_color=not color or None, highlight=False)
    # A file or a pipe has no width: nothing is cut or wrapped. A terminal that is too narrow wraps by itself.
    console.width = max(console.width, least) if console.is_terminal else 1_000_000
    console.print(table)


def put_runs(runs: Sequence[tuple[Run, Mapping[Status, int]]], *, color: bool) -> None:
    """Put a list of runs on standard output: an account or a computer that is the same for all is left out.

    The sheets are there if several runs are about the same file.
    """
    columns: dict[str, Callable[[Run], str]] = {
        "run": lambda run: run.id,
        "started": lambda run: f"{run.started.astimezone():%Y-%m-%d %H:%M}",
        "command": lambda run: run.command,
        "file": lambda run: PurePath(run.source.path).name,
    }
    if len({(run.source.path, run.source.sheet) for run, _ in runs}) > len({run.source.path for run, _ in runs}):
        columns["sheet"] = lambda run: run.source.sheet or ""
    if len({(run.account, run.server) for run, _ in runs}) > 1:
        columns["account and server"] = lambda run: f"{run.account}@{run.server}"
    several_hosts = len({run.host for run, _ in runs}) > 1
    columns["by"] = lambda run: f"{run.os_user}@{run.host}" if several_hosts and run.host else run.os_user
    lines = ([*(of(run) for of in columns.values()), _in_words(counts)] for run, counts in runs)
    put_table([*columns, "rows"], lines, color=color)


def _in_words(counts: Mapping[Status, int]) -> str:
    return ", ".join(f"{counts[status]:,} {status.value}" for status in Status if counts.get(status))


def put_rows(rows: Iterable[RowResult], *, color: bool) -> None:
    """Put a list of a run's rows on standard output."""
    put_table(ROW_HEADINGS, map(_row_line, rows), color=color)


def _row_line(row: RowResult) -> list[str]:
    return [str(row.number), row.outcome.status.value, row.outcome.campaign_id or "", row.by_columns]
