"""Which names the rows of a run have, and in which lists these are looked up: the distinct ones, from one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from importer.errors import FileRefused
from schemas.name_lists import CUSTOMERS, NameList, list_of, names_in
from schemas.names import NAME_PREFIX
from schemas.problem_codes import ProblemCode

MOST_NAMES = 1_000_000
"""Maximum number of different names of a run."""

Wanted = Mapping[NameList, Mapping[str, frozenset[str]]]
"""The names of each list, by the customer of the rows as `customer_of` returns it."""


def wanted_names(campaigns: Iterable[Mapping[str, str]]) -> Wanted:
    """Return the names of campaigns. Raises FileRefused if there are too many to look up."""
    found: defaultdict[NameList, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    count = 0
    for campaign in campaigns:
        for parameter, name in names_in(campaign).items():
            if (name_list := list_of(parameter, campaign)) is None:
                continue
            names = found[name_list][customer_of(campaign) if name_list.of_customer else ""]
            count += name not in names
            names.add(name)
            if count > MOST_NAMES:
                message = f"The file has more than {MOST_NAMES:,} different names, which are too many to look up. "
                raise FileRefused(f"{message}Write IDs instead, or divide the file.", ProblemCode.TOO_MUCH_WRONG)
    return {
        name_list: {customer: frozenset(names) for customer, names in by_customer.items()}
        for name_list, by_customer in found.items()
    }


def customer_of(campaign: Mapping[str, str]) -> str:
    """Return the customer of a campaign: an ID, a name with NAME_PREFIX, or "" for the account's own."""
    return campaign.get("customer", "")


def customer_names(wanted: Wanted) -> frozenset[str]:
    """Return the names of customers among the names."""
    return wanted.get(CUSTOMERS, {}).get("", frozenset())


def is_name(customer: str) -> bool:
    """Say whether what `customer_of` returns is a name."""
    return customer.startswith(NAME_PREFIX)
