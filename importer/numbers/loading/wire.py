"""Numbers as they are written for the server, and what the server's texts may mean."""

import re
from collections.abc import Callable, Iterable, Mapping

import phonenumbers

from importer.errors import WrongSettings
from importer.numbers.loading.options import OF_ONE_COUNTRY, WireFormat
from importer.numbers.masking import masked
from importer.numbers.parsing.judging import MOST_DIGITS, e164_of
from importer.numbers.parsing.library import calling_code_of
from importer.numbers.storage import ToSend
from schemas.problem_codes import ProblemCode

_NOT_A_DIGIT = re.compile(r"[^0-9]", re.ASCII)


class Wire:
    """Writes numbers in one form, and reads those of the server. `country` is that of national numbers, "" if unknown.

    `write` returns a number as it is sent. The server's texts may be national numbers of `others` besides.

    Raises WrongSettings for a form that needs a country and has none.
    """

    def __init__(self, number_format: WireFormat, country: str = "", others: Iterable[str] = ()) -> None:
        self.number_format = number_format
        self.country = country.upper()
        self.calling_code = calling_code_of(self.country) if country else 0
        if number_format in OF_ONE_COUNTRY and not self.calling_code:
            message = f"--number-format {number_format} needs the country of the numbers: name it with --country."
            raise WrongSettings(message, ProblemCode.NUMBER_FORMAT)
        known = dict.fromkeys((self.country, *(other.upper() for other in others)))
        self._countries = {one: code for one in known if one and (code := calling_code_of(one))}
        self.write: Callable[[ToSend], str] = _WRITERS[number_format]

    def write_all(self, numbers: Iterable[ToSend]) -> list[str]:
        """Return numbers as they are sent."""
        return list(map(self.write, numbers))

    def read(self, text: str) -> set[int]:
        """Return the numbers that a text of the server may mean, in whatever form it has them."""
        digits = _NOT_A_DIGIT.sub("", text)
        if not digits:
            return set()
        found = {digits, digits.removeprefix("00"), *(f"{code}{digits}" for code in self._countries.values())}
        numbers = {int(one) for one in found if one and len(one) <= MOST_DIGITS}
        return numbers.union(*(self._national_ones(text, country) for country in self._countries))

    def _national_ones(self, text: str, country: str) -> set[int]:
        if text.startswith(("+", "00")):
            return set()
        try:
            return {e164_of(phonenumbers.parse(text, country))}
        except phonenumbers.NumberParseException:
            return set()


def _as_written(number: ToSend) -> str:
    if number.text is None:
        message = (
            "--number-format as-is sends numbers as they stand in the list, and their texts were not kept. Import the "
            "numbers again with --number-format as-is."
        )
        raise WrongSettings(message, ProblemCode.NUMBER_FORMAT)
    # The server separates numbers at commas.
    return number.text.strip().replace(",", "")


def _national(number: ToSend) -> str:
    parsed = phonenumbers.parse(f"+{number.e164}")
    return _NOT_A_DIGIT.sub("", phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))


def _significant(number: ToSend) -> str:
    return str(phonenumbers.national_significant_number(phonenumbers.parse(f"+{number.e164}")))


_WRITERS: Mapping[WireFormat, Callable[[ToSend], str]] = {
    WireFormat.DIGITS: lambda number: str(number.e164),
    WireFormat.PLUS: lambda number: f"+{number.e164}",
    WireFormat.INTERNATIONAL: lambda number: f"00{number.e164}",
    WireFormat.NATIONAL: _national,
    WireFormat.SIGNIFICANT: _significant,
    WireFormat.AS_IS: _as_written,
}


def in_every_form(number: ToSend) -> Mapping[WireFormat, str]:
    """Return a number in every form, with most digits hidden."""
    country = phonenumbers.region_code_for_number(phonenumbers.parse(f"+{number.e164}")) or ""
    forms = [one for one in WireFormat if one not in OF_ONE_COUNTRY or calling_code_of(country)]
    return {
        one: masked(Wire(one, country).write(number._replace(text=number.text or "as it stands in the list")))
        for one in forms
    }
