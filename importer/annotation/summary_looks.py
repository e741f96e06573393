"""How the cells of the summary look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from importer.annotation.styles import COLOURS
from importer.model import Severity, Status, Tone

AS_TEXT, THOUSANDS = 49, 3
"""Formats that every workbook has: the numbers of others would mean something else in the user's."""

TONES = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.DOUBTFUL, Severity.NOTE: Tone.WAITING}


@dataclass(frozen=True)
class Looks:
    """The formats of the sheet, as XlsxWriter has them."""

    title: Any
    headline: Any
    section: Any
    heading: Any
    number_heading: Any
    label: Any
    text: Any
    wrapped: Any
    number: Any
    link: Any
    statuses: Mapping[Status, Any]
    severities: Mapping[Severity, Any]


def looks_of(book: Any) -> Looks:
    """Add the formats to a workbook that XlsxWriter is making."""

    def look(**properties: Any) -> Any:
        return book.add_format({"font_name": "Calibri", "font_size": 11, "valign": "top", **properties})

    def coloured(tone: Tone) -> Any:
        fill, letters = COLOURS[tone]
        return look(num_format=AS_TEXT, bg_color=f"#{fill}", font_color=f"#{letters}")

    dark = {"bold": True, "font_color": "#1F2D3A"}
    heading = {**dark, "bg_color": "#DDE5EC", "bottom": 1, "bottom_color": "#9AA8B4", "text_wrap": True}
    wrapped = {"num_format": AS_TEXT, "text_wrap": True, "align": "left"}
    return Looks(
        title=look(**dark, font_size=18),
        headline=look(**dark, font_size=13),
        section=look(**{**dark, "font_size": 13, "valign": "vcenter"}),
        heading=look(**heading, align="left"),
        number_heading=look(**heading, align="right", indent=1),
        label=look(bold=True, font_color="#52616E"),
        text=look(num_format=AS_TEXT),
        wrapped=look(**wrapped),
        number=look(num_format=THOUSANDS, align="right", indent=1),
        link=look(num_format=AS_TEXT, text_wrap=True, font_color="#0B5CAD", underline=1),
        statuses={status: coloured(status.tone) for status in Status},
        severities={severity: coloured(tone) for severity, tone in TONES.items()},
    )
