"""The verdict on each cell of a file, on its rows, and on its readers."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import product
from pathlib import Path

from importer.model import Problem, Severity, column_letters
from schemas.problem_codes import ProblemCode
from tests.other_programs.differential.cells import BLANK, Kind, Made
from tests.other_programs.differential.reading import Reading, cells_of, only, read
from tests.other_programs.differential.reasons import REASONS, Case
from tests.other_programs.differential.workbooks import unescaped

TELLING = frozenset(("W112", "W113", "W114", "W115", "W116", "W117", "W118", "W207"))
"""The warnings that say what is sent of a cell."""

PAIRS: Mapping[str, tuple[str, str]] = {"xlsx": ("xlsx", "fast-xlsx"), "ods": ("ods", "fast-ods")}
"""The exact reader of a format and the fast one, which have to agree."""

FIRST_DAY_1904 = datetime.fromisoformat("1904-01-01")
BEFORE_FIRST_DAY = datetime.fromisoformat("1899-12-31")
"""The day that Excel calls 1900-01-00."""

MOST_LISTED = 10
_NUMBER = re.compile(r"-?\d+(?:\.\d*[1-9])?(?:e[+-]?\d+)?")
_BEFORE = re.compile(r'"([+0-9 ]+)"0$')
_DATE_LETTERS = re.compile(r"[dmyhsgeb]|a/p", re.IGNORECASE)


class Verdict(StrEnum):
    """What becomes of a cell."""

    EXACT = "exact"
    TOLD = "told"
    REFUSED = "refused"
    KNOWN = "known"
    BLANK = "blank"
    UNSENT = "not sent"
    SILENT = "silent"


@dataclass
class Result:
    """What became of a file: verdicts, codes and reasons with how often they came, and what is wrong, in sentences.

    `refused` is the code that the file was refused with, `readers` what came of comparing its two readers.
    """

    name: str
    writer: str
    form: str
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    refused: str = ""
    readers: str = ""
    wrong: list[str] = field(default_factory=list)
    silent: int = 0

    def accuse(self, words: str) -> None:
        """Add something that is wrong."""
        self.silent += 1
        if len(self.wrong) < MOST_LISTED:
            self.wrong.append(words)


def judge(made: Made) -> Result:
    """Read a file and judge it."""
    result = Result(made.name, made.writer, made.form)
    exact, fast = PAIRS.get(made.form, ("", ""))
    if exact:
        with only(exact):
            reading = read(Path(made.path))
        with only(fast):
            _compare(result, reading, read(Path(made.path)))
    else:
        reading = read(Path(made.path))
    if reading.refusal is not None:
        _judge_refusal(result, made, reading)
    else:
        _judge_rows(result, made, reading)
        _judge_cells(result, made, reading)
    return result


def _judge_refusal(result: Result, made: Made, reading: Reading) -> None:
    refusal = reading.refusal
    result.refused = str(refusal.problem_code)
    words = refusal.message
    if result.refused not in made.may_be_refused:
        result.accuse(f"the file is refused without need: {result.refused} {words[-300:]}")
    elif Path(made.path).name not in words or words.count(".") < 2:
        result.accuse(f"the refusal does not say enough: {words}")


def _judge_rows(result: Result, made: Made, reading: Reading) -> None:
    table = made.table
    if reading.header_row != table.header_row:
        result.accuse(f"the headings are read in row {reading.header_row}, and are in {table.header_row}")
    width = len(table.headings)
    if reading.headings[:width] != table.headings or any(reading.headings[width:]):
        result.accuse(f"the headings are read as {reading.headings}, and are {table.headings}")
    expected = [row for row, cells in table.rows.items() if any(map(made.holds_anything, cells))]
    refused = {
        row
        for (row, column), problems in reading.problems.items()
        for fault in _errors(problems)
        if column is None or fault == ProblemCode.BROKEN_ROW
    }
    known = set(expected)
    order = [row for row in reading.order if row in known or row not in refused]
    if order != expected:
        missing, more = sorted(set(expected) - set(order)), sorted(set(order) - set(expected))
        result.accuse(f"rows are lost {missing[:5]} or too many {more[:5]}, or not in order, of {len(expected)}")


def _judge_cells(result: Result, made: Made, reading: Reading) -> None:
    for row in reading.order:
        for position, cell in enumerate(made.table.rows.get(row, ())):
            if made.table.parameters[position] is None and cell.kind is Kind.FORMULA:
                # Whether its result is in the file is reported for parameters alone.
                result.verdicts[Verdict.UNSENT] += 1
            else:
                _judge_cell(result, made, reading, row, position)


def _judge_cell(result: Result, made: Made, reading: Reading, row: int, position: int) -> None:
    heading, parameter = made.table.headings[position], made.table.parameters[position]
    raw = reading.texts[row][position]
    sent = reading.sent[row][parameter] if parameter else raw
    cell = made.as_held(made.table.rows[row][position])
    notes = " ".join(reading.notes)
    case = Case(cell, parameter, raw, sent, made.shown_at(row, position), made.form, notes)
    verdict, detail = _verdict(case, reading.about(row, heading), made)
    result.verdicts[verdict] += 1
    if verdict in (Verdict.TOLD, Verdict.REFUSED):
        result.codes[detail] += 1
    elif verdict is Verdict.KNOWN:
        result.reasons[detail] += 1
    elif verdict is Verdict.SILENT:
        place = f"{column_letters(position + 1)}{row} ({parameter or 'own column'})"
        result.accuse(f"{place}: {detail}: {described(case)}")


def described(case: Case) -> str:
    """Return a case in words."""
    cell = case.cell
    code = f" as {cell.code!r}" if cell.code != "General" else ""
    shown = "" if case.shown is None else f", shown {_short(case.shown)}"
    seen = f", known to be shown {cell.seen}" if cell.seen else ""
    return f"{cell.kind.value} {_short(cell.value)}{code}, sent {_short(case.sent)}{shown}{seen}"


def _short(value: object) -> str:
    text = ascii(value)
    return text if len(text) < 100 else f"{text[:60]}…{text[-30:]} ({len(str(value))} characters)"


def _verdict(case: Case, problems: Sequence[Problem], made: Made) -> tuple[Verdict, str]:
    """Return what becomes of a cell, with the code of a fault, the name of a reason, or what is wrong."""
    if errors := _errors(problems):
        return Verdict.REFUSED, errors[0]
    if case.is_in_text_file:
        return _verdict_on_text(case)
    told = [problem.problem_code for problem in problems if problem.problem_code in TELLING]
    if made.by_office and case.cell.kind in (Kind.NUMBER, Kind.DAY) and (told or case.parameter is None):
        # LibreOffice writes days as numbers or as hours since 1899, by their formats: nobody else knows what is right.
        return (Verdict.TOLD, told[0]) if told else (Verdict.UNSENT, "")
    if not _is_honest(case, made):
        return Verdict.SILENT, "not what the file holds"
    if case.parameter is None:
        return Verdict.UNSENT, ""
    if case.cell == BLANK and not (case.shown or "").strip():
        return Verdict.BLANK, ""
    if case.shown == case.sent or (case.shown is None and not told):
        return Verdict.EXACT, ""
    if told:
        return Verdict.TOLD, told[0]
    if reason := _reason(case):
        return Verdict.KNOWN, reason
    return Verdict.SILENT, "not what is shown"


def _errors(problems: Sequence[Problem]) -> list[str]:
    return [problem.problem_code for problem in problems if problem.severity is Severity.ERROR]


def _verdict_on_text(case: Case) -> tuple[Verdict, str]:
    """Return what becomes of a cell of a text file: it is the text that was written, or what most programs show."""
    written = str(case.cell.value)
    if written in (case.raw, case.sent):
        return (Verdict.BLANK if not written else Verdict.EXACT if case.parameter else Verdict.UNSENT), ""
    if case.parameter is None and case.raw in (f'="{written}"', case.shown):
        return Verdict.UNSENT, ""
    if reason := _reason(case):
        return Verdict.KNOWN, reason
    return Verdict.SILENT, "not what was written"


def _reason(case: Case) -> str:
    return next((reason.name for reason in REASONS if reason.holds(case)), "")


def _is_honest(case: Case, made: Made) -> bool:
    """Say whether what is sent is one of the texts that the value of the cell can be sent as."""
    if made.by_office and _is_honest_of_office(case):
        return True
    cell = case.cell
    match cell.kind:
        case Kind.NUMBER:
            return any(case.sent == text for text in _texts_of_number(case, made)) or _is_number(
                case.sent, cell.value, made
            )
        case Kind.DAY:
            return case.sent in _texts_of_moment(cell.value)
        case Kind.TRUTH:
            return case.raw == str(cell.value).upper()
        case Kind.ERROR | Kind.FORMULA:
            return case.parameter is None
        case _:
            return cell.value in (case.raw, case.sent)


def _is_honest_of_office(case: Case) -> bool:
    """Say whether what is sent is honest though LibreOffice may have changed what the cell held.

    It writes truths as numbers where the format of the cell is not one of truths, and other white space.
    """
    if case.shown is not None and case.sent in (case.shown, _code_in(case.shown)):
        return True
    match case.cell.kind:
        case Kind.TEXT:
            # It takes escapes of letters for letters in .xlsx, and letters that look like escapes for those in .xlsb.
            written = str(case.cell.value)
            return any(
                _alike(*pair) for pair in product((case.sent, unescaped(case.sent)), (written, unescaped(written)))
            )
        case Kind.TRUTH:
            return case.raw == str(int(case.cell.value))
        case _:
            return False


def _alike(one: str, other: object) -> bool:
    return "".join(one.split()) == "".join(str(other).split())


def _is_number(sent: str, value: float, made: Made) -> bool:
    if not _NUMBER.fullmatch(sent):
        return False
    return float(sent) == value or (made.by_office and abs(float(sent) - value) <= abs(value) * 1e-14)


def _texts_of_number(case: Case, made: Made) -> Iterator[str]:
    """Yield what a number may be sent as besides itself: the digits and the plus that are shown, or a day."""
    value = case.cell.value
    for shown in (case.shown, *(case.cell.seen or ()), _shown_by_code(value, case.cell.code)):
        if shown is not None and value >= 0 and _code_in(shown).endswith(str(int(value))):
            yield _code_in(shown)
    if _DATE_LETTERS.search(case.cell.code) and 0 <= value < 2_958_466 - 1_462 * made.from_1904:
        yield from _texts_of_serial(value, FIRST_DAY_1904 if made.from_1904 else None)


def _shown_by_code(value: float, code: str) -> str | None:
    """Return what is shown of a number by a code that puts digits or a plus before it, such as `"+44 "0`."""
    before = _BEFORE.match(code)
    return before and f"{before[1]}{int(value)}"


def _code_in(shown: str) -> str:
    return re.sub(r"[^0-9+]", "", shown)


def _texts_of_serial(value: float, first: datetime | None) -> Iterator[str]:
    """Yield the texts of the day or time of a serial number; `first` is the first day where 1900 is not the first year.

    Excel's 1900 begins with a day 0, and has a 29 February.
    """
    passed = timedelta(milliseconds=round(value * 86_400_000))
    yield from _texts_of_moment(passed)
    if first is not None:
        yield from _texts_of_moment(first + passed)
    elif value < 1:
        yield "1900-01-00"
    elif 60 <= value < 61:
        yield f"1900-02-29 {_clock(passed - timedelta(days=60))}".removesuffix(" 00:00:00")
    else:
        yield from _texts_of_moment(BEFORE_FIRST_DAY + (passed - timedelta(days=value > 60)))


def _texts_of_moment(value: object) -> tuple[str, ...]:
    match value:
        case datetime() if value.time() == time():
            return (value.date().isoformat(),)
        case datetime():
            return (value.isoformat(sep=" "),)
        case timedelta():
            clock = _clock(value)
            return (clock, clock.removeprefix("0"), f"{clock}000", f"{clock}000".removeprefix("0"))
        case date() | time():
            text = value.isoformat()
            return (text, text.removeprefix("0"))
    return ()


def _clock(passed: timedelta) -> str:
    seconds, rest = divmod(passed, timedelta(seconds=1))
    fraction = f".{rest.microseconds // 1000:03}" if rest else ""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def _compare(result: Result, exact: Reading, fast: Reading) -> None:
    """Compare what two readers have made of a workbook; the fast one may leave it to the other."""
    if fast.refusal is not None:
        reason = fast.refusal.message.partition("is damaged or not a workbook: ")[2].partition(". Open it")[0]
        result.readers = (
            f"left to the exact one: {re.sub(r'[0-9]+', 'N', reason)}" if reason else "refused by the fast one"
        )
        if not reason and exact.refusal is None:
            result.accuse(f"the fast reader refuses the file: {fast.refusal.message}")
        return
    result.readers = "agree"
    if exact.refusal is not None:
        result.accuse("the fast reader reads what the exact one refuses")
        return
    one, other = cells_of(exact.chunks), cells_of(fast.chunks)
    for name in ("texts", "kinds", "displays", "problems", "merged"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs:
            result.readers = "differ"
            result.accuse(f"the readers differ in {name}: {_difference(mine, theirs)}")
    if exact.problems != fast.problems:
        result.accuse("the readers differ in what is told")


def _difference(mine: object, theirs: object) -> str:
    if isinstance(mine, Mapping):
        keys = [key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key)]
        return f"{[(key, mine.get(key), theirs.get(key)) for key in keys[:3]]}"
    if isinstance(mine, Sequence):
        pairs = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
        return f"{pairs[:2]}, {len(mine)} of them and {len(theirs)}"
    return f"{mine} {theirs}"
