"""What has to be asked of a person about an export, and the file of answers that waits to be filled in."""

from collections.abc import Iterator
from dataclasses import dataclass

from importer.migration.answers import ASKED, OTHERS, PARAMETERS, quoted
from schemas.parameters import BY_NAME, KNOWN_DESTINATION_TYPES
from schemas.profile import DESTINATIONS

_SUGGESTED = {
    "queue": "queue",
    "skill": "queue",
    "csq": "queue",
    "campaign": "queue",
    "ingroup": "queue",
    "ivr": "ivr",
    "flow": "ivr",
    "extension": "phone",
    "sip": "phone",
    "voicemail": "mailbox",
    "number": "forward",
    "hangup": "hangup",
}
"""Which dtype a kind of old destination most likely becomes; only ever proposed, never applied."""


@dataclass(frozen=True)
class Question:
    """Something that only a person knows: `key` is the old text, `campaigns` the names of those that need it.

    `proposed` is the beginning of an answer, "" where there is none.
    """

    section: str
    key: str
    campaigns: tuple[str, ...]
    proposed: str = ""


@dataclass(frozen=True)
class Questions:
    """All that has to be asked before the campaigns of a file can be created."""

    system: str
    title: str
    questions: tuple[Question, ...]


def proposal(section: str, key: str) -> str:
    """Return what the answer to a question probably looks like, as TOML; parts that only a person knows are blank."""
    if section == DESTINATIONS:
        kind = key.replace("|", ":").partition(":")[0].casefold()
        return f'{{ dtype = "{_SUGGESTED.get(kind, "")}", dnumber = "" }}'
    if section.startswith(PARAMETERS):
        parameter = BY_NAME[section.removeprefix(PARAMETERS)]
        return quoted(parameter.listed[0] if parameter.listed else parameter.example)
    return ASKED[section].example


def render(questions: Questions) -> str:
    """Return the answers file, as TOML with comments, whose lines wait for a person.

    Every question stands as a comment, so that nothing is answered by accident: its "#" is taken away to answer it.
    """
    lines = [
        f"# Answers for moving the campaigns of {_in_comment(questions.title)}.",
        '# To answer, remove the # and fill in the value. "*" applies to everything not listed.',
        "# Nothing is guessed: without an answer a campaign is not sent, or the setting is reported as lost.",
        "",
        f"system = {quoted(questions.system)}",
    ]
    for section in dict.fromkeys(one.section for one in questions.questions):
        lines += ["", *_section(section, [one for one in questions.questions if one.section == section])]
    if not questions.questions:
        lines += ["", "# Nothing needs to be answered."]
    return "\n".join(lines) + "\n"


def _section(name: str, asked: list[Question]) -> Iterator[str]:
    if name.startswith(PARAMETERS):
        parameter = BY_NAME[name.removeprefix(PARAMETERS)]
        yield f"# {parameter.meaning} The export does not contain it. Key: the old ID of the campaign."
        yield f"# Allowed: {parameter.allowed}."
    else:
        yield f"# {ASKED[name].meaning}"
        if not ASKED[name].refuses:
            yield "# Without an answer the old setting is reported as lost."
    if name == DESTINATIONS:
        yield f"# Known types: {', '.join(sorted(KNOWN_DESTINATION_TYPES))}."
    yield f"[{name}]"
    yield f"# {quoted(OTHERS)} = {proposal(name, '')}"
    for one in asked:
        used = ", ".join(_in_comment(campaign) for campaign in one.campaigns[:3])
        more = f" and {len(one.campaigns) - 3} more" if len(one.campaigns) > 3 else ""
        yield f"# {quoted(one.key)} = {one.proposed}    # {used}{more}"


def _in_comment(text: str) -> str:
    """Return a text as it may stand in a comment: on one line, without what cannot be seen."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
