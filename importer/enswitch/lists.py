"""The server's lists of what campaigns refer to: customers, people, time groups, queues and the like."""

from collections.abc import Iterator, Mapping
from typing import Any

from importer.enswitch.client import MOST_LISTED, Client, Fields
from importer.enswitch.envelope import SCALARS, plain
from importer.errors import NoApiHere

PAGE = 5_000
"""Number of entries that are asked for at once."""


def entries(client: Client, action: str, parameters: Mapping[str, str]) -> list[Fields]:
    """Return the entries of a list that has no pages, each with the fields that the server shows.

    Raises NoApiHere for a response without a list, and what `Client.repeat` raises.
    """
    answer, _ = client.repeat(action, parameters, most=MOST_LISTED)
    rows: Any = [] if answer.code == "204" or answer.data is None else answer.data
    if not isinstance(rows, list):
        raise NoApiHere("The server's response is not a list.")
    return [_fields(row) for row in rows if isinstance(row, dict)]


def pages(client: Client, action: str, parameters: Mapping[str, str]) -> Iterator[list[Fields]]:
    """Yield the pages of a list as long as they have new IDs; who needs no more stops asking.

    A server that ignores offset and limit shows everything in the first page.
    """
    known = {""}
    offset = 0
    while True:
        page = entries(client, action, {**parameters, "offset": str(offset), "limit": str(PAGE)})
        new = [one for one in page if one.get("id", "") not in known]
        yield new
        known |= {one["id"] for one in new}
        if not new or len(page) > PAGE:
            return
        offset += len(page)


def may_continue(page: list[Fields]) -> bool:
    """Say whether another page may follow: some servers show fewer entries than were asked for, in round numbers."""
    return bool(page) and (len(page) >= PAGE or len(page) % 10 == 0)


def _fields(row: dict[str, Any]) -> Fields:
    return {name: plain(value) for name, value in row.items() if isinstance(value, SCALARS)}
