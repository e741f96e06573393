"""The campaign of a row is deleted: read this first.

Right before, it is read again and compared with what the plan saw. That it is about to be deleted is on disk before
anything is sent. It is switched off, so that it calls nobody any more, and read once more; only then it is deleted. If
no answer says so, it is looked up: a campaign that is not found is deleted, one that is there is compared again.
Between the last look and the deletion there is no other request of ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from importer.delivery import KEPT, NOT_FOUND, SWITCH, RunContext, ServerView, Whereabouts, turn
from importer.enswitch import Client, Fields, Sleep
from importer.errors import NoApiHere, OutcomeUnknown, RowRefused, TryAgain
from importer.model import Status, UndoRow, UndoStep, enumerated
from importer.undo.candidates import UndoneRow
from importer.undo.dialled import look_at_numbers
from importer.undo.judging import changes_since, shown_by
from importer.undo.planning import NO_DELETE

TRIES = 3
"""How often a deletion is sent whose outcome nobody knows."""

OFF = "0"

BEGUN = (Status.DELETING, Status.FAILED)
"""The statuses of rows whose campaign we may have switched off before."""

UNANSWERED = "The server did not say whether it is deleted, and still shows it."
LATE = " A deletion was sent before, and not answered: it may still be carried out."


class DeleteAnswer(Enum):
    """What came of a deletion."""

    DELETED = auto()
    GONE = auto()
    NO_FUNCTION = auto()
    UNKNOWN = auto()


class SwitchSeen(Enum):
    """How a campaign has to be switched when it is read again."""

    AS_PLANNED = auto()
    OFF = auto()
    EITHER = auto()
    """It was on, and it is not known whether we have switched it off."""


@dataclass(frozen=True)
class Kept(Exception):
    """A campaign must not be deleted: what it is, and why."""

    status: Status
    message: str


@dataclass
class Deleter:
    """Deletes the campaigns of an undo, or switches them off. Safe to use from several threads.

    `end` writes down what has become of a row. `wait` are the seconds after which a request that was not answered has
    been carried out, if it ever is.
    """

    context: RunContext
    view: ServerView
    end: Callable[[UndoneRow, UndoRow], None]
    wait: float
    sleep: Sleep
    _has_delete: bool = field(default=True, init=False)

    def delete(self, client: Client, row: UndoneRow, planned: UndoRow) -> None:
        """Delete the campaign of a row, or go on with that.

        Raises RowRefused, OutcomeUnknown and TryAgain if it is certainly not deleted, and StopRun.
        """
        # On disk it is about to be deleted, so it may have been.
        may_be_sent = planned.status is Status.DELETING
        if may_be_sent:
            self.sleep(self.wait)
        try:
            fields = self._read(client, row, planned, self._switch_seen(row, planned))
            for _ in range(TRIES):
                answer = DeleteAnswer.GONE if fields is None else self._once(client, row, planned, fields)
                if answer is not DeleteAnswer.UNKNOWN:
                    self._conclude(row, planned, answer, may_be_sent=may_be_sent)
                    return
                may_be_sent = True
                self.sleep(self.wait)
                fields = self._read(client, row, planned, SwitchSeen.OFF)
            self.end(row, replace(planned, status=Status.DELETING, message=UNANSWERED))
        except Kept as kept:
            late = LATE if may_be_sent else ""
            self.end(row, replace(planned, step=UndoStep.KEEP, status=kept.status, message=f"{kept.message}{late}"))
        except (RowRefused, OutcomeUnknown, TryAgain) as error:
            if not may_be_sent:
                raise
            self.end(row, replace(planned, status=Status.DELETING, message=f"{UNANSWERED} {error.message}"))

    def switch_off(self, client: Client, row: UndoneRow, planned: UndoRow) -> None:
        """Switch the campaign of a row off, and nothing more. Raises RowRefused, OutcomeUnknown, TryAgain, StopRun."""
        look = self.view.look(client, row.customer, row.campaign_id, was_seen=True)
        if look.place is Whereabouts.GONE:
            self.end(row, replace(planned, status=Status.GONE, message=""))
        elif look.place is Whereabouts.UNKNOWN:
            self.end(row, replace(planned, status=Status.UNPROVABLE, message=look.why))
        elif changes_since({"name": planned.seen["name"]}, shown_by(client, look.fields)):
            message = "Changed since you looked: it has another name."
            self.end(row, replace(planned, status=Status.TOUCHED, message=message))
        else:
            self._turn_off(client, row, dict(look.fields))
            self.end(row, replace(planned, status=Status.SWITCHED_OFF, message=""))

    def _once(self, client: Client, row: UndoneRow, planned: UndoRow, fields: Fields) -> DeleteAnswer:
        """Switch a campaign off, if it is on, and delete it. Raises Kept, and for what is certainly not done."""
        run, is_on = self.context.run, fields.get(SWITCH) != OFF
        self.context.journal.undos.begin(run.id, run.server, planned, is_on=is_on)
        if is_on:
            self._turn_off(client, row, fields)
            try:
                if self._read(client, row, planned, SwitchSeen.OFF) is None:
                    return DeleteAnswer.GONE
            except Kept as kept:
                raise Kept(kept.status, f"{kept.message} It is switched off now.") from None
        if not self._has_delete:
            return DeleteAnswer.NO_FUNCTION
        try:
            client.delete(row.campaign_id)
        except RowRefused as error:
            if error.code != NOT_FOUND:
                raise
            return self._not_found(client, row)
        except NoApiHere:
            return self._not_found(client, row)
        except OutcomeUnknown:
            return DeleteAnswer.UNKNOWN
        return DeleteAnswer.DELETED

    def _not_found(self, client: Client, row: UndoneRow) -> DeleteAnswer:
        """Find out what a 404 is about: the campaign, or the function."""
        look = self.view.look(client, row.customer, row.campaign_id, was_seen=True)
        if look.place is Whereabouts.THERE:
            self._has_delete = False
            return DeleteAnswer.NO_FUNCTION
        return DeleteAnswer.GONE if look.place is Whereabouts.GONE else DeleteAnswer.UNKNOWN

    def _turn_off(self, client: Client, row: UndoneRow, fields: Fields) -> None:
        """Switch a campaign off that is not off; if no answer says that it is, it is looked at."""
        if fields.get(SWITCH) == OFF:
            return
        kept = {KEPT: fields[KEPT]} if KEPT in fields else {}
        try:
            turn(self.context, client, row.campaign_id, kept, on=False)
        except OutcomeUnknown:
            look = self.view.look(client, row.customer, row.campaign_id, was_seen=True)
            if look.fields.get(SWITCH) != OFF:
                raise
            self.context.journal.sent.switched(self.context.run.server, row.campaign_id, on=False)

    def _switch_seen(self, row: UndoneRow, planned: UndoRow) -> SwitchSeen:
        """Return how the campaign of a row has to be switched now, if nobody but us has done that since the plan."""
        if planned.status not in BEGUN:
            return SwitchSeen.AS_PLANNED
        sent = self.context.journal.sent.last_switch(self.context.run.server, row.campaign_id)
        return SwitchSeen.OFF if sent == OFF else SwitchSeen.EITHER

    def _read(self, client: Client, row: UndoneRow, planned: UndoRow, switch: SwitchSeen) -> Fields | None:
        """Read a campaign again; None if it is gone. Raises Kept if it is not as it was when the undo was planned.

        `switch` says how it has to be switched. Its numbers are read first: what follows at once is the deletion.
        """
        problem = self._numbers_changed(client, row, planned)
        look = self.view.look(client, row.customer, row.campaign_id, was_seen=True)
        if look.place is Whereabouts.GONE:
            return None
        if look.place is Whereabouts.UNKNOWN:
            raise Kept(Status.UNPROVABLE, look.why)
        fields = dict(look.fields)
        if changed := changes_since(_seen(planned.seen, fields, switch), shown_by(client, fields)):
            raise Kept(Status.TOUCHED, f"Changed since you looked: {enumerated(changed)}.")
        if problem is not None:
            raise problem
        return fields

    def _numbers_changed(self, client: Client, row: UndoneRow, planned: UndoRow) -> Kept | None:
        """Return what has become of the telephone numbers of a campaign since the undo was planned; None if nothing."""
        try:
            numbers = look_at_numbers(client, row.campaign_id, row.loaded)
        except RowRefused as error:
            return Kept(Status.UNPROVABLE, f"The server does not show its telephone numbers: {error.message}")
        if numbers.kept_as is not None:
            return Kept(numbers.kept_as, f"Changed since you looked: {numbers.why}")
        if numbers.count != planned.numbers:
            why = f"it had {planned.numbers:,} telephone numbers, and has {numbers.count:,}."
            return Kept(Status.TOUCHED, f"Changed since you looked: {why}")
        return None

    def _conclude(self, row: UndoneRow, planned: UndoRow, answer: DeleteAnswer, *, may_be_sent: bool) -> None:
        if answer is DeleteAnswer.NO_FUNCTION:
            self.end(row, replace(planned, status=Status.SWITCHED_OFF, message=NO_DELETE))
        else:
            is_ours = may_be_sent or answer is DeleteAnswer.DELETED
            self.end(row, replace(planned, status=Status.DELETED if is_ours else Status.GONE, message=""))


def _seen(seen: Mapping[str, str], fields: Fields, switch: SwitchSeen) -> Mapping[str, str]:
    """Return what a campaign is compared with: it may be off, or has to be, if we have switched it off."""
    is_off = switch is SwitchSeen.OFF or (switch is SwitchSeen.EITHER and fields.get(SWITCH) == OFF)
    return {**seen, SWITCH: OFF} if is_off and SWITCH in fields else seen
