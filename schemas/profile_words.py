"""The words that a profile of an old dialler may use, and what each means."""

from collections.abc import Mapping

SECTIONS = ("agents", "average_call_minutes", "unlimited", "timegroups", "recordgroups", "owners", "customers")
"""What a profile may ask a person for, besides destinations and values of parameters."""

PICKS: Mapping[str, str] = {
    "first": "the first text that is not blank",
    "largest": "the largest number",
    "smallest": "the smallest number",
    "sum": "the sum of the numbers",
    "words": "each word of a list separated by spaces, without its dashes",
    "number": "the digits that a text begins with",
    "all": "all texts",
}
"""How several texts become what a rule works on; written in front of a column: "largest recycle.attempt_delay"."""

TESTS: Mapping[str, str] = {
    "is": "one of the texts (a list alone means this)",
    "not": "none of the texts",
    "has": "a list separated by spaces that has one of the words",
    "starts": "begins with one of the texts",
    "above": "a number above this one",
    "below": "a number below this one",
    "blank": "true: nothing there; false: something there",
    "yes": "true: a word such as Y, true, t, on or 1; false: its opposite; neither where it is another word or blank",
    "missing": "true: the file has no such column; false: it has",
    "same": "the same text as in another column",
    "among": "one of the words of another column, which is a list separated by spaces",
    "reaches": "a number at or above that in another column",
    "past": "true: a date before today; false: today, a later date, or no date",
}
"""What a condition may ask of a column. Letter case and outer spaces never count."""

TRANSFORMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "placeholders": ("these texts stand for nothing", ("texts",)),
    "words": ("these words stand for these texts, all others for themselves", ("words",)),
    "positive": ("a number above 0, else nothing", ()),
    "at-least": ("a whole number, raised to the least one", ("least",)),
    "extra-tries": ("tries after the first become tries in all: + 1", ()),
    "milliseconds-to-seconds": ("divided by 1000, rounded up", ()),
    "minutes-to-seconds": ("times 60", ()),
    "hours-to-seconds": ("times 3600", ()),
    "day-fraction-to-seconds": ("times 86400, rounded to a second", ()),
    "days-hours-minutes-seconds": ("four columns become seconds", ()),
    "calls-per-agent": ("ratio x agents, rounded up; asks for the agents", ()),
    "calls-per-minute": ("calls a minute x minutes of a call, rounded up; asks for the minutes", ()),
    "product": ("the columns multiplied, rounded up", ()),
    "unlimited": ("these texts mean no limit; asks for a number", ("texts",)),
    "reverse-sign": ("the number with the other sign", ()),
    "boost-to-agents": ("a factor f above 1 becomes -((f - 1) x agents), rounded up; asks for the agents", ()),
    "boolean": ("Y, true, t, on, active, 1 become 1, and their opposites 0", ()),
    "telephone-number": ('the number in a text such as "Sales" <0123>; a text without one is nothing', ()),
    "leading-number": ("the digits that a text begins with", ()),
    "window": ("start, end and flags of days, Monday first, as one text", ()),
    "join": ("the columns as one text", ("by",)),
    "answer": ("looked up in a section of the answers", ("section",)),
}
"""The closed list of transforms: what each does, and the arguments that it needs."""

NOT_LOADED = "not loaded"

LEAD_STATUSES: Mapping[str, str] = {
    "pending": "to be called",
    "success": "reached",
    "failed": "not reached, and not called again",
    "cancelled": "must not be called",
    NOT_LOADED: "left out, and counted in the report",
}
"""What may become of a lead: its status on the server, or that it is not loaded."""
