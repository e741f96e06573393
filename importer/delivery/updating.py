"""Rows that were edited since their campaign was created: found, reported, and sent as updates if that is wanted.

An update may be repeated freely, so its rows need no claim: an interrupted one leaves the row as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from importer.delivery.context import RunContext
from importer.delivery.part_lists import Covers, why_off
from importer.delivery.row import Answered, Failure, RowTask, as_it_is
from importer.delivery.sending import to_send
from importer.enswitch import Client
from importer.errors import RowRefused, WrongSettings
from importer.journal import MOST_NAMED, Edited, Journal
from importer.model import Attempt, Event, OnChange, Outcome, Row, Run, Status, row_name
from schemas.campaign import differing
from schemas.parameters import PARAMETERS, Parameter, ParameterKind

Attempts = Sequence[Attempt]

STAGE = "update"
KEPT = "keep_agents_available"
SWITCH = "enabled"

CONTESTED = (
    "Not sent: several rows have the name of campaign #, and none has its settings. It is not clear which row is "
    "meant for it. Give the rows different names."
)

FIXED = frozenset(("customer",))
"""What an update cannot change: a campaign stays with its customer (page "bulk/campaigns/update")."""


def find(context: RunContext) -> None:
    """Set aside the rows that were edited since campaigns with their name and customer were created.

    If it is not clear which campaign a row means, none is guessed.
    """
    journal, run = context.journal, context.run
    for edited in _edited(journal, run):
        outcome = _found(journal, run, edited)
        journal.rows.record(run.id, edited.number, outcome)
        context.observer.row(
            Event(
                run=run.id,
                row=edited.number,
                stage=STAGE,
                status=Status.CHANGED,
                campaign_id=outcome.campaign_id,
                message=outcome.message,
            )
        )
    journal.rows.set_contested_apart(run.id, CONTESTED)


def _edited(journal: Journal, run: Run) -> Iterator[Edited]:
    """Yield the rows that differ from what was sent.

    A row that was not edited, but read differently by an earlier version, is never a separate campaign.
    """
    yield from journal.recognition.read_otherwise(run)
    journal.flush()
    if run.on_change is not OnChange.CREATE:
        # The ID beside a row that is to be split is that of one of its campaigns, which its name tells.
        if not run.split:
            yield from journal.recognition.named(run)
            journal.flush()
        yield from journal.recognition.edited(run)


def update(context: RunContext, covers: Covers) -> None:
    """Update the campaigns of changed rows to the values of these rows. Raises what stops a run.

    One with part of a list is not switched on, unless another list `covers` it.
    """

    def change(client: Client, row: Row) -> Answered:
        assert row.campaign_id  # noqa: S101 -- no other rows are taken
        before = _held(client, row.campaign_id)
        # A value with the password in it is not kept, so it cannot be given back.
        if image := {name: value for name, value in before.items() if client.redact(value) == value}:
            context.journal.sent.keep_image(context.run.id, row.number, image)
        changes = every_field(context.run, row, before)
        message = "The campaign has the new settings."
        turned_on = changes.get(SWITCH, "0") != "0" and before.get(SWITCH) != "1"
        if turned_on and (why := why_off(context, row.number, row.campaign_id, covers)):
            del changes[SWITCH]
            message = f"{message} {why}"
        attempts = send_update(context, client, row.campaign_id, changes)
        return Outcome(Status.UPDATED, row.campaign_id, code="204", message=message), attempts

    def unchanged(_row: Row, failure: Failure) -> Outcome:
        return Outcome(Status.FAILED, message=f"Not updated: {failure.message}")

    task = RowTask(context=context, stage=STAGE, ask=change, failed=unchanged, record=as_it_is(context))
    # If it is not clear which campaign a row means, it has no ID.
    edited = context.journal.rows.with_status(context.run.id, Status.CHANGED)
    context.worker_pool.for_each((row for row in edited if row.campaign_id), task)
    context.journal.flush()


def kept_agents(client: Client, campaign_id: str, said: Mapping[str, str]) -> dict[str, str]:
    """Return the current keep_agents_available: an update without it resets it to 0 (4.2 and later).

    The server's value takes precedence over what the sheet `said`, since a person may have changed it. If neither is
    known, the server is older than the parameter or has its default, and nothing is sent.
    """
    return _kept(_held(client, campaign_id), said)


def _kept(held: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    value = held.get(KEPT, said.get(KEPT))
    return {} if value is None else {KEPT: value}


def turn(context: RunContext, client: Client, campaign_id: str, kept: Mapping[str, str], *, on: bool) -> Attempts:
    """Switch a campaign on or off; returns the requests that were sent. May be repeated.

    `kept` is what it would lose if it were not sent, as `kept_agents` returns it.
    """
    return send_update(context, client, campaign_id, {SWITCH: str(int(on)), **kept})


def send_update(context: RunContext, client: Client, campaign_id: str, changes: Mapping[str, str]) -> Attempts:
    """Change fields of a campaign; returns the requests that were sent. May be repeated.

    What is sent of its switch is recorded: an undo has to know it.
    """
    sent, server, on = context.journal.sent, context.run.server, changes.get(SWITCH) != "0"
    if SWITCH in changes:
        sent.switching(server, campaign_id, on=on)
    attempts = client.update(campaign_id, changes)
    if SWITCH in changes:
        sent.switched(server, campaign_id, on=on)
    return attempts


def _held(client: Client, campaign_id: str) -> Mapping[str, str]:
    try:
        return client.get(campaign_id)
    except WrongSettings:
        # bulk/campaigns/get is not documented: this server may not have it.
        return {}
    except RowRefused as error:
        # Some servers that do not have it say so for any campaign, without naming the ID.
        if error.code != "404" or error.key == "id":
            raise
        return {}


def _found(journal: Journal, run: Run, edited: Edited) -> Outcome:
    first, *others = edited.made
    if others:
        which = ", ".join(str(existing_row.campaign_id) for existing_row in edited.made[:MOST_NAMED])
        more = " and more" if len(edited.made) > MOST_NAMED else ""
        return Outcome(
            Status.CHANGED,
            message=f"Not sent: campaigns {which}{more} have this name, and none has these settings. It is not clear "
            "which of them is meant. Give them different names, or change them on the server.",
        )
    before = _Sent(journal.rows.campaign_of(first), journal.rows.looked_up(first.run, first.row))
    row = journal.rows.get(run.id, edited.number)
    differences = _differences(before, _Sent(row.campaign, journal.rows.looked_up(run.id, edited.number)))
    created = f"row {row_name(first.row)} of run {first.run} created campaign {first.campaign_id}"
    if edited.read_before:
        message = f"An earlier version read this row less exactly when {created}{differences}. Not sent."
    else:
        message = f"Changed since {created}{differences}. Not sent."
    return Outcome(Status.CHANGED, first.campaign_id, message=message)


@dataclass(frozen=True)
class _Sent:
    """What a row sends, and what names in its cells stand for, by parameter."""

    campaign: Mapping[str, str]
    looked_up: Mapping[str, str]

    def shown(self, parameter: Parameter) -> str:
        """Return a value as a message shows it: an ID with the name that it was given by."""
        value = self.campaign.get(parameter.name, parameter.default)
        return self.looked_up.get(parameter.name) or (str(value) if _is_id(parameter, value) else repr(value))


def _is_id(parameter: Parameter, value: str | None) -> bool:
    return parameter.kind is ParameterKind.ID_OR_NAME and value is not None


def _differences(before: _Sent, now: _Sent) -> str:
    """Return in words which parameters differ; "" if the old ones are no longer known."""
    if not before.campaign:
        return ""
    told = (_difference(one, before, now) for one in differing(before.campaign, now.campaign))
    return f": {'; '.join(told)}"


def _difference(parameter: Parameter, before: _Sent, now: _Sent) -> str:
    if parameter.kind is ParameterKind.ID_OR_NAME:
        return f"{parameter.name} was {before.shown(parameter)} and is {now.shown(parameter)}"
    if parameter.name == SWITCH and SWITCH not in now.campaign:
        shown = "empty, so an update leaves it unchanged"
    else:
        shown = now.shown(parameter)
    return f"{parameter.name} was {before.shown(parameter)}, now {shown}"


def every_field(run: Run, row: Row, held: Mapping[str, str]) -> dict[str, str]:
    """Return everything that an update sends: what is empty in the row goes back to its default.

    `held` is what the campaign is so far, as the server shows it.

    Two parameters keep the server's value if the row does not set them: keep_agents_available, which older servers do
    not know, and `enabled`, because a person may have switched the campaign off.
    """
    defaults = {one.name: one.default for one in PARAMETERS if one.default is not None and one.name != KEPT}
    sent = {**defaults, **_kept(held, row.campaign), **to_send(run, row)}
    left = FIXED if _says_on_or_off(run, row) else FIXED | {SWITCH}
    return {name: value for name, value in sent.items() if name not in left}


def _says_on_or_off(run: Run, row: Row) -> bool:
    """Say whether a row switches its campaign on or off; --disabled applies only to campaigns that are created.

    That of a row with numbers is switched on once they are loaded.
    """
    said = row.campaign.get(SWITCH)
    return said == "0" or (said is not None and not run.disabled and not row.has_numbers)
