"""What a person is told of campaigns that are gone from the server, or were edited there."""

from collections.abc import Mapping, Sequence
from typing import Any

from importer.cli.screen.screen import Screen
from importer.cli.screen.wording import Hint, campaigns
from importer.undo import Compared, Reconciliation
from schemas.problem_codes import ProblemCode

MOST_SHOWN = 20
"""How many campaigns of a kind are shown; a document has all of them."""


def tell_reconciliation(screen: Screen, found: Reconciliation, again: Sequence[str] = ()) -> None:
    """Show what differs, and what to do about it; `again` are the words of the command that found it."""
    screen.rest()
    kinds = (
        ("gone", found.gone, ProblemCode.MISSING),
        ("edited on the server", found.edited, ProblemCode.EDITED_SINCE),
        ("not comparable", found.unknown, ProblemCode.NOT_PROVEN),
    )
    screen.say(f"{campaigns(found.compared)} compared with the server.")
    for words, some, code in kinds:
        if some:
            screen.insist(f"{campaigns(len(some))} {words}: [{code}]")
            for one in some[:MOST_SHOWN]:
                screen.insist(f"  campaign {one.campaign_id} (row {one.row} of run {one.run}): {one.message}")
            if len(some) > MOST_SHOWN:
                screen.insist(f"  and {campaigns(len(some) - MOST_SHOWN)} more; --json shows them all.")
    if found.stopped is not None:
        screen.fail(found.stopped)
    elif found.forgotten:
        screen.say("Rows whose campaigns are gone are created anew when their file is imported again.")
    elif found.gone:
        hint = "to have rows created anew when their file is imported again"
        screen.suggest(Hint(hint, screen.to_type("reconcile", *again, forget=True)))


def reconciliation_document(found: Reconciliation) -> Mapping[str, Any]:
    """Return what `--json` prints of it."""
    stopped = found.stopped
    return {
        "compared": found.compared,
        "gone": list(map(_compared, found.gone)),
        "edited": list(map(_compared, found.edited)),
        "unknown": list(map(_compared, found.unknown)),
        "forgotten": found.forgotten,
        "message": stopped.message if stopped else None,
        "code": stopped.problem_code if stopped else None,
        "exit_code": int(found.exit_code),
    }


def _compared(one: Compared) -> Mapping[str, Any]:
    return {
        "campaign": one.campaign_id,
        "run": one.run,
        "row": one.row,
        "fields": list(one.fields),
        "message": one.message,
    }
