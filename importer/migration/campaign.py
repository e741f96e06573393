"""One campaign of an old dialler while a profile translates it: cell after cell, each with where it comes from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from importer.migration.answers import OTHERS
from importer.migration.conditions import holds, seen
from importer.migration.destinations import keys_of
from importer.migration.joining import Joined
from importer.migration.left_out import beside_rule, beside_target, chosen_of
from importer.migration.migrated import Migrated, Unresolved
from importer.migration.person import LostSetting, Person, Unanswered
from importer.migration.text_values import Unfit, same_setting
from importer.migration.transforms import apply
from schemas.parameters import BY_NAME, is_blank
from schemas.parameters import PARAMETERS as ALL_PARAMETERS
from schemas.profile import ALWAYS_SENT, Loss, Profile, Reference, Rule, Target

_ORDER = tuple(one.name for one in ALL_PARAMETERS if one.name not in ("dtype", "dnumber"))


@dataclass
class CampaignTranslation:
    """One campaign while it is translated."""

    profile: Profile
    joined: Joined
    target: Target | None
    person: Person
    cells: dict[str, str] = field(default_factory=dict)
    translated: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    problems: list[Unresolved] = field(default_factory=list)

    def migrated(self, old_id: str, old_name: str) -> Migrated:
        """Return the campaign with all its cells and sentences; its problems are in it."""
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
        except LostSetting as lost:
            self.lost.append(f"{parameter}: {lost}.")
        except Unfit as unfit:
            question = unfit.question if isinstance(unfit, Unanswered) else None
            self.problems.append(Unresolved(parameter, f"{parameter}: {str(unfit).removesuffix('.')}.", question))

    def _destination(self) -> None:
        if self.target is None or self.target.refuse:
            raise Unfit(self.target.refuse if self.target else "the profile does not find a destination")
        keys = keys_of(self.target, self.joined)
        destination, key = self.person.destination(keys)
        self.cells |= {"dtype": destination.dtype, "dnumber": destination.dnumber}
        self.translated.append(
            f"dtype {destination.dtype}, dnumber {destination.dnumber} from {keys.asked if key == OTHERS else key}"
        )
        if key == OTHERS:
            message = f'The destination "{keys.asked}" is not in the answers; the one for "*" was used.'
            self.assumed.append(message)
        self._leave_out(beside_target(self.profile, self.profile.targets, self.target, self.joined))

    def _leave_out(self, texts: Mapping[str, Sequence[str]]) -> None:
        """Note what was left out beside what has just been translated."""
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
            raise self.person.unknown(parameter, rule.refuse, says_where=True)
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
        return self.cells.get(reference.cell, "") if reference.cell else next(iter(self.joined.texts(reference)), "")

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
        text = next(iter(texts), "")
        if not rule.values:
            return text, notes
        word = text.strip().casefold()
        if word in rule.values:
            return rule.values[word], notes
        if not word:
            return "", notes
        known = ", ".join(rule.values)
        raise self.person.unknown(parameter, f"{text!r} is not one of the known values ({known})")

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
            raise self.person.unknown(parameter, "the export does not contain it")
        elif BY_NAME[parameter].required:
            raise self.person.unknown(parameter, "the export does not contain one")

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
    parts = [name if value == text else f"{name} {_shown(value) or 'empty'}" for name, value in found]
    how = f" ({'; '.join(notes)})" if notes else ""
    return f" from {', '.join(parts)}{how}"
