"""Texts that are not kept, and can still be compared."""

import hashlib
import re


def hashed(text: str) -> str:
    """Return the hash kept instead of a text that is only to be compared with others."""
    return f"#{hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def is_hashed(text: str) -> bool:
    """Say whether a text is the hash of one that was not kept."""
    return re.fullmatch("#[0-9a-f]{32}", text) is not None
