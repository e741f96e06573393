"""What is said of a plan, of what has come of it, and of what to do next, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.cli.screen.missing_answers import to_answer
from importer.errors import LimitExceeded
from importer.model import LoadStatus, Status, Tone, counted, duration
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.report import Report

MOST_CUSTOMERS = 3
"""How many customers a question names; of more it says the number."""

NOTHING_LEFT = (LoadStatus.LOADED, LoadStatus.GONE)


@dataclass(frozen=True)
class Hint:
    """Something to do next: a sentence, or what a command is for, and that command."""

    sentence: str
    command: str = ""


def hints(report: Report, to_type: Callable[..., str]) -> list[Hint]:
    """Return what to do next; `to_type` makes the line of a command."""
    again = to_type("apply", report.run)
    if report.stopped is not None and report.stopped.problem_code == ProblemCode.CANARY_DIFFERS:
        return [Hint("to continue anyway, once you have checked them", to_type("apply", report.run, canary=0))]
    if isinstance(report.stopped, LimitExceeded) and report.run:
        higher = {f"max_{name}": number for name, number in report.stopped.needed.items()}
        return [Hint("to create them all the same, once you have checked them", to_type("apply", report.run, **higher))]
    if report.stopped is not None and report.stopped.problem_code == ProblemCode.MANY_REFUSED:
        # Its numbers are not kept: there is nothing that could be continued.
        return []
    if report.stopped is not None and report.run:
        return [Hint("to continue where this run stopped", again)]
    if is_empty(report):
        return [Hint("fill in a row for each campaign below the headings, then import the file.")]
    return [*_about_rows(report, to_type), *_about_run(report, again)]


def is_empty(report: Report) -> bool:
    """Return whether a sheet has headings and nothing below them."""
    return not report.rows and report.stopped is None and report.migration is None


def _about_rows(report: Report, to_type: Callable[..., str]) -> Iterator[Hint]:
    """Yield what to do with rows that are not sent as they are."""
    if answers := to_answer(report, to_type):
        yield Hint(answers)
    elif report.count(Status.INVALID, Status.REJECTED):
        where = " in the results or in your file," if report.results else ""
        yield Hint(f"fix these rows{where} and import the file again. Rows already created are skipped.")
    if left := report.count(Status.CHANGED) - report.to_update:
        yield Hint(
            f"to send {_the(left, 'edited row')}, import the file with --on-change update (to change the "
            "campaigns) or --on-change create (to create new ones)."
        )


def _about_run(report: Report, again: str) -> Iterator[Hint]:
    """Yield the commands that take a run further; `again` applies it."""
    ready = report.count(Status.READY, Status.VALID, Status.FAILED) - report.held
    if doubtful := report.count(Status.IN_DOUBT, Status.SENDING):
        yield Hint(f"to look up {_the(doubtful, 'row')} in doubt on the server", again)
    elif report.run and (ready > 0 or report.to_update):
        create = f"create {_the(ready, 'ready campaign')}" if ready > 0 else ""
        update = f"update {_the(report.to_update, 'changed campaign')}" if report.to_update else ""
        yield Hint(f"to {' and '.join(filter(None, (create, update)))}", again)
    elif report.run and any(one.status not in NOTHING_LEFT for one in report.loads if one.to_load):
        yield Hint("to load the telephone numbers", again)
    if report.held:
        yield Hint(
            f"to create a second copy of {_the(report.held, 'campaign')} already on the server (check there first)",
            f"{again} --on-existing create",
        )


def question(reports: Sequence[Report], server: str, customers: Sequence[str]) -> str:
    """Return what to ask before anything is created: how much, where, what is left out, and what will dial."""
    ready = sum(report.count(Status.READY) for report in reports)
    edited = sum(report.to_update for report in reports)
    numbers = _to_load(reports)
    create = f"create {campaigns(ready)}" if ready or not (edited or numbers) else ""
    update = f"update {f'{edited:,}' if ready else campaigns(edited)}" if edited else ""
    what = " and ".join(filter(None, (create, update, f"load {numbers}" if numbers else "")))
    asked = f"{what[0].upper()}{what[1:]} on {server}{_for_whom(customers)}?"
    return " ".join((asked, *_left_out(reports), *_on_the_server(reports), *_dialling(reports)))


def _to_load(reports: Sequence[Report]) -> str:
    """Return in words how many telephone numbers are loaded into how many campaigns; "" if none are."""
    loads = [load for report in reports for load in report.loads if load.to_load and load.is_open]
    return (
        f"{_numbers(sum(load.to_load - load.loaded for load in loads))} into {campaigns(len(loads))}" if loads else ""
    )


def _numbers(count: int) -> str:
    return counted(count, "telephone number")


def _for_whom(customers: Sequence[str]) -> str:
    """Return the customers of the campaigns in brackets; nothing where all are the account's own."""
    if not any(customers):
        return ""
    if len(customers) > MOST_CUSTOMERS:
        return f" ({len(customers):,} customers)"
    named = [customer or "your own" for customer in customers]
    return f" (customer{'s' if len(named) > 1 else ''} {', '.join(named)})"


def _left_out(reports: Sequence[Report]) -> Iterator[str]:
    changed = sum(report.count(Status.CHANGED) - report.to_update for report in reports)
    if left := changed + sum(report.count(Status.INVALID, Status.REJECTED, Status.FAILED) for report in reports):
        yield f"{counted(left, 'row')} {'is' if left == 1 else 'are'} left out."


def _on_the_server(reports: Sequence[Report]) -> Iterator[str]:
    if count := sum(report.existing for report in reports):
        yield f"{count:,} {'is' if count == 1 else 'are'} on the server already and would exist twice."


def _dialling(reports: Sequence[Report]) -> Iterator[str]:
    if created := sum(report.dialling for report in reports):
        yield f"{created:,} will start dialling immediately, {_calls(one.calls for one in reports)}."
    if updated := sum(report.updates_dialling for report in reports):
        yield f"{updated:,} may dial once updated, {_calls(one.update_calls for one in reports)}."
    if not created and not updated:
        yield "None of them will start dialling."
    elif _to_load(reports):
        yield "Those with numbers dial once all of these are loaded."


def prospect(*reports: Report) -> str:
    """Say what comes of creating the ready rows: how many are there already, and how many calls that starts."""
    numbers = _to_load(reports)
    if not numbers and not any(report.count(Status.READY) or report.to_update for report in reports):
        return "There is nothing to create."
    told = [f"Loads {numbers}."] if numbers else []
    if count := sum(report.existing for report in reports):
        told.append(f"{count:,} of these campaigns {'is' if count == 1 else 'are'} already on the server.")
    if created := sum(report.dialling for report in reports):
        calls = _calls(one.calls for one in reports)
        told.append(f"{created:,} of these campaigns will start dialling immediately ({calls}).")
    if updated := sum(report.updates_dialling for report in reports):
        told.append(f"{campaigns(updated)} may dial once updated ({_calls(one.update_calls for one in reports)}).")
    if held := sum(report.held_dialling for report in reports):
        told.append(f"{held:,} of those already on the server will start dialling if they are created again.")
    if not created and not updated and not held:
        told.append("None of these campaigns will start dialling.")
    return " ".join(told)


def totals(report: Report) -> list[tuple[str, Tone]]:
    """Return a plan in a line of numbers, each with how good it is."""
    wrong = report.count(Status.INVALID, Status.REJECTED, Status.FAILED)
    numbers = (
        ("+", report.count(Status.READY) - report.held, "create", Tone.GOOD),
        ("~", report.count(Status.CHANGED), "change", Tone.DOUBTFUL),
        ("=", report.count(Status.EXISTS), "unchanged", Tone.WAITING),
        ("!", wrong, "needs fixing" if wrong == 1 else "need fixing", Tone.BAD),
        ("?", report.held, "on the server already", Tone.DOUBTFUL),
        ("?", report.count(Status.IN_DOUBT, Status.SENDING), "in doubt", Tone.DOUBTFUL),
    )
    return [(f"{sign} {number:,} {word}", tone) for sign, number, word, tone in numbers if number]


def outcome(report: Report, before: Report) -> str:
    """Say how many rows have reached which status since a plan, and how long that took."""
    words = {status: status.value.replace("_", " ") for status in Status} | {Status.READY: "not sent"}
    left = (Status.VALID, Status.READY)
    gained = {one: report.count(one) - (0 if one in left else before.count(one)) for one in Status}
    gained[Status.READY] -= report.held
    told = [f"{number:,} {words[status]}" for status, number in gained.items() if number > 0]
    if not told:
        return "Nothing was created."
    seconds = sum(timing.seconds for timing in report.timings[len(before.timings) :])
    return f"{', '.join(told)} in {duration(round(seconds, 1))}"


def _calls(numbers: Iterator[int]) -> str:
    return f"up to {counted(sum(numbers), 'call')} at a time"


def campaigns(count: int) -> str:
    """Return a number of campaigns in words."""
    return counted(count, "campaign")


def _the(count: int, word: str) -> str:
    return f"the {word}" if count == 1 else f"the {counted(count, word)}"
