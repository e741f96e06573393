"""What a profile makes of the rows of an old dialler: the cells of campaigns, and all there is to say about each."""

from collections.abc import Mapping

from importer.migration.answers import ASKED, Answers
from importer.migration.campaign import CampaignTranslation
from importer.migration.conditions import holds
from importer.migration.destinations import keys_of, meanings
from importer.migration.exports import SourceTable
from importer.migration.joining import Joined, rows
from importer.migration.migrated import Migrated, Migration, Skipped
from importer.migration.person import Asked, Person
from importer.migration.questionnaire import Question, Questions, proposal
from importer.migration.unknown import unknown
from schemas.profile import DESTINATIONS, Profile, Target


def translate(profile: Profile, tables: Mapping[str, SourceTable], answers: Answers) -> Migration:
    """Return what the profile and the answers make of the tables of an export.

    `tables` must hold the rows of those that `profile.wanted` names. Raises FileRefused where the campaigns are not
    in them; what is wrong with a single campaign is in its `problems`.
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


def _translate(profile: Profile, tables: Mapping[str, SourceTable], answers: Answers) -> tuple[Migration, list[Asked]]:
    campaigns: list[Migrated] = []
    asked: list[Asked] = []
    kept, skipped = sorted_out(profile, tables)
    targets = [_target(profile, joined) for joined, _, _ in kept]
    known = meanings(keys_of(one, joined) for one, (joined, _, _) in zip(targets, kept, strict=True) if one)
    for target, (joined, old_id, old_name) in zip(targets, kept, strict=True):
        person = Person(answers, known, old_id, old_name or old_id, asked)
        campaigns.append(CampaignTranslation(profile, joined, target, person).migrated(old_id, old_name))
    migration = Migration(profile.system, profile.title, tuple(campaigns), tuple(skipped), unknown(profile, tables))
    return migration, asked


def sorted_out(
    profile: Profile, tables: Mapping[str, SourceTable]
) -> tuple[list[tuple[Joined, str, str]], list[Skipped]]:
    """Return the campaigns of an export that are migrated, each with its old ID and name, and those that are skipped.

    Both are in the order of the export. Raises FileRefused like `translate`.
    """
    kept: list[tuple[Joined, str, str]] = []
    skipped: list[Skipped] = []
    for joined in rows(profile, tables):
        old_id, old_name = (next(iter(joined.texts(one)), "").strip() for one in (profile.id, profile.label))
        reason = next((one.words for one in profile.skips if holds(one.when, joined, {})), None)
        if reason is None:
            kept.append((joined, old_id, old_name))
        else:
            skipped.append(Skipped(joined.main.place, joined.main.number, old_id, old_name, reason))
    return kept, skipped


def _target(profile: Profile, joined: Joined) -> Target | None:
    return next((one for one in profile.targets if holds(one.when, joined, {})), None)
