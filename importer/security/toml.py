"""TOML as people and programs save it: anything that cannot be read is refused with a sentence."""

import re
import tomllib
from collections.abc import Callable
from typing import Any


class NotToml(ValueError):
    """A file is not TOML in UTF-8: "is not ...", and what to do; `line` is where, None if not known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def toml_text(content: bytes) -> str:
    """Return the text of a TOML file. Raises NotToml for any encoding except UTF-8."""
    try:
        # Editors on Windows put a byte order mark in front, which is not TOML.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotToml("is not UTF-8 text. Save it as UTF-8 in an editor.") from None


def toml_values(text: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """Return the values in the text of a TOML file. Raises NotToml."""
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        raise NotToml(f"is not TOML: {error}. Fix it there.", int(line[1]) if line else None) from None
    except (ValueError, ArithmeticError):
        raise NotToml("is not TOML: a number has too many digits. Fix it there.") from None
    except RecursionError:
        raise NotToml("is not TOML: its brackets are nested too deeply. Fix it there.") from None
