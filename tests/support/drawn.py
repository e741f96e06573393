"""What a program has drawn on a terminal, as text."""

import re

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
MOVE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
"""A movement of the cursor, after which something else is drawn."""


def lines_drawn(shown: str) -> list[str]:
    """Return the lines that were drawn, also those that were drawn over, without colours."""
    return [line for line in MOVE.sub("\n", COLOUR.sub("", shown)).split("\n") if line]
