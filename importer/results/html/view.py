"""What the page says in words: the outcome, the facts of the run, the problems by kind."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from importer.model import Group, Severity, Status, Tone, __version__, counted, duration
from importer.report import Report
from importer.results.html import embedding
from schemas.problem_codes import ProblemCode

FAULTS: Mapping[str, ProblemCode] = {problem_code.value: problem_code for problem_code in ProblemCode}


@dataclass(frozen=True)
class ShownGroup:
    """A kind of problem as the page shows it.

    `column` is "" for problems of rows or the file, None where those of the group are in several columns. `message` is
    the same for all of them if they are `alike`, else an example; `places` are the first cells, `more` how many follow.
    """

    code: str
    title: str
    cure: str
    severity: Severity
    count: int
    column: str | None
    message: str
    alike: bool
    places: tuple[str, ...]
    more: int


def label(status: Status) -> str:
    """Return a status as a person writes it."""
    return status.value.replace("_", " ")


def sentence(meaning: str) -> str:
    """Return a meaning in Markdown as a sentence of plain text."""
    text = meaning.replace("`", "")
    return f"{text[0].upper()}{text[1:]}."


def colours() -> str:
    """Return the CSS rules that give each status its own shade of its tone's colour."""
    shades: Counter[Tone] = Counter()
    rules = []
    for status in Status:
        shades[status.tone] += 1
        colour = f"var(--{status.tone}-{shades[status.tone]})"
        rules.append(f'[data-status="{status}"] {{ --colour: {colour}; }}\n')
    return "".join(rules)


def summary(counts: Mapping[Status, int]) -> str:
    """Return the rows by status in one sentence: 20 rows: 2 invalid, 18 created."""
    parts = [f"{counts[status]:,} {label(status)}" for status in Status if counts.get(status)]
    rows = counted(sum(counts.values()), "row")
    return f"{rows}: {', '.join(parts)}." if parts else f"{rows}."


@dataclass(frozen=True)
class Fact:
    """A fact about the run, by name; `link` points to a file beside the page ("" for none)."""

    name: str
    text: str
    link: str = ""


def facts(report: Report, page: Path) -> tuple[Fact, ...]:
    """Return the facts of the run; what is not known is left out. `page` is where the page is written."""
    ends = [timing.began + timing.seconds for timing in report.timings]
    known = (
        ("File", Path(report.source.path).name),
        ("Sheets" if report.sheets else "Sheet", report.source.sheet or ""),
        ("Encoding", report.source.encoding or ""),
        ("Server", report.server),
        ("Account", report.account),
        ("Runs" if report.sheets else "Run", ", ".join(filter(None, (one.run for one in report.runs)))),
        ("Started", _local(report.started) if report.started else ""),
        ("Took", duration(max(ends)) if ends else ""),
        ("Command", report.command),
        ("Dialling", _dialling(report)),
        ("Results", _beside(report.results, page) or report.results or ""),
        ("Exit code", str(int(report.exit_code))),
        ("Version", f"campaign-importer {__version__}"),
    )
    links = {"Results": _link(_beside(report.results, page))}
    return tuple(Fact(name, text, links.get(name, "")) for name, text in known if text)


def _beside(file: str | None, page: Path) -> str:
    """Return the name of a file that is in the page's folder; "" for one that is elsewhere."""
    if file is None or Path(file).absolute().parent != page.absolute().parent:
        return ""
    return Path(file).name


def _link(name: str) -> str:
    """Return a relative link to a file beside the page: it stays valid if both are moved together."""
    return f"./{quote(os.fsencode(name))}" if name else ""


def problem_count(report: Report) -> str:
    """Return how many errors and warnings there are: 15 errors, 1 warning.

    Rows that failed, are in doubt or were edited count as well: they are among the kinds of problems.
    """
    counts = ((report.problem_count(one), one) for one in (Severity.ERROR, Severity.WARNING))
    return ", ".join(counted(count, word) for count, word in counts if count)


def groups(report: Report) -> tuple[ShownGroup, ...]:
    """Return the problems by kind: errors, then warnings, then notes, otherwise as the report has them."""
    order = list(Severity)
    found = _across_sheets(report) if report.sheets else report.groups
    return tuple(sorted((_kind(group) for group in found), key=lambda kind: order.index(kind.severity)))


def _across_sheets(report: Report) -> Iterator[Group]:
    """Yield the groups of several sheets, with the same mistake in several sheets as one: the page filters by that."""
    by_message = {
        kind
        for sheet in report.sheets
        for kind, number in Counter(map(_code_and_column, sheet.groups)).items()
        if number > 1
    }
    alike: dict[tuple[str, str, str], list[Group]] = {}
    for group in report.groups:
        kind = _code_and_column(group)
        alike.setdefault((*kind, group.first[0].message if kind in by_message else ""), []).append(group)
    for some in sorted(alike.values(), key=lambda groups: -sum(group.count for group in groups)):
        first = tuple(problem for group in some for problem in group.first)
        same = all(group.alike for group in some) and len({problem.message for problem in first}) == 1
        yield Group(sum(group.count for group in some), first, same)


def _code_and_column(group: Group) -> tuple[str, str]:
    return group.first[0].problem_code, group.first[0].column or ""


def apart(shown: Sequence[ShownGroup]) -> frozenset[embedding.Kind]:
    """Return the kinds that only their messages tell apart: there are several of one code and column."""
    number = Counter((kind.code, kind.column) for kind in shown)
    return frozenset(
        (kind.code, kind.column, kind.message)
        for kind in shown
        if kind.alike and kind.column is not None and number[kind.code, kind.column] > 1
    )


def filters(kinds: embedding.Kinds, shown: Sequence[ShownGroup]) -> dict[str, object]:
    """Return what the script filters rows by: the kinds that rows have with their titles, and the kind of each group.

    In a group, None stands for any column and "" for any message.
    """
    by_message = apart(shown)
    return {
        "kinds": [[*kind, FAULTS[kind[0]].title if kind[0] in FAULTS else ""] for kind in kinds],
        "groups": [
            [kind.code, kind.column, kind.message if (kind.code, kind.column, kind.message) in by_message else ""]
            for kind in shown
        ],
    }


def _kind(group: Group) -> ShownGroup:
    first = group.first[0]
    columns = {problem.column or "" for problem in group.first}
    problem_code = FAULTS.get(first.problem_code)
    places = tuple(problem.where for problem in group.first if problem.where)
    return ShownGroup(
        code=first.problem_code,
        title=problem_code.title if problem_code else "",
        cure=problem_code.cure.replace("`", "") if problem_code else "",
        severity=first.severity,
        count=group.count,
        column=columns.pop() if len(columns) == 1 else None,
        message=first.message,
        alike=group.alike,
        places=places,
        more=group.count - len(places) if places else 0,
    )


def _dialling(report: Report) -> str:
    """Return how many campaigns start dialling once the ready rows are created; "" for none."""
    if not report.dialling or not report.count(Status.READY):
        return ""
    calls = counted(report.calls, "call")
    return f"{counted(report.dialling, 'ready campaign')} will start dialling immediately (up to {calls} at a time)"


def _local(moment: datetime) -> str:
    """Return a moment in local time, with its offset from UTC and the name of the zone."""
    local = moment.astimezone()
    return f"{local:%Y-%m-%d %H:%M:%S} {local.isoformat()[-6:]} ({local:%Z})"
