"""What is wrong or odd about a text, whoever wrote it: seen by its characters alone."""

import re
from collections.abc import Iterator

from importer.model import Severity
from schemas.headings import NOT_IMPORTED, UNANSWERED
from schemas.problem_codes import ProblemCode

Verdict = tuple[ProblemCode, str, Severity]

UNCHANGED = "It will be sent unchanged. Retype it if this is a mistake."

_SCIENTIFIC = re.compile(r"\s*[+-]?\d(?:[.,]\d+)?[eE]\+\d{2,}\s*")
_FRACTION = re.compile(r"\s*\+?\d{5,}[.,]\d{1,2}\s*")
_NO_VALUE = re.compile(r"\s*(?:\\N|(?i:null|\(null\)|\[null\]|<null>))\s*")
_NO_VALUE_TEXT = re.compile(r"NULL|\\N")
_TOO_NARROW = re.compile(r"\s*#{2,}\s*")
# #N/A, #REF!, #NAME?, and what German, Spanish, French Excel write: #NV, #N/D, #¡REF!
_ERROR = re.compile(r"\s*#(?:N/[AD]|NV|[¡¿]?[A-ZÀ-Ý0-9/]+[!?])\s*")

_UNSEEN = re.compile("[\u00a0\u00ad\u061c\u200b-\u200f\u2007\u202a-\u202f\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_SUSPICIOUS_BEYOND_ASCII = re.compile(
    r"(?![0-9])\d"
    "|[\u00a0\u00ad\u061c\u200b-\u200f\u2007\u202a-\u202f\u2060-\u2064\ufeff\ufffd]"
    "|[\u00c2-\u00f4][\u00a1-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)

LEFT_TO_CORRECT = (NOT_IMPORTED, UNANSWERED)
"""How results begin a cell that was refused."""

SCIENTIFIC: Verdict = (
    ProblemCode.SCIENTIFIC,
    "Excel has shortened a long number to its scientific form, and its last digits are lost. Format the column as "
    "Text in Excel and type the number again.",
    Severity.ERROR,
)
FRACTION: Verdict = (
    ProblemCode.FRACTION,
    "A telephone number or code has no decimals; a program probably treated it as an amount. Format the column as Text "
    "in Excel and type the number again.",
    Severity.ERROR,
)
FAILED: Verdict = (
    ProblemCode.ERROR_CELL,
    "The cell contains an error instead of a value. Correct its formula in Excel, or type the value.",
    Severity.ERROR,
)
FORMULA: Verdict = (
    ProblemCode.FORMULA_TEXT,
    "The cell contains a formula instead of a number or code. Type the value, or save the file in Excel, which stores "
    "the result.",
    Severity.ERROR,
)
NO_VALUE: Verdict = (
    ProblemCode.NO_VALUE,
    "This is a database's placeholder for a missing value. Leave the cell empty, or type the value.",
    Severity.ERROR,
)
NO_VALUE_TEXT: Verdict = (
    ProblemCode.NO_VALUE_TEXT,
    "This looks like a database's placeholder for a missing value, but it is sent as text. Leave the cell empty if no "
    "value is intended.",
    Severity.WARNING,
)
TOO_NARROW: Verdict = (
    ProblemCode.TOO_NARROW,
    "Excel shows number signs if a column is too narrow, and the value is lost. Widen the column in Excel and save "
    "the file again.",
    Severity.ERROR,
)

NOT_CORRECTED: Verdict = (
    ProblemCode.NOT_CORRECTED,
    f"This value was refused before and has not been corrected. Type the correct value, without {NOT_IMPORTED}.",
    Severity.ERROR,
)
NOT_ANSWERED: Verdict = (
    ProblemCode.NOT_CORRECTED,
    "The migration could not fill in this cell. Type its value, or clear it to use the server's default.",
    Severity.ERROR,
)


def left_to_correct(text: str) -> Verdict | None:
    """Say whether a text is what results put in the place of a value that was refused."""
    if text.strip() == UNANSWERED:
        return NOT_ANSWERED
    return NOT_CORRECTED if text.lstrip().startswith(NOT_IMPORTED) else None


def code_verdict(text: str) -> Verdict | None:
    """Say what keeps a text from being a telephone number or code, if anything."""
    if _SCIENTIFIC.fullmatch(text):
        return SCIENTIFIC
    if _FRACTION.fullmatch(text):
        return FRACTION
    if _NO_VALUE.fullmatch(text):
        return NO_VALUE
    return FORMULA if text.startswith("=") else value_verdict(text)


def value_verdict(text: str) -> Verdict | None:
    """Say whether a text stands for a value that a spreadsheet could not show."""
    if "#" not in text:
        return None
    if _TOO_NARROW.fullmatch(text):
        return TOO_NARROW
    return FAILED if _ERROR.fullmatch(text) else None


def free_text_verdict(text: str) -> Verdict | None:
    """Say what an unlikely name or description is, if anything."""
    return NO_VALUE_TEXT if _NO_VALUE_TEXT.fullmatch(text) else value_verdict(text)


def is_suspicious(together: str) -> bool:
    """Say whether one of many texts, each in a line, may be odd by its characters; if not, none has to be looked at."""
    if together.startswith("'") or "\n'" in together or _CONTROL.search(together):
        return True
    return not together.isascii() and bool(_SUSPICIOUS_BEYOND_ASCII.search(together))


def odd_characters(text: str) -> Iterator[Verdict]:
    """Yield what is odd about the characters of a text: such as cannot be seen, and such as another program garbled."""
    found = [
        name
        for name, there in (
            ("begins with an apostrophe", text.startswith("'")),
            ("contains invisible characters or unusual spaces", bool(_UNSEEN.search(text))),
            ("contains control characters", bool(_CONTROL.search(text))),
            ("contains digits of another script", bool(_FOREIGN_DIGIT.search(text))),
        )
        if there
    ]
    if found:
        message = f"The text {' and '.join(found)}. {UNCHANGED}"
        yield ProblemCode.UNSEEN, message, Severity.WARNING
    if "\ufffd" in text:
        message = f"The text contains \ufffd where another program could not read a character. {UNCHANGED}"
        yield ProblemCode.GARBLED, message, Severity.WARNING
    elif meant := _read_as_windows_1252(text):
        message = f"Another program has garbled this text: {meant!r} was probably meant. {UNCHANGED}"
        yield ProblemCode.GARBLED, message, Severity.WARNING


def _read_as_windows_1252(text: str) -> str | None:
    """Return what a text was before its UTF-8 was read as windows-1252, or None where it was not."""
    if text.isascii():
        return None
    try:
        meant = bytes(_BYTES[character] for character in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None
    return meant


_BYTES = {bytes([byte]).decode("latin-1"): byte for byte in range(256)} | {
    bytes([byte]).decode("cp1252"): byte for byte in range(256) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
"""Which byte windows-1252 reads as a character; the five that it does not know become control characters."""
