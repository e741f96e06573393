"""The readings of a text file's bytes: what each encoding makes of them, and what speaks for each.

A wrong reading of a word is a word that is never written: `plausible` says what it costs. The costs of all different
words of a file are added up. A reading is believed if it costs much less than every other that is not the same text,
and no more than texts of its kind do. That an encoding is made for the language counts a little, how usual it is does
not.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from importer.reading.encoding.languages import LATIN, group_of
from importer.reading.encoding.plausible import weigh

UTF8 = "utf-8"

MARGIN, ONE_WORD = 9.0, 6.0
"""How much cheaper than each of its rivals a reading must be: the odds are then e ** 9, some 8000, to one; and how much
more if all that is known is one word. Of two words it is half as much, and so on."""

AT_LEAST, FEW_WORDS = 3.0, 1.2
"""How much more than is fair the words of a file may cost: this, and this times the square root of what is fair."""

FIRST = 40
"""After this number of words, readings are given up that are far behind the best."""
FAR_BEHIND = 80.0

# In the order in which they are named where several fit: what Excel for Windows writes comes first. The names are those
# that users know; Python and --encoding take them as well.
WINDOWS: Mapping[str, str] = {
    **{f"cp{page}": f"windows-{page}" for page in (1252, 1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)},
    **{name: name for name in ("cp874", "cp932", "gb18030", "cp949", "cp950")},
}
OTHERS: Mapping[str, str] = {
    **{f"iso8859_{part}": f"iso-8859-{part}" for part in (15, 2, 5, 7, 9, 8, 6, 13, 3, 4, 10, 11, 14)},
    "mac_roman": "macintosh",
    **{
        f"mac_{name}": f"mac-{name}"
        for name in ("cyrillic", "greek", "latin2", "turkish", "iceland", "croatian", "romanian")
    },
    **{
        f"cp{page}": f"cp{page}" for page in (850, 437, 852, 866, 737, 857, 775, 858, 862, 720, 855, 860, 861, 863, 865)
    },
    **{f"cp{page}": f"cp{page}" for page in (869, 856, 1125, 1006)},
    **{name: name.replace("_", "-") for name in ("koi8_r", "koi8_u", "koi8_t", "euc_jp", "hp_roman8")},
    **{name: name for name in ("big5hkscs", "kz1048", "ptcp154")},
}
CANDIDATES: Mapping[str, str] = {**WINDOWS, **OTHERS}
"""The encodings that are tried where a file is not UTF-8, as Python and as users call them.

ISO-8859-1 is not among them: it is Windows-1252 except for control characters, which no text holds. Where there are
several of a family (Shift_JIS, EUC-KR, GBK, Big5), the widest that Windows has is tried.
"""

_WESTERN = frozenset(
    (
        *("German", "French", "Spanish", "Portuguese", "Italian", "Dutch", "Danish", "Norwegian", "Swedish", "Finnish"),
        *("Icelandic", "Catalan", "Albanian"),
    )
)
_CENTRAL = frozenset(
    ("Polish", "Czech", "Slovak", "Hungarian", "Romanian", "Croatian", "Slovene", "Albanian", "German")
)
_BALTIC = frozenset(("Estonian", "Latvian", "Lithuanian"))
_CYRILLIC = frozenset(("Russian", "Ukrainian", "Belarusian", "Bulgarian", "Serbian", "Macedonian"))

LANGUAGES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("cp1252", "iso8859_15", "mac_roman", "mac_iceland"), _WESTERN),
    **dict.fromkeys(("cp850", "cp858", "cp437", "cp860", "cp861", "cp863", "cp865"), _WESTERN),
    **dict.fromkeys(("cp1250", "iso8859_2", "mac_croatian", "mac_romanian", "cp852"), _CENTRAL),
    "mac_latin2": _CENTRAL | _BALTIC,
    **dict.fromkeys(("cp1257", "iso8859_13", "iso8859_4", "iso8859_10", "cp775"), _BALTIC),
    **dict.fromkeys(("cp1251", "iso8859_5", "mac_cyrillic", "cp866", "cp855", "cp1125"), _CYRILLIC),
    **dict.fromkeys(("koi8_r", "koi8_u"), frozenset(("Russian", "Ukrainian", "Belarusian", "Bulgarian"))),
    **dict.fromkeys(("cp1254", "iso8859_9", "cp857", "mac_turkish"), frozenset(("Turkish",))),
    **dict.fromkeys(("cp1253", "iso8859_7", "mac_greek", "cp737", "cp869"), frozenset(("Greek",))),
    **dict.fromkeys(("cp1255", "iso8859_8", "cp862", "cp856"), frozenset(("Hebrew",))),
    **dict.fromkeys(("cp1256", "iso8859_6", "cp720", "cp1006"), frozenset(("Arabic", "Persian"))),
    **dict.fromkeys(("cp874", "iso8859_11"), frozenset(("Thai",))),
    "cp1258": frozenset(("Vietnamese",)),
    "cp932": frozenset(("Japanese",)),
    "euc_jp": frozenset(("Japanese",)),
    "gb18030": frozenset(("Chinese, simplified", "Chinese, traditional")),
    "cp949": frozenset(("Korean",)),
    "cp950": frozenset(("Chinese, traditional",)),
    "big5hkscs": frozenset(("Chinese, traditional",)),
}
"""The languages that an encoding is made for, besides English; for the rest, none of those that are known here."""

EVERYWHERE = frozenset(("English",))
AWAY = 4.0
"""What it costs a file to be in a language that its encoding is not made for."""

EAST_ASIAN: Mapping[str, frozenset[str]] = {
    **{name: LANGUAGES[name] for name in ("cp932", "euc_jp", "cp949", "cp950", "big5hkscs")},
    "gb18030": LANGUAGES["gb18030"] | {"Japanese"},
}
"""The encodings in which a character may have several bytes, and the languages with such characters they hold."""


def called(name: str) -> str:
    """Return the name by which users know an encoding; --encoding takes it."""
    return CANDIDATES.get(name, name.replace("_", "-"))


@dataclass
class Reading:
    """What one or several encodings make of the same words, and what that costs so far."""

    names: list[str]
    texts: list[str]
    _weighed: int = 0
    _cost: float = 0.0
    _telling: float = 0.0
    _fair: float = 0.0
    _gains: dict[str, float] = field(default_factory=dict)

    def expect(self, plain: Sequence[str]) -> None:
        """Add what words of ASCII show about the language."""
        for word in plain:
            self._add(weigh(word, None).gains)

    def _add(self, gains: Mapping[str, float]) -> None:
        for language, gain in gains.items():
            self._gains[language] = self._gains.get(language, 0.0) + gain

    @property
    def name(self) -> str:
        """The encoding that comes first among those that make the same of the words."""
        return self.names[0]

    @property
    def cost(self) -> float:
        """What the words cost in a file of the languages that fit them and the encoding best, one of each script."""
        home = EVERYWHERE.union(*(LANGUAGES.get(name, EVERYWHERE) for name in self.names))
        best: dict[str, tuple[float, float]] = {}
        for language, gain in self._gains.items():
            at_home = AWAY if language in home else 0.0
            group = group_of(language)
            best[group] = max(best.get(group, (0.0, 0.0)), (gain + at_home, at_home))
        at_home = max((bonus for group, (_, bonus) in best.items() if group != LATIN or len(best) == 1), default=0.0)
        return self._cost - sum(gain - bonus for gain, bonus in best.values()) - at_home

    @property
    def is_plausible(self) -> bool:
        """Whether the words cost no more than texts do."""
        return self._telling <= self._fair + AT_LEAST + FEW_WORDS * math.sqrt(self._fair)

    def weigh(self, upto: int) -> None:
        """Add what the words cost, up to a number of them."""
        only = EAST_ASIAN.get(self.name)
        for text in self.texts[self._weighed : upto]:
            weight = weigh(text, only)
            self._cost += weight.cost
            self._telling += weight.telling
            self._fair += weight.fair
            self._add(weight.gains)
        self._weighed = max(self._weighed, min(upto, len(self.texts)))


def ranked(
    words: Sequence[bytes], used: bytes = b"", plain: Sequence[str] = (), names: Collection[str] = CANDIDATES
) -> list[Reading]:
    """Return the readings of words that are not far behind the best, the cheapest first.

    `used` are bytes beyond ASCII that must have a meaning in each encoding of a byte a letter, and by which two of them
    differ even where the words are the same.
    """
    readings = _readings(words, used, names)
    for reading in readings:
        reading.expect(plain)
    for upto, behind in ((FIRST, FAR_BEHIND), (len(words), math.inf)):
        for reading in readings:
            reading.weigh(upto)
        readings.sort(key=lambda reading: reading.cost)
        readings = [reading for reading in readings if reading.cost <= readings[0].cost + behind]
    return readings


def _readings(words: Sequence[bytes], used: bytes, names: Collection[str]) -> list[Reading]:
    found: dict[tuple[str, str], Reading] = {}
    for name in names:
        try:
            text = b"\n".join(words).decode(name)
            letters = "" if name in EAST_ASIAN or name == UTF8 else used.decode(name)
        except UnicodeDecodeError:
            continue
        found.setdefault((text, letters), Reading([], text.split("\n"))).names.append(name)
    return list(found.values())


def believable(readings: Sequence[Reading]) -> list[Reading]:
    """Return which of the ranked readings may be right: one alone where that is clear, none where none is a text.

    Of several, what Excel for Windows writes comes first, and of this, what has a byte a letter.
    """
    if not readings or not readings[0].is_plausible:
        return []
    margin = MARGIN + ONE_WORD / len(readings[0].texts)
    near = [reading for reading in readings if reading.cost < readings[0].cost + margin]
    return sorted(near, key=lambda reading: (reading.name not in WINDOWS, reading.name in EAST_ASIAN))
