"""A campaign that the run has updated gets back the values that it had before."""

from collections.abc import Mapping

from importer.delivery import KEPT, RunContext, send_update
from importer.enswitch import Client
from importer.model import Run, Status
from importer.undo.candidates import UndoneRow
from importer.undo.expected import parameters_of, same, sent_for
from importer.undo.judging import changes_since
from importer.undo.view import Place, ServerView


def restore(
    context: RunContext, undone: Run, view: ServerView, client: Client, row: UndoneRow, seen: Mapping[str, str]
) -> tuple[Status, str]:
    """Give a campaign its former values back; return what has become of it, and why it is kept. May be repeated.

    Raises RowRefused, OutcomeUnknown, TryAgain and StopRun.
    """
    look = view.look(client, row.customer, row.campaign_id, was_seen=True)
    if look.place is not Place.THERE:
        gone = look.place is Place.GONE
        return (Status.GONE, "") if gone else (Status.UNPROVABLE, look.why)
    shown = parameters_of(dict(look.fields))
    former = former_values(context, undone, row)
    if all(name in shown and same(name, value, shown[name]) for name, value in former.items()):
        return Status.RESTORED, ""
    if changed := changes_since(seen, shown):
        return Status.TOUCHED, f"Changed since you looked: {' and '.join(changed)}."
    # An update without this one resets it to 0.
    kept = {KEPT: shown[KEPT]} if KEPT in shown else {}
    send_update(context, client, row.campaign_id, {**kept, **former})
    return Status.RESTORED, ""


def former_values(context: RunContext, undone: Run, row: UndoneRow) -> dict[str, str]:
    """Return what a campaign had before of the values that the update sent: what that left alone stays as it is."""
    image = parameters_of(dict(context.journal.sent.image(undone.id, row.number) or {}))
    sent = sent_for(undone, row.candidate)
    return {name: value for name, value in image.items() if name in sent}
