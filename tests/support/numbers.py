"""Lists of telephone numbers, and what a server has of them."""

from pathlib import Path

from importer.sandbox import Sandbox

FIRST = 2083660000
"""The first of many British numbers, without its zero."""


def british(count: int, first: int = 0) -> list[str]:
    """Return good British numbers, one after the other, as they are written within the country."""
    return [f"0{FIRST + first + at}" for at in range(count)]


def on_the_wire(numbers: list[str]) -> set[str]:
    """Return British numbers as digits with the calling code."""
    return {f"44{number[1:]}" for number in numbers}


def write_list(path: Path | str, *lines: str, heading: str = "phone") -> Path:
    """Write a text file with a heading and return its path."""
    target = Path(path)
    target.write_text("".join(f"{line}\n" for line in (heading, *lines)), encoding="utf-8")
    return target


def pending(sandbox: Sandbox, campaign: int) -> set[str]:
    """Return the destinations of a campaign that are still to be called."""
    return {number for number, status in sandbox.destinations(campaign).items() if status == "pending"}
