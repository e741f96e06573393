"""How plausible a text is as something that a person has written: its words by language, its signs by where they stand.

As in `languages`, a cost is the negative logarithm of a probability, and costs add up.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from importer.reading.encoding.languages import languages, script_of

OTHER_LANGUAGE = 5.0
"""What it costs a word to be of another language than most of its file."""

TWO_SCRIPTS = 10.0
CAPITAL_WITHIN = 12.0
CAPITALS_THEN_SMALL = 8.0
BESIDE_DIGIT = 3.0
IN_ANOTHER_SCRIPT = 4.0
UNKNOWN_LETTER = 10.0
NO_CHARACTER = 20.0

USUAL, SELDOM = 4.0, 6.0
ODD = 9.0
"""From this cost on a sign is where it is never written."""
UNEXPECTED = 13.0
"""What a sign costs that texts do not have."""

FAIR_LETTER = 3.3
FAIR: Mapping[str, float] = {"Hebrew": 4.0, "Arabic": 4.2, "Thai": 4.4, "Han": 9.0, "Kana": 9.0, "Hangul": 9.0}
"""What a letter or character of a text costs at most, in the long run, by its script."""

SPECIMENS = frozenset(
    ("æøå", "åäö", "öäå", "äöü", "äöüß", "öäü", "áéíóú", "àèìòù", "éèà", "ąćęłńóśźż", "čšž", "ščřžýáíé", "őű", "çğıöşü")
)
SPECIMEN = -8.0
"""What these cost, with which people try whether their letters arrive: nothing else makes them by accident."""

_COPIED_ALONG = "[\u00ad\u2007-\u200b\u202f\u2060\ufeff]"
"""Blanks, soft hyphens and marks that come along with texts that are copied from web pages and word processors."""
_SEEN_OR_BLANK = re.compile(f"[\u00a0\u200c-\u200f\u3000]|{_COPIED_ALONG}")

# Where signs stand in texts, and what they cost there. Their neighbours are written as 0 for a digit, - for another
# sign, and a for a letter, except for those that count: 5°C, n°, m².
PLACES = tuple(
    (re.compile(pattern), cost)
    for pattern, cost in (
        ("[-0]?[€£][-0]?", USUAL),
        ("[-0]?[¥¢][-0]?", SELDOM),
        ("0°.?|.?°[CF]|[nN]°.?", USUAL),
        ("-?°-?", SELDOM),
        ("[0nN][ªº].?", USUAL),
        (".?[®™][-0]?", USUAL + 1),
        ("[-0]?[©§½¼¾±×•·][-0]?", USUAL + 1),
        ("[0mM][²³].?|0‰.?", SELDOM),
        ("[-0]?µm", USUAL + 1),
        ("-?№[-0]?", USUAL),
        (".?\u00a0.?|[-0]?[\u200d-\u200f].?|.?[\u200d-\u200f][-0]?", SELDOM),
        (f".?{_COPIED_ALONG}.?", SELDOM + 2),
        ("[-0]?[¡¿][anNmMCF]", USUAL),
        (".?[“‘«»][-0]?|[-0]?[“‘«»].?|.?[”’][-0]?|[-0]?[„‚].?", USUAL),
        (".?[‹›][-0]?|[-0]?[‹›].?", SELDOM + 2),
        ("[-0]?[”’].?", SELDOM + 1),
        (".?…[-0]?|[-0]?….?|[-0]?[–—―][-0]?", USUAL),
        (".?[–—―][-0]?|[-0]?[–—―].?", SELDOM),
        ("[-0]?[\u3000-\u303f・！-～].?|.[\u3000-\u303f・！-～][-0]?", USUAL + 0.5),
        ("a[\u3000-\u303f・！-～]a", USUAL + 0.5),
        ("[-0]?[\u2190-\u22ff\u2460-\u24ff\u25a0-\u27bf\u3200-\u33ff\U0001f000-\U0001faff].?", SELDOM + 1.5),
        (".[\u2190-\u22ff\u2460-\u24ff\u25a0-\u27bf\u3200-\u33ff\U0001f000-\U0001faff][-0]?", SELDOM + 1.5),
    )
)
_LETTERS_THAT_COUNT = "nNmMCF"
_NO_LETTERS = frozenset("µªº")

CACHED = 8192
"""How many texts and words are kept with their costs: most readings of a word are those of other encodings, too."""

EAST_ASIAN = frozenset(("Kana", "Han", "Hangul"))
JOINING = frozenset("’·\u200c")
"""What stands within words, like a letter: the apostrophe, the dot of Catalan, the mark between letters of Persian."""


@cache
def script_of_letter(character: str) -> str:
    """Return the script of a letter, "?" for a letter of one that is not known, and "" for what is not a letter."""
    if character in _NO_LETTERS or unicodedata.category(character)[0] not in "LM":
        return ""
    return script_of(character) or "?"


def sign_cost(before: str, sign: str, after: str) -> float:
    """Return what a character beyond ASCII that is not a letter costs between its neighbours, "" at either end."""
    if not sign.isprintable() and not _SEEN_OR_BLANK.match(sign):
        return NO_CHARACTER
    place = f"{_neighbour(before)}{sign}{_neighbour(after)}"
    return next((cost for pattern, cost in PLACES if pattern.fullmatch(place)), UNEXPECTED)


def _neighbour(character: str) -> str:
    if character in _LETTERS_THAT_COUNT or not character:
        return character
    return "0" if character.isdigit() else "a" if script_of_letter(character) else "-"


@dataclass(frozen=True)
class Weight:
    """What a text costs with each word in another language than its file, and how much less in a file of a language.

    `telling` is what its words beyond ASCII cost, each in the language that fits it best, and its odd signs; `fair` is
    what such words may cost.
    """

    cost: float
    gains: Mapping[str, float]
    telling: float = 0.0
    fair: float = 0.0


NOTHING = Weight(0.0, {})


@lru_cache(maxsize=CACHED)
def weigh(text: str, only: frozenset[str] | None) -> Weight:
    """Return what a text without blanks costs; `only` are the languages that its encoding is made for, if not all."""
    cost = telling = fair = 0.0
    gains: dict[str, float] = {}
    runs = list(_runs(unicodedata.normalize("NFC", text)))
    for (script, run), (before, after) in zip(runs, _neighbours(runs), strict=True):
        word = _weigh_word(script, run, only) if script else NOTHING
        for name, gain in word.gains.items():
            gains[name] = gains.get(name, 0.0) + gain
        place = _place_cost((script, run), before, after)
        cost += word.cost + place
        if not run.isascii() and (script or place >= ODD):
            telling += word.telling + place
            fair += FAIR.get(script, FAIR_LETTER) * len(run)
    return Weight(cost, gains, telling, fair)


Run = tuple[str, str]
"""The name of a script and letters of it, or "" and a character that is not a letter."""


def _runs(text: str) -> Iterator[Run]:
    scripts = [script_of_letter(one) for one in text]
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and scripts[at] and _goes_on(text, scripts, at, end):
            end += 1
        yield scripts[at], text[at:end]
        at = end


def _goes_on(text: str, scripts: Sequence[str], start: int, at: int) -> bool:
    if scripts[at]:
        return scripts[at] == scripts[start]
    beside = text[at - 1 : at + 2 : 2]
    if text[at] not in JOINING or len(beside) < 2 or (text[at] == "·" and beside.lower() != "ll"):
        return False
    if text[at] == "\u200c" and scripts[start] != "Arabic":
        return False
    return scripts[start] == scripts[at - 1] == scripts[at + 1]


def _neighbours(runs: Sequence[Run]) -> Iterator[tuple[Run, Run]]:
    nothing = ("", "")
    return zip([nothing, *runs], [*runs[1:], nothing], strict=False)


def _place_cost(run: Run, before: Run, after: Run) -> float:
    """Return what it costs a run that it stands between others."""
    script, text = run
    if not script:
        return 0.0 if text.isascii() else sign_cost(before[1][-1:], text, after[1][:1])
    cost = _script_cost(script, before[0])
    if script not in EAST_ASIAN:
        cost += _digits_cost(before[1], text, after[1]) + _capitals_cost(text)
    return cost


def _script_cost(script: str, before: str) -> float:
    """Return what it costs letters of a script to stand beside those of another; East Asian ones go with any."""
    if not before:
        return 0.0
    match len({script, before} & EAST_ASIAN):
        case 2:
            return 0.0
        case 1 if "?" not in (script, before):
            return IN_ANOTHER_SCRIPT
        case _:
            return TWO_SCRIPTS


def _digits_cost(before: str, word: str, after: str) -> float:
    """Return what it costs letters beyond ASCII to stand beside digits."""
    beside = before.isdigit() and not word[0].isascii(), after.isdigit() and not word[-1].isascii()
    return BESIDE_DIGIT * sum(beside)


def _capitals_cost(word: str) -> float:
    """Return what capitals cost that stand behind small letters, or small letters behind several capitals."""
    cost = 0.0
    shape = ["s" if one.islower() and one != "ß" else "C" if one.isupper() else "-" for one in word]
    for at in range(1, len(word)):
        if shape[at - 1 : at + 1] == ["s", "C"] and not word[at - 1 : at + 1].isascii():
            cost += CAPITAL_WITHIN
        if shape[at - 1 : at + 2] == ["C", "C", "s"] and not word[at - 1 : at + 2].isascii():
            cost += CAPITALS_THEN_SMALL
    return cost


@lru_cache(maxsize=CACHED)
def _weigh_word(script: str, run: str, only: frozenset[str] | None) -> Weight:
    word = run.replace("İ", "i").lower()
    if word in SPECIMENS:
        return Weight(SPECIMEN, {}, SPECIMEN)
    those = [one for one in languages().get(script, ()) if only is None or one.name in only or script not in EAST_ASIAN]
    if not those:
        unknown = UNKNOWN_LETTER * len(word)
        return Weight(unknown, {}, unknown)
    costs = {one.name: one.cost(word) for one in those}
    least = min(costs.values())
    most = least + OTHER_LANGUAGE
    return Weight(most, {name: most - cost for name, cost in costs.items() if cost < most}, least)
