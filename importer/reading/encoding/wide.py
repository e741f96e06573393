"""UTF-16 and UTF-32 without a byte order mark: recognised by the ends of lines, delimiters and headings in them."""

WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
SYNTAX = frozenset('\t\r\n ,;|"0123456789')
"""What stands between and in the cells of any table in any language."""
ENDS = frozenset("\r\n")

TIMES = 4
"""How many times as often as in any other order of the bytes these must occur in the right one."""


def wide_without_mark(start: bytes) -> str | None:
    """Return in which of UTF-16 and UTF-32 the start of a file is; None where it is in none, or in no one for certain.

    A text in them has zero bytes, at the least in the ends of its lines, and no other text has.
    """
    if b"\0" not in start:
        return None
    scores = {name: _score(start, name) for name in WIDE}
    best = max(WIDE, key=scores.__getitem__)
    others = max(score for name, score in scores.items() if name != best)
    return best if scores[best] > TIMES * others else None


def _score(start: bytes, name: str) -> int:
    """Return how many characters of a table's syntax there are in a reading; 0 where it is none."""
    width = 4 if "32" in name else 2
    try:
        # A block may end within a character.
        text = start[: len(start) // width * width].decode(name)
    except UnicodeDecodeError as error:
        if len(start) - error.start > width * 2:
            return 0
        text = start[: error.start].decode(name)
    ends = sum(text.count(end) for end in ENDS)
    # In a damaged text of one byte a letter, few of the ends of lines have a zero byte beside them.
    if "\0" in text or not ends or start.count(b"\n") + start.count(b"\r") > 2 * ends:
        return 0
    return sum(character in SYNTAX for character in text)
