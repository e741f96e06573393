"""What a section of a number format shows of a day, a time of day or an elapsed time."""

from collections.abc import Sequence
from dataclasses import dataclass

from importer.spreadsheets.number_formats.code import Known, Part, Show, Token, Unclear
from importer.spreadsheets.serials import DAYS_TO_1904, LAST_SERIAL, day_of, is_serial

SECONDS_A_DAY = 86_400
NEARLY = 10_000
"""Where no time is shown, a day begins half of this part of a second early: 0.9999999999 is the next day."""
MOST_DECIMALS = 3
WEEKDAYS = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
"""As serial numbers count them, with the false leap day: 0 is a Saturday."""
# Those of the module `calendar` are in the user's language.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_FIELDS = {
    "y": ("short_year:02", "short_year:02", "year:04"),
    "m": ("month", "month:02", "month_name:.3", "month_name", "month_name:.1", "month_name"),
    "d": ("day", "day:02", "weekday_name:.3", "weekday_name"),
    "h": ("hour", "hour:02"),
    "minute": ("minute", "minute:02"),
    "s": ("second", "second:02"),
}
"""What letters stand for, by how many there are (the last one for more as well): fields of a template of Python's."""
_TOTALS = {"h": "hours", "m": "minutes", "s": "seconds"}
_NAMES = frozenset(("month_name", "weekday_name", "noon"))
_DAYS = frozenset(("short_year", "year", "month", "month_name", "day", "weekday_name"))


_DATE_PARTS = frozenset((Part.LETTERS, Part.ELAPSED, Part.NOON))
_NUMBER_PARTS = frozenset((Part.PLACE, Part.PERCENT, Part.EXPONENT, Part.GENERAL, Part.AT))


def is_for_dates(tokens: Sequence[Token]) -> bool:
    """Say whether a section is for days or times; those that have places for other digits as well, Excel refuses."""
    parts = {token.part for token in _with_fractions(tokens)}
    return bool(parts & _DATE_PARTS) and not parts & _NUMBER_PARTS


def date_shower(tokens: Sequence[Token], known: Known, from_1904: bool) -> Show:
    """Return what shows numbers by a section for days or times, of which so much is known. Raises Unclear."""
    tokens = _with_fractions(tokens)
    template = ""
    fields: set[str] = set()
    for at, (part, text) in enumerate(tokens):
        if part in (Part.TEXT, Part.FIGURE, Part.SLASH, Part.COMMA) or text == ".":
            template += text.replace("{", "{{").replace("}", "}}")
        else:
            field = _field(tokens, at)
            template += "." * (part is Part.POINT) + f"{{{field}}}"
            fields.add(field.partition(":")[0])
    if known < (Known.NAMES if fields & _NAMES else Known.DATES):
        raise Unclear
    decimals = max((len(token.text) - 1 for token in tokens if token.part is Part.POINT), default=0)
    return Dates(
        template,
        decimals,
        parts=NEARLY if fields <= _DAYS else 10**decimals,
        hours=12 if "noon" in fields else 24,
        from_1904=from_1904,
    ).show


def _with_fractions(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with points and the zeros after them, which are decimals of a second, made one."""
    joined: list[Token] = []
    for token in tokens:
        if token == Token(Part.PLACE, "0") and joined and joined[-1].part is Part.POINT:
            joined[-1] = Token(Part.POINT, joined[-1].text + "0")
        else:
            joined.append(token)
    return joined


def _field(tokens: Sequence[Token], at: int) -> str:
    part, text = tokens[at]
    letter, width = text[0].lower(), len(text)
    if part is Part.ELAPSED:
        return f"{_TOTALS[letter]}:0{width}"
    if part is Part.NOON and text != "a/p":  # which is AM/PM, am/pm, or another text to different programs
        return "noon:.1" if width == len("A/P") else "noon"
    if part is Part.POINT and width - 1 <= MOST_DECIMALS:
        return f"fraction:.{width - 1}"
    if part is not Part.LETTERS:
        raise Unclear
    if letter == "m" and width < len("mmm") and _is_minute(tokens, at):
        letter = "minute"
    if letter not in _FIELDS:
        raise Unclear
    return _FIELDS[letter][min(width, len(_FIELDS[letter])) - 1]


def _is_minute(tokens: Sequence[Token], at: int) -> bool:
    """Say whether `m` stands for minutes: next after hours, or next before seconds."""
    before, after = (
        next((token.text[0].lower() for token in some if token.part in (Part.LETTERS, Part.ELAPSED)), "")
        for some in (reversed(tokens[:at]), tokens[at + 1 :])
    )
    return before == "h" or after == "s"


@dataclass(frozen=True, slots=True)
class Dates:
    """A section for days or times: they are rounded to `parts` of a second, and shown with up to `decimals` of it."""

    template: str
    decimals: int
    parts: int
    hours: int
    from_1904: bool

    def show(self, value: float) -> str | None:
        """Return what is shown of a serial number; None where Excel fills the cell with number signs."""
        if not is_serial(value, self.from_1904):
            return None
        time, part = divmod(int(value * SECONDS_A_DAY * self.parts + 0.5), self.parts)
        days, second = divmod(time, SECONDS_A_DAY)
        if days > LAST_SERIAL - DAYS_TO_1904 * self.from_1904:
            return None
        year, month, day = day_of(days, self.from_1904)
        hour = second // 3600
        return self.template.format(
            year=year,
            short_year=year % 100,
            month=month,
            month_name=MONTHS[month - 1],
            day=day,
            weekday_name=WEEKDAYS[(days + DAYS_TO_1904 * self.from_1904) % 7],
            hour=hour if self.hours == 24 else (hour + 11) % 12 + 1,
            minute=second // 60 % 60,
            second=second % 60,
            fraction=f"{part:0{self.decimals}d}",
            noon="AM" if hour < 12 else "PM",
            hours=time // 3600,
            minutes=time // 60,
            seconds=time,
        )
