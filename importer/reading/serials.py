"""The days that a spreadsheet's serial numbers stand for."""

from datetime import date, timedelta

FIRST_DAY = date(1899, 12, 31)
FIRST_DAY_1904 = date(1904, 1, 1)
FALSE_LEAP_DAY = 60
"""Excel counts a 29 February 1900 that never was; its number is this."""
LAST_SERIAL = 2_958_465.99999999
DAYS_TO_1904 = 1_462


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
