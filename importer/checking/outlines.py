"""Rows that are only checked: the journal gets them if some of them may have something in common."""

import marshal
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Self

from importer.checking.names import Names
from importer.errors import WrongSettings
from importer.model import Outcome, Problem, RowBlock, RowResult, Status
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    # Whoever only looks at a table needs no database.
    from importer.journal import Journal


class Outlines:
    """Keeps the outlines of one run's rows in a temporary file until it is known whether they are to be compared.

    `with_cells` keeps the cells as well, for results. `counts` says how many rows have each status, before
    they are compared.
    """

    def __init__(self, journal: "Journal", *, with_cells: bool) -> None:
        self._journal = journal
        self._with_cells = with_cells
        self._in_journal = False
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed at the end of the context
        self._names = Names()
        self._sizes: list[int] = []
        self.counts: Counter[Status] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def keep(self, run_id: str, block: RowBlock, problems: Sequence[Problem]) -> None:
        """Keep rows; their problems go to the journal at once."""
        if problems:
            self._journal.rows.stage(run_id, (), problems)
        names, valid = block.column("name"), block.statuses.count(Status.VALID)
        self._names.add(filter(None, names))
        self.counts += Counter({Status.VALID: valid, Status.INVALID: len(block) - valid})
        cells = list(map(list, block.cells())) if self._with_cells else []
        kept = marshal.dumps((list(block.numbers), list(names), list(block.fingerprints), cells))
        try:
            self._file.write(kept)
            self._file.flush()
        except OSError as error:
            raise WrongSettings(
                f"The rows cannot be kept in a temporary file: {error.strerror}. Free some disk space, or name another "
                "folder with the environment variable TMPDIR.",
                ProblemCode.JOURNAL_UNUSABLE,
            ) from None
        self._sizes.append(len(kept))

    def are_to_compare(self, run_id: str) -> bool:
        """Say whether rows may have something in common, and write all of them to the journal in that case."""
        if not self._names.may_repeat():
            return False
        rows = self._journal.rows
        write = rows.stage_for_results if self._with_cells else rows.stage_outline
        for block in self._kept():
            write(run_id, block, ())
        self.counts.clear()
        self._in_journal = True
        return True

    def results(self, run_id: str) -> Iterable[RowResult]:
        """Return what was found in every row, in the sheet's order, with the cells if they are kept."""
        summary = self._journal.summary
        return summary.results(run_id) if self._in_journal else summary.with_problems(run_id, self._outcomes())

    def _outcomes(self) -> Iterator[RowResult]:
        outcomes = {status: Outcome(status) for status in (Status.VALID, Status.INVALID)}
        for block in self._kept():
            for number, cells, status in zip(block.numbers, block.rows_of_cells(), block.statuses, strict=True):
                yield RowResult(number, cells, outcomes[status])

    def _kept(self) -> Iterator[RowBlock]:
        self._file.seek(0)
        for size in self._sizes:
            # `marshal.load` would read every text by itself, which takes much longer.
            kept = self._file.read(size)
            numbers, names, fingerprints, cells = marshal.loads(kept)  # noqa: S302 -- this process has written it
            yield RowBlock(
                numbers=numbers,
                cells=partial(list, cells),
                sent={"name": partial(list, names)},
                fingerprints=fingerprints,
                # Only rows that are wrong have no fingerprint.
                statuses=[Status.VALID if fingerprint else Status.INVALID for fingerprint in fingerprints],
                named_ids=[""] * len(numbers),
            )
