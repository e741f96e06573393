"""Switch the campaigns of a run on or off."""

from collections.abc import Callable
from dataclasses import dataclass

from importer.api import Client
from importer.errors import OutcomeUnknown, RowRefused, TryAgain, WrongSettings
from importer.journal import Journal
from importer.model import Event, Row, Run, Status
from importer.workers import Crew

STAGE = "switch"


@dataclass(frozen=True)
class Switched:
    """How many campaigns were switched, and a sentence for each that was not."""

    done: int
    failures: tuple[str, ...]


def switch(journal: Journal, run: Run, crew: Crew, *, enabled: bool, told: Callable[[Event], None]) -> Switched:
    """Set `enabled` of every campaign that a run created or found. May be repeated. Raises what stops a run."""
    done: list[int] = []
    failures: list[str] = []

    def change(client: Client, row: Row) -> None:
        try:
            if row.campaign_id is None:
                raise RowRefused("its ID is not known.", "")
            client.update(row.campaign_id, {"enabled": str(int(enabled)), **_kept(client, row.campaign_id, row)})
        except (RowRefused, OutcomeUnknown, TryAgain) as error:
            failures.append(f"Row {row.number}, campaign {row.campaign_id}: {error.message}")
        else:
            done.append(row.number)
        told(Event(run.id, row.number, STAGE, row.status, len(client.tries), campaign_id=row.campaign_id))

    crew.for_each(journal.rows(run.id, Status.CREATED, Status.EXISTS), change)
    return Switched(len(done), tuple(failures))


def _kept(client: Client, campaign_id: str, row: Row) -> dict[str, str]:
    """Return keep_agents_available as it is now: left out, an update resets it to 0 (4.2 and later).

    What the server holds comes before what the sheet said, since a person may have changed it. Where neither is
    known, the server is older than the parameter or holds its default, and nothing is sent.
    """
    name = "keep_agents_available"
    try:
        held = client.get(campaign_id)
    except WrongSettings:
        # No page documents bulk/campaigns/get: this server may not have it.
        held = {}
    value = held.get(name, row.campaign.get(name))
    return {} if value is None else {name: value}
