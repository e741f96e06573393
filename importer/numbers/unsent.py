"""Numbers that a run has not loaded to the end, compared with do-not-call lists: who is on one is sent no more."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from importer.journal import Journal
from importer.model import LoadStatus, NumberLoad
from importer.numbers.cancelling import wait_for_late
from importer.numbers.dnc.lists import DncList
from importer.numbers.outcome import are_kept
from importer.numbers.storage import NumbersFile, Unfinished, UnfinishedNumbers
from importer.session import Session


def loads_of(journal: Journal, run_id: str) -> list[NumberLoad]:
    """Return the campaigns of a run that may have numbers, or get some yet.

    If its numbers are not kept, or were not read to the end, it sends none: then those that were sent some.
    """
    if not are_kept(journal, run_id):
        return [one for one in journal.number_loads.of(run_id) if one.campaign_id]
    with NumbersFile(journal.path, run_id) as file:
        return [one for one in file.loads() if one.campaign_id or file.is_closed]


def wait_for_unsure(session: Session, loads: Sequence[NumberLoad]) -> None:
    """Wait until no request of an earlier load can arrive any more. Raises Interrupted."""
    lists = [one.number for one in loads if _is_unfinished(one)]
    if lists and are_kept(session.journal, loads[0].run):
        wait_for_late(session, loads[0].run, lists)


class Unsent:
    """The numbers of lists that are not loaded to their end, as far as they are on do-not-call lists."""

    def __init__(self, journal: Journal, run_id: str, dnc: Sequence[DncList]) -> None:
        self._journal = journal
        self._run = run_id
        self._dnc = dnc

    def find(self, load: NumberLoad, known: Collection[int]) -> Iterator[tuple[int, int]]:
        """Yield the numbers of a list that are on a do-not-call list, each with the place of that.

        `known` are those that were found on the server; they are left out.
        """
        if not _is_unfinished(load) or not are_kept(self._journal, self._run):
            return
        with NumbersFile(self._journal.path, self._run) as file:
            for block in UnfinishedNumbers(file.database, load.number).blocks():
                for one, which in self._on_a_list(block):
                    if one.is_to_load and one.e164 not in known:
                        yield one.e164, which

    def leave_out(self, lists: Collection[int]) -> None:
        """Give those that are on a do-not-call list that verdict, in the file of numbers; the journal has the counts.

        May be repeated.
        """
        if not are_kept(self._journal, self._run):
            return
        with NumbersFile(self._journal.path, self._run) as file:
            for load in file.loads():
                if load.number in lists and _is_unfinished(load):
                    numbers = UnfinishedNumbers(file.database, load.number)
                    for block in numbers.blocks():
                        numbers.set_listed([(one.at, self._dnc[which].words) for one, which in self._on_a_list(block)])
            self._record(file, lists)

    def _record(self, file: NumbersFile, lists: Collection[int]) -> None:
        """Write down how far lists have come; one that has no number left to load is not in doubt."""
        for one, load in zip(file.lists(), file.loads(), strict=True):
            if one.number not in lists or not _is_unfinished(load):
                continue
            if load.status is LoadStatus.IN_DOUBT and not load.to_load:
                file.record(replace(one, status=LoadStatus.WAITING))
                load = replace(load, status=LoadStatus.WAITING)
            self._journal.number_loads.record(load)

    def _on_a_list(self, block: Sequence[Unfinished]) -> Iterator[tuple[Unfinished, int]]:
        """Yield the numbers that are on a list, each with the place of the first that has it."""
        numbers = np.array([one.e164 for one in block], dtype=np.int64)
        which = np.full(len(block), -1)
        for at in reversed(range(len(self._dnc))):
            which[self._dnc[at].holds(numbers)] = at
        return ((one, at) for one, at in zip(block, which.tolist(), strict=True) if at >= 0)


def _is_unfinished(load: NumberLoad) -> bool:
    return load.status is not LoadStatus.LOADED
