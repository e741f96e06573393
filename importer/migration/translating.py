"""What a profile makes of the rows of an old dialler: the cells of campaigns, and all there is to say about each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from importer.migration.answers import (
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
from importer.migration.destinations import Keys, Meanings, find, keys_of, meanings
from importer.migration.exports import SourceTable
from importer.migration.joining import Joined, holds, rows, seen
from importer.migration.left_out import beside_rule, beside_target, chosen_of
from importer.migration.transforms import Unfit, apply, same_setting
from importer.migration.unknown import unknown
from schemas.parameters import BY_NAME, is_blank
from schemas.parameters import PARAMETERS as ALL_PARAMETERS
from schemas.profile import ALWAYS_SENT, Loss, Profile, Reference, Rule, Target

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

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The parameters that only a person can fill in."""
        return tuple(dict.fromkeys(one.parameter for one in self.problems))


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
    """All that a profile made of an export, in the order of the export; `unknown` are sentences on its columns."""

    system: str
    title: str
    campaigns: tuple[Migrated, ...]
    skipped: tuple[Skipped, ...]
    unknown: tuple[str, ...] = ()

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
    kept: list[tuple[Joined, str, str]] = []
    for joined in rows(profile, tables):
        old_id, old_name = (_one(joined.texts(one)).strip() for one in (profile.id, profile.label))
        reason = next((one.words for one in profile.skips if holds(one.when, joined, {})), None)
        if reason is None:
            kept.append((joined, old_id, old_name))
        else:
            skipped.append(Skipped(joined.main.place, joined.main.number, old_id, old_name, reason))
    targets = [_target(profile, joined) for joined, _, _ in kept]
    known = meanings(keys_of(one, joined) for one, (joined, _, _) in zip(targets, kept, strict=True) if one)
    for target, (joined, old_id, old_name) in zip(targets, kept, strict=True):
        person = _Person(answers, known, old_id, old_name or old_id, asked)
        campaigns.append(_Campaign(profile, joined, target, person).migrated(old_id, old_name))
    migration = Migration(profile.system, profile.title, tuple(campaigns), tuple(skipped), unknown(profile, tables))
    return migration, asked


def _target(profile: Profile, joined: Joined) -> Target | None:
    return next((one for one in profile.targets if holds(one.when, joined, {})), None)


def _one(texts: Sequence[str]) -> str:
    return texts[0] if texts else ""


class _Lost(Unfit):
    """An answer is missing without which the old setting is lost, but the campaign can be sent."""


@dataclass(frozen=True)
class _Person:
    """Knows the answers for one campaign, and notes what it was asked."""

    answers: Answers
    known: Meanings
    old_id: str
    name: str
    asked: list[_Asked]

    def number(self, section: str) -> Decimal:
        return Decimal(self.mapped(section, self.old_id))

    def mapped(self, section: str, text: str) -> str:
        self.asked.append((section, text, self.name))
        given = self.answers.given(section, text)
        if given is None:
            message = f"the answers do not say what {text!r} is. Add it to [{section}] of the answers file"
            raise Unfit(message) if ASKED[section].refuses else _Lost(message)
        return given

    def parameter(self, parameter: str) -> str | None:
        return self.answers.given(f"{PARAMETERS}{parameter}", self.old_id)

    def ask_parameter(self, parameter: str) -> None:
        self.asked.append((f"{PARAMETERS}{parameter}", self.old_id, self.name))

    def destination(self, keys: Keys) -> tuple[Destination, str] | None:
        """Return what is said about a destination, and under which key."""
        self.asked.append((DESTINATIONS, keys.asked, self.name))
        return find(self.answers, keys, self.known)


@dataclass
class _Campaign:
    """One campaign while it is translated."""

    profile: Profile
    joined: Joined
    target: Target | None
    person: _Person
    cells: dict[str, str] = field(default_factory=dict)
    translated: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    problems: list[Unresolved] = field(default_factory=list)

    def migrated(self, old_id: str, old_name: str) -> Migrated:
        self._try("dnumber", self._destination)
        for parameter in _ORDER:
            self._try(parameter, partial(self._parameter, parameter))
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

    def _try(self, parameter: str, decide: Callable[[], None]) -> None:
        try:
            decide()
        except _Lost as lost:
            self.lost.append(f"{parameter}: {lost}.")
        except Unfit as unfit:
            self.problems.append(Unresolved(parameter, f"{parameter}: {str(unfit).removesuffix('.')}."))

    def _destination(self) -> None:
        if self.target is None or self.target.refuse:
            raise Unfit(self.target.refuse if self.target else "the profile finds no destination")
        keys = keys_of(self.target, self.joined)
        found = self.person.destination(keys)
        if found is None:
            shown = " or ".join(f'"{key}"' for key in (keys.asked, *keys.groups))
            raise Unfit(f"nobody has said what {shown} is. Add it to [{DESTINATIONS}] of the answers file")
        destination, key = found
        self.cells |= {"dtype": destination.dtype, "dnumber": destination.dnumber}
        self.translated.append(
            f"dtype {destination.dtype}, dnumber {destination.dnumber} from {keys.asked if key == OTHERS else key}"
        )
        if key == OTHERS:
            message = f'The destination "{keys.asked}" is not in the answers; the one for all others is taken.'
            self.assumed.append(message)
        self._leave_out(beside_target(self.profile, self.profile.targets, self.target, self.joined))

    def _leave_out(self, texts: Mapping[str, Sequence[str]]) -> None:
        """Tell what was left out beside what has just been translated."""
        for name, found in texts.items():
            shown = ", ".join(map(_shown, found))
            self.lost.append(f"{name} {shown}: left out beside {self.translated[-1]}.")

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
            chosen = chosen_of(rule, self.joined)
            texts = [self._source(one) for one in chosen]
            found = [(self.joined.name(one), value) for one, value in zip(chosen, texts, strict=True)]
            text, notes = self._worked_out(parameter, rule, found)
            origin = _origin(found, text, notes)
            if is_blank(text):
                if notes:
                    self.translated.append(f"{parameter} is not sent{origin}")
                return False
        self._put(parameter, text)
        self.translated.append(f"{parameter} {text}{origin}" if text else f"{parameter} is not sent{origin}")
        self._leave_out(beside_rule(self.profile, self.profile.rules[parameter], rule, self.joined, self.cells))
        self.assumed += filter(None, (rule.assumed,))
        self.lost += filter(None, (rule.lost,))
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

    def _worked_out(self, parameter: str, rule: Rule, found: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
        notes: list[str] = []
        texts = tuple(value for _, value in found)
        for step in rule.transforms:
            done = apply(step.name, texts, step.arguments, self.person)
            texts = done.texts
            notes += filter(None, (done.note,))
            self.lost += [f"{name} {_shown(value)}: {done.lost}." for name, value in found[:1] if done.lost]
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
            texts = [_shown(text) for text in self._used(loss)] if holds(loss.when, self.joined, self.cells) else []
            if texts:
                shown = f" {', '.join(texts)}" if loss.shown else ""
                yield f"{self.joined.name(loss.reference)}{shown}: {loss.what}."

    def _used(self, loss: Loss) -> list[str]:
        """Return the texts of a column without a counterpart that do not mean "not used", each once."""
        held = dict.fromkeys(text for _, text in self.joined.held(loss.reference))
        return [text for text in held if not any(same_setting(text, one) for one in loss.unused)]


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
