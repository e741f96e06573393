"""Values as TOML writes them, for files that no writer would make."""

import json
from typing import Any


def as_toml(value: Any) -> str:
    """Return any value that TOML can hold as it is written there, tables in braces."""
    match value:
        case dict():
            return "{" + ", ".join(f"{as_toml(name)} = {as_toml(one)}" for name, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case float():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
