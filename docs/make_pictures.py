"""Takes the pictures of the documents: `make pictures`.

They show what the program makes of the samples now: the marked workbook as LibreOffice prints it, the page as Chromium
shows it, and a terminal of 80 columns. LibreOffice (soffice), Chromium, pdftoppm and ImageMagick (convert) are needed.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from rich.console import Console
from rich.text import Text

from importer.sandbox import Sandbox
from tests.support.program import on_terminal

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
PICTURES = ROOT / "docs" / "pictures"
COLUMNS = 80
PROGRAMS = ("soffice", "chromium", "pdftoppm", "convert")


def main() -> None:
    """Write all pictures anew."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        sys.exit(f"To take the pictures, install: {', '.join(missing)}")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Sandbox() as sandbox:
        folder = Path(name)
        os.environ |= {
            "HOME": name,
            "XDG_STATE_HOME": f"{name}/state",
            "CAMPAIGN_IMPORTER_URL": sandbox.url,
            "CAMPAIGN_IMPORTER_USERNAME": "admin",
            "CAMPAIGN_IMPORTER_PASSWORD": "secret",
            "COLUMNS": str(COLUMNS),
        }
        for sample in SAMPLES.glob("*.*"):
            shutil.copy(sample, folder)
        marked_workbook(folder)
        terminal(folder, ("validate", "mistakes.xlsx"), "validate.png")
        page(folder)


def marked_workbook(folder: Path) -> None:
    """Picture the sheet of a results workbook, with the letters and numbers of its columns and rows."""
    _run(folder, "validate", "mistakes.xlsx", "--results", "marked.xlsx", "--quiet")
    book = openpyxl.load_workbook(folder / "marked.xlsx")
    for name in book.sheetnames:
        if name != "Campaigns":
            book.remove(book[name])
    sheet = book["Campaigns"]
    sheet.print_options.gridLines = sheet.print_options.headings = True
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight, sheet.page_setup.fitToWidth = 0, 1
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = ""
    book.save(folder / "sheet.xlsx")
    profile = f"-env:UserInstallation=file://{folder / 'office'}"
    _call("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "sheet.xlsx"))
    _call(
        "pdftoppm",
        "-png",
        "-r",
        "220",
        "-f",
        "1",
        "-l",
        "1",
        "-singlefile",
        str(folder / "sheet.pdf"),
        str(folder / "sheet"),
    )
    _shrink(folder / "sheet.png", "marked-workbook.png", width=1600)


def terminal(folder: Path, arguments: Sequence[str], name: str) -> None:
    """Picture what a command prints on a terminal."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ campaign-importer {' '.join(arguments)}", style="bold"))
    console.print(Text.from_ansi(_on_terminal(folder, arguments)))
    html = folder / "terminal.html"
    console.save_html(str(html), inline_styles=True)
    page = html.read_text(encoding="utf-8").replace("<body", '<body style="margin: 16px; font-size: 15px"', 1)
    html.write_text(page, encoding="utf-8")
    _screenshot(html, folder / "terminal.png", 800, 1100)
    _shrink(folder / "terminal.png", name, width=800)


def page(folder: Path) -> None:
    """Picture the page of `--report`."""
    _run(folder, "import", "campaigns.xlsx", "--yes", "--quiet", "--report", "page.html")
    _screenshot(folder / "page.html", folder / "page.png", 1200, 1000)
    _shrink(folder / "page.png", "page.png", width=1200)


def _run(folder: Path, *arguments: str) -> None:
    # A command of the tour may end with the code of rows that are wrong, as is meant.
    subprocess.run([sys.executable, "-m", "importer", *arguments], cwd=folder, env=_environment(), check=False)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _on_terminal(folder: Path, arguments: Sequence[str]) -> str:
    os.chdir(folder)
    _, shown = on_terminal([sys.executable, "-m", "importer", *arguments], {"TERM": "xterm-256color"}, {})
    return _left_on_screen(shown.replace("\r\n", "\n"))


def _left_on_screen(shown: str) -> str:
    """Return what is left when bars of progress have been drawn over: lines with their colours."""
    lines, at = [""], 0
    for part in re.split(r"(\n|\r|\x1b\[\d*[AK]|\x1b\[\?25[lh])", shown):
        match part:
            case "\n":
                at += 1
                lines += [""] * (at == len(lines))
            case "\r" | "\x1b[2K":
                lines[at] = ""
            case up if up.endswith("A") and up.startswith("\x1b["):
                at = max(0, at - int(up[2:-1] or 1))
            case control if control.startswith("\x1b[?25") or (control.endswith("K") and control.startswith("\x1b[")):
                pass
            case text:
                lines[at] += text
    return "\n".join(lines)


def _screenshot(document: Path, picture: Path, width: int, height: int) -> None:
    _call(
        *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *(f"--window-size={width},{height}", f"--screenshot={picture}", document.as_uri()),
    )


def _shrink(picture: Path, name: str, *, width: int) -> None:
    look = ("-trim", "+repage", "-bordercolor", "white", "-border", "12", "-resize", f"{width}x>", "-strip")
    _call("convert", str(picture), *look, "-colors", "64", str(PICTURES / name))


def _call(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
