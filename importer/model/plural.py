"""Numbers with their words."""


def counted(count: int, word: str) -> str:
    """Return a number with its word, whose plural ends in s: 1 row, 1,234 rows."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
