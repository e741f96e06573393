"""Unclear headings: a person at the terminal is asked once which field each one means."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from importer.cli.screen import prompts
from importer.cli.screen.screen import Screen
from importer.cli.values import settings
from importer.errors import HeadingsUnclear
from importer.journal import command_line
from importer.report import Report
from importer.run_options import ImportOptions
from schemas.headings import heading_reader


@dataclass(frozen=True)
class HeadingQuestions:
    """What a person has answered about headings, for all files of a command; without `ask`, nothing is asked.

    `settings_file` is where an answer can be kept, `nothing_done` what Ctrl-C at a question leaves.
    """

    screen: Screen
    settings_file: Path
    ask: bool
    nothing_done: str
    answers: dict[str, str] = field(default_factory=dict)

    def settle(self, options: ImportOptions, read: Callable[[ImportOptions], Report]) -> Report:
        """Read a file, and again after each answer that makes its headings clearer.

        Raises FileRefused for a file that cannot be read, also because an answer was no.
        """
        while True:
            try:
                return read(self._with_answers(options))
            except HeadingsUnclear as unclear:
                if not self.ask or not self._are_meant(unclear):
                    raise

    def _with_answers(self, options: ImportOptions) -> ImportOptions:
        if not self.answers:
            return options
        heading_of = heading_reader(self.answers, options.reading.heading_of)
        return replace(options, reading=replace(options.reading, heading_of=heading_of))

    def _are_meant(self, unclear: HeadingsUnclear) -> bool:
        """Ask about each heading, up to the first no, and say how to keep the answers."""
        answers: dict[str, str] = {}
        for heading, name in unclear.meant.items():
            question = f"Is {heading!r} the column for {name}?"
            if not prompts.confirm(self.screen, question, stopped=self.nothing_done):
                return False
            answers[heading] = name
        self.answers.update(answers)
        self._say_how_to_keep(answers)
        return bool(answers)

    def _say_how_to_keep(self, answers: dict[str, str]) -> None:
        options = [word for heading, name in answers.items() for word in ("--heading", f"{heading}={name}")]
        questions = "this question" if len(answers) == 1 else "these questions"
        self.screen.say(
            f"To avoid {questions}, add {command_line(options)} to the command, "
            f"or under [headings] in {self.settings_file}:"
        )
        for heading, name in answers.items():
            self.screen.say(f"  {json.dumps(heading, ensure_ascii=False)} = {json.dumps(name)}")


def heading_questions(screen: Screen, config: Path | None, *, ask: bool, nothing_done: str) -> HeadingQuestions:
    """Return the questions that a command may ask; there are none without a terminal."""
    return HeadingQuestions(screen, config or settings.of_the_user(), ask and prompts.is_terminal(), nothing_done)
