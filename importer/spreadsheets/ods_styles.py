"""The number formats of an OpenDocument spreadsheet, written as the other formats of workbooks write them.

A cell has a style, a style has a data style, and that is spelt out in elements: OpenDocument 1.3, part 3, 16.29.
"""

from importer.spreadsheets.archive import Attributes
from importer.spreadsheets.number_formats.format import UNKNOWN, NumberFormat, number_format

DATA_STYLES = ("number-style", "percentage-style", "currency-style")
OTHER_DATA_STYLES = ("date-style", "time-style", "boolean-style", "text-style")
UNCLEAR = ("fraction", "scientific-number")
"""What a data style may hold that is not written anew here: of such a number nobody says how it is shown."""


class StyleCollector:
    """Collects the number formats of cell styles from the events of XML."""

    def __init__(self) -> None:
        self._codes: dict[str, str | None] = {}
        self._sections: dict[str, list[tuple[str, str]]] = {}
        self._data_styles: dict[str, str] = {}
        self._current: str | None = None
        self._pieces: list[str] = []
        self._text: list[str] | None = None
        self._embedded: list[tuple[int, str]] = []
        self._position = 0
        self._number: Attributes = {}
        self._clear = True

    def formats(self) -> dict[str, NumberFormat]:
        """Return the number formats by the names of the cell styles that have one."""
        return {style: self._format(data_style) for style, data_style in self._data_styles.items()}

    def start(self, tag: str, attributes: Attributes) -> None:
        """Take the beginning of an element; its attributes go by their local names."""
        if tag in DATA_STYLES:
            self._current, self._pieces, self._clear = attributes.get("name", ""), [], True
        elif tag == "style" and attributes.get("data-style-name"):
            self._data_styles[attributes.get("name", "")] = attributes["data-style-name"]
        elif self._current is None:
            return
        elif tag in UNCLEAR:
            self._clear = False
        elif tag == "number":
            self._number, self._embedded = attributes, []
        elif tag in ("text", "currency-symbol", "embedded-text"):
            self._text, self._position = [], int(attributes.get("position", "0"))
        elif tag == "map":
            condition = attributes.get("condition", "").removeprefix("value()")
            section = condition, attributes.get("apply-style-name", "")
            self._sections.setdefault(self._current, []).append(section)

    def text(self, piece: str) -> None:
        """Take a piece of text."""
        if self._text is not None:
            self._text.append(piece)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if self._current is None:
            return
        if tag in DATA_STYLES:
            self._codes[self._current] = "".join(self._pieces) if self._clear else None
            self._current = None
        elif tag == "number":
            self._pieces.append(_places(self._number, self._embedded))
        elif tag == "embedded-text":
            self._embedded.append((self._position, _literal(self._taken())))
        elif tag in ("text", "currency-symbol"):
            self._pieces.append("%".join(map(_literal, self._taken().split("%"))))

    def _taken(self) -> str:
        taken, self._text = "".join(self._text or ()), None
        return taken

    def _format(self, data_style: str) -> NumberFormat:
        sections = [(condition, self._codes.get(name)) for condition, name in self._sections.get(data_style, ())]
        own = self._codes.get(data_style)
        if own is None or any(code is None for _, code in sections):
            return UNKNOWN
        return number_format(";".join([*(f"[{condition}]{code}" for condition, code in sections), own]))


def _places(attributes: Attributes, embedded: list[tuple[int, str]]) -> str:
    """Return the places of a number: how many digits it has at least, its decimals, and texts among its digits."""
    whole = "0" * _count(attributes, "min-integer-digits", 0)
    if attributes.get("grouping") == "true":
        whole = whole.rjust(4, "#")
        whole = f"{whole[:-3]},{whole[-3:]}"
    whole = whole or "#"
    for position, text in sorted(embedded):
        whole = whole.rjust(position + 1, "#")
        whole = whole[:-position] + text + whole[-position:] if position else whole + text
    least = _count(attributes, "min-decimal-places", _count(attributes, "decimal-places", 0))
    most = max(least, _count(attributes, "decimal-places", 0))
    decimals = f".{'0' * least}{'#' * (most - least)}" if most else ""
    thousands = {"1000": ",", "1000000": ",,"}.get(attributes.get("display-factor", "1"), "")
    return whole + decimals + thousands


def _count(attributes: Attributes, name: str, otherwise: int) -> int:
    text = attributes.get(name, "")
    return min(int(text), MOST_PLACES) if text.isdecimal() else otherwise


MOST_PLACES = 30
"""As many digits as a format may ask for."""


def _literal(text: str) -> str:
    return "".join(f"\\{character}" for character in text)
