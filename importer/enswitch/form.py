"""The form of a request. Columns hold few different values, so most of them have been encoded before."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote_plus

LONGEST_KEPT = 64
"""Maximum length of a value that is kept with its encoding, in characters."""


def encoded(parameters: Mapping[str, str]) -> str:
    """Return parameters as `application/x-www-form-urlencoded`, in UTF-8."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in parameters.items())


def _quoted(text: str) -> str:
    return _quoted_before(text) if len(text) <= LONGEST_KEPT else quote_plus(text)


_quoted_before = lru_cache(maxsize=4096)(quote_plus)
