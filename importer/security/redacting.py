"""Removing a secret from text from outside, however it is encoded there."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator
from html.entities import html5

Redact = Callable[[str], str]
"""Returns a text in which a secret is replaced."""


def redaction(secret: str, shown: str, also: Iterable[str] = ()) -> Redact:
    """Return a function that replaces a secret with `shown`; made once, because it is a large expression.

    It finds every mixture of the encodings that web servers and mail servers use for characters: as it is, of
    addresses (`%26`, and `+` for a space), of HTML (`&amp;`, `&#38;`, `&#x26;`) and of JSON and programs (`\\u0026`,
    `\\x26`, `\\&`), in upper or lower case; and the whole in Base64. Further exact strings to be found
    are in `also`.
    """
    if not secret:
        return lambda text: text
    whole = [*also, base64.b64encode(secret.encode("utf-8", "surrogatepass")).decode()]
    spelt = "".join(f"(?:{'|'.join(_spellings(character))})" for character in secret)
    forms = [spelt, *map(re.escape, sorted(whole, key=len, reverse=True))]
    expression = re.compile("|".join(forms), re.IGNORECASE)
    return lambda text: expression.sub(lambda _: shown, text)


def _spellings(character: str) -> Iterator[str]:
    """Yield an expression for each encoding of a character, the longest ones first."""
    code, in_json = ord(character), character.encode("utf-16-be", "surrogatepass")
    yield rf"&\#0*{code};?"
    yield rf"&\#x0*{code:x};?"
    names = sorted((name for name, meant in html5.items() if meant == character), key=len, reverse=True)
    yield from (re.escape(f"&{name}") for name in names)
    for encoded in filter(None, (character.encode("utf-8", "ignore"), character.encode("latin-1", "ignore"))):
        yield _hexadecimal("%", encoded, 1)
    yield _hexadecimal(r"\\u", in_json, 2)
    if code < 0x100:
        yield _hexadecimal(r"\\x", bytes([code]), 1)
    if character == " ":
        yield r"\+"
    yield re.escape(json.dumps(character, ensure_ascii=False)[1:-1])
    yield re.escape(character) if character.isalnum() else rf"\\?{re.escape(character)}"


def _hexadecimal(mark: str, encoded: bytes, width: int) -> str:
    """Return an expression for bytes in hexadecimal digits, with a prefix before each unit of a given width."""
    return "".join(mark + encoded[at : at + width].hex() for at in range(0, len(encoded), width))
