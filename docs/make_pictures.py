"""Makes the picture of a marked workbook: `python -m docs.make_pictures PICTURE.png`.

Needs LibreOffice (soffice) and poppler (pdftoppm), which nothing else of the project does.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from openpyxl import load_workbook

from importer import pipeline
from importer.run_options import OutputOptions

SAMPLE = Path(__file__).parent.parent / "samples" / "mistakes.xlsx"
DOTS = 130
"""Dots an inch."""
HEIGHT = 460
"""How many rows of dots the picture has."""


def marked_workbook(folder: Path) -> Path:
    """Return the results of the sample with mistakes, as one wide page of its marked sheet."""
    path = folder / "marked.xlsx"
    pipeline.validate(SAMPLE, output_options=OutputOptions(path))
    book = load_workbook(path)
    del book[book.sheetnames[0]]
    sheet = book.worksheets[0]
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.page_margins.left = sheet.page_margins.right = sheet.page_margins.top = 0.1
    sheet.page_margins.header = 0
    sheet.print_options.gridLines = sheet.print_options.headings = True
    book.save(path)
    return path


def draw(workbook: Path, picture: Path) -> None:
    """Draw the first page of a workbook as a PNG."""
    folder = workbook.parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ("soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), str(workbook))
    subprocess.run(convert, check=True, capture_output=True)
    page = workbook.with_suffix(".pdf")
    drawing = (
        "pdftoppm",
        "-r",
        str(DOTS),
        "-H",
        str(HEIGHT),
        "-png",
        "-singlefile",
        str(page),
        str(picture.with_suffix("")),
    )
    subprocess.run(drawing, check=True)


def main() -> None:
    """Make the picture that the command line names."""
    with tempfile.TemporaryDirectory() as folder:
        draw(marked_workbook(Path(folder)), Path(sys.argv[1]))


if __name__ == "__main__":
    main()
