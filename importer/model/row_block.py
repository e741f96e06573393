"""Rows on their way from a file into the journal, column by column."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest
from typing import TypeVar

from importer.model.row import Row
from importer.model.status import Status

T = TypeVar("T")

Column = Callable[[], Sequence[T]]
"""Makes a column when it is needed: few commands need all."""


@dataclass(frozen=True, kw_only=True)
class RowBlock:
    """Some rows of the user's sheet, in its order: what a Row says of one, a column says of all of them.

    `cells` makes the columns of the sheet, `sent` a column for each parameter, None where a row does not send it.
    `former_fingerprints` has the numbers of the rows that have any, `to_look_up` those of the rows with names that are
    to be looked up on the server.
    """

    numbers: Sequence[int]
    cells: Column[Sequence[str]]
    sent: Mapping[str, Column[str | None]]
    fingerprints: Sequence[str]
    statuses: Sequence[Status]
    named_ids: Sequence[str]
    former_fingerprints: Mapping[int, Mapping[str, bool]] = field(default_factory=dict)
    to_look_up: Collection[int] = frozenset()

    def __len__(self) -> int:
        return len(self.numbers)

    @staticmethod
    def of(rows: Sequence[Row]) -> "RowBlock":
        """Return rows as a block."""
        names = dict.fromkeys(name for row in rows for name in row.campaign)
        campaigns = [row.campaign for row in rows]
        return RowBlock(
            numbers=[row.number for row in rows],
            cells=lambda: list(zip_longest(*(row.cells for row in rows), fillvalue="")),
            sent={name: partial(_sent, campaigns, name) for name in names},
            fingerprints=[row.fingerprint for row in rows],
            statuses=[row.status for row in rows],
            named_ids=[row.named_id for row in rows],
            former_fingerprints={row.number: row.former_fingerprints for row in rows if row.former_fingerprints},
        )

    def column(self, parameter: str) -> Sequence[str | None]:
        """Return what each row sends for a parameter."""
        if parameter not in self.sent:
            return [None] * len(self)
        texts = self.sent[parameter]()
        return _where(self._are_sent, texts, None) if Status.INVALID in self.statuses else texts

    def rows_of_cells(self) -> Iterator[tuple[str, ...]]:
        """Yield the cells of each row."""
        columns = self.cells()
        return zip(*columns, strict=True) if columns else iter([()] * len(self))

    def campaigns(self) -> Iterator[dict[str, str]]:
        """Yield what each row sends: its parameters by name."""
        names = tuple(self.sent)
        rows = zip(*map(self.column, names), strict=True) if names else iter([()] * len(self))
        return ({name: text for name, text in zip(names, row, strict=True) if text is not None} for row in rows)

    def refused(self, numbers: Collection[int]) -> "RowBlock":
        """Return the block with the rows of some numbers as invalid: they send nothing and have no fingerprint."""
        if not numbers:
            return self
        kept = [number not in numbers for number in self.numbers]
        return replace(
            self,
            fingerprints=_where(kept, self.fingerprints, ""),
            statuses=_where(kept, self.statuses, Status.INVALID),
            named_ids=_where(kept, self.named_ids, ""),
            former_fingerprints={row: them for row, them in self.former_fingerprints.items() if row not in numbers},
            to_look_up=frozenset(self.to_look_up) - frozenset(numbers),
        )

    @property
    def _are_sent(self) -> list[bool]:
        return [status is not Status.INVALID for status in self.statuses]


def _sent(campaigns: Sequence[Mapping[str, str]], name: str) -> list[str | None]:
    return [campaign.get(name) for campaign in campaigns]


def _where(kept: Sequence[bool], column: Sequence[T], other: T) -> list[T]:
    return [one if is_kept else other for one, is_kept in zip(column, kept, strict=True)]
