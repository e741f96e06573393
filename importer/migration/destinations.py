"""Under which keys a person says where the calls of a campaign go, and which of them say it clearly."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from importer.migration.answers import OTHERS, Answers, Destination, folded
from importer.migration.joining import Joined
from importer.migration.text_values import Unfit
from schemas.profile import DESTINATIONS, Name, Target

Meanings = Mapping[str, Mapping[str, str]]
"""What each key of an export stands for: by the key in small letters, a text for each thing that is meant, with a key
that is asked for it.
"""

_MOST_SHOWN = 5


@dataclass(frozen=True)
class Keys:
    """The keys of a campaign's destination.

    `asked` distinguishes the destination from all others. `groups` are shared on purpose, `aliases` are other forms of
    `asked`. `named` says that the old system has a name for it, so that the answer for all others may be meant.
    """

    asked: str
    groups: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    named: bool = True

    def meanings(self) -> Iterator[tuple[str, str]]:
        """Yield each key with what it stands for."""
        yield self.asked, self.asked
        yield from ((key, f"group {key}") for key in self.groups)
        yield from ((key, self.asked) for key in self.aliases)


def keys_of(target: Target, joined: Joined) -> Keys:
    """Return the keys of the destination that a campaign has in the old system."""
    names = [key for name in target.names for key in _keys(target.kind, name, joined)]
    aliases = [key for name in target.aliases for key in _keys(target.kind, name, joined)]
    asked, *groups = names or aliases[:1] or [target.kind or "none"]
    return Keys(asked, tuple(groups), tuple(aliases), bool(target.names))


def _keys(kind: str, name: Name, joined: Joined) -> Iterator[str]:
    """Yield the keys that a name makes: one where it has several parts, else one for each of its texts."""
    *wide, narrow = name
    before = [kind, *(joined.texts(part)[0].strip() for part in wide)]
    texts = joined.texts(narrow) if not wide else joined.texts(narrow)[:1]
    for text in texts:
        if text.strip():
            yield ":".join(part for part in (*before, text.strip()) if part)


def meanings(keys: Iterable[Keys]) -> Meanings:
    """Return what each key stands for in an export with these campaigns."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in keys:
        for key, meaning in one.meanings():
            found[folded(key)].setdefault(meaning, one.asked)
    return found


def find(answers: Answers, keys: Keys, known: Meanings) -> tuple[Destination, str] | None:
    """Return what is said about a campaign's destination, and under which key; None where nothing is.

    Raises Unfit for an answer whose key could mean several destinations of the export.
    """
    exact = answers.destinations.get(keys.asked)
    if exact is not None:
        return exact, keys.asked
    for key in (keys.asked, *keys.groups, *keys.aliases):
        found = answers.destination(key)
        if found is None:
            continue
        meant = [f'"{asked}"' for asked in known[folded(key)].values()]
        if len(meant) > 1:
            shown = ", ".join(meant[:_MOST_SHOWN]) + (", …" if len(meant) > _MOST_SHOWN else "")
            message = f'the answer for "{key}" could mean {shown}. '
            raise Unfit(f"{message}Answer each of these by itself in [{DESTINATIONS}] of the answers file")
        return found, key
    last = answers.destinations.get(OTHERS) if keys.named else None
    return None if last is None else (last, OTHERS)
