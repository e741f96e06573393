"""Numbers with their words and units."""

from collections.abc import Sequence


def counted(count: int, word: str) -> str:
    """Return a number with its word, whose plural ends in s: 1 row, 1,234 rows."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return a length of time in words, such as 0.4 s, 42 s, 3 min 20 s or 1 h 05 min."""
    if seconds < 10:
        return f"{seconds:.1f} s" if seconds >= 0.1 or seconds == 0 else f"{seconds:.3f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours = minutes // 60
    if hours:
        return f"{hours:,} h {minutes % 60:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def enumerated(words: Sequence[str]) -> str:
    """Return words as in a sentence: a, b and c."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
