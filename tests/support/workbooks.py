"""Files for the tests of reading: workbooks as programs write them, and as XML that no program would write."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import xlwt

HEADINGS = ["name", "dtype", "dnumber", "callerid", "attempts"]
ROW = ["Spring", "queue", "0123", "+442071234567", "3"]
TABLE = [HEADINGS, ROW, ["Summer", "queue", "0124", "+442071234568", "2"]]

ODS = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def write_xlsx(path: Path, rows: list[list], sheet: str = "Campaigns", formats: dict[str, str] | None = None) -> Path:
    """Write a workbook of one sheet with openpyxl; `formats` gives cells their number formats."""
    book = openpyxl.Workbook()
    table = book.active
    table.title = sheet
    for row in rows:
        table.append(row)
    for place, code in (formats or {}).items():
        table[place].number_format = code
    book.save(path)
    return path


def write_xls(path: Path, rows: list[list], sheet: str = "Campaigns") -> Path:
    """Write an .xls workbook of one sheet."""
    book = xlwt.Workbook()
    table = book.add_sheet(sheet)
    for at, row in enumerate(rows):
        for position, value in enumerate(row):
            if value is not None:
                table.write(at, position, value)
    book.save(str(path))
    return path


def write_ods(path: Path, rows: list[list], sheet: str = "Campaigns") -> Path:
    """Write an OpenDocument spreadsheet of texts and numbers."""
    document = odf.opendocument.OpenDocumentSpreadsheet()
    table = odf.table.Table(name=sheet)
    for row in rows:
        line = odf.table.TableRow()
        for value in row:
            if isinstance(value, str):
                cell = odf.table.TableCell(valuetype="string")
                cell.addElement(odf.text.P(text=value))
            else:
                cell = odf.table.TableCell(valuetype="float", value=str(value))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def write_ods_content(path: Path, tables: str, styles: str = "") -> Path:
    """Write an OpenDocument spreadsheet from the XML of its tables."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("number", "datastyle"),
        )
    )
    content = (
        f'<office:document-content {spaces} xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return path


def write_parts(path: Path, parts: dict[str, str | bytes]) -> Path:
    """Write a zip archive of parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def xlsx_parts(
    *sheets: str,
    names: tuple[str, ...] = ("Campaigns", "Other", "Third"),
    states: tuple[str, ...] = (),
    texts: str = "",
    formats: tuple[str, ...] = (),
    properties: str = "",
    after: str = "",
) -> dict[str, str | bytes]:
    """Return the parts of a workbook whose sheets are given as the XML of their rows.

    Style number n (from 1) has the number format formats[n - 1].
    """
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="s{at}"{state}/>'
        for at, (name, state) in enumerate(zip(names[: len(sheets)], [*states, *[""] * 9], strict=False), start=1)
    )
    relations = "".join(
        f'<Relationship Id="s{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    codes = "".join(f'<numFmt numFmtId="{164 + at}" formatCode={quoteattr(code)}/>' for at, code in enumerate(formats))
    styles = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(formats)))
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="m" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}<sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}'
        f'<Relationship Id="t" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="f" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs>'
        "</styleSheet>",
        "[Content_Types].xml": CONTENT_TYPES,
    }
    for at, rows in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{at}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
        )
    return parts


TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/></Types>'
)


def text_row(number: int, cells: list[str]) -> str:
    """Return the XML of a row of texts."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    inside = "".join(
        f'<c r="{letters[at]}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        for at, cell in enumerate(cells)
    )
    return f'<row r="{number}">{inside}</row>'


def write_sheet(path: Path, rows: str, **parts: object) -> Path:
    """Write a workbook of one sheet given as the XML of its rows."""
    return write_parts(path, xlsx_parts(rows, **parts))
