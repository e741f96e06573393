"""Profiles of old diallers: TOML becomes a profile, with all mistakes of the file at once."""

from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from importer.security import NotToml, toml_text, toml_values
from schemas.parameters import BY_NAME, is_blank
from schemas.profile import (
    PICKS,
    SECTIONS,
    TESTS,
    TRANSFORMS,
    Column,
    Companion,
    Condition,
    Fingerprint,
    Loss,
    Name,
    Profile,
    Reference,
    Rule,
    Sentence,
    Target,
    Transform,
    When,
)


class ProfileRefused(ValueError):
    """A profile has mistakes: `mistakes` holds a sentence each, with the file and the key."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


def shipped() -> tuple[str, ...]:
    """Return the names of the systems that come with the program, in alphabetical order."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml")))


def load_all() -> tuple[Profile, ...]:
    """Return all profiles that come with the program."""
    return tuple(load(system) for system in shipped())


def load(system: str | Path) -> Profile:
    """Return a profile by the name of its system, or by the path of a file of one's own.

    Raises ProfileRefused with every mistake at once; also where there is no such profile or file.
    """
    if isinstance(system, str) and system in shipped():
        return read(_folder().joinpath(f"{system}.toml").read_text(encoding="utf-8"), f"{system}.toml")
    path = Path(system)
    try:
        text = toml_text(path.read_bytes())
    except NotToml as error:
        raise ProfileRefused([f"{path} {error}"]) from None
    except OSError as error:
        known = ", ".join(shipped())
        words = f"{system} is neither a known system nor a file that can be read ({error.strerror}). Known: {known}."
        raise ProfileRefused([words]) from None
    return read(text, path.name)


def read(text: str, file: str) -> Profile:
    """Return the profile that a TOML text describes; `file` is its name for messages. Raises ProfileRefused."""
    try:
        values = toml_values(text)
    except NotToml as error:
        raise ProfileRefused([f"{file}: this {error}"]) from None
    reader = _Reader(file)
    profile = reader.profile(values)
    if reader.mistakes:
        raise ProfileRefused(reader.mistakes)
    return profile


def _folder() -> Traversable:
    return resources.files("schemas") / "profiles"


_TOP = (
    *("system", "title", "forms", "recognise", "tables", "columns", "values", "rules", "destination", "defaults"),
    *("assumed", "told", "skip", "lost", "ignored"),
)
_RULE = ("when", "from", "with", "values", "value", "refuse", "assumed", "lost")
_DESTINATION = ("dtype", "dnumber")
"""What a person says of each destination; no rule makes them."""


class _Reader:
    """Makes the dataclasses of one file and keeps what is wrong with it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._companions: tuple[str, ...] = ()
        self.mistakes: list[str] = []

    def profile(self, top: Mapping[str, Any]) -> Profile:
        self._known(top, _TOP, "")
        tables = self._table(top, "tables", "")
        own = ("main", "id", "label", "columns", "least")
        inner = {name: value for name, value in tables.items() if name not in own}
        self._companions = tuple(inner)
        values = {
            parameter: self._fixed_values(self._table(top, "values", ""), parameter, parameter, f"values.{parameter}")
            for parameter in self._made(self._table(top, "values", ""), "values")
        }
        return Profile(
            system=self._text(top, "system", "", needed=True),
            title=self._text(top, "title", "", needed=True),
            forms=self._text(top, "forms", ""),
            fingerprint=self._fingerprint(self._table(top, "recognise", "")),
            tables=self._texts(tables, "main", "tables"),
            id=self._reference(self._text(tables, "id", "tables", needed=True), "tables.id"),
            label=self._reference(self._text(tables, "label", "tables", needed=True), "tables.label"),
            companions=tuple(self._companion(name, value) for name, value in inner.items()),
            positions=self._texts(tables, "columns", "tables"),
            least=self._count(tables, "least", "tables"),
            rules=self._rules(top, values),
            targets=tuple(self._target(*one) for one in self._list(top, "destination")),
            defaults=self._defaults(top),
            assumed=self._texts_table(top, "assumed", "assumed"),
            told=tuple(self._sentence(one, at, "sentence") for one, at in self._list(top, "told")),
            skips=tuple(self._sentence(one, at, "reason") for one, at in self._list(top, "skip")),
            losses=tuple(self._losses(self._table(top, "lost", ""))),
            ignored=self._ignored(self._table(top, "ignored", "")),
        )

    def _fingerprint(self, table: Mapping[str, Any]) -> Fingerprint:
        names = ("needed", "telling", "absent", "beside", "alone_without", "named")
        self._known(table, names, "recognise")
        return Fingerprint(**{name: self._texts(table, name, "recognise") for name in names})

    def _companion(self, name: str, value: Any) -> Companion:
        at = f"tables.{name}"
        if not isinstance(value, dict):
            self._wrong(at, "must be a table with the keys table, join, where, columns")
            return Companion(name, (), ())
        self._known(value, ("table", "join", "where", "columns"), at)
        join = self._texts_table(value, "join", f"{at}.join")
        if not join:
            self._wrong(at, 'needs join, such as join = { campaign_id = "campaign_id" }')
        where = self._table(value, "where", at)
        return Companion(
            name,
            self._texts(value, "table", at),
            tuple((theirs, self._reference(ours, f"{at}.join")) for theirs, ours in join.items()),
            {column: self._texts(where, column, f"{at}.where") for column in where},
            self._texts(value, "columns", at),
        )

    def _rules(self, top: Mapping[str, Any], values: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[Rule, ...]]:
        """Return the rules of each parameter: those of [rules] first, then those of [columns]."""
        rules: dict[str, list[Rule]] = {}
        table = self._table(top, "rules", "")
        for parameter in self._made(table, "rules"):
            found = self._list(table, parameter, "rules.")
            rules[parameter] = [self._rule(one, at, parameter, {}) for one, at in found]
        for column, target in self._table(top, "columns", "").items():
            at = f"columns.{column}"
            entry = target if isinstance(target, dict) else {"to": target}
            self._known(entry, ("to", *_RULE), at)
            parameter = self._text(entry, "to", at, needed=True)
            if self._is_made(parameter, at):
                rest = {name: value for name, value in entry.items() if name in _RULE}
                rule = self._rule({"from": column, **rest}, at, parameter, values.get(parameter, {}))
                rules.setdefault(parameter, []).append(rule)
        return {parameter: tuple(found) for parameter, found in rules.items()}

    def _rule(self, table: Mapping[str, Any], at: str, parameter: str, values: Mapping[str, str]) -> Rule:
        self._known(table, _RULE, at)
        outcomes = [name for name in ("from", "value", "refuse") if name in table]
        if len(outcomes) != 1:
            self._wrong(at, "needs exactly one of from, value, refuse")
        steps = self._as_list(table.get("with", []), f"{at}.with")
        transforms = tuple(self._transform(one, f"{at}.with") for one in steps)
        values = self._fixed_values(table, "values", parameter, f"{at}.values") or values
        if transforms and transforms[-1].name == "words" and not values:
            self._fit(parameter, transforms[-1].arguments.get("words", {}), f"{at}.with.words")
        value = self._text(table, "value", at) if "value" in table else None
        if value is not None:
            self._fit(parameter, {"value": value}, at)
        return Rule(
            when=self._when(table, at),
            sources=tuple(self._reference(one, f"{at}.from") for one in self._texts(table, "from", at)),
            transforms=transforms,
            values=self._lowered(values),
            value=value,
            refuse=self._text(table, "refuse", at),
            assumed=self._text(table, "assumed", at),
            lost=self._text(table, "lost", at),
        )

    def _transform(self, step: Any, at: str) -> Transform:
        table = step if isinstance(step, dict) else {"use": step}
        name = table.get("use")
        if not isinstance(name, str) or name not in TRANSFORMS:
            self._wrong(at, f"{name!r} is no transform. Known are {', '.join(TRANSFORMS)}")
            return Transform("")
        needed = TRANSFORMS[name][1]
        self._known(table, ("use", *needed), at)
        for argument in needed:
            if argument not in table:
                self._wrong(at, f"{name} needs the argument {argument}")
        section = table.get("section")
        if name == "answer" and section is not None and section not in SECTIONS:
            self._wrong(at, f"{section!r} is no section of the answers. Known are {', '.join(SECTIONS)}")
        arguments = {argument: table[argument] for argument in needed if argument in table}
        if "texts" in arguments:
            arguments["texts"] = self._texts(table, "texts", at)
        if "words" in arguments:
            arguments["words"] = self._texts_table(table, "words", f"{at}.words")
        if "least" in arguments:
            arguments["least"] = self._count(table, "least", at)
        if "by" in arguments:
            arguments["by"] = self._text(table, "by", at)
        return Transform(name, arguments)

    def _target(self, table: Mapping[str, Any], at: str) -> Target:
        self._known(table, ("when", "kind", "names", "aliases", "refuse"), at)
        if "names" not in table and "kind" not in table and "refuse" not in table:
            self._wrong(at, "needs names, kind or refuse")
        return Target(
            names=self._names(table, "names", at),
            aliases=self._names(table, "aliases", at),
            kind=self._text(table, "kind", at),
            when=self._when(table, at),
            refuse=self._text(table, "refuse", at),
        )

    def _names(self, table: Mapping[str, Any], key: str, at: str) -> tuple[Name, ...]:
        """Return the names of a destination; one of several parts is a list within the list."""
        given = self._as_list(table.get(key, []), f"{at}.{key}")
        parts = [self._texts({key: one}, key, at) for one in given]
        return tuple(tuple(self._reference(one, f"{at}.{key}") for one in name) for name in parts)

    def _sentence(self, table: Mapping[str, Any], at: str, key: str) -> Sentence:
        self._known(table, ("when", key), at)
        if not table.get("when"):
            self._wrong(at, "needs when, or it would hold for every campaign")
        return Sentence(self._when(table, at), self._text(table, key, at, needed=True))

    def _losses(self, table: Mapping[str, Any]) -> list[Loss]:
        losses = []
        for column, value in table.items():
            at = f"lost.{column}"
            if not isinstance(value, dict):
                self._wrong(at, 'must be a table such as { unused = ["0"], what = "the ring time" }')
                continue
            self._known(value, ("unused", "what", "when", "shown"), at)
            unused = tuple(text.strip().casefold() for text in self._texts(value, "unused", at))
            what = self._text(value, "what", at, needed=True)
            shown = value.get("shown", True)
            if not isinstance(shown, bool):
                self._wrong(f"{at}.shown", "is true or false")
            losses.append(Loss(self._reference(column, at), unused, what, self._when(value, at), shown is not False))
        return losses

    def _ignored(self, table: Mapping[str, Any]) -> dict[str, tuple[Reference, ...]]:
        return {
            reason: tuple(self._reference(one, f"ignored.{reason}") for one in self._texts(table, reason, "ignored"))
            for reason in table
        }

    def _defaults(self, top: Mapping[str, Any]) -> dict[str, str]:
        table = self._texts_table(top, "defaults", "defaults")
        for parameter in self._made(table, "defaults"):
            self._fit(parameter, {parameter: table[parameter]}, "defaults")
        self._made(self._texts_table(top, "assumed", "assumed"), "assumed")
        return table

    def _fixed_values(self, table: Mapping[str, Any], key: str, parameter: str, at: str) -> dict[str, str]:
        """Return a table of the old system's texts and ours, which a cell of the parameter may hold."""
        texts = self._texts_table(table, key, at)
        self._fit(parameter, texts, at)
        return texts

    def _fit(self, parameter: str, texts: Mapping[str, str], at: str) -> None:
        """Note the texts that no cell of the parameter may hold."""
        if parameter not in BY_NAME:
            return
        for key, text in texts.items():
            if is_blank(text) and BY_NAME[parameter].required:
                self._wrong(f"{at}.{key}", f"is blank, and every campaign needs a {parameter}")
            elif not BY_NAME[parameter].accepts(text):
                self._wrong(f"{at}.{key}", f"is {text!r}, and must be {BY_NAME[parameter].allowed}")

    def _when(self, table: Mapping[str, Any], at: str) -> When:
        given = table.get("when", [])
        groups = [given] if isinstance(given, dict) else self._as_list(given, f"{at}.when")
        found = []
        for group in groups:
            if isinstance(group, dict):
                found.append(tuple(self._condition(*one, f"{at}.when.{one[0]}") for one in group.items()))
            else:
                self._wrong(f"{at}.when", 'must be a table such as { active = ["Y"] }')
        return tuple(found)

    def _condition(self, column: str, given: Any, at: str) -> Condition:
        reference = self._reference(column, at)
        asked = given if isinstance(given, dict) else {"is": given}
        if len(asked) != 1 or next(iter(asked)) not in TESTS:
            self._wrong(at, f"must be a list of texts, or one test of {', '.join(TESTS)}")
            return Condition(reference, "is")
        test, value = next(iter(asked.items()))
        if test in ("blank", "missing", "yes"):
            if not isinstance(value, bool):
                self._wrong(at, f"{test} is true or false")
            return Condition(reference, test, ("yes",) if value else ("no",))
        if test in ("above", "below"):
            if isinstance(value, bool) or not isinstance(value, int | float):
                self._wrong(at, f"{test} needs a number")
            return Condition(reference, test, (str(value),))
        if test == "same":
            return Condition(reference, test, (), self._reference(str(value), at))
        words = tuple(word.strip().casefold() for word in self._texts({test: value}, test, at))
        return Condition(reference, test, words)

    def _reference(self, text: str, at: str) -> Reference:
        """Read "[pick ]column|companion.column", or "=parameter"."""
        if text.startswith("="):
            self._is_parameter(text[1:], at)
            return Reference(cell=text[1:])
        pick, _, rest = text.rpartition(" ")
        if pick and pick not in PICKS:
            self._wrong(at, f"{pick!r} is no way to pick. Known are {', '.join(PICKS)}")
        return Reference(tuple(self._column(one) for one in rest.split("|")), pick or "first")

    def _column(self, text: str) -> Column:
        table, dot, name = text.partition(".")
        return Column(table, name) if dot and table in self._companions else Column("", text)

    def _made(self, table: Mapping[str, Any], at: str) -> list[str]:
        return [name for name in table if self._is_made(name, f"{at}.{name}")]

    def _is_made(self, name: str, at: str) -> bool:
        """Say whether rules, values and defaults make this parameter; note where they cannot."""
        if name in _DESTINATION:
            self._wrong(at, f"{name} is what a person answers for each [[destination]], so nothing here can make it")
            return False
        return self._is_parameter(name, at)

    def _is_parameter(self, name: str, at: str) -> bool:
        if name not in BY_NAME:
            self._wrong(at, f"{name!r} is no parameter. Known are {', '.join(BY_NAME)}")
        return name in BY_NAME

    def _known(self, table: Mapping[str, Any], keys: Sequence[str], at: str) -> None:
        for key in table:
            if key not in keys:
                self._wrong(f"{at}.{key}" if at else key, f"is an unknown key. Known are {', '.join(keys)}")

    def _table(self, table: Mapping[str, Any], key: str, at: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self._wrong(f"{at}.{key}" if at else key, "must be a table")
        return {}

    def _list(self, table: Mapping[str, Any], key: str, above: str = "") -> list[tuple[Mapping[str, Any], str]]:
        """Return the tables of an array, each with its place for messages."""
        found: list[tuple[Mapping[str, Any], str]] = []
        for number, one in enumerate(self._as_list(table.get(key, []), f"{above}{key}"), start=1):
            if isinstance(one, dict):
                found.append((one, f"{above}{key} {number}"))
            else:
                self._wrong(f"{above}{key}", f"must be tables, each under [[{above}{key}]]")
        return found

    def _as_list(self, value: Any, at: str) -> list[Any]:
        if isinstance(value, list):
            return value
        if isinstance(value, str):
            return [value]
        self._wrong(at, "must be a list")
        return []

    def _texts(self, table: Mapping[str, Any], key: str, at: str) -> tuple[str, ...]:
        """Return a list of texts; a text alone is a list of one."""
        found = self._as_list(table.get(key, []), f"{at}.{key}")
        if not all(isinstance(one, str) for one in found):
            self._wrong(f"{at}.{key}", "must be a list of texts in quotes")
        return tuple(str(one) for one in found)

    def _text(self, table: Mapping[str, Any], key: str, at: str, *, needed: bool = False) -> str:
        value = table.get(key, "")
        if not isinstance(value, str) or (needed and not value):
            self._wrong(f"{at}.{key}" if at else key, "must be a text" if key in table else "is missing")
        return str(value)

    def _count(self, table: Mapping[str, Any], key: str, at: str) -> int:
        value = table.get(key, 1)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._wrong(f"{at}.{key}", "must be a whole number")
        return 1

    def _texts_table(self, table: Mapping[str, Any], key: str, at: str) -> dict[str, str]:
        value = table.get(key, {})
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return dict(value)
        self._wrong(at, "must be a table of texts in quotes")
        return {}

    def _lowered(self, values: Mapping[str, str]) -> dict[str, str]:
        return {text.strip().casefold(): ours for text, ours in values.items()}

    def _wrong(self, at: str, words: str) -> None:
        sentence = f"{self._file}: {at} {words}."
        if sentence not in self.mistakes:
            self.mistakes.append(sentence)
