"""What all names of a run stand for: each list is read once, that of customers first, the others at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from importer.enswitch import Client, WorkerPool
from importer.naming.listing import Listed, ListRequest, read_list
from importer.naming.verdicts import Found, Unlisted, Verdict, Verdicts
from importer.naming.wanted import Wanted, customer_names, is_name
from schemas.name_lists import CUSTOMERS, NameList
from schemas.names import NAME_PREFIX


@dataclass
class NameAnswers:
    """The verdicts on names, by their list and the ID of their customer ("": the account's own).

    `customers` are the verdicts on the names of customers. `listed` are the lists that were read.
    """

    customers: Mapping[str, Verdict] = field(default_factory=dict)
    listed: dict[ListRequest, Listed] = field(default_factory=dict)
    verdicts: dict[ListRequest, dict[str, Verdict]] = field(default_factory=dict)

    def customer_id(self, customer: str) -> str | None:
        """Return the ID of the customer of a row ("": the account's own); None if its name stands for none."""
        if not is_name(customer):
            return customer
        verdict = self.customers.get(customer.removeprefix(NAME_PREFIX))
        return verdict.entry.sent if isinstance(verdict, Found) else None

    def of(self, name_list: NameList, customer: str, name: str) -> Verdict | None:
        """Return what a name of a row stands for; None if that is not known because its customer is not."""
        if name_list is CUSTOMERS:
            return self.customers[name]
        found = self.customer_id(customer)
        return None if found is None else self.verdicts[ListRequest(name_list, found)][name]


def answers_to(wanted: Wanted, worker_pool: WorkerPool) -> NameAnswers:
    """Look up names. Raises ServerUnusable if the server fails for now, and what else stops a run."""
    answers = NameAnswers()
    if names := customer_names(wanted):
        _read_all(worker_pool, {ListRequest(CUSTOMERS): names}, answers)
        answers.customers = _verdicts(answers, ListRequest(CUSTOMERS), names, {})
    to_ask: dict[ListRequest, frozenset[str]] = {}
    for name_list, customer, some in _of_customers(wanted, answers):
        asked = ListRequest(name_list, customer)
        to_ask[asked] = to_ask.get(asked, frozenset()) | some
    _read_all(worker_pool, to_ask, answers)
    known = {one.entry.sent: one.entry.called for one in answers.customers.values() if isinstance(one, Found)}
    for asked, some in to_ask.items():
        answers.verdicts[asked] = _verdicts(answers, asked, some, known)
    return answers


def _of_customers(wanted: Wanted, answers: NameAnswers) -> Iterator[tuple[NameList, str, frozenset[str]]]:
    """Yield the names of each list of a customer that is known, with its ID; several rows may name it differently."""
    for name_list, by_customer in wanted.items():
        for customer, names in by_customer.items():
            found = answers.customer_id(customer)
            if name_list is not CUSTOMERS and found is not None:
                yield name_list, found, names


def _read_all(worker_pool: WorkerPool, to_ask: Mapping[ListRequest, frozenset[str]], answers: NameAnswers) -> None:
    def read(client: Client, asked: ListRequest) -> None:
        answers.listed[asked] = read_list(client, asked, to_ask[asked])

    in_order = sorted(to_ask, key=lambda asked: (asked.name_list.kind, len(asked.customer), asked.customer))
    worker_pool.for_each(iter(in_order), read)


def _verdicts(
    answers: NameAnswers, asked: ListRequest, names: frozenset[str], customers: Mapping[str, str]
) -> dict[str, Verdict]:
    others = [
        one
        for other, one in sorted(answers.listed.items(), key=lambda item: (len(item[0].customer), item[0].customer))
        if other.name_list is asked.name_list and other != asked
    ]
    verdicts = Verdicts(answers.listed[asked], others, customers)
    return {name: verdicts.of(name) for name in sorted(names)}


def can_be_sent_unlisted(name_list: NameList, verdict: Verdict) -> bool:
    """Say whether a name that cannot be looked up may be sent as it is: campaigns refer to such entries by names."""
    return isinstance(verdict, Unlisted) and name_list.sent != "id"
