"""All that there is in lists of the server, for people who want to know what they may write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from importer.enswitch import Client
from importer.errors import WrongSettings, WrongUsage
from importer.naming.listing import Listed, ListRequest, read_list
from importer.naming.verdicts import Found, Unlisted, Verdicts
from schemas.name_lists import CUSTOMERS, NameList
from schemas.names import NAME_PREFIX
from schemas.parameters import BY_NAME
from schemas.problem_codes import ProblemCode


def available(client: Client, name_lists: Iterable[NameList], customer: str = "") -> Iterator[Listed]:
    """Yield lists of the server, read to their ends; of those of customers, that of one ("": the account's own).

    `customer` is an ID or a name. What cannot be listed is said in the lists. Raises WrongUsage for a customer that is
    neither, or is not there, and what stops a run.
    """
    found = customer_id(client, customer)
    for name_list in name_lists:
        yield read_list(client, ListRequest(name_list, found if name_list.of_customer else ""))


def customer_id(client: Client, customer: str) -> str:
    """Return the ID of a customer that is given as a cell would have it. Raises as `available` does."""
    if not customer.strip():
        return ""
    parameter = BY_NAME["customer"]
    if not parameter.accepts(customer):
        raise WrongUsage(f"{customer!r} is not a customer: it must be {parameter.allowed}.", ProblemCode.BAD_VALUE)
    sent = parameter.wire(customer)
    if not sent.startswith(NAME_PREFIX):
        return sent
    name = sent.removeprefix(NAME_PREFIX)
    listed = read_list(client, ListRequest(CUSTOMERS), {name})
    match Verdicts(listed, (), {}).of(name):
        case Found(entry):
            return entry.sent
        case Unlisted():
            raise cannot_be_listed(listed)
        case wrong:
            raise WrongUsage(wrong.message, wrong.problem_code)


def cannot_be_listed(listed: Listed) -> WrongSettings:
    """Return the error that says why a list is not there."""
    message = f"{listed.unlisted[0].upper()}{listed.unlisted[1:]}. {listed.cure}"
    return WrongSettings(message, ProblemCode.NOT_LISTED)
