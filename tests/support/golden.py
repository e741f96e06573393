"""Golden files: what users see, as it was when somebody last read it."""

import os

from tests.support.paths import GOLDEN

REGENERATE = os.environ.get("REGENERATE") == "1"


def golden(name: str, text: str) -> str:
    """Return what a golden file holds; with REGENERATE=1, make it hold the text first."""
    path = GOLDEN / name
    if REGENERATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")
