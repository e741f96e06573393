"""What the server shows of campaigns: whether each is there, and its fields.

A campaign that is not found is believed to be gone only if both agree that can be asked: the list of its customer and,
where the server has it, the question for its ID. A list may be one page of several, and a 404 may mean that the account
may not see the campaign, or that the server does not have the function.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from importer.delivery.witnesses import raise_if_locked_out
from importer.enswitch import Client, Fields
from importer.errors import (
    AccessRefused,
    NoApiHere,
    OutcomeUnknown,
    RowRefused,
    ServerUnusable,
    TryAgain,
    WrongSettings,
)

NOT_FOUND = "404"

NOWHERE: Fields = {}


class Whereabouts(Enum):
    """Whether a campaign is on the server."""

    THERE = auto()
    GONE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class ServerLook:
    """What the server shows of a campaign: its fields if it is there, and why it is not known whether it is."""

    place: Whereabouts
    fields: Mapping[str, str]
    why: str = ""


@dataclass(frozen=True)
class CustomerList:
    """The campaigns of a customer by their IDs, or why they cannot be listed."""

    campaigns: Mapping[str, Fields]
    trouble: str = ""


class ServerView:
    """Looks campaigns up. Safe to use from several threads; each customer is listed once, unless it is asked again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lists: dict[str, CustomerList] = {}
        self._knows_get: bool | None = None

    def listed(self, client: Client, customer: str, *, again: bool = False) -> CustomerList:
        """Return the campaigns of a customer ("": the account's own), as listed before or just now.

        Raises ServerUnusable if the server fails.
        """
        with self._lock:
            if again or customer not in self._lists:
                self._lists[customer] = _list(client, customer)
            return self._lists[customer]

    def glance(self, client: Client, customer: str, campaign_id: str, needed: frozenset[str]) -> ServerLook:
        """Look a campaign up in the list, and ask for it by its ID only if the list shows too little of it."""
        fields = self.listed(client, customer).campaigns.get(campaign_id)
        if fields is not None and needed <= fields.keys():
            return ServerLook(Whereabouts.THERE, fields)
        return self.look(client, customer, campaign_id)

    def look(self, client: Client, customer: str, campaign_id: str, *, was_seen: bool = False) -> ServerLook:
        """Look a campaign up as it is now.

        `was_seen` says that the server has shown it before: if it cannot be asked by ID, a list without it is believed.
        Raises OutcomeUnknown and TryAgain if the server fails, AccessRefused if the password is refused.
        """
        if self._knows_get is not False:
            fields = self._get(client, campaign_id)
            if fields:
                return ServerLook(Whereabouts.THERE, fields)
        listing = self.listed(client, customer, again=True)
        if campaign_id in listing.campaigns:
            return ServerLook(Whereabouts.THERE, listing.campaigns[campaign_id])
        if listing.trouble:
            return ServerLook(Whereabouts.UNKNOWN, NOWHERE, listing.trouble)
        if self._answers_get(client, listing) or (was_seen and self._knows_get is False):
            return ServerLook(Whereabouts.GONE, NOWHERE)
        why = "The server's list does not show it, and it cannot be asked for it by its ID, so it may be gone or not."
        return ServerLook(Whereabouts.UNKNOWN, NOWHERE, why)

    def _get(self, client: Client, campaign_id: str) -> Fields | None:
        """Ask for a campaign by its ID; None if the server does not find it, or cannot be asked."""
        try:
            fields = client.get(campaign_id)
        except RowRefused as error:
            if error.code != NOT_FOUND:
                raise OutcomeUnknown(f"The server does not show campaign {campaign_id}. {error.message}") from None
            if error.key == "id":
                self._knows_get = True
            return None
        except (AccessRefused, WrongSettings) as error:
            raise_if_locked_out(error)
            self._knows_get = False
            return None
        if fields.get("id") != campaign_id:
            raise OutcomeUnknown("The server's response does not contain the requested campaign.")
        self._knows_get = True
        return fields

    def _answers_get(self, client: Client, listing: CustomerList) -> bool:
        """Say whether the server finds campaigns by their IDs; it is asked for a listed one if that is not known."""
        if self._knows_get is None:
            self._knows_get = any(self._get(client, known) for known in list(listing.campaigns)[:1])
        return self._knows_get


def _list(client: Client, customer: str) -> CustomerList:
    try:
        found = client.list_campaigns(customer or None)
    except (RowRefused, AccessRefused, WrongSettings, NoApiHere) as error:
        raise_if_locked_out(error)
        whose = f"customer {customer}" if customer else "your own customer"
        return CustomerList({}, f"The campaigns of {whose} cannot be listed. {error.message}")
    except (OutcomeUnknown, TryAgain) as error:
        raise ServerUnusable.after(error) from None
    return CustomerList({one["id"]: one for one in found})
