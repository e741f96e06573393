"""The little language of the command line: `name=value,name=value`."""

from collections.abc import Callable, Collection


def read_pairs(text: str, known: Collection[str], kind: str) -> dict[str, str]:
    """Split `a=1,b=2`; a name outside `known` raises ValueError with a sentence that lists the known ones."""
    found: dict[str, str] = {}
    for piece in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (part.strip() for part in piece.partition("="))
        if name not in known:
            raise ValueError(f"{name!r} is not a known {kind}; the known names are {', '.join(known)}.")
        if not equals or not value:
            raise ValueError(f"{name!r} needs a value, as in {name}=VALUE; the known names are {', '.join(known)}.")
        found[name] = value
    return found


def read_flag(name: str, text: str) -> bool:
    """Read a yes or no in one of its usual spellings."""
    spellings = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in spellings:
        raise ValueError(f"{name}={text} is neither yes nor no; write one of {', '.join(spellings)}.")
    return spellings[text.lower()]


def read_number(name: str, text: str, convert: Callable[[str], float]) -> float:
    """Read a number as `int` or `float` does."""
    try:
        return convert(text)
    except ValueError:
        raise ValueError(f"{name}={text} is not a number that {name} can take.") from None
