"""`numbers`: check lists of telephone numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from importer import numbers
from importer.cli import import_options
from importer.cli.printing import put
from importer.cli.reading_values import FileValues
from importer.cli.screen import Screen
from importer.errors import WrongUsage
from importer.model import ExitCode
from importer.numbers import ColumnUse, DncFile, NumbersReport, NumberType, Reason, Verdict
from schemas.likeness import suggestion
from schemas.problem_codes import ProblemCode

_OF_COUNTRY = re.compile(r"(?P<path>.+):(?P<country>[A-Za-z]{2})", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class NumbersValues(FileValues):
    """What `numbers` takes; lists are as they were typed, `listing` is where the numbers go."""

    action: str
    files: tuple[Path, ...]
    all_sheets: bool
    number_columns: str | None
    column_use: str
    country: str | None
    allow_countries: str | None
    number_types: str
    unknown_ranges: str
    letters: bool
    strip_prefix: str | None
    server: str | None
    dnc: tuple[str, ...]
    dnc_max_age: datetime
    dnc_skip_unreadable: bool
    dnc_may_be_empty: bool
    listing: Path | None
    all_numbers: bool


def run(values: NumbersValues, screen: Screen) -> ExitCode:
    """Check lists of numbers."""
    if values.all_numbers and values.listing is None:
        raise WrongUsage("--all-numbers needs --results. Use both, or neither.", ProblemCode.CLASH)
    options = _options(values)
    if options.listing is not None:
        numbers.check_listing(options.listing)
    report = numbers.check_numbers(values.files, options, lambda stage: screen.stage(stage, None))
    screen.rest()
    _show(screen, report)
    put(values, _document(report))
    return report.exit_code


def _options(values: NumbersValues) -> numbers.NumberOptions:
    country = _country("--country", values.country) if values.country else ""
    return numbers.NumberOptions(
        rules=numbers.NumberRules(
            country=country,
            types=_types(values.number_types),
            allowed_countries=frozenset(_country("--allow-countries", one) for one in _listed(values.allow_countries)),
            unknown_ranges=values.unknown_ranges == "load",
            letters=values.letters,
            strip_prefix=_digits(values.strip_prefix),
        ),
        lists=numbers.ListOptions(
            reading=import_options.file_reading(values),
            columns=tuple(_listed(values.number_columns)),
            use=ColumnUse(values.column_use),
            sheets=values.sheet,
            all_sheets=values.all_sheets,
        ),
        dnc=numbers.DncOptions(
            files=tuple(map(_dnc_file, values.dnc)),
            oldest=values.dnc_max_age,
            skip_unreadable=values.dnc_skip_unreadable,
            may_be_empty=values.dnc_may_be_empty,
        ),
        listing=values.listing,
        every_number=values.all_numbers,
    )


def _listed(text: str | None) -> list[str]:
    return [part for one in (text or "").split(",") if (part := one.strip())]


def _country(option: str, text: str) -> str:
    if country := numbers.country_of(text):
        return country
    message = f"{option} {text}: there is no such country. Name it by its code or its name: GB, GBR, United Kingdom."
    raise WrongUsage(message, ProblemCode.BAD_VALUE)


def _types(text: str) -> frozenset[NumberType]:
    names = _listed(text)
    for name in names:
        if name not in tuple(NumberType):
            meant = suggestion(name, NumberType) or f" The types are: {', '.join(NumberType)}."
            message = f"--number-types {text}: there is no type {name!r}.{meant}"
            raise WrongUsage(message, ProblemCode.BAD_VALUE)
    return frozenset(map(NumberType, names))


def _digits(text: str | None) -> str:
    if text and not re.fullmatch("[0-9]{1,6}", text):
        message = f"--strip-prefix {text}: write the digits that are to be taken off, such as 9."
        raise WrongUsage(message, ProblemCode.BAD_VALUE)
    return text or ""


def _dnc_file(text: str) -> DncFile:
    """Return a do-not-call list and the country of its national numbers: two letters after the last colon."""
    named = _OF_COUNTRY.fullmatch(text)
    if named is None or Path(text).exists():
        return DncFile(Path(text))
    return DncFile(Path(named["path"]), _country(f"--dnc {named['path']}:", named["country"]))


def _show(screen: Screen, report: NumbersReport) -> None:
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
    """Return a reason as a line: how many numbers, the first of them, and what is wrong with it."""
    first, *others = reason.examples
    more = reason.count - len(reason.examples)
    places = ", ".join([f"{first.place} ({first.masked or 'empty'})", *(one.place for one in others)])
    rest = f" and {more:,} more" if more else ""
    return f"  {reason.verdict} {reason.count:,}: {places}{rest}: {first.message} [{reason.problem_code}]"


def _document(report: NumbersReport) -> Mapping[str, object]:
    return {
        "files": [str(path.absolute()) for path in report.files],
        "numbers": report.total,
        "counts": dict(report.counts),
        "reasons": [_reason(one) for one in report.reasons],
        "countries": dict(report.countries),
        "dnc": [
            {
                "file": str(hit.dnc.path.absolute()),
                "digest": hit.dnc.digest,
                "date": hit.dnc.issued.isoformat(),
                "lines": hit.dnc.lines,
                "skipped": hit.dnc.skipped,
                "hits": hit.count,
            }
            for hit in report.hits
        ],
        "readings": dict(report.readings),
        "unused": report.unused,
        "notes": list(report.notes),
        "results": str(report.listing.absolute()) if report.listing else None,
        "message": numbers.headline(report),
        "exit_code": int(report.exit_code),
    }


def _reason(reason: Reason) -> Mapping[str, object]:
    return {
        "code": reason.problem_code,
        "title": reason.problem_code.title,
        "count": reason.count,
        "verdict": reason.verdict,
        "examples": [{"place": one.place, "number": one.masked, "message": one.message} for one in reason.examples],
    }
