"""What draws on a terminal, imported when something is drawn: lines of text in a pipe do not wait for it."""

from importlib import import_module

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from importer.cli.screen import layout, problem_lines, wording

__all__ = ["Console", "Padding", "Table", "Text", "cell_len", "layout", "problem_lines", "wording"]

PLACES = {
    "Console": "rich.console",
    "Padding": "rich.padding",
    "Table": "rich.table",
    "Text": "rich.text",
    "cell_len": "rich.cells",
    "layout": "importer.cli.screen",
    "problem_lines": "importer.cli.screen",
    "wording": "importer.cli.screen",
}
"""Where each of them is; the imports above say the same to type checkers."""

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name

    def __getattr__(name):
        """Import what draws when it is first used (PEP 562)."""
        if name not in PLACES:
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'", name=name)
        place = PLACES[name]
        found = import_module(f"{place}.{name}") if place == __package__ else getattr(import_module(place), name)
        globals()[name] = found
        return found
