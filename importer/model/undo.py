"""The undo of a run: what it is to do with the campaign of each row, and what it saw of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from importer.model.status import Status


class UndoStep(StrEnum):
    """What an undo does with the campaign of a row."""

    KEEP = "keep"
    """Nothing."""
    DELETE = "delete"
    """Switch it off, and delete it."""
    SWITCH_OFF = "switch off"
    """Switch it off."""
    RESTORE = "restore"
    """Give it the values that it had before the run updated it."""
    CANCEL = "cancel"
    """Have the numbers called no more that the run loaded into it."""


@dataclass(frozen=True, kw_only=True)
class Undo:
    """The undo `run` of the run `undone`.

    `agreed` says that a person has agreed to what is planned, `backup` where the campaigns to be deleted were written
    ("": nowhere yet).
    """

    run: str
    undone: str
    off_only: bool = False
    force_touched: bool = False
    agreed: bool = False
    backup: str = ""


@dataclass(frozen=True, kw_only=True)
class UndoRow:
    """The campaign of a row of an undo.

    `number` is the row's number in the undone run. `status` is what was found of its campaign, or what became of it,
    `seen` the fields as they were when it was found, `numbers` how many telephone numbers the campaign had then.
    `message` says why it is kept.
    """

    number: int
    campaign_id: str = ""
    step: UndoStep = UndoStep.KEEP
    status: Status = Status.NOT_OURS
    seen: Mapping[str, str] = field(default_factory=dict)
    numbers: int = 0
    message: str = ""
