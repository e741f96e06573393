"""Data as tables on standard output: of a sheet, of runs, of the rows of a run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING

from importer.cli.screen import drawing
from importer.cli.screen.screen import COLOURS
from importer.cli.screen.streams import is_pipe
from importer.model import Status, row_name
from importer.security import visible

if TYPE_CHECKING:
    from importer.model import CheckResult, RowResult, Run

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
    # What draws knows how wide other letters are.
    if is_pipe(sys.stdout) and all(cell.isascii() for line in (given, *shown) for cell in line):
        _put_aligned(given, shown)
        return
    table = drawing.Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    least = 0
    for position, heading in enumerate(given):
        widest = max(map(drawing.cell_len, (heading, *(line[position] for line in shown))))
        whole = widest <= WHOLE.get(heading, 0)
        table.add_column(heading, justify="right" if heading in NUMBERS else "left", no_wrap=whole, overflow="fold")
        least += GAP + (widest if whole else min(widest, SENTENCES.get(heading, LEAST_WIDTH)))
    for line in shown:
        table.add_row(*map(drawing.Text, line))
    # Nothing follows the last column.
    _put(table, least - GAP, color=color)


def _put_aligned(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Put a table of ASCII on a pipe, which has no width, as a terminal that is wide enough would show it."""
    widths = [max(map(len, column)) for column in zip(headings, *lines, strict=True)]
    for line in (headings, *lines):
        cells = (
            cell.rstrip().rjust(width) if heading in NUMBERS else cell.ljust(width)
            for heading, cell, width in zip(headings, line, widths, strict=True)
        )
        sys.stdout.write(f"{(' ' * GAP).join(cells)}\n")
    sys.stdout.flush()


def put_check_results(results: Iterable[CheckResult], *, color: bool) -> None:
    """Put what checks have found on standard output, with equal neighbours combined in one line."""
    table = drawing.Table(box=None, pad_edge=False, show_header=False)
    for (health, message, code), alike in groupby(results, key=lambda one: (one.health, one.message, one.code)):
        first, *others = (one.check for one in alike)
        said = f"{', '.join((first, *others))}: {message}" if others else message
        text = drawing.Text.assemble(visible(said), (f" [{code}]" if code else "", "dim"), overflow="fold")
        table.add_row(
            drawing.Text(health.value, style=COLOURS[health.tone]), "" if others else drawing.Text(first, "bold"), text
        )
    _put(table, 0, color=color)


def _put(table: drawing.Table, least: int, *, color: bool) -> None:
    _console(least, color=color).print(table)


def _console(least: int, *, color: bool) -> drawing.Console:
    """Return standard output with room for at least a number of characters in a line.

    A file or a pipe has no width: nothing is cut or wrapped. A terminal that is too narrow wraps by itself.
    """
    console = drawing.Console(no_color=not color or None, highlight=False)
    console.width = max(console.width, least) if console.is_terminal else 1_000_000
    return console


def put_runs(runs: Sequence[tuple[Run, Mapping[Status, int]]], *, color: bool) -> None:
    """Put a list of runs on standard output: an account or a computer that is the same for all is left out.

    The sheets are there if several runs are about the same file. Where a terminal is too narrow for the table, each run
    has its file and its rows in a second line.
    """
    facts, source = _facts_of_runs([run for run, _ in runs]), _source_of_runs([run for run, _ in runs])
    # Who made a run is a column behind its file.
    *first, (by, by_whom) = facts.items()
    columns = {**dict(first), **source, by: by_whom}
    lines = [[*(of(run) for of in columns.values()), _in_words(counts)] for run, counts in runs]
    if _fits([[*columns, "rows"], *lines]):
        put_table([*columns, "rows"], lines, color=color)
        return
    below = [(_place(run, source), _in_words(counts)) for run, counts in runs]
    _put_in_pairs(list(facts), [[of(run) for of in facts.values()] for run, _ in runs], below, color=color)


Facts = Mapping[str, Callable[["Run"], str]]
"""What a list shows of a run: a heading, and the text of a run under it."""


def _facts_of_runs(runs: Sequence[Run]) -> Facts:
    facts: dict[str, Callable[[Run], str]] = {
        "run": lambda run: run.id,
        "started": lambda run: f"{run.started.astimezone():%Y-%m-%d %H:%M}",
        "command": lambda run: run.command,
    }
    if len({(run.account, run.server) for run in runs}) > 1:
        facts["account and server"] = lambda run: f"{run.account}@{run.server}"
    several_hosts = len({run.host for run in runs}) > 1
    facts["by"] = lambda run: f"{run.os_user}@{run.host}" if several_hosts and run.host else run.os_user
    return facts


def _source_of_runs(runs: Sequence[Run]) -> Facts:
    source: dict[str, Callable[[Run], str]] = {"file": lambda run: PurePath(run.source.path).name}
    if len({(run.source.path, run.source.sheet) for run in runs}) > len({run.source.path for run in runs}):
        source["sheet"] = lambda run: run.source.sheet or ""
    return source


def _place(run: Run, source: Facts) -> str:
    """Return the file of a run, with its sheet where sheets are shown."""
    file, *sheet = (of(run) for of in source.values())
    return ", ".join([file, *(f"sheet {name}" for name in sheet if name)])


def _fits(lines: Sequence[Sequence[str]]) -> bool:
    """Return whether the lines of a table, headings included, need no more than the width of standard output."""
    if is_pipe(sys.stdout):
        return True
    widths = [max(drawing.cell_len(visible(cell)) for cell in column) for column in zip(*lines, strict=True)]
    console = drawing.Console()
    return not console.is_terminal or sum(widths) + GAP * (len(widths) - 1) <= console.width


def _put_in_pairs(
    headings: Sequence[str], lines: Sequence[Sequence[str]], below: Sequence[tuple[str, str]], *, color: bool
) -> None:
    """Put a table on a terminal that is too narrow for all of it: two texts are below each of its lines.

    The texts share a line if they fit. The cells are never broken or cut; only a text that is too long wraps, at words.
    """
    shown = [[visible(cell) for cell in line] for line in (headings, *lines)]
    widths = [max(map(drawing.cell_len, column)) for column in zip(*shown, strict=True)]
    console = _console(sum(widths) + GAP * (len(widths) - 1), color=color)
    for number, cells in enumerate(shown):
        padded = [cell + " " * (width - drawing.cell_len(cell)) for cell, width in zip(cells, widths, strict=True)]
        console.print(drawing.Text((" " * GAP).join(padded).rstrip(), style="" if number else "bold"))
        if number:
            texts = list(map(visible, below[number - 1]))
            together = ": ".join(texts)
            for text in [together] if GAP + drawing.cell_len(together) <= console.width else texts:
                console.print(drawing.Padding(drawing.Text(text, overflow="fold"), (0, 0, 0, GAP), expand=False))


def _in_words(counts: Mapping[Status, int]) -> str:
    return ", ".join(f"{counts[status]:,} {status.value}" for status in Status if counts.get(status)) or "no rows"


def put_rows(rows: Iterable[RowResult], *, color: bool) -> None:
    """Put a list of a run's rows on standard output."""
    put_table(ROW_HEADINGS, map(_row_line, rows), color=color)


def _row_line(row: RowResult) -> list[str]:
    return [row_name(row.number), row.outcome.status.value, row.outcome.campaign_id or "", row.by_columns]
