"""What the page says in words: the outcome, the facts of the run, the problems by kind."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from importer.model import Group, Severity, Status, Tone, __version__, counted, duration
from importer.report import Report
from importer.results.html import embedding
from schemas.problem_codes import ProblemCode

FAULTS: Mapping[str, ProblemCode] = {problem_code.value: problem_code for problem_code in ProblemCode}


@dataclass(frozen=True)
class ShownGroup:
    """A kind of problem as the page shows it.

    `column` is "" for problems of rows or the file, None where those of the group are in several columns. `message` is
    that of all of them if they are `alike`, else an example; `places` are the first cells, `more` how many follow.
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
    """Return a meaning in words of Markdown as a sentence without marks."""
    text = meaning.replace("`", "")
    return f"{text[0].upper()}{text[1:]}."


def colours() -> str:
    """Return the rules that give each status its colour: a shade of its tone, another one for each of the tone's."""
    shades: Counter[Tone] = Counter()
    rules = []
    for status in Status:
        shades[status.tone] += 1
        colour = f"var(--{status.tone}-{shades[status.tone]})"
        rules.append(f'[data-status="{status}"] {{ --colour: {colour}; }}\n')
    return "".join(rules)


def summary(counts: Mapping[Status, int]) -> str:
    """Return the rows by status in one sentence: 20 rows: 18 created, 2 invalid."""
    told = [f"{counts[status]:,} {label(status)}" for status in Status if counts.get(status)]
    rows = counted(sum(counts.values()), "row")
    return f"{rows}: {', '.join(told)}." if told else f"{rows}."


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """Return what was run, as names and texts; what is not known is left out."""
    ends = [timing.began + timing.seconds for timing in report.timings]
    known = (
        ("File", report.source.path),
        ("Sheet", report.source.sheet or ""),
        ("Encoding", report.source.encoding or ""),
        ("Server", report.server),
        ("Account", report.account),
        ("Run", report.run),
        ("Started", _local(report.started) if report.started else ""),
        ("Took", duration(max(ends)) if ends else ""),
        ("Command", report.command),
        ("Dialling", _dialling(report)),
        ("Results", report.results or ""),
        ("Exit code", str(int(report.exit_code))),
        ("Version", f"campaign-importer {__version__}"),
    )
    return tuple((name, text) for name, text in known if text)


def problem_count(report: Report) -> str:
    """Return how many errors and warnings there are: 15 errors, 1 warning."""
    counts = ((report.error_count, "error"), (report.warning_count, "warning"))
    return ", ".join(counted(count, word) for count, word in counts if count)


def groups(report: Report) -> tuple[ShownGroup, ...]:
    """Return the problems by kind: errors, then warnings, then notes, otherwise as the report has them."""
    order = list(Severity)
    return tuple(sorted((_kind(group) for group in report.groups), key=lambda kind: order.index(kind.severity)))


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
    told = apart(shown)
    return {
        "kinds": [[*kind, FAULTS[kind[0]].title if kind[0] in FAULTS else ""] for kind in kinds],
        "groups": [
            [kind.code, kind.column, kind.message if (kind.code, kind.column, kind.message) in told else ""]
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
        cure=problem_code.cure if problem_code else "",
        severity=first.severity,
        count=group.count,
        column=columns.pop() if len(columns) == 1 else None,
        message=first.message,
        alike=group.alike,
        places=places,
        more=group.count - len(places) if places else 0,
    )


def _dialling(report: Report) -> str:
    """Say how much telephoning begins once the ready rows are created; "" for none."""
    if not report.dialling or not report.count(Status.READY):
        return ""
    calls = counted(report.calls, "concurrent call")
    return f"{counted(report.dialling, 'ready campaign')} will dial at once, with up to {calls}"


def _local(moment: datetime) -> str:
    """Return a moment in local time, with its distance from UTC and the name of the zone."""
    local = moment.astimezone()
    return f"{local:%Y-%m-%d %H:%M:%S} {local.isoformat()[-6:]} ({local:%Z})"
