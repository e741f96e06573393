"""A run: the files of a seed are made, shown, read and judged, by several processes."""

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from tests.other_programs.differential import judging, making
from tests.other_programs.differential.office import LibreOffice

PROCESSES = 2

One = TypeVar("One")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Order:
    """What is to be run: the seed, the names of the files, with LibreOffice or without, in how many processes."""

    seed: int
    names: Sequence[str]
    with_office: bool
    processes: int = PROCESSES


def run(order: Order, folder: Path) -> list[judging.Result]:
    """Make the files of an order in a folder, and judge what the importer makes of them."""
    draft = partial(making.draft, order.seed, folder=folder, with_office=order.with_office)
    drafts = [each for each in _each(order, draft, order.names) if each is not None]
    files = making.finished(drafts, LibreOffice(folder) if order.with_office else None, folder)
    results = _each(order, judging.judge, files)
    return sorted(results, key=lambda result: list(order.names).index(result.name))


def _each(order: Order, work: Callable[[One], Other], given: Sequence[One]) -> list[Other]:
    if order.processes == 1:
        return list(map(work, given))
    # A process that was forked would share the locks of this one.
    with multiprocessing.get_context("spawn").Pool(order.processes) as pool:
        return list(pool.imap(work, given))
