"""What is shown and reported of telephone numbers: what was found in lists, and what became of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from importer import numbers
from importer.cli.screen.screen import Screen
from importer.model import counted
from importer.numbers import CampaignCalls, NumberExample, NumbersOutcome, NumbersReport, Reason, Verdict


def show_check(screen: Screen, report: NumbersReport) -> None:
    """Show what was found in lists of numbers."""
    screen.rest()
    tell = screen.insist if report.exit_code else screen.say
    tell(numbers.headline(report))
    for remark in numbers.remarks(report):
        screen.say(remark)
    for reason in report.reasons:
        if reason.verdict is Verdict.REFUSED:
            screen.insist(_line(reason))
        else:
            screen.say(_line(reason))
    if report.listing is not None:
        screen.say(f"Results: {report.listing}")


def _line(reason: Reason) -> str:
    """Return a reason as a line: how many numbers, the first of them, and what is wrong with each."""
    alike: dict[str, list[NumberExample]] = {}
    for one in reason.examples:
        alike.setdefault(one.message, []).append(one)
    more = reason.count - len(reason.examples)
    rest = f" and {more:,} more" if more else ""
    if len(alike) == 1:
        said = f"{_places(reason.examples)}{rest}: {reason.examples[0].message}"
    else:
        said = " ".join(f"{_places(those)}: {message}" for message, those in alike.items())
        said += f" And {more:,} more." if more else ""
    return f"  {reason.verdict} {reason.count:,}: {said} [{reason.problem_code}]"


def _places(examples: Sequence[NumberExample]) -> str:
    """Return where numbers are, and the first of them with most digits hidden."""
    first, *others = examples
    return ", ".join([f"{first.place} ({first.masked or 'empty'})", *(one.place for one in others)])


def show_prospect(screen: Screen, campaigns: Iterable[CampaignCalls]) -> None:
    """Show how long campaigns will dial."""
    if words := numbers.prospect(campaigns):
        screen.say(words)


def show_outcome(screen: Screen, outcome: NumbersOutcome) -> None:
    """Show how far each campaign has come, what stopped the load, and where the numbers are that were not loaded."""
    screen.rest()
    if not outcome.to_load:
        screen.say("There is nothing to load.")
    for one in [one for one in outcome.campaigns if outcome.to_load or one.message]:
        tell = screen.say if one.loaded == one.to_load else screen.insist
        tell(numbers.loaded_words(one))
    if before := outcome.counts[Verdict.LOADED_BEFORE]:
        screen.say(f"{counted(before, 'number')} loaded before, so not sent again.")
    for note in outcome.notes:
        screen.say(note)
    if outcome.stopped is not None:
        screen.fail(outcome.stopped)
    if outcome.listing is not None:
        screen.say(numbers.listing_words(outcome))


def status_lines(outcome: NumbersOutcome) -> Iterator[str]:
    """Yield what became of the numbers of a run: of each campaign, by verdict, and the do-not-call lists in force."""
    yield from map(numbers.loaded_words, outcome.campaigns)
    counts = ", ".join(f"{count:,} {verdict}" for verdict, count in outcome.by_now.items())
    yield counts or "No telephone numbers: the lists had none, or were not read to the end."
    yield from map(_list_line, outcome.found.get("dnc", ()))
    for scrub in outcome.found.get("scrubs", ()):
        left_out = f", {scrub['left_out']:,} left out" if scrub.get("left_out") else ""
        cancelled = counted(scrub["cancelled"], "number")
        yield f"Compared again on {scrub['date'][:10]}: {cancelled} cancelled{left_out}."
        yield from map(_list_line, scrub["dnc"])


def _list_line(one: Mapping[str, Any]) -> str:
    return (
        f"Do-not-call list {one['file']} of {one['date'][:10]}: {counted(one['lines'], 'line')}, "
        f"{counted(one['hits'], 'hit')}, SHA-256 {one['digest']}"
    )
