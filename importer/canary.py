"""The canary: what the first few campaigns look like on the server, before the others follow."""

from itertools import islice

from importer.api import Client
from importer.errors import AccessRefused, OutcomeUnknown, RowRefused, ServerUnusable, TryAgain, WrongSettings
from importer.journal import Journal
from importer.model import Row, Run, Status
from importer.sending import to_send
from schemas.campaign import means_the_same
from schemas.faults import Fault


def read_back(journal: Journal, run: Run, client: Client, number: int) -> None:
    """Read the first campaigns that a run has created, so many, and compare each with what was sent.

    Raises ServerUnusable unless all agree; the message tells every field that differs.
    """
    created = list(islice(journal.rows(run.id, Status.CREATED), number))
    if not created:
        raise ServerUnusable(
            "Stopped: none of the first rows was created, so there is nothing to read back. The results say why.",
            Fault.NO_CANARY,
        )
    if found := [words for row in created for words in _differences(client, to_send(run, row), row)]:
        raise ServerUnusable(
            "\n  ".join(
                (
                    f"Stopped after the first {len(created)} campaigns: the server does not hold what was sent.",
                    *found,
                    "Look at these campaigns on the server. Apply the run with --canary 0 to go on all the same.",
                )
            ),
            Fault.CANARY_DIFFERS,
        )


def _differences(client: Client, sent: dict[str, str], row: Row) -> list[str]:
    if row.campaign_id is None:
        return [f"Row {row.number} was created, but the answer holds no ID to read it back by."]
    where = f"Row {row.number}, campaign {row.campaign_id}"
    try:
        held = client.get(row.campaign_id)
    except (RowRefused, AccessRefused, OutcomeUnknown, TryAgain, WrongSettings) as error:
        return [f"{where} cannot be read back. {error.message}"]
    return [
        f"{where}: {name} was sent as {value!r} and is {held[name]!r}."
        for name, value in sent.items()
        if name in held and not means_the_same(name, value, held[name])
    ]
