"""A campaign that the run has updated gets back the values that it had before."""

from collections.abc import Mapping

from importer.delivery import KEPT, SWITCH, RunContext, ServerView, Whereabouts, send_update
from importer.enswitch import Client
from importer.errors import OutcomeUnknown
from importer.model import Run, Status, enumerated
from importer.undo.candidates import UndoneRow
from importer.undo.expected import parameters_of, same, sent_for
from importer.undo.judging import changes_since, shown_by


def restore(
    context: RunContext, undone: Run, view: ServerView, client: Client, row: UndoneRow, seen: Mapping[str, str]
) -> tuple[Status, str]:
    """Give a campaign its former values back; return what has become of it, and why it is kept. May be repeated.

    Raises RowRefused, OutcomeUnknown, TryAgain and StopRun.
    """
    look = view.look(client, row.customer, row.campaign_id, was_seen=True)
    if look.place is not Whereabouts.THERE:
        gone = look.place is Whereabouts.GONE
        return (Status.GONE, "") if gone else (Status.UNPROVABLE, look.why)
    shown = parameters_of(dict(look.fields))
    former = former_values(context, undone, row)
    if _has(shown, former):
        return Status.RESTORED, ""
    if changed := changes_since(seen, shown_by(client, look.fields)):
        return Status.TOUCHED, f"Changed since you looked: {enumerated(changed)}."
    # An update without this one resets it to 0.
    kept = {KEPT: shown[KEPT]} if KEPT in shown else {}
    try:
        send_update(context, client, row.campaign_id, {**kept, **former})
    except OutcomeUnknown:
        look = view.look(client, row.customer, row.campaign_id, was_seen=True)
        if not _has(look.fields, former):
            raise
    return Status.RESTORED, ""


def former_values(context: RunContext, undone: Run, row: UndoneRow) -> dict[str, str]:
    """Return what a campaign had before of the values that the update sent: what that left alone stays as it is.

    So does its switch if it was switched by a command since.
    """
    image = parameters_of(dict(context.journal.sent.image(undone.id, row.number) or {}))
    sent = dict(sent_for(undone, row.candidate))
    switch = context.journal.sent.last_switch(undone.server, row.campaign_id)
    if switch and switch != sent.get(SWITCH):
        sent.pop(SWITCH, None)
    return {name: value for name, value in image.items() if name in sent}


def _has(shown: Mapping[str, str], values: Mapping[str, str]) -> bool:
    return all(name in shown and same(name, value, shown[name]) for name, value in values.items())
