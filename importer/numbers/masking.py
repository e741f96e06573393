"""Numbers as they may be shown: whose they are cannot be seen."""

import phonenumbers

from importer.security import visible, with_digits_hidden

FIRST = 3
"""How many digits at the beginning, after the calling code, stay."""

LONGEST = 40


def masked(text: str, e164: int = 0) -> str:
    """Return a number with most digits hidden, such as +44 20 8••• ••77; without `e164`, the text as it was written."""
    kept = FIRST
    if e164:
        number = phonenumbers.parse(f"+{e164}")
        text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        kept += len(str(number.country_code))
    return visible(with_digits_hidden(text, kept))[:LONGEST]
