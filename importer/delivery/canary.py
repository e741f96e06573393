"""The canary: the first few campaigns are compared with what was sent, before the others are created."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from importer.delivery.context import RunContext
from importer.delivery.sending import to_send
from importer.delivery.witnesses import raise_if_locked_out
from importer.enswitch import Client
from importer.errors import AccessRefused, OutcomeUnknown, RowRefused, ServerUnusable, TryAgain, WrongSettings
from importer.model import Row, Status, row_name
from schemas.campaign import means_the_same
from schemas.parameters import BY_NAME, PARAMETERS
from schemas.problem_codes import ProblemCode


def read_back(context: RunContext, number: int) -> list[str]:
    """Read the first `number` campaigns that a run has created, and compare each with what was sent.

    Empty cells are compared with the documented default. Returns a sentence for each field that the server does not
    show. Raises ServerUnusable if any other field differs; the message names all of them.
    """
    created = list(islice(context.journal.rows.with_status(context.run.id, Status.CREATED), number))
    if not created:
        raise ServerUnusable(
            "Stopped: none of the first rows was created, so there is nothing to check. The results say why.",
            ProblemCode.NO_CANARY,
        )
    compared = [_compared(context.client, to_send(context.run, row), row) for row in created]
    if found := [message for one in compared for message in one.differences]:
        raise ServerUnusable(
            "\n  ".join(
                (
                    f"Stopped after the first {len(created)} campaigns: they differ on the server from what was sent.",
                    *found,
                    "Check these campaigns on the server. To continue anyway, apply the run with --canary 0.",
                )
            ),
            ProblemCode.CANARY_DIFFERS,
        )
    hidden = dict.fromkeys(name for one in compared for name in one.not_shown)
    return [f"{name} could not be checked: the server does not show it." for name in hidden]


@dataclass(frozen=True)
class _Compared:
    """The result of comparing a campaign: a sentence for each difference, and the sent fields that are not shown."""

    differences: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()


def _compared(client: Client, sent: Mapping[str, str], row: Row) -> _Compared:
    if row.campaign_id is None:
        return _Compared(
            (f"Row {row_name(row.number)} was created, but cannot be checked: the server's response has no ID.",)
        )
    where = f"Row {row_name(row.number)}, campaign {row.campaign_id}"
    try:
        held = client.get(row.campaign_id)
    except (RowRefused, AccessRefused, OutcomeUnknown, TryAgain, WrongSettings) as error:
        raise_if_locked_out(error)
        return _Compared((f"{where} could not be read from the server. {error.message}",))
    expected = {one.name: sent.get(one.name, one.default) for one in PARAMETERS}
    return _Compared(
        tuple(
            f"{where}: {name} was {_said(name, sent)} and is {client.redact(held[name])!r}."
            for name, value in expected.items()
            if value is not None and name in held and not means_the_same(name, value, held[name])
        ),
        tuple(name for name in sent if name not in held),
    )


def _said(name: str, sent: Mapping[str, str]) -> str:
    return f"sent as {sent[name]!r}" if name in sent else f"left empty, which means {BY_NAME[name].default!r},"
