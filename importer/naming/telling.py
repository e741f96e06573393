"""What there is to say about the names of a run as a whole: once for a column, not once for a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from importer.model import Problem, Run, Severity, about, heading_of, place
from importer.naming.answers import NameAnswers, can_be_sent_unlisted
from importer.naming.entry import ListEntry
from importer.naming.listing import ListRequest, customer_called
from importer.naming.verdicts import Found, Unlisted, quoted
from importer.naming.wanted import customer_of
from schemas.name_lists import CUSTOMERS, DESTINATION, LIST_OF, NAMED, list_of
from schemas.problem_codes import ProblemCode

MOST_SHOWN = 5
"""How many names of a column are shown."""


def about_columns(run: Run, answers: NameAnswers) -> Iterator[Problem]:
    """Yield, for each column with names, what these stand for, and why they cannot be looked up."""
    by_parameter = _by_parameter(answers)
    for parameter in NAMED:
        asked = by_parameter.get(parameter, [])
        yield from _unlisted(run, parameter, asked, answers)
        yield from _found(run, parameter, asked, answers)


def ids_that_are_names(
    run: Run, rows: Iterable[tuple[int, Mapping[str, str]]], answers: NameAnswers
) -> Iterator[Problem]:
    """Yield, once for a column, that an ID is also the name of another entry. `rows` are those of the run."""
    digits = {asked: found for asked in answers.listed if (found := _called_by_digits(asked, answers))}
    if not digits:
        return
    told: set[str] = set()
    for number, campaign in rows:
        customer = answers.customer_id(customer_of(campaign))
        for parameter in NAMED:
            name_list = list_of(parameter, campaign)
            if parameter in told or name_list is None or customer is None:
                continue
            entries = digits.get(ListRequest(name_list, customer if name_list.of_customer else ""), {})
            text = campaign.get(parameter, "")
            if (entry := entries.get(text)) and entry.sent != text:
                told.add(parameter)
                yield about(run, number, _is_a_name_too(parameter, name_list.one, text, entry))


def _is_a_name_too(parameter: str, one: str, text: str, entry: ListEntry) -> Problem:
    return Problem(
        f"{text} is taken for an ID, but the {one} {entry.sent} is called {text!r}. If that one is meant, write "
        f"name:{text}.",
        Severity.WARNING,
        column=parameter,
        found=text,
        problem_code=ProblemCode.ID_IS_A_NAME,
    )


def _called_by_digits(asked: ListRequest, answers: NameAnswers) -> dict[str, ListEntry]:
    """Return the entries of a list whose names pass for IDs; what is referred to by its name has no other ID."""
    if asked.name_list.sent != "id":
        return {}
    entries = answers.listed[asked].index.entries
    return {name: entry for entry in entries if (name := entry.names[0]).isascii() and name.isdecimal()}


def _by_parameter(answers: NameAnswers) -> Mapping[str, list[ListRequest]]:
    of_list = {name_list: parameter for parameter, name_list in LIST_OF.items()}
    found: defaultdict[str, list[ListRequest]] = defaultdict(list)
    for asked in answers.listed:
        found[of_list.get(asked.name_list, DESTINATION)].append(asked)
    return {parameter: sorted(some, key=_order) for parameter, some in found.items()}


def _order(asked: ListRequest) -> tuple[str, int, str]:
    return asked.name_list.kind, len(asked.customer), asked.customer


def _unlisted(run: Run, parameter: str, asked: Iterable[ListRequest], answers: NameAnswers) -> Iterator[Problem]:
    """Yield one problem for each reason why names of a column cannot be looked up."""
    told: set[str] = set()
    for one in asked:
        listed = answers.listed[one]
        if not listed.unlisted or listed.unlisted in told:
            continue
        told.add(listed.unlisted)
        if can_be_sent_unlisted(one.name_list, Unlisted()):
            message = f"Names in {parameter} are sent as they are: {listed.unlisted}."
            yield _of_column(run, parameter, message, ProblemCode.NOT_COMPARED, Severity.WARNING)
        else:
            message = f"Names in {parameter} cannot be looked up: {listed.unlisted}. {listed.cure}"
            yield _of_column(run, parameter, message, ProblemCode.NOT_LISTED, Severity.ERROR)


def _of_column(run: Run, parameter: str, message: str, problem_code: ProblemCode, severity: Severity) -> Problem:
    row, position = run.source.header_row, run.positions.get(parameter)
    cell = place(run.source, position, row) if row and position is not None else None
    return Problem(
        message,
        severity,
        row=row if cell else None,
        column=heading_of(run, parameter),
        cell=cell,
        problem_code=problem_code,
    )


def _found(run: Run, parameter: str, asked: list[ListRequest], answers: NameAnswers) -> Iterator[Problem]:
    """Yield the notes about a column: what its names stand for, and which are written otherwise on the server."""
    exact: list[str] = []
    alike: list[str] = []
    several = len({one.customer for one in answers.listed if one.name_list.of_customer}) > 1
    for one in asked:
        where = f" in {customer_called(one.customer)}" if several and one.name_list.of_customer else ""
        verdicts = answers.customers if one.name_list is CUSTOMERS else answers.verdicts[one]
        for name, verdict in verdicts.items():
            match verdict:
                case Found(entry, True):
                    exact.append(f"{quoted(name)}{where} is {entry.sent}")
                case Found(entry, False):
                    alike.append(f"{quoted(name)}{where} is {entry.sent}, {quoted(entry.called)}")
    column = heading_of(run, parameter)
    if exact:
        yield Problem(f"Names in the column {column}: {_first(exact)}.", Severity.NOTE)
    if alike:
        told = f"Names in the column {column} that differ on the server in case or spaces: {_first(alike)}."
        yield Problem(told, Severity.NOTE)


def _first(shown: list[str]) -> str:
    more = f"; and {len(shown) - MOST_SHOWN:,} more" if len(shown) > MOST_SHOWN else ""
    return "; ".join(islice(shown, MOST_SHOWN)) + more
