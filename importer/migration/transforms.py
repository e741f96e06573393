"""The named transforms of the profiles: texts of the old system become a text of ours, exactly or not at all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from importer.migration.text_values import NO, YES, Unfit, decimal, whole

Texts = tuple[str, ...]


class Asking(Protocol):
    """Whom a transform asks for what only a person knows."""

    def number(self, section: str) -> Decimal:
        """Return the number that holds for this campaign in a section; raises Unfit where there is none."""

    def mapped(self, section: str, text: str) -> str:
        """Return what a text of the old system is in a section; raises Unfit where there is no answer."""


@dataclass(frozen=True)
class Step:
    """What a transform made, in a few words how, and what of the text is lost; "" where there is nothing to say."""

    texts: Texts
    note: str = ""
    lost: str = ""


def apply(name: str, texts: Texts, arguments: Mapping[str, Any], asking: Asking) -> Step:
    """Apply a transform to the texts of the columns of a rule, one each, "" for what is not there.

    `name` and `arguments` are as in schemas.profile_words.TRANSFORMS. An empty result means that there is no value.
    Raises Unfit for a text that cannot be translated, and where `asking` has no answer.
    """
    if not any(text.strip() for text in texts) and name not in EVEN_OF_NOTHING:
        return Step(("",))
    return FUNCTIONS[name](texts, arguments, asking)


def _up(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_CEILING))


def _placeholders(texts: Texts, arguments: Mapping[str, Any], _: Asking) -> Step:
    hollow = {text.strip().casefold() for text in arguments["texts"]}
    if texts[0].strip().casefold() in hollow:
        return Step(("",), "it is a placeholder")
    return Step(texts[:1])


def _words(texts: Texts, arguments: Mapping[str, Any], _: Asking) -> Step:
    known = {word.strip().casefold(): number for word, number in arguments["words"].items()}
    number = known.get(texts[0].strip().casefold())
    return Step(texts) if number is None else Step((number, *texts[1:]), f"{texts[0]} means {number}")


def _positive(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    number = decimal(texts[0])
    return Step((_plain(number) if number > 0 else "",))


def _plain(number: Decimal) -> str:
    return str(int(number)) if number == number.to_integral_value() else f"{number.normalize():f}"


def _at_least(texts: Texts, arguments: Mapping[str, Any], _: Asking) -> Step:
    number, least = whole(texts[0]), int(arguments["least"])
    return Step((str(number),)) if number >= least else Step((str(least),), f"{number} raised to {least}")


def _extra_tries(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    number = whole(texts[0])
    if number < 0:
        raise Unfit(f"{texts[0]!r} is not a number of tries")
    return Step((str(number + 1),), "tries after the first, + 1")


def _milliseconds(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    return _seconds(decimal(texts[0]) / 1000, "milliseconds")


def _minutes(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    return _seconds(decimal(texts[0]) * 60, "minutes")


def _hours(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    return _seconds(decimal(texts[0]) * 3600, "hours")


def _seconds(number: Decimal, unit: str) -> Step:
    if number < 0:
        raise Unfit("a delay cannot be negative")
    return Step((str(_up(number)),), f"{unit} to seconds")


def _day_fraction(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    number = decimal(texts[0]) * 86400
    if number < 0:
        raise Unfit("a delay cannot be negative")
    # 0.16666667 of a day means four hours: the file has cut the fraction off, so the nearest second is meant.
    return Step((str(int(number.to_integral_value(ROUND_HALF_UP))),), "fraction of a day to seconds")


def _four_units(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    if len(texts) != 4:
        raise Unfit("days, hours, minutes and seconds are four columns")
    parts = [whole(text) if text.strip() else 0 for text in texts]
    if min(parts) < 0:
        raise Unfit("a delay cannot be negative")
    days, hours, minutes, seconds = parts
    return Step((str(((days * 24 + hours) * 60 + minutes) * 60 + seconds),), "days, hours, minutes and seconds")


def _calls_per_agent(texts: Texts, _: Mapping[str, Any], asking: Asking) -> Step:
    ratio, agents = decimal(texts[0]), asking.number("agents")
    return _calls(ratio * agents, f"{_plain(ratio)} x {_plain(agents)} agents")


def _calls_per_minute(texts: Texts, _: Mapping[str, Any], asking: Asking) -> Step:
    rate, minutes = decimal(texts[0]), asking.number("average_call_minutes")
    return _calls(rate * minutes, f"{_plain(rate)} calls a minute x {_plain(minutes)} minutes")


def _product(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    if not all(text.strip() for text in texts):
        return Step(("",))
    total = Decimal(1)
    for text in texts:
        total *= decimal(text)
    return _calls(total, " x ".join(text.strip() for text in texts))


def _calls(number: Decimal, note: str) -> Step:
    if number <= 0:
        raise Unfit(f"{note} gives no calls")
    return Step((str(_up(number)),), note)


def _unlimited(texts: Texts, arguments: Mapping[str, Any], asking: Asking) -> Step:
    text = texts[0].strip()
    if text.casefold() in {one.strip().casefold() for one in arguments["texts"]}:
        return Step((_plain(asking.number("unlimited")),), f"{text or 'empty'} means no limit")
    return Step((str(whole(text)),))


def _reverse_sign(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    number = whole(texts[0])
    return Step((str(-number),), "the sign means the opposite" if number else "")


def _boost(texts: Texts, _: Mapping[str, Any], asking: Asking) -> Step:
    factor = decimal(texts[0])
    if factor <= 1:
        return Step(("0",))
    agents = asking.number("agents")
    calls = _up((factor - 1) * agents)
    return Step((str(-calls),), f"factor {_plain(factor)} for {_plain(agents)} agents")


def _boolean(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    word = texts[0].strip().casefold()
    if word not in YES | NO:
        raise Unfit(f"{texts[0]!r} is neither yes nor no")
    return Step(("1" if word in YES else "0",))


_NUMBER = re.compile(r"\+?[0-9][0-9 .()/-]*")
_IN_BRACKETS = re.compile(r"[^<>]*<\s*(\+?[0-9][0-9 .()/-]*)>\s*")


def _telephone_number(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    text = texts[0].strip()
    if _NUMBER.fullmatch(text):
        return Step((text,))
    bracketed = _IN_BRACKETS.fullmatch(text)
    if bracketed is None:
        return Step(("",), "it contains no number")
    return Step((bracketed[1].strip(),), "without the name", "the caller's name")


def _leading_number(texts: Texts, _: Mapping[str, Any], __: Asking) -> Step:
    found = re.match(r"\s*(\+?[0-9*#]+)", texts[0])
    if found is None:
        raise Unfit(f"{texts[0]!r} does not begin with a number")
    rest = texts[0][found.end() :].strip()
    return Step((found[1],), f"without {rest!r}", "what follows the number") if rest else Step((found[1],))


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _window(texts: Texts, arguments: Mapping[str, Any], asking: Asking) -> Step:
    if len(texts) < 2:
        raise Unfit("a window has a start and an end")
    start, end, *given = (text.strip() for text in texts)
    flags = given if any(given) else []
    names = [
        day
        for day, flag in zip(_DAYS, flags, strict=False)
        if _boolean((flag or "0",), arguments, asking).texts == ("1",)
    ]
    days = "" if len(names) == len(flags) else f" {'+'.join(names) or 'no day'}"
    note = ""
    if start == end:
        note = "the window is empty: it starts when it ends"
    elif start > end:
        note = "the window crosses midnight"
    return Step((f"{start}-{end}{days}",), note)


def _join(texts: Texts, arguments: Mapping[str, Any], _: Asking) -> Step:
    return Step((str(arguments["by"]).join(text for text in texts if text.strip()),))


def _answer(texts: Texts, arguments: Mapping[str, Any], asking: Asking) -> Step:
    return Step((asking.mapped(arguments["section"], texts[0].strip()),), "as the answers say")


EVEN_OF_NOTHING = frozenset(("unlimited",))
"""What is applied even where the columns hold nothing: nothing may mean no limit."""

FUNCTIONS: Mapping[str, Callable[[Texts, Mapping[str, Any], Asking], Step]] = {
    "placeholders": _placeholders,
    "words": _words,
    "positive": _positive,
    "at-least": _at_least,
    "extra-tries": _extra_tries,
    "milliseconds-to-seconds": _milliseconds,
    "minutes-to-seconds": _minutes,
    "hours-to-seconds": _hours,
    "day-fraction-to-seconds": _day_fraction,
    "days-hours-minutes-seconds": _four_units,
    "calls-per-agent": _calls_per_agent,
    "calls-per-minute": _calls_per_minute,
    "product": _product,
    "unlimited": _unlimited,
    "reverse-sign": _reverse_sign,
    "boost-to-agents": _boost,
    "boolean": _boolean,
    "telephone-number": _telephone_number,
    "leading-number": _leading_number,
    "window": _window,
    "join": _join,
    "answer": _answer,
}
