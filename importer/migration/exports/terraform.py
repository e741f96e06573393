"""Configuration as code (`.tf`): the resources of a Terraform file, a table a type."""

from collections.abc import Collection, Mapping
from pathlib import Path

import hcl2
from hcl2.rules.abstract import LarkElement
from hcl2.rules.base import AttributeRule, BodyRule
from hcl2.rules.literal_rules import FloatLitRule, IntLitRule
from hcl2.rules.tokens import NAME
from hcl2.utils import SerializationOptions, process_escape_sequences
from hcl2.walk import find_all
from lark.exceptions import LarkError, UnexpectedInput

from importer.errors import FileRefused
from importer.migration.exports.flatten import JsonNumber, Plain
from importer.migration.exports.json import Wrong, kept, refused, resources
from importer.migration.exports.lines import encoding_of, lines_of
from importer.migration.exports.model import SourceTable
from importer.run_options import MEBIBYTE, ReadingOptions
from schemas.problem_codes import ProblemCode

MOST_BYTES = 4 * MEBIBYTE
"""The parser takes some seconds for a mebibyte."""
_OPTIONS = SerializationOptions(
    with_comments=False, explicit_blocks=False, preserve_heredocs=False, preserve_scientific_notation=False
)
_TOO_DEEP = "blocks, lists or expressions are nested more deeply than in any export"


def terraform_tables(path: Path, wanted: Collection[str] | None, options: ReadingOptions) -> Mapping[str, SourceTable]:
    """Return the resources of a Terraform file: a table a type, the label of each as the column `resource`.

    References and other expressions are texts such as `${genesyscloud_routing_queue.sales.id}`. `wanted` are names in
    small letters; without it, columns alone are returned. Raises FileRefused.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise FileRefused(
            f"{path} has {size / MEBIBYTE:,.1f} MiB; of Terraform, at most {MOST_BYTES // MEBIBYTE} are read. "
            "Export only the campaigns.",
            ProblemCode.TOO_LARGE,
        )
    text = "".join(lines_of(path, encoding_of(path, options.encoding)))
    try:
        document = _parsed(text)
        return kept(path, resources(document), wanted, options)
    except Wrong as error:
        wrong = error
    raise refused(path, wrong)


def _parsed(text: str) -> dict[str, Plain]:
    """Return what a text of HCL says, numbers as they are written. Raises Wrong, which quotes nothing of it."""
    try:
        tree = hcl2.parses(text)
        _keep_as_written(tree)
        return {str(key): _plain(value) for key, value in hcl2.serialize(tree, serialization_options=_OPTIONS).items()}
    except UnexpectedInput as error:
        wrong = Wrong("this is not Terraform", max(error.line, 0))
    except RecursionError:
        wrong = Wrong(_TOO_DEEP)
    except LarkError as error:
        deep = isinstance(getattr(error, "orig_exc", None), RecursionError)
        wrong = Wrong(_TOO_DEEP if deep else "the text is not Terraform")
    # Not in the handler: the library's errors hang on to the whole text.
    raise wrong


def _keep_as_written(tree: LarkElement) -> None:
    """Have numbers handed out as they are written; refuse attributes that are there twice."""
    for kind in (IntLitRule, FloatLitRule):
        for rule in find_all(tree, kind):
            rule.children[0] = NAME(str(rule.children[0].value))
    for body in find_all(tree, BodyRule):
        names = [str(one.identifier.serialize()) for one in body.children if isinstance(one, AttributeRule)]
        if len(names) > len(set(names)):
            raise Wrong("a block has the same attribute twice, and it is not clear which counts")


def _plain(value: object) -> Plain:
    match value:
        case dict():
            return {str(_plain(key)): _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case str():
            return _text(value)
        case _:
            return value


def _text(source: str) -> str:
    """Return the text that an expression stands for: one in quotes, a number, or the expression itself."""
    if len(source) > 1 and source[0] == source[-1] == '"':
        return process_escape_sequences(source[1:-1]).replace("$${", "${").replace("%%{", "%{")
    number = source[2:-1].strip() if source.startswith("${-") else source
    return JsonNumber(number) if _is_number(number) else source


def _is_number(text: str) -> bool:
    return text[-1:].isdecimal() and not set(text) - set("0123456789.eE+-")
