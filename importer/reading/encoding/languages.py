"""How likely a word is in a language: what tells the right reading of bytes from a wrong one.

A cost is the negative logarithm of a probability: what is usual costs little, what is never written much, and costs add
up. The costs come from the words of `languages.txt`: how often one letter follows another in them.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

WORDS = Path(__file__).with_name("languages.txt")

START, END = "^", "$"
"""Stand before the first and after the last letter of a word where pairs of letters are counted."""

BORROWED = frozenset("éèêëüöäáàóíñçôåø")
"""Letters that come with names and loan words in any language in Latin letters."""

BORROWED_COST = 10.0
FOREIGN_COST = 15.0
"""What a letter costs that a language does not have."""

SMOOTHING = 4.0
"""How many letters after another must be known before their own counts weigh as much as those of single letters."""

ONE_LETTER = 4.0
"""What a word of one letter costs on top of that letter, unless it or the letter is known everywhere: there are few."""

KNOWN_SHARE = 0.2
"""Which share of the words of a text is among those of `languages.txt`."""

CEDILLAS = str.maketrans("șț", "şţ")
"""Romanian has commas below these two letters, and most of its encodings cedillas in their place."""

LATIN = "Latin"

SCRIPTS: Sequence[tuple[str, int, int]] = (
    ("Latin", 0x41, 0x24F),
    ("Greek", 0x370, 0x3FF),
    ("Cyrillic", 0x400, 0x52F),
    ("Hebrew", 0x590, 0x5FF),
    ("Arabic", 0x600, 0x6FF),
    ("Thai", 0xE00, 0xE7F),
    ("Latin", 0x1E00, 0x1EFF),
    ("Greek", 0x1F00, 0x1FFF),
    ("Kana", 0x3040, 0x30FF),
    ("Han", 0x4E00, 0x9FFF),
    ("Hangul", 0xAC00, 0xD7A3),
)


@dataclass(frozen=True)
class Level:
    """The usual characters of a standard: those whose first byte in `encoding` is from `first` to `last`.

    There are `size` of them, and `others` besides.
    """

    encoding: str
    first: int
    last: int
    size: int
    others: int

    def holds(self, character: str) -> bool | None:
        """Say whether a character is one of the usual ones; None where the standard lacks it."""
        try:
            coded = character.encode(self.encoding)
        except UnicodeEncodeError:
            return None
        return len(coded) == 2 and self.first <= coded[0] <= self.last


LEVELS: Mapping[str, Level] = {
    "Japanese": Level("euc_jp", 0xB0, 0xCF, 2965, 3390),
    "Chinese, simplified": Level("gb2312", 0xB0, 0xD7, 3755, 3008),
    "Chinese, traditional": Level("big5", 0xA4, 0xC6, 5401, 7652),
    "Korean": Level("euc_kr", 0xB0, 0xC8, 2350, 4888),
}
"""JIS X 0208, GB 2312 and Big5 have the usual characters in a first level; KS X 1001 has the usual syllables."""

KNOWN_CHARACTER, USUAL_CHARACTER, OTHER_CHARACTER = 0.8, 0.17, 0.01
"""Which share of a text in a language with thousands of characters is among the words here, usual, and in the rest."""


@cache
def script_of(character: str) -> str:
    """Return the name of the script of a letter, or "" for what is none, or is of a script that is not known here."""
    if unicodedata.category(character)[0] not in "LM":
        return ""
    code = ord(character)
    return next((name for name, first, last in SCRIPTS if first <= code <= last), "")


class Alphabetic:
    """A language whose words are written in letters: what a letter costs depends on the one before it."""

    def __init__(self, name: str, script: str, words: Sequence[str]) -> None:
        self.name = name
        self.scripts = frozenset((script,))
        self._known = frozenset(words)
        self._known_cost = -math.log(KNOWN_SHARE / len(self._known))
        spelt = [f"{START}{word}{END}" for word in self._known]
        self._singles = Counter(letter for word in spelt for letter in word[1:])
        self._pairs = Counter(pair for word in spelt for pair in pairwise(word))
        self._firsts = Counter(letter for word in spelt for letter in word[:-1])
        self._total = self._singles.total() + len(self._singles) / 2
        self._costs: dict[tuple[str, str], float] = {}

    def cost(self, word: str) -> float:
        """Return what a word in small letters costs."""
        total = 0.0
        before = START
        for letter in (*word, END):
            pair = (before, letter)
            if (cost := self._costs.get(pair)) is None:
                cost = self._costs[pair] = self._pair_cost(before, letter)
            total += cost
            before = letter
        if word in self._known:
            return min(total, self._known_cost)
        return total + ONE_LETTER if len(word) == 1 and word not in BORROWED else total

    def _pair_cost(self, before: str, letter: str) -> float:
        if letter not in self._singles:
            return BORROWED_COST if letter in BORROWED else FOREIGN_COST
        single = (self._singles[letter] + 0.5) / self._total
        pair = (self._pairs[before, letter] + SMOOTHING * single) / (self._firsts[before] + SMOOTHING)
        return -math.log(pair)


class Ideographic:
    """A language with thousands of characters: each costs by itself, and the rare ones much."""

    def __init__(self, name: str, script: str, words: Sequence[str]) -> None:
        self.name = name
        self.scripts = frozenset({"Japanese": ("Kana", "Han"), "Korean": ("Hangul", "Han")}.get(script, ("Han",)))
        self._level = LEVELS[name]
        self._counts = Counter(character for word in words for character in word)
        self._total = self._counts.total()

    def cost(self, word: str) -> float:
        """Return what a run of characters costs."""
        return sum(map(self._character_cost, word))

    @lru_cache(maxsize=10_000)  # noqa: B019 -- the languages live as long as the program
    def _character_cost(self, character: str) -> float:
        if count := self._counts[character]:
            return -math.log(KNOWN_CHARACTER * count / self._total)
        usual = self._level.holds(character)
        if usual is None:
            return 16.0
        return -math.log(USUAL_CHARACTER / self._level.size if usual else OTHER_CHARACTER / self._level.others)


Language = Alphabetic | Ideographic


@cache
def languages() -> Mapping[str, tuple[Language, ...]]:
    """Return the languages that are written in each script."""
    found: dict[str, list[Language]] = {}
    for name, script, words in _sections():
        kind = Ideographic if name in LEVELS else Alphabetic
        language = kind(name, script, words)
        for each in language.scripts:
            found.setdefault(each, []).append(language)
    return {script: tuple(those) for script, those in found.items()}


@cache
def group_of(name: str) -> str:
    """Return the script of a language; that of those with thousands of characters is one."""
    return next(script for script, those in languages().items() for one in those if one.name == name)


def _sections() -> Iterator[tuple[str, str, list[str]]]:
    name, script = "", ""
    words: list[str] = []
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            if words:
                yield name, script, words
            name, script = line.removeprefix("[").split("] ")
            words = []
        elif not line.startswith("#"):
            words += line.split()
            words += [word.translate(CEDILLAS) for word in line.split() if set(word) & set("șț")]
    yield name, script, words
