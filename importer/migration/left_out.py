"""What is left out because something else was taken: texts that would have counted if they had stood alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from importer.migration.conditions import holds, seen
from importer.migration.joining import Joined
from importer.migration.text_values import says_nothing
from schemas.profile import Column, Profile, Reference, Rule, Target

Held = tuple[Column, str]
"""A column and one of the texts that it holds."""

_ONE_OF_SEVERAL = ("first", "largest", "smallest")
"""The picks that take one text of a column and leave its others."""


def beside_rule(
    profile: Profile, rules: Sequence[Rule], taken: Rule, joined: Joined, cells: Mapping[str, str]
) -> Mapping[str, tuple[str, ...]]:
    """Return the texts that were left out, by the names of their columns, where the rule `taken` gives a parameter.

    `rules` are those of the parameter in their order. The ones behind `taken` are looked at up to one that needs no
    column: it would have decided without any.
    """
    if taken.sources:
        read = chosen_of(taken, joined)
        beside = [*_others(taken.sources, read, joined), *_other_rows(read, joined)]
    else:
        asked = _asked(taken, joined, cells)
        read = tuple(_first(reference, joined) for reference in asked)
        beside = [*_others(asked, read, joined)]
    texts = {text for one in read for text in seen(one, joined, cells)}
    later = [(column, text) for column, text in beside if not says_nothing(taken, text)]
    for rule in rules[rules.index(taken) + 1 :]:
        if holds(rule.when, joined, cells):
            if not rule.sources:
                break
            same = texts if rule.transforms == taken.transforms else ()
            held = (one for source in rule.sources for one in joined.held(source))
            later += [(column, text) for column, text in held if text not in same and not says_nothing(rule, text)]
    return _left_out(profile, read, later, joined)


def chosen_of(rule: Rule, joined: Joined) -> tuple[Reference, ...]:
    """Return the columns that a rule takes its texts from, one for each source: the first that says something."""
    return tuple(_first(reference, joined, rule) for reference in rule.sources)


def _first(reference: Reference, joined: Joined, rule: Rule | None = None) -> Reference:
    held = [(column, text) for column, text in joined.held(reference)]
    telling = [column for column, text in held if rule is None or not says_nothing(rule, text)]
    column = next(iter((*telling, *(column for column, _ in held))), None)
    return reference if column is None else replace(reference, columns=(column,))


def beside_target(
    profile: Profile, targets: Sequence[Target], taken: Target, joined: Joined
) -> Mapping[str, tuple[str, ...]]:
    """Return the texts that were left out where `taken` gives the destination, by the names of their columns."""
    parts = taken.names[0] if taken.names else ()
    read = [_first(part, joined) for part in parts]
    later = [
        held
        for target in targets[targets.index(taken) + 1 :]
        if target.names and holds(target.when, joined, {})
        for part in target.names[0]
        for held in joined.held(part)
    ]
    known = [_first(part, joined) for name in (*taken.names, *taken.aliases) for part in name]
    return _left_out(profile, known, (*_others(parts, read, joined), *_other_rows(read, joined), *later), joined)


def _asked(rule: Rule, joined: Joined, cells: Mapping[str, str]) -> tuple[Reference, ...]:
    """Return what the conditions of a rule without columns look at, in the group of them that holds."""
    group = next((group for group in rule.when if holds((group,), joined, cells)), ())
    return tuple(one.reference for one in group)


def _others(references: Iterable[Reference], chosen: Iterable[Reference], joined: Joined) -> Iterator[Held]:
    """Yield what the other columns of references hold, where it is not the same text."""
    for reference, one in zip(references, chosen, strict=True):
        texts = seen(one, joined, {})
        yield from (
            (column, text) for column, text in joined.held(reference) if column not in one.columns and text not in texts
        )


def _other_rows(chosen: Iterable[Reference], joined: Joined) -> Iterator[Held]:
    """Yield what the columns that were read hold in rows that were not picked."""
    for one in chosen:
        if one.pick in _ONE_OF_SEVERAL:
            yield from (held for held in joined.held(one) if held[1] not in seen(one, joined, {}))


def _left_out(
    profile: Profile, read: Sequence[Reference], held: Iterable[Held], joined: Joined
) -> Mapping[str, tuple[str, ...]]:
    """Return texts by column, without those that were read, and without columns that name the campaign itself."""
    own = {*profile.id.columns, *profile.label.columns}
    taken = {column for one in read for column in one.columns}
    rest = set(_other_rows(read, joined))
    found: dict[str, dict[str, None]] = {}
    for column, text in held:
        if column not in own and (column not in taken or (column, text) in rest):
            found.setdefault(column.name, {})[text] = None
    return {name: tuple(texts) for name, texts in found.items()}
