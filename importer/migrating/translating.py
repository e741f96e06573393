"""What a profile makes of the rows of an old dialler: the cells of campaigns, and all there is to say about each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from importer.migrating.answers import (
    ASKED,
    DESTINATIONS,
    OTHERS,
    PARAMETERS,
    Answers,
    Destination,
    Question,
    Questions,
    proposal,
)
from importer.migrating.joining import Joined, holds, rows, seen
from importer.migrating.sources import SourceTable
from importer.migrating.transforms import Unfit, apply
from schemas.parameters import BY_NAME, is_blank
from schemas.parameters import PARAMETERS as ALL_PARAMETERS
from schemas.profile import ALWAYS_SENT, Profile, Reference, Rule

_ORDER = tuple(one.name for one in ALL_PARAMETERS if one.name not in ("dtype", "dnumber"))


@dataclass(frozen=True)
class Unresolved:
    """Why a campaign cannot be sent: the parameter ("dnumber" for its destination) and a sentence."""

    parameter: str
    sentence: str


@dataclass(frozen=True)
class Migrated:
    """A campaign of the old system as it is to be sent.

    `place` and `number` say where it stands in the export. `cells` maps our parameters to texts as a person would
    write them in a cell, and has only what is to be sent. `translated`, `assumed` and `lost` are for the report; with
    `problems` the campaign is invalid.
    """

    place: str
    number: int
    old_id: str
    old_name: str
    cells: Mapping[str, str]
    translated: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    problems: tuple[Unresolved, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """A campaign of the old system that is left out, and why."""

    place: str
    number: int
    old_id: str
    old_name: str
    reason: str


@dataclass(frozen=True)
class Totals:
    """How many campaigns there are, and of how many there is something to say."""

    campaigns: int
    invalid: int
    assumed: int
    lost: int
    skipped: int


@dataclass(frozen=True)
class Migration:
    """All that a profile made of an export, in the order of the export."""

    system: str
    title: str
    campaigns: tuple[Migrated, ...]
    skipped: tuple[Skipped, ...]

    @property
    def totals(self) -> Totals:
        """The numbers for the summary."""
        return Totals(
            campaigns=len(self.campaigns),
            invalid=sum(1 for one in self.campaigns if one.problems),
            assumed=sum(1 for one in self.campaigns if one.assumed),
            lost=sum(1 for one in self.campaigns if one.lost),
            skipped=len(self.skipped),
        )


def translate(profile: Profile, tables: Mapping[str, SourceTable], answers: Answers) -> Migration:
    """Return what the profile and the answers make of the tables of an export.

    `tables` must hold the rows of those that `profile.wanted` names. Raises FileRefused where the campaigns are not
    in them; what is wrong with a single campaign is told in its `problems`.
    """
    migration, _ = _translate(profile, tables, answers)
    return migration


def questions(profile: Profile, tables: Mapping[str, SourceTable]) -> Questions:
    """Return what has to be asked before these tables can be migrated. Raises FileRefused like `translate`."""
    _, asked = _translate(profile, tables, Answers())
    found: dict[tuple[str, str], list[str]] = {}
    for section, key, name in asked:
        names = found.setdefault((section, key), [])
        if name not in names:
            names.append(name)
    order = (DESTINATIONS, *ASKED)
    ordered = sorted(found.items(), key=lambda one: order.index(one[0][0]) if one[0][0] in order else len(order))
    return Questions(
        profile.system,
        profile.title,
        tuple(Question(section, key, tuple(names), proposal(section, key)) for (section, key), names in ordered),
    )


_Asked = tuple[str, str, str]
"""A section, the old text, and the name of the campaign that needs it."""


def _translate(profile: Profile, tables: Mapping[str, SourceTable], answers: Answers) -> tuple[Migration, list[_Asked]]:
    campaigns: list[Migrated] = []
    skipped: list[Skipped] = []
    asked: list[_Asked] = []
    for joined in rows(profile, tables):
        old_id, old_name = (_one(joined.texts(one)).strip() for one in (profile.id, profile.label))
        reason = next((one.words for one in profile.skips if holds(one.when, joined, {})), None)
        if reason is not None:
            skipped.append(Skipped(joined.main.place, joined.main.number, old_id, old_name, reason))
            continue
        person = _Person(answers, old_id, old_name or old_id, asked)
        campaigns.append(_Campaign(profile, joined, person).migrated(old_id, old_name))
    return Migration(profile.system, profile.title, tuple(campaigns), tuple(skipped)), asked


def _one(texts: Sequence[str]) -> str:
    return texts[0] if texts else ""


class _Lost(Unfit):
    """An answer is missing without which the old setting is lost, but the campaign can be sent."""


@dataclass(frozen=True)
class _Person:
    """Knows the answers for one campaign, and notes what it was asked."""

    answers: Answers
    old_id: str
    name: str
    asked: list[_Asked]

    def number(self, section: str) -> Decimal:
        return Decimal(self.mapped(section, self.old_id))

    def mapped(self, section: str, text: str) -> str:
        self.asked.append((section, text, self.name))
        given = self.answers.given(section, text)
        if given is None:
            words = f"the answers do not say what {text!r} is. Add it to [{section}] of the answers file"
            raise Unfit(words) if ASKED[section].refuses else _Lost(words)
        return given

    def parameter(self, parameter: str) -> str | None:
        return self.answers.given(f"{PARAMETERS}{parameter}", self.old_id)

    def ask_parameter(self, parameter: str) -> None:
        self.asked.append((f"{PARAMETERS}{parameter}", self.old_id, self.name))

    def destination(self, keys: Sequence[str], others: str | None) -> tuple[Destination, str] | None:
        """Return the destination of the first key that has one, else that of the key `others`, with its key."""
        self.asked.append((DESTINATIONS, keys[0], self.name))
        for key in keys:
            found = self.answers.destination(key)
            if found is not None:
                return found, key
        last = None if others is None else self.answers.destinations.get(others)
        return None if last is None or others is None else (last, others)


@dataclass
class _Campaign:
    """One campaign while it is translated."""

    profile: Profile
    joined: Joined
    person: _Person
    cells: dict[str, str] = field(default_factory=dict)
    translated: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    problems: list[Unresolved] = field(default_factory=list)

    def migrated(self, old_id: str, old_name: str) -> Migrated:
        self._destination()
        for parameter in _ORDER:
            try:
                self._parameter(parameter)
            except _Lost as lost:
                self.lost.append(f"{parameter}: {lost}.")
            except Unfit as unfit:
                self._refuse(parameter, str(unfit))
        self.assumed += [one.words for one in self.profile.told if holds(one.when, self.joined, self.cells)]
        self.lost += self._losses()
        return Migrated(
            place=self.joined.main.place,
            number=self.joined.main.number,
            old_id=old_id,
            old_name=old_name,
            cells={one.name: self.cells[one.name] for one in ALL_PARAMETERS if one.name in self.cells},
            translated=tuple(self.translated),
            assumed=tuple(self.assumed),
            lost=tuple(self.lost),
            problems=tuple(self.problems),
        )

    def _refuse(self, parameter: str, words: str) -> None:
        self.problems.append(Unresolved(parameter, f"{parameter}: {words.removesuffix('.')}."))

    def _destination(self) -> None:
        target = next((one for one in self.profile.targets if holds(one.when, self.joined, self.cells)), None)
        if target is None or target.refuse:
            return self._refuse("dnumber", target.refuse if target else "the profile finds no destination")
        names = [name.strip() for one in target.names for name in self.joined.texts(one) if name.strip()]
        keys = [f"{target.kind}:{name}" if target.kind else name for name in names] or [target.kind or "none"]
        found = self.person.destination(keys, others=OTHERS if target.names else None)
        if found is None:
            shown = " or ".join(f'"{key}"' for key in keys)
            words = f"nobody has said what {shown} is. Add it to [{DESTINATIONS}] of the answers file"
            return self._refuse("dnumber", words)
        destination, key = found
        self.cells |= {"dtype": destination.dtype, "dnumber": destination.dnumber}
        self.translated.append(
            f"dtype {destination.dtype}, dnumber {destination.dnumber} from {keys[0] if key == OTHERS else key}"
        )
        if key == OTHERS:
            self.assumed.append(f'The destination "{keys[0]}" is not in the answers; the one for all others is taken.')
        return None

    def _parameter(self, parameter: str) -> None:
        given = self.person.parameter(parameter)
        if given is not None:
            self.translated.append(f"{parameter} {given}, as the answers say")
            return self._put(parameter, given)
        for rule in self.profile.rules.get(parameter, ()):
            if holds(rule.when, self.joined, self.cells) and self._applied(parameter, rule):
                return None
        return self._default(parameter)

    def _applied(self, parameter: str, rule: Rule) -> bool:
        """Apply a rule; False where its columns hold nothing, so that the next one is asked."""
        if rule.refuse:
            self.person.ask_parameter(parameter)
            raise Unfit(rule.refuse)
        if rule.value is not None:
            text, origin = rule.value, _origin(self._read_by(rule))
        else:
            texts = [self._source(one) for one in rule.sources]
            text, notes = self._worked_out(parameter, rule, tuple(texts))
            origin = _origin(
                [(self.joined.name(one), value) for one, value in zip(rule.sources, texts, strict=True)], text, notes
            )
            if is_blank(text):
                if notes:
                    self.translated.append(f"{parameter} is not sent{origin}")
                return False
        self._put(parameter, text)
        self.translated.append(f"{parameter} {text}{origin}" if text else f"{parameter} is not sent{origin}")
        self._tell(rule, text)
        return True

    def _source(self, reference: Reference) -> str:
        return self.cells.get(reference.cell, "") if reference.cell else _one(self.joined.texts(reference))

    def _read_by(self, rule: Rule) -> list[tuple[str, str]]:
        """Return what a rule with a fixed value looked at: the columns of its conditions, with what they hold."""
        group = next((group for group in rule.when if holds((group,), self.joined, self.cells)), ())
        found = [
            (self.joined.name(one.reference), ", ".join(seen(one.reference, self.joined, self.cells))) for one in group
        ]
        return [(name, text) for name, text in dict(found).items() if text]

    def _worked_out(self, parameter: str, rule: Rule, texts: tuple[str, ...]) -> tuple[str, list[str]]:
        notes: list[str] = []
        for step in rule.transforms:
            done = apply(step.name, texts, step.arguments, self.person)
            texts = done.texts
            if done.note:
                notes.append(done.note)
        text = _one(texts)
        if not rule.values:
            return text, notes
        word = text.strip().casefold()
        if word in rule.values:
            return rule.values[word], notes
        if not word:
            return "", notes
        self.person.ask_parameter(parameter)
        known = ", ".join(rule.values)
        section = f"[{PARAMETERS}{parameter}]"
        raise Unfit(f"{text!r} is none of the known values ({known}). Say it in {section} of the answers file")

    def _put(self, parameter: str, text: str) -> None:
        if is_blank(text):
            return
        if not BY_NAME[parameter].accepts(text):
            raise Unfit(f"{text!r} is not {BY_NAME[parameter].allowed}")
        self.cells[parameter] = text

    def _tell(self, rule: Rule, text: str) -> None:
        if rule.assumed:
            self.assumed.append(rule.assumed)
        if rule.lost:
            self.lost.append(rule.lost)
        if rule.others is not None:
            others = sorted({one for one in self.joined.texts(rule.others) if one.strip() not in ("", text)})
            if others:
                self.lost.append(f"{rule.others}: {', '.join(others)} beside {text}; there is only one value.")

    def _default(self, parameter: str) -> None:
        text = self.profile.defaults.get(parameter)
        if text is not None:
            self._put(parameter, text)
            sentence = self.profile.assumed.get(parameter)
            if sentence:
                self.assumed.append(f"{parameter} {text}: {sentence}")
            else:
                self.translated.append(f"{parameter} {text}")
        elif parameter in ALWAYS_SENT:
            self.person.ask_parameter(parameter)
            raise Unfit(f"the export does not tell it. Say it in [{PARAMETERS}{parameter}] of the answers file")
        elif BY_NAME[parameter].required:
            self.person.ask_parameter(parameter)
            raise Unfit(f"the export has none. Say it in [{PARAMETERS}{parameter}] of the answers file")

    def _losses(self) -> Iterator[str]:
        for loss in self.profile.losses:
            if not holds(loss.when, self.joined, self.cells):
                continue
            text = ", ".join(seen(loss.reference, self.joined, {})).strip()
            if text and text.casefold() not in loss.unused:
                yield f"{self.joined.name(loss.reference)} {_shown(text)}: {loss.what}."


_LONGEST_SHOWN = 60


def _shown(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[:_LONGEST_SHOWN]}…"


def _origin(found: Sequence[tuple[str, str]], text: str = "", notes: Sequence[str] = ()) -> str:
    """Return where a value comes from, as words behind it; a text that was taken as it is is not repeated."""
    if not found:
        return ""
    parts = [name if value == text else f"{name} {_shown(value) or 'blank'}" for name, value in found]
    how = f" ({'; '.join(notes)})" if notes else ""
    return f" from {', '.join(parts)}{how}"
