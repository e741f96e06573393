"""Switch the campaigns of a run on or off."""

from collections.abc import Callable
from dataclasses import dataclass

from importer.api import Client
from importer.errors import OutcomeUnknown, RowRefused, TryAgain
from importer.journal import Journal
from importer.model import Event, Row, Run, Status
from importer.updating import kept_agents
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
            client.update(row.campaign_id, {"enabled": str(int(enabled)), **kept_agents(client, row.campaign_id, row)})
        except (RowRefused, OutcomeUnknown, TryAgain) as error:
            failures.append(f"Row {row.number}, campaign {row.campaign_id}: {error.message}")
        else:
            done.append(row.number)
        told(Event(run.id, row.number, STAGE, row.status, len(client.tries), campaign_id=row.campaign_id))

    crew.for_each(journal.rows(run.id, Status.CREATED, Status.EXISTS), change)
    return Switched(len(done), tuple(failures))
