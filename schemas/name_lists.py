"""The server's lists in which names are looked up: one line a list, and which of them a parameter refers to.

The guide shows the functions for customers, people, time groups, queues, mailboxes and phones, and the others only by
their pattern.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.names import NAME_PREFIX, id_of, name_of


@dataclass(frozen=True, eq=False)
class NameList:
    """One list of the server.

    `kind` is the word for it on the command line, `one` and `many` are what people call its entries, `action` is the
    function of the API. `called_by` are the
    fields by which an entry is found, the most usual first; of those in one tuple the texts are joined by spaces.
    `sent` is the field that a campaign refers to. `asked` are the parameters of the request beside the customer,
    `is_paged` says that it takes offset and limit, `of_customer` that each customer has a list, `is_shared` that it
    also shows entries of other customers. `role` is the least role that may ask for it.
    """

    kind: str
    one: str
    many: str
    action: str
    called_by: tuple[tuple[str, ...], ...] = (("name",),)
    sent: str = "id"
    asked: tuple[tuple[str, str], ...] = ()
    is_paged: bool = False
    of_customer: bool = True
    is_shared: bool = False
    role: str = "user"


_WITH_ALL = (("recursive", "1"), ("directory", "-1"), ("deleted", "0"))
_BY_PERSON = (("username",), ("forename", "surname"), ("email",))

# fmt: off
CUSTOMERS = NameList("customers", "customer", "customers", "customers/list", asked=_WITH_ALL, is_paged=True, of_customer=False, role="commerce")
PEOPLE = NameList("people", "person", "people", "people/list", _BY_PERSON, is_paged=True)
TIMEGROUPS = NameList("timegroups", "time group", "time groups", "timegroups/list", asked=(("available", "1"),), is_shared=True)
RECORDGROUPS = NameList("recordgroups", "record group", "record groups", "recording/groups/list")
QUEUES = NameList("queues", "queue", "queues", "queues/list")
IVRS = NameList("ivrs", "IVR", "IVRs", "ivrs/list")
HUNTGROUPS = NameList("huntgroups", "hunt group", "hunt groups", "huntgroups/list")
CONFERENCES = NameList("conferences", "conference", "conferences", "conferences/list")
MAILBOXES = NameList("mailboxes", "mailbox", "mailboxes", "mailboxes/list", (("mailbox",), ("name",)), sent="mailbox")
PHONES = NameList("phones", "phone", "phones", "phones/list", (("name",), ("display",)), sent="name")
# fmt: on

LISTS: Mapping[str, NameList] = {
    one.kind: one
    for one in (
        *(CUSTOMERS, PEOPLE, TIMEGROUPS, RECORDGROUPS),
        *(QUEUES, IVRS, HUNTGROUPS, CONFERENCES, MAILBOXES, PHONES),
    )
}
"""All of them, by their kinds."""

LIST_OF: Mapping[str, NameList] = {
    "customer": CUSTOMERS,
    "owner": PEOPLE,
    "recordgroup": RECORDGROUPS,
    "timegroup": TIMEGROUPS,
}
"""The list that a parameter refers to."""

DESTINATION = "dnumber"
"""The parameter whose list depends on the type of the destination."""

LIST_OF_DESTINATION: Mapping[str, NameList] = {
    "queue": QUEUES,
    "ivr": IVRS,
    "huntgroup": HUNTGROUPS,
    "conference": CONFERENCES,
    "mailbox": MAILBOXES,
    "phone": PHONES,
}
"""The list that `dnumber` refers to, by `dtype`; destinations of other types have none."""

NAMED = (*LIST_OF, DESTINATION)
"""The parameters that take a name."""


def list_of(parameter: str, campaign: Mapping[str, str]) -> NameList | None:
    """Return the list that a parameter of a campaign refers to."""
    if parameter == DESTINATION:
        return LIST_OF_DESTINATION.get(campaign.get("dtype", ""))
    return LIST_OF.get(parameter)


def is_looked_up(dnumber: str) -> bool:
    """Say whether a `dnumber` is not sent as it is, if its type has a list: it is a name, or has `id:` in front."""
    return name_of(dnumber) is not None or id_of(dnumber) != dnumber


def names_in(campaign: Mapping[str, str]) -> dict[str, str]:
    """Return the names that are still to be looked up for a campaign, by parameter."""
    found = {name: text for name in LIST_OF if (text := campaign.get(name, "")).startswith(NAME_PREFIX)}
    names = {name: text.removeprefix(NAME_PREFIX) for name, text in found.items()}
    if list_of(DESTINATION, campaign) and (name := name_of(campaign.get(DESTINATION, ""))):
        names[DESTINATION] = name
    return names
