"""What is found of the campaign of a row: whether it is as the run left it, and so what the undo does with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from importer.delivery import RunContext, ServerLook, ServerView, Whereabouts, quoted
from importer.enswitch import Client, Fields
from importer.errors import OutcomeUnknown, RowRefused, TryAgain
from importer.journal import hashed, is_hashed
from importer.model import Run, Status, UndoRow, UndoStep, enumerated
from importer.numbers import are_kept
from importer.undo.candidates import UndoneRow
from importer.undo.dialled import look_at_numbers
from importer.undo.expected import IDENTITY, Expected, expected_of, parameters_of, same, sent_for

MOST_TOLD = 3
"""How many differing fields a message shows."""

REMOVED = "The contents of the run were removed by `prune`, so it is not known what was sent."
NO_IMAGE = "Its values from before the update were not kept, so they cannot be given back."
NUMBERS_REMOVED = (
    "The numbers of the run were removed some time after they were loaded, so it is not known which they are."
)


@dataclass(frozen=True)
class CampaignJudge:
    """Looks at the campaigns of a run that is undone; `off_only` and `force_touched` are what the user asks for."""

    context: RunContext
    undone: Run
    view: ServerView
    off_only: bool = False
    force_touched: bool = False

    def judge(self, client: Client, row: UndoneRow, planned: UndoRow) -> UndoRow:
        """Return what is to be done with the campaign of a row, which is `planned` if nobody has touched it."""
        expected = self._expected(row)
        try:
            look = self.view.glance(client, row.customer, row.campaign_id, expected.needed)
            if look.place is Whereabouts.GONE:
                return replace(
                    planned, step=UndoStep.KEEP, status=Status.GONE, message="It is no longer on the server."
                )
            if look.place is Whereabouts.UNKNOWN:
                return _kept(planned, Status.UNPROVABLE, look.why)
            found = replace(planned, seen=shown_by(client, look.fields))
            judged = self._judged(client, row, found, expected, look)
        except RowRefused as error:
            return _kept(planned, Status.UNPROVABLE, f"The server does not show it: {error.message}")
        except (OutcomeUnknown, TryAgain) as error:
            self.context.circuit_breaker.failed(error)
            return _kept(planned, Status.UNPROVABLE, f"It could not be looked up. {error.message}")
        self.context.circuit_breaker.succeeded()
        return judged

    def _expected(self, row: UndoneRow) -> Expected:
        if self.off_only or row.candidate.campaign is None:
            return Expected({}, frozenset(("name",)))
        return expected_of(self.context.journal, self.undone, row.candidate)

    def _judged(self, client: Client, row: UndoneRow, found: UndoRow, expected: Expected, look: ServerLook) -> UndoRow:
        fields = dict(look.fields)
        if found.step is UndoStep.CANCEL:
            return self._judged_numbers(found)
        if self.off_only:
            return self._judged_by_name(row, found, fields)
        if row.candidate.campaign is None:
            return _kept(found, Status.UNPROVABLE, REMOVED)
        if differing := expected.differing(fields):
            found = self._touched(found, expected, differing, fields)
        elif hidden := expected.hidden(fields):
            found = _kept(found, Status.UNPROVABLE, f"The server does not show {enumerated(hidden)}.")
        if found.step is UndoStep.RESTORE and found.status is Status.UNTOUCHED:
            return self._judged_image(row, found)
        return found if row.candidate.status is Status.UPDATED else _judged_calls(client, row, found)

    def _judged_by_name(self, row: UndoneRow, found: UndoRow, fields: Fields) -> UndoRow:
        """Judge a campaign that is only to be switched off: it has to have the name that the run gave it."""
        if "name" not in fields:
            return _kept(found, Status.UNPROVABLE, "The server does not show its name.")
        if not _is_named(row.candidate.name, fields["name"]):
            shown = quoted(self.context.client.redact(fields["name"]))
            return _kept(found, Status.TOUCHED, f"It has another name now, {shown}, and may be another campaign.")
        if found.step is UndoStep.RESTORE:
            return _kept(found, Status.NOT_OURS, "It existed before the run, so it is not switched off.")
        return replace(found, step=UndoStep.SWITCH_OFF)

    def _judged_numbers(self, found: UndoRow) -> UndoRow:
        if not are_kept(self.context.journal, self.undone.id):
            return _kept(found, Status.UNPROVABLE, NUMBERS_REMOVED)
        return found

    def _judged_image(self, row: UndoneRow, found: UndoRow) -> UndoRow:
        image = self.context.journal.sent.image(self.undone.id, row.number) or {}
        needed = {*IDENTITY, *sent_for(self.undone, row.candidate)} & found.seen.keys()
        return found if image and needed <= image.keys() else _kept(found, Status.UNPROVABLE, NO_IMAGE)

    def _touched(self, found: UndoRow, expected: Expected, differing: tuple[str, ...], fields: Fields) -> UndoRow:
        """Return a row whose campaign was edited; with another name and other values it may be another campaign."""
        told = [self._difference(name, expected.values[name], fields[name]) for name in differing[:MOST_TOLD]]
        more = [f"{len(differing) - MOST_TOLD} more"] if len(differing) > MOST_TOLD else []
        words = "; ".join((*told, *more))
        if "name" in differing and len(differing) > 1:
            return _kept(found, Status.TOUCHED, f"It has another name and other values, so it may be another: {words}.")
        forced = self.force_touched and found.step is UndoStep.DELETE
        message = f"Edited on the server: {words}."
        return replace(found, status=Status.TOUCHED, message=message, step=found.step if forced else UndoStep.KEEP)

    def _difference(self, name: str, sent: str, shown: str) -> str:
        return f"{name} is {quoted(self.context.client.redact(shown))}, and {quoted(sent)} was sent"


def _judged_calls(client: Client, row: UndoneRow, found: UndoRow) -> UndoRow:
    """Judge the telephone numbers of a campaign: one that has called somebody is never deleted."""
    numbers = look_at_numbers(client, row.campaign_id, row.loaded)
    found = replace(found, numbers=numbers.count)
    if numbers.kept_as is None:
        return found
    return _kept(found, numbers.kept_as, " ".join(filter(None, (numbers.why, found.message))))


def shown_by(client: Client, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a campaign as they are kept and compared: without the password."""
    return {name: client.redact(value) for name, value in parameters_of(dict(fields)).items()}


def changes_since(planned: Mapping[str, str], shown: Mapping[str, str]) -> tuple[str, ...]:
    """Return the parameters of which the server shows something else than when the undo was planned.

    Both are as `shown_by` returns them.
    """
    return tuple(name for name, value in planned.items() if name not in shown or not same(name, value, shown[name]))


def _is_named(name: str, shown: str) -> bool:
    return hashed(shown) == name if is_hashed(name) else same("name", name, shown)


def _kept(row: UndoRow, status: Status, message: str) -> UndoRow:
    return replace(row, step=UndoStep.KEEP, status=status, message=message)
