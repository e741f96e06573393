"""Settings of KEY=VALUE that are merged key by key: a stronger source replaces only the keys that it has."""

from collections.abc import Callable, Mapping, Sequence

from schemas.likeness import heading_key

KEYS: Mapping[str, Callable[[str], str]] = {
    "default": lambda text: text.partition("=")[0].strip(),
    # A heading may hold an equals sign, the name of a field cannot.
    "headings": lambda text: heading_key(text.rpartition("=")[0]),
    # Neither the name of a zone nor an ID has an equals sign.
    "timezones": lambda text: text.partition("=")[0].strip(),
    # Every list counts: naming one more must not make another one be forgotten.
    "dnc": lambda text: text,
}
"""What makes two texts of an option the same key, by the names of the options that are merged.

`column` is not one of them: it describes one layout, and columns of another would fit none.
"""


def merged(option: str, layers: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return what counts of each source of an option in KEYS; `layers` has the strongest last."""
    key_of = KEYS[option]
    found: list[list[str]] = []
    taken: set[str] = set()
    for layer in reversed(layers):
        found.insert(0, [text for text in layer if key_of(text) not in taken])
        taken |= set(map(key_of, layer))
    return found
