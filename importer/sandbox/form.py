"""Parameters out of a query string or a form body."""

from urllib.parse import unquote_plus


def read_form(text: str) -> dict[str, str]:
    """Split at `;` and `&` and decode; a name that comes twice counts with its last value.

    Bytes that are not UTF-8 stay recognisable as lone surrogates, so that the value can be refused.
    """
    found: dict[str, str] = {}
    for piece in text.replace(";", "&").split("&"):
        if piece:
            name, _, value = piece.partition("=")
            found[_decoded(name)] = _decoded(value)
    return found


def _decoded(text: str) -> str:
    text = text.replace("%2C", ",")  # those of a long list of numbers take no time each
    if "%" in text or "+" in text:
        return unquote_plus(text, errors="surrogateescape")
    return text
