"""What a text of an old dialler means by itself: a number, yes or no, the same as another text, or nothing."""

import re
from decimal import Decimal

from schemas.profile import Rule


class Unfit(ValueError):
    """A text that a transform cannot turn into a value; says why, as words that follow "parameter: "."""


def decimal(text: str) -> Decimal:
    """Return the number that a text means, with a point or a comma before its decimals; raises Unfit."""
    plain = text.strip()
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", plain):
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})", plain):
        raise Unfit(f"{text!r} is not a number")
    return Decimal(plain)


def whole(text: str) -> int:
    """Return the whole number that a text means, "3" or "3.0"; raises Unfit."""
    number = decimal(text)
    if number != number.to_integral_value():
        raise Unfit(f"{text!r} is not a whole number")
    return int(number)


YES = frozenset(("y", "yes", "true", "t", "on", "1", "active", "enabled", "runnable", "running"))


NO = frozenset(("n", "no", "false", "f", "off", "0", "inactive", "disabled", "not active", "paused", "not_running"))


_FALSE = frozenset(("n", "no", "f", "false", "0"))


def same_setting(text: str, other: str) -> bool:
    """Say whether two texts mean the same setting: the same word, the same number, or both false."""
    one, two = text.strip().casefold(), other.strip().casefold()
    if one == two or {one, two} <= _FALSE:
        return True
    try:
        return decimal(one) == decimal(two)
    except Unfit:
        return False


def says_nothing(rule: Rule, text: str) -> bool:
    """Say whether a text of a column stands for nothing by the rule's transforms, such as a placeholder or 0."""
    for step in rule.transforms:
        if step.name == "placeholders":
            return text.strip().casefold() in {one.strip().casefold() for one in step.arguments["texts"]}
        if step.name == "positive":
            try:
                return decimal(text) <= 0
            except Unfit:
                return False
    return False
