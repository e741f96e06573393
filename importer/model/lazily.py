"""Faces whose names are imported when they are first used: a command waits only for what it needs."""

from collections.abc import Callable, Collection, Sequence
from importlib import import_module


def finder(package: str, names: Collection[str], lightest_first: Sequence[str]) -> Callable[[str], object]:
    """Return the `__getattr__` (PEP 562) of a face that offers names from modules of its package.

    The modules are imported one after the other, up to the first that has the name.
    """

    def find(name: str) -> object:
        if name in names:
            for module in lightest_first:
                found = import_module(f"{package}.{module}")
                if hasattr(found, name):
                    return getattr(found, name)
        raise AttributeError(f"module '{package}' has no attribute '{name}'", name=name)

    return find
