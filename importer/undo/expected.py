"""What we last sent for the campaign of a row, and in what the server shows something else."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from importer.delivery import KEPT, SWITCH, every_field, to_send
from importer.enswitch import Fields
from importer.journal import Journal, UndoCandidate
from importer.model import Row, Run, Status
from schemas.campaign import means_the_same
from schemas.parameters import BY_NAME, PARAMETERS, ParameterKind

CUSTOMER = "customer"

IDENTITY = ("name", "dtype", "dnumber")
"""What a server must show of a campaign at least."""

TEXTS = (ParameterKind.TEXT, ParameterKind.LOWER_CASE)


@dataclass(frozen=True)
class Expected:
    """What the server should show of a campaign that nobody has changed.

    `values` are by parameter, with the documented default of what was not sent; of a parameter that is not among them,
    any value will do. `needed` are those without which nothing is proven.
    """

    values: Mapping[str, str]
    needed: frozenset[str]

    def differing(self, shown: Fields) -> tuple[str, ...]:
        """Return the parameters of which the server shows something else."""
        return tuple(
            name for name, value in self.values.items() if name in shown and not same(name, value, shown[name])
        )

    def hidden(self, shown: Fields) -> tuple[str, ...]:
        """Return the parameters that the server does not show, and should."""
        return tuple(one.name for one in PARAMETERS if one.name in self.needed and one.name not in shown)


def expected_of(journal: Journal, run: Run, candidate: UndoCandidate) -> Expected:
    """Return what was last sent for the campaign that a row has created or updated, and whose contents are kept."""
    sent = dict(sent_for(run, candidate))
    switch = journal.sent.last_switch(run.server, candidate.campaign_id or "")
    defaults = {} if candidate.status is Status.UPDATED else _defaults()
    values = {**defaults, **sent}
    if switch:
        values[SWITCH] = switch
    elif switch is not None:
        values.pop(SWITCH, None)
    # Older servers do not know this one.
    needed = frozenset((*IDENTITY, *sent)) - {CUSTOMER, KEPT}
    return Expected(values, needed)


def same(name: str, sent: str, shown: str) -> bool:
    """Say whether the server's value of a parameter is the one that was sent; spaces at ends of words do not count."""
    if BY_NAME[name].kind in TEXTS:
        return _tidied(sent) == _tidied(shown)
    return means_the_same(name, sent, shown)


def parameters_of(fields: Fields) -> dict[str, str]:
    """Return those of the fields of a campaign that are parameters, in their order."""
    return {one.name: fields[one.name] for one in PARAMETERS if one.name in fields}


def sent_for(run: Run, candidate: UndoCandidate) -> Mapping[str, str]:
    """Return what a run has sent for the campaign that a row has created or updated."""
    row = Row(
        number=candidate.number,
        cells=(),
        campaign=candidate.campaign or {},
        fingerprint="",
        status=candidate.status,
        has_numbers=candidate.has_numbers,
    )
    return every_field(run, row, {}) if candidate.status is Status.UPDATED else to_send(run, row)


def _defaults() -> dict[str, str]:
    return {one.name: one.default for one in PARAMETERS if one.default is not None}


def _tidied(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
