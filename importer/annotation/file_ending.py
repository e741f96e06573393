"""The file name ending with which a workbook's copy opens in Excel."""

from pathlib import Path

from lxml import etree

from importer.annotation.lines import CannotCopy
from importer.annotation.package import TYPES, Package, parse
from importer.security import DAMAGED, Parts

ENDINGS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": ".xlsm",
}


def ending(source: Path) -> str:
    """Return .xlsx or .xlsm by a workbook's contents, not its name. Raises CannotCopy for a template."""
    try:
        with Parts(source) as archive:
            package = Package(archive)
            types = parse(package.read(TYPES))
            main = f"/{package.main}".lower()
    except (*DAMAGED, etree.LxmlError, LookupError, ValueError) as error:
        raise CannotCopy(f"The workbook's archive is damaged ({error}).") from None
    found = {one.get("PartName", "").lower(): one.get("ContentType", "") for one in types.iter("{*}Override")}
    try:
        return ENDINGS[found.get(main, next(iter(ENDINGS)))]
    except KeyError:
        raise CannotCopy("It is a template or an add-in, not a workbook with rows.") from None
