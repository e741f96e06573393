"""Rows that were edited since their campaign was created: found, told, and sent as updates where that is wanted.

An update may be repeated freely, so its rows need no claim: whatever interrupts one leaves the row as it is.
"""

from collections.abc import Iterator, Mapping

from importer.delivery.context import RunContext
from importer.delivery.row import Answered, Failure, RowTask, as_it_is
from importer.delivery.sending import to_send
from importer.enswitch import Client
from importer.errors import WrongSettings
from importer.journal import MOST_NAMED, Edited, Journal
from importer.model import Event, OnChange, Outcome, Row, Run, Status
from schemas.campaign import differing
from schemas.parameters import PARAMETERS, Parameter

STAGE = "update"
KEPT = "keep_agents_available"
SWITCH = "enabled"

CONTESTED = (
    "Not sent: several rows have the name of campaign #, and none of them its values. It is not clear which of them "
    "it is to become. Give them different names."
)

FIXED = frozenset(("customer",))
"""What an update cannot change: a campaign stays with its customer (page "bulk/campaigns/update")."""


def find(context: RunContext) -> None:
    """Set aside the rows that were edited since campaigns of their name and customer were created.

    Where it is not clear which campaign a row means, nobody guesses.
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
    """Yield the rows that are not as they were sent.

    A row that was not edited, but read otherwise by an earlier version, never is a campaign of its own.
    """
    yield from journal.recognition.read_otherwise(run)
    journal.flush()
    if run.on_change is not OnChange.CREATE:
        yield from journal.recognition.named(run)
        journal.flush()
        yield from journal.recognition.edited(run)


def update(context: RunContext) -> None:
    """Give the campaigns of the rows that are changed the values of these rows. Raises what stops a run."""

    def change(client: Client, row: Row) -> Answered:
        assert row.campaign_id  # noqa: S101 -- no other rows are taken
        attempts = client.update(row.campaign_id, _every_field(client, context.run, row, row.campaign_id))
        return Outcome(
            Status.UPDATED, row.campaign_id, code="204", message="The campaign has the new values."
        ), attempts

    def unchanged(_row: Row, failure: Failure) -> Outcome:
        return Outcome(Status.FAILED, message=f"Not updated: {failure.message}")

    task = RowTask(context=context, stage=STAGE, ask=change, failed=unchanged, record=as_it_is(context))
    # Where it is not clear which campaign a row means, it has no ID.
    edited = context.journal.rows.with_status(context.run.id, Status.CHANGED)
    context.worker_pool.for_each((row for row in edited if row.campaign_id), task)
    context.journal.flush()


def kept_agents(client: Client, campaign_id: str, row: Row) -> dict[str, str]:
    """Return keep_agents_available as it is now: left out, an update resets it to 0 (4.2 and later).

    What the server holds comes before what the sheet said, since a person may have changed it. Where neither is
    known, the server is older than the parameter or holds its default, and nothing is sent.
    """
    value = _held(client, campaign_id).get(KEPT, row.campaign.get(KEPT))
    return {} if value is None else {KEPT: value}


def _held(client: Client, campaign_id: str) -> Mapping[str, str]:
    try:
        return client.get(campaign_id)
    except WrongSettings:
        # No page documents bulk/campaigns/get: this server may not have it.
        return {}


def _found(journal: Journal, run: Run, edited: Edited) -> Outcome:
    first, *others = edited.made
    if others:
        which = ", ".join(str(existing_row.campaign_id) for existing_row in edited.made[:MOST_NAMED])
        more = " and more" if len(edited.made) > MOST_NAMED else ""
        return Outcome(
            Status.CHANGED,
            message=f"Not sent: the campaigns {which}{more} have this name, and none has these values. It is not clear "
            "which of them is meant. Give them different names, or change them on the server.",
        )
    differences = _differences(journal.rows.campaign_of(first), journal.rows.get(run.id, edited.number).campaign)
    created = f"row {first.row} of run {first.run} created campaign {first.campaign_id}"
    if edited.read_before:
        message = f"An earlier version read this row less exactly when {created}{differences}. Not sent."
    else:
        message = f"Changed since {created}{differences}. Not sent."
    return Outcome(Status.CHANGED, first.campaign_id, message=message)


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Return in words which parameters differ; nothing where the old ones are not known any more."""
    if not before:
        return ""
    told = (
        f"{one.name} was {before.get(one.name, one.default)!r} and is {_now(one, now)}"
        for one in differing(before, now)
    )
    return f": {', '.join(told)}"


def _now(parameter: Parameter, campaign: Mapping[str, str]) -> str:
    if parameter.name == SWITCH and SWITCH not in campaign:
        return "blank, so an update leaves it as it is"
    return repr(campaign.get(parameter.name, parameter.default))


def _every_field(client: Client, run: Run, row: Row, campaign_id: str) -> dict[str, str]:
    """Return all that an update sends: what the row leaves blank goes back to its default.

    Two parameters are left as the server has them where the row says nothing: keep_agents_available, which older
    servers do not know, and `enabled`, because a person may have switched the campaign off.
    """
    defaults = {one.name: one.default for one in PARAMETERS if one.default is not None and one.name != KEPT}
    sent = {**defaults, **kept_agents(client, campaign_id, row), **to_send(run, row)}
    left = FIXED if _says_on_or_off(run, row) else FIXED | {SWITCH}
    return {name: value for name, value in sent.items() if name not in left}


def _says_on_or_off(run: Run, row: Row) -> bool:
    """Say whether a row asks for its campaign to be switched; --disabled is about campaigns that are created."""
    said = row.campaign.get(SWITCH)
    return said == "0" or (said is not None and not run.disabled)
