"""What is done with the telephone numbers of dropped files, as drop.toml and the command's own options say."""

from importer.cli.numbers.sheet import list_options, list_order
from importer.cli.values import resolve
from importer.cli.values.numbers import ListValues
from importer.drop import DropFolder, Handling, NumbersWork
from importer.errors import WrongSettings
from importer.run_options import ImportOptions
from schemas.problem_codes import ProblemCode


def numbers_work(folder: DropFolder, values: ListValues, options: ImportOptions) -> NumbersWork:
    """Return what is done with telephone numbers."""
    return NumbersWork(
        list_options(values, options.reading),
        list_order(values, folder.handling.on_dialling),
        _as_words(folder.handling),
        _split_words(folder.handling),
        options,
    )


def _as_words(handling: Handling) -> tuple[str, ...]:
    """Return what drop.toml says about numbers as options of `numbers load`, for a person to type."""
    words = [("--dnc", text) for text in handling.dnc or ()]
    words += [(resolve.flag(name), value) for name in FOR_NUMBERS if (value := getattr(handling, name)) is not None]
    if handling.not_again is not None:
        words.append(("--not-again", f"{handling.not_again.days}d"))
    return tuple(word for pair in words for word in pair)


def _split_words(handling: Handling) -> tuple[str, ...]:
    """Return what drop.toml says about splitting rows as options of `import`."""
    words = [(resolve.flag(name), value) for name in FOR_SPLITTING if (value := getattr(handling, name)) is not None]
    words += [("--timezone", f"{zone}={group}") for zone, group in handling.timezones.items()]
    return tuple(word for pair in words for word in pair)


FOR_SPLITTING = ("split", "ambiguous_zone")
FOR_NUMBERS = ("country", "number_format", "number_columns", "column_use", "status_column", "duplicates", "server")
"""What drop.toml says about a folder and `numbers load` has as an option of the same name."""


def refuse_without_form(folder: DropFolder, values: ListValues) -> None:
    """Raise WrongSettings if numbers are to be loaded, and it is not said how the server spells them."""
    if (folder.handling.numbers_for or folder.handling.numbers_beside) and values.number_format is None:
        message = (
            f"{folder.path}: drop.toml has telephone numbers loaded, but number_format is not set: how the server "
            "spells them. `campaign-importer numbers load FILE --campaign ID` shows how yours would look."
        )
        raise WrongSettings(message, ProblemCode.NUMBER_FORMAT)
