"""One list of the server is read, once for all names that are looked up in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from importer.enswitch import Client, Fields, entries, may_continue, pages
from importer.errors import (
    AccessRefused,
    NoApiHere,
    OutcomeUnknown,
    RowRefused,
    ServerUnusable,
    TryAgain,
    WrongSettings,
)
from importer.naming.entry import Index, ListEntry, entries_of
from schemas.name_lists import NameList
from schemas.problem_codes import ProblemCode

MOST_ENTRIES = 1_000_000
"""A list with more entries is not read to its end."""

CALLSHOP = "callshop or commerce"


@dataclass(frozen=True)
class ListRequest:
    """A list of a customer ("": the account's own)."""

    name_list: NameList
    customer: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the request."""
        of_customer = {"customer": self.customer} if self.customer else {}
        return {**dict(self.name_list.asked), **of_customer}


@dataclass(frozen=True)
class Listed:
    """What a list has: its entries, and those that are deleted, by name.

    `unlisted` says why there are none, "" for a list that was read; `cure` says what to do about it.
    """

    asked: ListRequest
    index: Index
    deleted: Mapping[str, ListEntry] = field(default_factory=dict)
    unlisted: str = ""
    cure: str = ""


def read_list(client: Client, asked: ListRequest, names: Collection[str] = ()) -> Listed:
    """Return a list of the server, read as far as `names` are in it, or may be in it a second time.

    Without `names`, it is read to its end. What the account may not see, and what the server does not have, is said in
    the returned value. Raises ServerUnusable if the server fails for now, and what else stops a run.
    """
    what = list_called(asked)
    try:
        return _read(client, asked, names)
    except RowRefused as error:
        return _unlisted(asked, f"the server refuses to list the {what} ({error.message})")
    except AccessRefused as error:
        if error.code != "402" or error.by_proxy:
            raise
        role = CALLSHOP if asked.name_list.role == "commerce" else asked.name_list.role
        cure = f"Write IDs, or give the account the role {role}."
        return _unlisted(asked, f"the role of this account may not list {asked.name_list.many}", cure)
    except (WrongSettings, NoApiHere) as error:
        if error.problem_code != ProblemCode.NO_API:
            raise
        _refuse_other_servers(client)
        return _unlisted(asked, f"the server does not have the function {asked.name_list.action}")
    except (TryAgain, OutcomeUnknown) as error:
        words = f"Names could not be looked up: {asked.name_list.action} failed."
        raise ServerUnusable.after(error, words) from None


def _read(client: Client, asked: ListRequest, names: Collection[str]) -> Listed:
    index = Index(asked.name_list)
    deleted: dict[str, ListEntry] = {}
    if not asked.name_list.is_paged:
        _add(client, index, deleted, asked, entries(client, asked.name_list.action, asked.parameters))
    else:
        seen = 0
        for page in pages(client, asked.name_list.action, asked.parameters):
            _add(client, index, deleted, asked, page)
            seen += len(page)
            if seen > MOST_ENTRIES:
                return _too_long(asked)
            complete = bool(names) and all(index.exactly(name) for name in names)
            if not may_continue(page) and (complete or not names):
                break
    return _too_long(asked) if len(index.entries) > MOST_ENTRIES else Listed(asked, index, deleted)


def _add(client: Client, index: Index, deleted: dict[str, ListEntry], asked: ListRequest, rows: list[Fields]) -> None:
    """Add entries as far as they were asked for: a server may show more."""
    shown = rows if asked.name_list.is_shared else [row for row in rows if _is_of(row, asked)]
    gone = [row for row in shown if row.get("deleted", "0") not in ("", "0")]
    index.add(entries_of(asked.name_list, (row for row in shown if row not in gone), client.redact))
    for entry in entries_of(asked.name_list, gone, client.redact):
        deleted |= {name: entry for name in entry.names if name}


def _is_of(row: Fields, asked: ListRequest) -> bool:
    return not asked.customer or row.get("customer", asked.customer) == asked.customer


def customer_called(customer: str, customers: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a customer in words, with its name if that is among `customers`, by ID: customer ACME (12)."""
    if not customer:
        return "your own customer"
    return f"customer {customers[customer]} ({customer})" if customer in customers else f"customer {customer}"


def list_called(asked: ListRequest) -> str:
    """Return a list in words."""
    if not asked.name_list.of_customer:
        return asked.name_list.many
    return f"{asked.name_list.many} of {customer_called(asked.customer)}"


def _too_long(asked: ListRequest) -> Listed:
    return _unlisted(asked, f"there are more than {MOST_ENTRIES:,} {list_called(asked)}")


def _unlisted(asked: ListRequest, why: str, cure: str = "Write IDs.") -> Listed:
    return Listed(asked, Index(asked.name_list), unlisted=why, cure=cure)


def _refuse_other_servers(client: Client) -> None:
    """Raise WrongSettings unless the API is there at all: a wrong address must not make rows invalid."""
    try:
        client.list_campaigns(None)
    except (RowRefused, AccessRefused):
        return
    except (TryAgain, OutcomeUnknown) as error:
        raise ServerUnusable.after(error) from None
