"""A password that cannot be mistaken for anything else, and every spelling in which it could be written somewhere."""

import base64
import json
from urllib.parse import quote, quote_plus

SECRET = "Gehé1m&;=%+ 4711"


def forms() -> set[bytes]:
    """Return the ways in which the password could be written."""
    texts = {
        SECRET,
        quote(SECRET),
        quote_plus(SECRET),
        quote(SECRET).lower(),
        quote_plus(SECRET, safe="&;="),
        json.dumps(SECRET)[1:-1],
        SECRET.replace("&", "&amp;"),
    }
    found = {text.encode(encoding) for text in texts for encoding in ("utf-8", "utf-16-le", "latin-1")}
    return found | {base64.b64encode(SECRET.encode()), base64.b64encode(f"admin:{SECRET}".encode()), b"4711"}


def leaks(content: bytes) -> list[bytes]:
    """Return the forms of the password that some bytes hold."""
    return [form for form in forms() if form in content]
