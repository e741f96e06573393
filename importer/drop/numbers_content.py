"""What an e-mail says about a file of telephone numbers: how many were loaded, and why the others were not."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from importer.drop.mail_content import Places, as_texts
from importer.journal import command_with
from importer.model import LoadStatus, counted
from importer.notify import Content, Kind
from importer.numbers import BY_VERDICT, NumbersOutcome, Scrub, Verdict, loaded_words, went_well
from importer.report import Report

LEFT_OUT_WORDS: Mapping[Verdict, str] = {
    Verdict.DUPLICATE: "listed twice",
    Verdict.DNC: "on a do-not-call list",
    Verdict.LEFT_OUT: "left out before",
    Verdict.LOADED_BEFORE: "loaded before",
    Verdict.HELD: "held",
    Verdict.REFUSED: "refused",
}
"""What became of numbers that are not loaded, after how many they are."""


def in_short(outcome: NumbersOutcome) -> str:
    """Return what became of the numbers in a few words: 9,120 numbers loaded, 12 refused."""
    return ", ".join((f"{counted(outcome.loaded, 'number')} loaded", *_left(outcome.counts)))


def of_campaigns(reports: Sequence[Report]) -> str:
    """Return how many numbers the campaigns of sheets have got, and why others are left out; "" without any."""
    loads = [load for one in reports for load in one.loads]
    if not loads:
        return ""
    loaded, to_load = (sum(getattr(load, name) for load in loads) for name in ("loaded", "to_load"))
    found = [one.counts for report in reports for one in report.number_counts if one.title == BY_VERDICT]
    counts = {verdict: sum(one.get(str(verdict), 0) for one in found) for verdict in LEFT_OUT_WORDS}
    return ", ".join((f"{loaded:,} of {counted(to_load, 'number')} loaded", *_left(counts)))


def of_numbers(
    name: str, outcome: NumbersOutcome, places: Places, folder: str, journal: Path, *, stays: bool
) -> Content:
    """Return what is reported about a file whose numbers were loaded into a campaign, or were not.

    `stays` says that the next pass continues with it; the arguments are those of `mail_content.of_report`.
    """
    return Content(
        title=name,
        outcome=_first_sentence(name, outcome),
        brief=f"stopped, {in_short(outcome)}" if outcome.stopped else in_short(outcome),
        to_do=_to_continue() if stays else tuple(_to_do(outcome, journal)),
        kinds=tuple(_kinds(outcome)),
        notes=(*outcome.found.get("notes", ()), *outcome.notes),
        places=as_texts(places),
        facts=(
            ("Campaign", ", ".join(load.campaign_id for load in outcome.campaigns)),
            ("Run", outcome.run),
            ("Folder", folder),
        ),
    )


def advice(outcome: NumbersOutcome, journal: Path) -> Iterator[str]:
    """Yield why numbers of a file that is archived are not loaded, and what to do."""
    yield f"{in_short(outcome)[:1].upper()}{in_short(outcome)[1:]}."
    if outcome.stopped is not None:
        yield f"{outcome.stopped.message} [{outcome.stopped.problem_code}]"
    else:
        yield from (loaded_words(load) for load in outcome.campaigns if load.status is not LoadStatus.LOADED)
    yield from _to_do(outcome, journal)


def of_scrub(done: Scrub, server: str, journal: Path) -> Content:
    """Return what is reported about the numbers of a run that were compared with do-not-call lists again."""
    again = command_with(journal, "numbers", "scrub", done.run)
    troubles = [f"Campaign {one.campaign_id}: {one.message}" for one in done.campaigns if one.message]
    to_do = f"fix this; the next pass compares them again, or type {again} with --dnc and each list."
    return Content(
        title=f"numbers of run {done.run}",
        outcome=_of_comparison(done),
        brief=f"stopped, {_done(done)}" if done.stopped else _done(done),
        to_do=() if went_well(done) else (to_do,),
        kinds=tuple(_kind("error", "", one) for one in troubles)
        + ((_kind("error", str(done.stopped.problem_code), done.stopped.message),) if done.stopped else ()),
        facts=(
            ("Lists", ", ".join(f"{hit.dnc.name} ({hit.count:,})" for hit in done.hits)),
            ("Campaigns", ", ".join(one.campaign_id for one in done.campaigns if one.campaign_id)),
            ("Run", done.run),
            ("Server", server),
        ),
    )


def no_scrub(server: str, message: str, code: str) -> Content:
    """Return what is reported if the numbers of a server cannot be compared with do-not-call lists again."""
    return Content(
        title="do-not-call lists",
        outcome=f"Numbers on {server} cannot be compared with the do-not-call lists again.",
        brief="not compared",
        to_do=("fix this; the next pass compares them. Until then, people may be called who are on a list now.",),
        kinds=(_kind("error", code, message),),
        facts=(("Server", server),),
    )


def _to_continue() -> tuple[str, ...]:
    return ("Fix what stopped it. The next pass continues where this one ended.",)


def _to_do(outcome: NumbersOutcome, journal: Path) -> Iterator[str]:
    again = command_with(journal, "apply", outcome.run)
    statuses = {load.status for load in outcome.campaigns if load.to_load}
    if LoadStatus.IN_DOUBT in statuses:
        yield f"Look at the campaign on the server, then type {again} to compare its numbers once more."
    elif LoadStatus.PAUSED in statuses:
        yield (
            f"To load them, switch the campaign off and type {again}. To have it switched off for each load, set "
            'on_dialling = "switch-off" in drop.toml.'
        )
    elif statuses - {LoadStatus.LOADED, LoadStatus.GONE}:
        yield f"To continue where this load ended, type {again}."
    if outcome.counts[Verdict.HELD] or outcome.counts[Verdict.REFUSED]:
        yield "Open the file beside the list: it has the numbers that were not loaded, and what to do about each."


def _of_comparison(done: Scrub) -> str:
    if not done.is_any:
        return f"No number of run {done.run} that is still to be called is on a do-not-call list."
    count = done.found + done.to_leave_out
    found = f"{counted(count, 'number')} of run {done.run} {'is' if count == 1 else 'are'} on a do-not-call list now"
    return f"{found}; {_done(done)}."


def _done(done: Scrub) -> str:
    """Return how many numbers were cancelled and left out, in a few words."""
    left_out = f", {done.left_out:,} left out before they were loaded" if done.to_leave_out else ""
    return f"{done.cancelled:,} cancelled{left_out}"


def _first_sentence(name: str, outcome: NumbersOutcome) -> str:
    campaign = " and ".join(load.campaign_id for load in outcome.campaigns)
    whole = sum(outcome.counts.values())
    if outcome.stopped:
        return f"The load of {name} into campaign {campaign} stopped before it finished: {in_short(outcome)}."
    if whole and outcome.loaded == whole:
        return f"All {whole:,} numbers in {name} were loaded into campaign {campaign}."
    verb = "was" if outcome.loaded == 1 else "were"
    count = f"{outcome.loaded:,} of {counted(whole, 'number')} in {name} {verb} loaded into campaign {campaign}"
    return f"{count}: {', '.join(_left(outcome.counts))}." if outcome.left else f"{count}."


def _left(counts: Mapping[Verdict, int]) -> Iterator[str]:
    """Yield how many numbers are not loaded, by the reason."""
    for verdict, words in LEFT_OUT_WORDS.items():
        if count := counts[verdict]:
            yield f"{count:,} {words}"


def _kinds(outcome: NumbersOutcome) -> Iterator[Kind]:
    """Yield what stopped a load, what keeps campaigns from it, and why numbers are held or refused."""
    if outcome.stopped is not None:
        yield _kind("error", str(outcome.stopped.problem_code), outcome.stopped.message)
    for load in outcome.campaigns:
        if load.message and not outcome.stopped:
            yield _kind("error" if load.status is not LoadStatus.LOADED else "warning", "", loaded_words(load))
    for reason in outcome.found.get("reasons", ()):
        yield _reason(reason)


def _reason(reason: Mapping[str, Any]) -> Kind:
    examples = reason["examples"]
    return Kind(
        severity="error" if reason["verdict"] == Verdict.REFUSED else "warning",
        code=reason["code"],
        column="",
        cells=tuple(one["place"] for one in examples),
        more=reason["count"] - len(examples),
        message=reason["title"],
    )


def _kind(severity: str, code: str, message: str) -> Kind:
    return Kind(severity=severity, code=code, column="", cells=(), more=0, message=message)
