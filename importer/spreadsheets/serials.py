"""The days that a spreadsheet's serial numbers stand for."""

from datetime import date, datetime, timedelta

FIRST_DAY = date(1899, 12, 31)
FIRST_DAY_1904 = date(1904, 1, 1)
FALSE_LEAP_DAY = 60
"""Excel counts a 29 February 1900 that never was; its number is this."""
LAST_SERIAL = 2_958_465.99999999
DAYS_TO_1904 = 1_462
MILLISECONDS_A_DAY = 86_400_000


def is_serial(value: float, from_1904: bool = False) -> bool:
    """Say whether a number stands for a day or time that Excel can show."""
    return 0 <= value < LAST_SERIAL - DAYS_TO_1904 * from_1904


def day_of(serial: int, from_1904: bool = False) -> tuple[int, int, int]:
    """Return the year, the month and the day of a serial number, as Excel has them: the day of 0 is 1900-01-00."""
    if from_1904:
        day = FIRST_DAY_1904 + timedelta(days=serial)
    elif serial == 0:
        return 1900, 1, 0
    elif serial == FALSE_LEAP_DAY:
        return 1900, 2, 29
    else:
        day = FIRST_DAY + timedelta(days=serial - (serial > FALSE_LEAP_DAY))
    return day.year, day.month, day.day


def serial_text(serial: float, from_1904: bool = False) -> str:
    """Return the day and time that a serial number stands for, in ISO 8601; below 1 it is a time of day."""
    days, milliseconds = divmod(round(serial * MILLISECONDS_A_DAY), MILLISECONDS_A_DAY)
    midnight = datetime.min  # noqa: DTZ901 -- a spreadsheet knows no time zones
    clock = (midnight + timedelta(milliseconds=milliseconds)).time().isoformat()
    if serial < 1 and not days:
        return clock
    day = "{}-{:02}-{:02}".format(*day_of(days, from_1904))
    return f"{day} {clock}" if milliseconds else day


def elapsed_text(days: float) -> str:
    """Return an elapsed time as hours, minutes and seconds, as many hours as it takes."""
    seconds, milliseconds = divmod(round(days * MILLISECONDS_A_DAY), 1000)
    fraction = f".{milliseconds:03d}" if milliseconds else ""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"
