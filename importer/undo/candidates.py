"""Which campaigns a run has created, updated or loaded numbers into, row by row, before the server is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from importer.journal import Journal, UndoCandidate
from importer.model import PARTS_APART, LoadStatus, NumberLoad, Run, Status, UndoRow, UndoStep

AT_THE_END = (Status.DELETED, Status.GONE)


@dataclass(frozen=True)
class UndoneRow:
    """A row of a run that is undone, with what the run has loaded into its campaign (None: no telephone numbers)."""

    number: int
    candidate: UndoCandidate
    load: NumberLoad | None = None

    @property
    def customer(self) -> str:
        """The customer of its campaign; "" is the account's own."""
        return self.candidate.customer

    @property
    def campaign_id(self) -> str:
        """The ID of its campaign; "" if it has none."""
        return self.candidate.campaign_id or ""

    @property
    def loaded(self) -> range:
        """How many telephone numbers of the campaign are the run's, or may be: of a list that is not complete, any."""
        if self.load is None:
            return range(1)
        first = self.load.loaded if self.load.status is LoadStatus.LOADED else 0
        return range(first, max(self.load.loaded, self.load.to_load if not first else 0) + 1)

    @property
    def has_numbers(self) -> bool:
        """Whether the run has loaded telephone numbers into the campaign, or may have."""
        return self.loaded.stop > 1


@dataclass(frozen=True)
class UndoneRows:
    """The rows of a run that is undone, by number; campaigns that its sheet does not have follow behind the last."""

    run: Run
    rows: Mapping[int, UndoneRow] = field(default_factory=dict)


def rows_of(journal: Journal, run: Run) -> UndoneRows:
    """Return the rows of a run, and the campaigns that it only loaded telephone numbers into."""
    candidates = journal.undos.candidates(run.id)
    loads = journal.number_loads.of(run.id)
    by_row = {load.row: load for load in loads if load.row}
    rows = {one.number: UndoneRow(one.number, one, by_row.get(one.number)) for one in candidates}
    last = max((number % PARTS_APART for number in rows), default=0)
    for load in loads:
        if not load.row and load.campaign_id:
            number = last + load.number
            rows[number] = UndoneRow(number, _unknown(number, load.campaign_id), load)
    return UndoneRows(run, rows)


def first_plan(row: UndoneRow) -> UndoRow:
    """Return what is to be done with a row as far as the journal knows: with KEEP it is not looked up."""
    status, campaign_id = row.candidate.status, row.candidate.campaign_id
    found = UndoRow(number=row.number, campaign_id=campaign_id or "")
    if status in AT_THE_END:
        return _kept(found, Status.GONE, "It was deleted before.")
    if status is Status.RESTORED:
        return _kept(found, Status.NOT_OURS, "It has its former values back already.")
    if status in (Status.IN_DOUBT, Status.SENDING) or (status is Status.CREATED and campaign_id is None):
        return _kept(found, Status.IN_DOUBT, "It is not known what it has created.")
    if status in (Status.CREATED, Status.UPDATED):
        return _planned(found, UndoStep.DELETE if status is Status.CREATED else UndoStep.RESTORE)
    if row.has_numbers and campaign_id:
        return _planned(found, UndoStep.CANCEL)
    return _kept(found, Status.NOT_OURS, "")


def _planned(row: UndoRow, step: UndoStep) -> UndoRow:
    return UndoRow(number=row.number, campaign_id=row.campaign_id, step=step, status=Status.UNTOUCHED)


def _kept(row: UndoRow, status: Status, message: str) -> UndoRow:
    return UndoRow(number=row.number, campaign_id=row.campaign_id, status=status, message=message)


def _unknown(number: int, campaign_id: str) -> UndoCandidate:
    """Return a candidate for a campaign that the run has not created, and that no row of it is about."""
    return UndoCandidate(
        number=number,
        status=Status.EXISTS,
        name="",
        customer="",
        campaign_id=campaign_id,
        campaign=None,
        has_numbers=True,
        is_superseded=False,
    )
