"""The canary: what the first few campaigns look like on the server, before the others follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from importer.delivery.context import RunContext
from importer.delivery.sending import to_send
from importer.delivery.witnesses import raise_if_locked_out
from importer.enswitch import Client
from importer.errors import AccessRefused, OutcomeUnknown, RowRefused, ServerUnusable, TryAgain, WrongSettings
from importer.model import Row, Status
from schemas.campaign import means_the_same
from schemas.parameters import BY_NAME, PARAMETERS
from schemas.problem_codes import ProblemCode


def read_back(context: RunContext, number: int) -> list[str]:
    """Read the first campaigns that a run has created, so many, and compare each with what was sent.

    What was left blank is compared with the documented default. Returns sentences about what cannot be compared,
    because the server does not show it. Raises ServerUnusable unless all else agrees; the message tells every field
    that differs.
    """
    created = list(islice(context.journal.rows.with_status(context.run.id, Status.CREATED), number))
    if not created:
        raise ServerUnusable(
            "Stopped: none of the first rows was created, so there is nothing to read back. The results say why.",
            ProblemCode.NO_CANARY,
        )
    compared = [_compared(context.client, to_send(context.run, row), row) for row in created]
    if found := [message for one in compared for message in one.differences]:
        raise ServerUnusable(
            "\n  ".join(
                (
                    f"Stopped after the first {len(created)} campaigns: the server does not hold what was sent.",
                    *found,
                    "Look at these campaigns on the server. Apply the run with --canary 0 to go on all the same.",
                )
            ),
            ProblemCode.CANARY_DIFFERS,
        )
    hidden = dict.fromkeys(name for one in compared for name in one.not_shown)
    return [f"{name} cannot be compared: the server does not show it." for name in hidden]


@dataclass(frozen=True)
class _Compared:
    """What a look at a campaign has shown: sentences about what differs, and what was sent and is not shown."""

    differences: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()


def _compared(client: Client, sent: Mapping[str, str], row: Row) -> _Compared:
    if row.campaign_id is None:
        return _Compared((f"Row {row.number} was created, but the answer holds no ID to read it back by.",))
    where = f"Row {row.number}, campaign {row.campaign_id}"
    try:
        held = client.get(row.campaign_id)
    except (RowRefused, AccessRefused, OutcomeUnknown, TryAgain, WrongSettings) as error:
        raise_if_locked_out(error)
        return _Compared((f"{where} cannot be read back. {error.message}",))
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
    return f"sent as {sent[name]!r}" if name in sent else f"left blank, which means {BY_NAME[name].default!r},"
