"""One call of a function once the caller is known and the parameters are read."""

from collections.abc import Callable
from dataclasses import dataclass

from importer.sandbox.accounts import Account, Role
from importer.sandbox.database import Row
from importer.sandbox.envelope import Envelope, EnvelopePart, refusal
from importer.sandbox.modes import CHOICES, Modes
from importer.sandbox.parameters import KnownParameter, Value
from importer.sandbox.store import CampaignStore

ALL_VERSIONS = CHOICES["version"]
OLD_VERSIONS = ("3.14",)


@dataclass(frozen=True, slots=True)
class Call:
    """What a function has to work with: good values, the problems of bad ones, and the world around it."""

    account: Account
    values: dict[str, Value]
    problems: list[EnvelopePart]
    store: CampaignStore
    forbidden: frozenset[int]
    modes: Modes

    def campaign(self, parameter: str) -> Row | None:
        """Return the campaign whose ID a parameter gives, if this account may see it."""
        row = self.store.campaign(int(self.values.get(parameter, 0)))
        return row if row and self.account.sees(row["customer"]) else None


@dataclass(frozen=True, slots=True)
class Function:
    """A documented function: the role it asks for, its parameters, and the versions in which it has no code 400."""

    role: Role
    parameters: tuple[KnownParameter, ...]
    run: Callable[[Call], Envelope]
    no_400_in: tuple[str, ...] = ()


def missing(key: str) -> Envelope:
    """Answer 404: not there, or not for this account to see."""
    return refusal("404", key, "not found")
