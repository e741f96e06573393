"""Rows that are only checked: the journal gets them if some of them may have something in common."""

import marshal
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Self

from importer.checking.names import Names
from importer.errors import WrongSettings
from importer.model import Problem, RowBlock, Status
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    # Whoever only looks at a table needs no database.
    from importer.journal import Journal


class Outlines:
    """Keeps the outlines of one run's rows in a temporary file until it is known whether they are to be compared.

    `counts` says how many rows have each status, before they are compared.
    """

    def __init__(self, journal: "Journal") -> None:
        self._journal = journal
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed at the end of the context
        self._names = Names()
        self._blocks = 0
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
        try:
            marshal.dump((list(block.numbers), list(names), list(block.fingerprints)), self._file)
        except OSError as error:
            raise WrongSettings(
                f"The rows cannot be kept in a temporary file: {error.strerror}. Free some disk space, or name another "
                "folder with the environment variable TMPDIR.",
                ProblemCode.JOURNAL_UNUSABLE,
            ) from None
        self._blocks += 1

    def are_to_compare(self, run_id: str) -> bool:
        """Say whether rows may have something in common, and write all of them to the journal in that case."""
        if not self._names.may_repeat():
            return False
        for block in self._kept():
            self._journal.rows.stage_outline(run_id, block, ())
        self.counts.clear()
        return True

    def _kept(self) -> Iterator[RowBlock]:
        self._file.seek(0)
        for _ in range(self._blocks):
            numbers, names, fingerprints = marshal.load(self._file)  # noqa: S302 -- this process has written it
            yield RowBlock(
                numbers=numbers,
                cells=list,
                sent={"name": partial(list, names)},
                fingerprints=fingerprints,
                # Only rows that are wrong have no fingerprint.
                statuses=[Status.VALID if fingerprint else Status.INVALID for fingerprint in fingerprints],
                named_ids=[""] * len(numbers),
            )
