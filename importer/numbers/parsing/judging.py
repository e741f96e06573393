"""The text of a number becomes the number that would be dialled, or why it is not."""

import re
from enum import StrEnum
from types import ModuleType
from typing import Any, NamedTuple

from importer.checking import digits_of
from importer.numbers.options import NumberRules, NumberType
from importer.numbers.parsing.library import (
    LIBRARY,
    NO_COUNTRY,
    calling_code_of,
    has_leading_zero,
    main_country,
    only_country,
    reaches_emergency_services,
)
from schemas.countries import is_one_country
from schemas.problem_codes import ProblemCode

MOST_DIGITS = 15
"""How many digits a number has at most, its calling code among them (ITU-T E.164)."""

TOO_LONG = 10**MOST_DIGITS
TOO_MANY_DIGITS = "it has too many digits"

OUTSIDE_LINE = "9"

LETTER = re.compile(r"[^\W\d_]")
"""A letter of any script."""

_TYPES = {
    "FIXED_LINE": NumberType.FIXED,
    "MOBILE": NumberType.MOBILE,
    "FIXED_LINE_OR_MOBILE": NumberType.FIXED_OR_MOBILE,
    "VOIP": NumberType.VOIP,
    "TOLL_FREE": NumberType.TOLL_FREE,
    "PREMIUM_RATE": NumberType.PREMIUM,
    "SHARED_COST": NumberType.SHARED_COST,
    "PERSONAL_NUMBER": NumberType.PERSONAL,
    "PAGER": NumberType.PAGER,
    "UAN": NumberType.COMPANY,
    "VOICEMAIL": NumberType.VOICEMAIL,
}
"""The types by their names in the library."""


class ReadAs(StrEnum):
    """What the text of a good number lacked or had too much."""

    WITHOUT_PLUS = "without plus"
    WITHOUT_ZERO = "without zero"
    STRIPPED = "stripped"


class Judgement(NamedTuple):
    """What a text is: the number as E.164 (0: none), its country, and why it must not be loaded (None: it may be)."""

    e164: int
    country: str
    problem_code: ProblemCode | None = None
    message: str = ""
    reading: ReadAs | None = None

    @property
    def is_held(self) -> bool:
        """Whether the number is held: it may be loaded if the user allows it."""
        return self.problem_code is not None and self.problem_code.startswith("W")


class NumberJudge:
    """Judges numbers by the rules of one command; `library` is the module that knows numbers."""

    def __init__(self, rules: NumberRules, library: ModuleType = LIBRARY) -> None:
        self._rules = rules
        self._parse: Any = library.parse
        self._failed: type[Exception] = library.NumberParseException
        self._type_of: Any = library.number_type
        self._region_of: Any = library.region_code_for_number
        self._possible: Any = library.is_possible_number_with_reason
        self._too_long = library.NumberParseException.TOO_LONG
        self._types = {getattr(library.PhoneNumberType, name): kind for name, kind in _TYPES.items()}
        reasons = library.ValidationResult
        self._reasons = {
            reasons.TOO_SHORT: "it has too few digits",
            reasons.TOO_LONG: TOO_MANY_DIGITS,
            reasons.IS_POSSIBLE_LOCAL_ONLY: "its area code is missing",
            reasons.INVALID_LENGTH: "no number there has this many digits",
            reasons.INVALID_COUNTRY_CODE: "its calling code does not exist",
        }

    def judge(self, text: str, country: str = "") -> Judgement:
        """Judge a text, as `numbers_in` returns it; `country` is that of national numbers, "" if it is not known."""
        judged = self._judged(text, country)
        prefix = self._rules.strip_prefix
        if prefix and judged.problem_code in _MAY_HAVE_A_PREFIX and text.startswith(prefix):
            rest = self._judged(text[len(prefix) :], country)
            if rest.problem_code is None:
                return rest._replace(reading=ReadAs.STRIPPED)
        if judged.problem_code is ProblemCode.WRONG_LENGTH:
            return judged._replace(message=judged.message + self._outside_line(text, country))
        return judged

    def _judged(self, text: str, country: str) -> Judgement:
        try:
            number = self._parse(text, country or None)
        except self._failed as error:
            if getattr(error, "error_type", None) == self._too_long:
                return _wrong_length(country, TOO_MANY_DIGITS)
            return _unparsed(text, country)
        if number.extension:
            message = f"The number has the extension {number.extension[:10]}, which a dialler cannot dial."
            return Judgement(0, country, ProblemCode.EXTENSION, message)
        if not self._rules.letters and LETTER.search(text):
            message = "The number has letters in it. Write it in digits, or allow letters with --letters."
            return Judgement(0, country, ProblemCode.LETTERS, message)
        e164 = e164_of(number)
        kind = self._types.get(self._type_of(number))
        if kind is None or e164 >= TOO_LONG:
            return self._not_valid(text, number, e164, country)
        return self._valid(text, number, e164, kind, country)

    def _valid(self, text: str, number: Any, e164: int, kind: NumberType, country: str) -> Judgement:
        calling_code = number.country_code
        region = only_country(calling_code) or self._region_of(number)
        if region == NO_COUNTRY:
            message = "The number belongs to no country: it is that of a satellite telephone or a service."
            return Judgement(e164, region, ProblemCode.NUMBER_TYPE, message)
        if kind not in self._rules.types:
            message = f"The number is of the type {kind}. Such numbers are loaded only if --number-types names it."
            return Judgement(e164, region, ProblemCode.NUMBER_TYPE, message)
        if region != country and not self._is_expected(region, calling_code, country):
            message = (
                f"The number is one of {region}, which has the calling code of {country} as well. Such numbers are "
                f"loaded only with --allow-countries {region}."
            )
            return Judgement(e164, region, ProblemCode.OTHER_COUNTRY, message)
        return Judgement(e164, region, None, "", _reading(text, e164, number, region))

    def _is_expected(self, region: str, calling_code: int, country: str) -> bool:
        """Say whether a number of another country is meant: of one that is not a mere part of a calling code."""
        if not country or calling_code != calling_code_of(country):
            return True
        return is_one_country(region, country) or region in self._rules.allowed_countries

    def _not_valid(self, text: str, number: Any, e164: int, country: str) -> Judgement:
        if _is_emergency(text, number, country):
            return _EMERGENCY
        reason = TOO_MANY_DIGITS if e164 >= TOO_LONG else self._reasons.get(self._possible(number))
        if reason is not None:
            return _wrong_length(country, reason)
        region = only_country(number.country_code) or self._region_of(number) or country
        if self._rules.unknown_ranges:
            return Judgement(e164, region, None, "", _reading(text, e164, number, region))
        message = (
            "Its length is right, but its range is not in the numbering plan. Use --unknown-ranges load to load it."
        )
        return Judgement(e164, region, ProblemCode.UNKNOWN_RANGE, message)

    def _outside_line(self, text: str, country: str) -> str:
        """Return how to take off the digit that calls an outside line, if the number is a good one without it."""
        if text.startswith(OUTSIDE_LINE) and self._judged(text[1:], country).problem_code is None:
            return (
                f" Without the {OUTSIDE_LINE} in front, which calls an outside line in many offices, it is one: "
                f"--strip-prefix {OUTSIDE_LINE} takes it off."
            )
        return ""


_MAY_HAVE_A_PREFIX = (ProblemCode.WRONG_LENGTH, ProblemCode.UNKNOWN_RANGE, ProblemCode.NOT_A_PHONE_NUMBER)

_EMERGENCY = Judgement(0, "", ProblemCode.EMERGENCY, "The number calls the emergency services. It is never loaded.")


def _unparsed(text: str, country: str) -> Judgement:
    if not country and len(digits_of(text)) > 1 and not text.startswith("+"):
        message = "The number has no calling code, and its country is not known. Name the country with --country."
        return Judgement(0, "", ProblemCode.NO_COUNTRY, message)
    return Judgement(0, country, ProblemCode.NOT_A_PHONE_NUMBER, "It is not a telephone number.")


def _wrong_length(country: str, reason: str) -> Judgement:
    return Judgement(0, country, ProblemCode.WRONG_LENGTH, f"It is not a telephone number: {reason}.")


def _is_emergency(text: str, number: Any, country: str) -> bool:
    region = country or main_country(number.country_code)
    return any(reaches_emergency_services(one, region) for one in (digits_of(text), str(number.national_number)))


def e164_of(number: Any) -> int:
    """Return a number as a whole number, its calling code in front; Italian numbers keep their zeros."""
    zeros = "0" * (number.number_of_leading_zeros or 1) if number.italian_leading_zero else ""
    return int(f"{number.country_code}{zeros}{number.national_number}")


def _reading(text: str, e164: int, number: Any, region: str) -> ReadAs | None:
    """Return whether the plus or the zero is missing in front of a number; nearly all begin with one of them."""
    if text[0] in "+0(":
        return None
    digits = digits_of(text)
    if digits == str(e164):
        return ReadAs.WITHOUT_PLUS
    is_bare = digits == str(number.national_number) and has_leading_zero(region)
    return ReadAs.WITHOUT_ZERO if is_bare else None


def number_of(text: str, country: str) -> int:
    """Return the number that a text is, of any kind and range, as E.164; 0 if it is none."""
    try:
        number = LIBRARY.parse(text, country or None)
    except LIBRARY.NumberParseException:
        return 0
    return e164_of(number)
