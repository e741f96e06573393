"""The tables of a profile's TOML become a profile."""

from collections.abc import Mapping
from typing import Any

from importer.migration.profiles.columns import ProfileColumns
from importer.migration.profiles.leads import leads_of
from importer.migration.profiles.values import ProfileValues
from schemas.parameters import BY_NAME, is_blank
from schemas.profile import (
    Fingerprint,
    Loss,
    Profile,
    Reference,
    Rule,
    Sentence,
    Target,
    Transform,
)
from schemas.profile_words import SECTIONS, TRANSFORMS

_TOP = (
    *("system", "title", "forms", "recognise", "tables", "columns", "values", "rules", "destination", "defaults"),
    *("assumed", "told", "skip", "lost", "ignored", "leads"),
)
_RULE = ("when", "from", "with", "values", "value", "refuse", "assumed", "lost")
_DESTINATION = ("dtype", "dnumber")
"""What a person says of each destination; no rule makes them."""


class ProfileReader:
    """Makes the dataclasses of one file; what is wrong with it is kept in `values`."""

    def __init__(self, values: ProfileValues) -> None:
        self._values = values
        self._columns = ProfileColumns(values, ())

    def profile(self, top: Mapping[str, Any]) -> Profile:
        """Return what the whole file says."""
        self._values.known(top, _TOP, "")
        tables = self._values.table(top, "tables", "")
        own = ("main", "id", "label", "columns", "least")
        inner = {name: value for name, value in tables.items() if name not in own}
        self._columns = ProfileColumns(self._values, tuple(inner))
        fixed = self._values.table(top, "values", "")
        values = {one: self._fixed_values(fixed, one, one, f"values.{one}") for one in self._made(fixed, "values")}
        return Profile(
            system=self._values.text(top, "system", "", needed=True),
            title=self._values.text(top, "title", "", needed=True),
            forms=self._values.text(top, "forms", ""),
            fingerprint=self._fingerprint(self._values.table(top, "recognise", "")),
            tables=self._values.texts(tables, "main", "tables"),
            id=self._columns.reference(self._values.text(tables, "id", "tables", needed=True), "tables.id"),
            label=self._columns.reference(self._values.text(tables, "label", "tables", needed=True), "tables.label"),
            companions=tuple(self._columns.companion(name, value, f"tables.{name}") for name, value in inner.items()),
            positions=self._values.texts(tables, "columns", "tables"),
            least=self._values.count(tables, "least", "tables"),
            rules=self._rules(top, values),
            targets=tuple(self._target(*one) for one in self._values.tables(top, "destination")),
            defaults=self._defaults(top),
            assumed=self._values.texts_table(top, "assumed", "assumed"),
            told=tuple(self._sentence(one, at, "sentence") for one, at in self._values.tables(top, "told")),
            skips=tuple(self._sentence(one, at, "reason") for one, at in self._values.tables(top, "skip")),
            losses=tuple(self._losses(self._values.table(top, "lost", ""))),
            ignored=self._ignored(self._values.table(top, "ignored", "")),
            leads=leads_of(self._values, self._values.table(top, "leads", ""), tables) if "leads" in top else None,
        )

    def _fingerprint(self, table: Mapping[str, Any]) -> Fingerprint:
        names = ("needed", "telling", "absent", "beside", "alone_without", "named")
        self._values.known(table, names, "recognise")
        return Fingerprint(**{name: self._values.texts(table, name, "recognise") for name in names})

    def _rules(self, top: Mapping[str, Any], values: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[Rule, ...]]:
        """Return the rules of each parameter: those of [rules] first, then those of [columns]."""
        rules: dict[str, list[Rule]] = {}
        table = self._values.table(top, "rules", "")
        for parameter in self._made(table, "rules"):
            found = self._values.tables(table, parameter, "rules.")
            rules[parameter] = [self._rule(one, at, parameter, {}) for one, at in found]
        for column, target in self._values.table(top, "columns", "").items():
            at = f"columns.{column}"
            entry = target if isinstance(target, dict) else {"to": target}
            self._values.known(entry, ("to", *_RULE), at)
            parameter = self._values.text(entry, "to", at, needed=True)
            if self._is_made(parameter, at):
                rest = {name: value for name, value in entry.items() if name in _RULE}
                rule = self._rule({"from": column, **rest}, at, parameter, values.get(parameter, {}))
                rules.setdefault(parameter, []).append(rule)
        return {parameter: tuple(found) for parameter, found in rules.items()}

    def _rule(self, table: Mapping[str, Any], at: str, parameter: str, values: Mapping[str, str]) -> Rule:
        self._values.known(table, _RULE, at)
        outcomes = [name for name in ("from", "value", "refuse") if name in table]
        if len(outcomes) != 1:
            self._values.wrong(at, "needs exactly one of from, value, refuse")
        steps = self._values.as_list(table.get("with", []), f"{at}.with")
        transforms = tuple(self._transform(one, f"{at}.with") for one in steps)
        values = self._fixed_values(table, "values", parameter, f"{at}.values") or values
        if transforms and transforms[-1].name == "words" and not values:
            self._fit(parameter, transforms[-1].arguments.get("words", {}), f"{at}.with.words")
        value = self._values.text(table, "value", at) if "value" in table else None
        if value is not None:
            self._fit(parameter, {"value": value}, at)
        return Rule(
            when=self._columns.when(table, at),
            sources=tuple(self._columns.reference(one, f"{at}.from") for one in self._values.texts(table, "from", at)),
            transforms=transforms,
            values=self._lowered(values),
            value=value,
            refuse=self._values.text(table, "refuse", at),
            assumed=self._values.text(table, "assumed", at),
            lost=self._values.text(table, "lost", at),
        )

    def _transform(self, step: Any, at: str) -> Transform:
        table = step if isinstance(step, dict) else {"use": step}
        name = table.get("use")
        if not isinstance(name, str) or name not in TRANSFORMS:
            self._values.wrong(at, f"{name!r} is not a transform. Known are {', '.join(TRANSFORMS)}")
            return Transform("")
        needed = TRANSFORMS[name][1]
        self._values.known(table, ("use", *needed), at)
        for argument in needed:
            if argument not in table:
                self._values.wrong(at, f"{name} needs the argument {argument}")
        section = table.get("section")
        if name == "answer" and section is not None and section not in SECTIONS:
            self._values.wrong(at, f"{section!r} is not a section of the answers. Known are {', '.join(SECTIONS)}")
        arguments = {argument: table[argument] for argument in needed if argument in table}
        if "texts" in arguments:
            arguments["texts"] = self._values.texts(table, "texts", at)
        if "words" in arguments:
            arguments["words"] = self._values.texts_table(table, "words", f"{at}.words")
        if "least" in arguments:
            arguments["least"] = self._values.count(table, "least", at)
        if "by" in arguments:
            arguments["by"] = self._values.text(table, "by", at)
        return Transform(name, arguments)

    def _target(self, table: Mapping[str, Any], at: str) -> Target:
        self._values.known(table, ("when", "kind", "names", "aliases", "refuse"), at)
        if "names" not in table and "kind" not in table and "refuse" not in table:
            self._values.wrong(at, "needs names, kind or refuse")
        return Target(
            names=self._columns.names(table, "names", at),
            aliases=self._columns.names(table, "aliases", at),
            kind=self._values.text(table, "kind", at),
            when=self._columns.when(table, at),
            refuse=self._values.text(table, "refuse", at),
        )

    def _sentence(self, table: Mapping[str, Any], at: str, key: str) -> Sentence:
        self._values.known(table, ("when", key), at)
        if not table.get("when"):
            self._values.wrong(at, "needs when, or it would hold for every campaign")
        return Sentence(self._columns.when(table, at), self._values.text(table, key, at, needed=True))

    def _losses(self, table: Mapping[str, Any]) -> list[Loss]:
        losses = []
        for column, value in table.items():
            at = f"lost.{column}"
            if not isinstance(value, dict):
                self._values.wrong(at, 'must be a table such as { unused = ["0"], what = "the ring time" }')
                continue
            self._values.known(value, ("unused", "what", "when", "shown"), at)
            unused = tuple(text.strip().casefold() for text in self._values.texts(value, "unused", at))
            what = self._values.text(value, "what", at, needed=True)
            shown = value.get("shown", True)
            if not isinstance(shown, bool):
                self._values.wrong(f"{at}.shown", "must be true or false")
            losses.append(
                Loss(
                    self._columns.reference(column, at), unused, what, self._columns.when(value, at), shown is not False
                )
            )
        return losses

    def _ignored(self, table: Mapping[str, Any]) -> dict[str, tuple[Reference, ...]]:
        return {reason: self._references(table, reason) for reason in table}

    def _references(self, table: Mapping[str, Any], reason: str) -> tuple[Reference, ...]:
        texts = self._values.texts(table, reason, "ignored")
        return tuple(self._columns.reference(one, f"ignored.{reason}") for one in texts)

    def _defaults(self, top: Mapping[str, Any]) -> dict[str, str]:
        table = self._values.texts_table(top, "defaults", "defaults")
        for parameter in self._made(table, "defaults"):
            self._fit(parameter, {parameter: table[parameter]}, "defaults")
        self._made(self._values.texts_table(top, "assumed", "assumed"), "assumed")
        return table

    def _fixed_values(self, table: Mapping[str, Any], key: str, parameter: str, at: str) -> dict[str, str]:
        """Return a table of the old system's texts and ours, which a cell of the parameter may hold."""
        texts = self._values.texts_table(table, key, at)
        self._fit(parameter, texts, at)
        return texts

    def _fit(self, parameter: str, texts: Mapping[str, str], at: str) -> None:
        """Note the texts that no cell of the parameter may hold."""
        if parameter not in BY_NAME:
            return
        for key, text in texts.items():
            if is_blank(text) and BY_NAME[parameter].required:
                self._values.wrong(f"{at}.{key}", f"is empty, and every campaign needs a {parameter}")
            elif not BY_NAME[parameter].accepts(text):
                self._values.wrong(f"{at}.{key}", f"is {text!r}, and must be {BY_NAME[parameter].allowed}")

    def _made(self, table: Mapping[str, Any], at: str) -> list[str]:
        return [name for name in table if self._is_made(name, f"{at}.{name}")]

    def _is_made(self, name: str, at: str) -> bool:
        """Say whether rules, values and defaults make this parameter; note where they cannot."""
        if name in _DESTINATION:
            self._values.wrong(
                at, f"{name} is what a person answers for each [[destination]], so nothing here can make it"
            )
            return False
        return self._values.is_parameter(name, at)

    def _lowered(self, values: Mapping[str, str]) -> dict[str, str]:
        return {text.strip().casefold(): ours for text, ours in values.items()}
