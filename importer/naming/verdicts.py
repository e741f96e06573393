"""What a name stands for in a list, or what is wrong with it, in the user's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from importer.naming.entry import LONGEST_SHOWN, ListEntry
from importer.naming.listing import Listed, customer_called
from importer.security import visible
from schemas.likeness import folded
from schemas.name_lists import CUSTOMERS, NameList
from schemas.problem_codes import ProblemCode

MOST_SHOWN = 5
"""How many entries of one name a message lists."""
MOST_SUGGESTED = 3
CORRECT = "Correct the name, or write the ID."
LEAST_LIKENESS = 60
"""How alike a suggested name is at least, of 0 to 100."""
MOST_COMPARISONS = 5_000_000
"""How many names of a list are compared with such as it does not have: with very many of both, the last get no
suggestion."""


@dataclass(frozen=True)
class Found:
    """The entry that a name stands for; `exactly` says that it is written in the same way."""

    entry: ListEntry
    exactly: bool = True


@dataclass(frozen=True)
class Objection:
    """A name that stands for no entry, or for several: a sentence without the column, and the code of the problem."""

    message: str
    problem_code: ProblemCode


@dataclass(frozen=True)
class Unlisted:
    """A name that cannot be looked up at all: the list says why."""


Verdict = Found | Objection | Unlisted


class Verdicts:
    """Says what names stand for in one list. `others` are the same list of other customers, as far as they were read.

    `customers` has the names of customers by their IDs, as far as they are known.
    """

    def __init__(self, listed: Listed, others: Iterable[Listed], customers: Mapping[str, str]) -> None:
        self._listed = listed
        self._others = others
        self._customers = customers
        self._comparisons = 0

    def of(self, name: str) -> Verdict:
        """Return what a name stands for."""
        if self._listed.unlisted:
            return Unlisted()
        if exact := self._listed.index.exactly(name):
            return Found(exact[0]) if len(exact) == 1 else self._several(name, exact)
        if alike := self._listed.index.alike(name):
            return Found(alike[0], exactly=False) if len(alike) == 1 else self._several(name, alike)
        return self._missing(name)

    @property
    def _name_list(self) -> NameList:
        return self._listed.asked.name_list

    def _several(self, name: str, entries: Sequence[ListEntry]) -> Objection:
        in_order = sorted(entries, key=lambda entry: (len(entry.sent), entry.sent))
        apart = self._name_list is CUSTOMERS or len({entry.customer for entry in entries}) > 1
        shown = "; ".join(_described(entry, name, with_customer=apart) for entry in in_order[:MOST_SHOWN])
        more = f" and {len(entries) - MOST_SHOWN:,} more" if len(entries) > MOST_SHOWN else ""
        return Objection(
            f"{len(entries)} {self._name_list.many}{self._within} are called {quoted(name)}: {shown}{more}. Write the "
            f"ID of the one that is meant, such as id:{in_order[0].sent}.",
            ProblemCode.SEVERAL_NAMES,
        )

    def _missing(self, name: str) -> Objection:
        told = f"There is no {self._name_list.one} called {quoted(name)}{self._within}."
        return Objection(f"{told} {self._why_missing(name)}", ProblemCode.NO_SUCH_NAME)

    def _why_missing(self, name: str) -> str:
        if gone := self._listed.deleted.get(name):
            return f"It was deleted (ID {gone.id}). Write another one, or an ID."
        for other in self._others:
            if found := other.index.exactly(name) or other.index.alike(name):
                where = customer_called(other.asked.customer, self._customers)
                here = customer_called(self._listed.asked.customer)
                return f"{quoted(found[0].called)} exists in {where}, not in {here}. Correct the customer or the name."
        if not self._listed.index.entries:
            return f"The server shows no {self._name_list.many} at all there. {self._instead}"
        likely = self._suggestions(name)
        return f"{likely}Correct the name. {self._instead}" if self._is_sent_by_name else f"{likely}{CORRECT}"

    @cached_property
    def _likely(self) -> dict[str, ListEntry]:
        """The entries by what is compared of their names, in the order of these."""
        return dict(sorted(self._listed.index.folded_names.items(), key=itemgetter(0)))

    def _suggestions(self, name: str) -> str:
        """Return the question for the likeliest names, as long as looking for them does not take long."""
        from rapidfuzz import fuzz, process  # most runs have no name that is missing

        entries = self._likely
        self._comparisons += len(entries)
        if self._comparisons > MOST_COMPARISONS:
            return ""
        likely = process.extract(
            folded(name), entries.keys(), scorer=fuzz.ratio, limit=MOST_SUGGESTED, score_cutoff=LEAST_LIKENESS
        )
        shown = list(dict.fromkeys(f"{quoted(entries[one].called)} ({entries[one].id})" for one, _, _ in likely))
        return f"Did you mean {_either(shown)}? " if shown else ""

    @property
    def _is_sent_by_name(self) -> bool:
        return self._name_list.sent != "id"

    @property
    def _instead(self) -> str:
        return "To send it as it is, write id: in front." if self._is_sent_by_name else "Write the ID."

    @property
    def _within(self) -> str:
        return f" in {customer_called(self._listed.asked.customer)}" if self._name_list.of_customer else ""


def quoted(name: str) -> str:
    """Return a name in quotation marks, as safe to show, and not too long."""
    shown = visible(name)
    return repr(shown if len(shown) <= LONGEST_SHOWN else f"{shown[: LONGEST_SHOWN - 1]}…")


def _described(entry: ListEntry, name: str, *, with_customer: bool) -> str:
    facts = (
        entry.called if folded(entry.called) not in (folded(name), folded(entry.sent)) else "",
        f"in customer {entry.customer}" if entry.customer and with_customer else "",
        entry.description,
    )
    return f"{entry.sent} ({', '.join(filter(None, facts))})" if any(facts) else entry.sent


def _either(shown: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
