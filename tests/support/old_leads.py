"""Exports of old diallers with invented leads, as their programs write them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from importer.migration import LeadExport
from importer.run_options import DEFAULTS, ReadingOptions
from tests.support.exports import literal

Row = Mapping[str, object]
Tables = Mapping[str, Sequence[Row]]

CAMPAIGN = {
    "campaign_id": "SALES",
    "campaign_name": "Sales",
    "active": "Y",
    "dial_method": "RATIO",
    "auto_dial_level": "1",
    "campaign_vdad_exten": "8368",
    "dial_statuses": " NEW NA -",
    "call_count_limit": 0,
    "use_other_campaign_dnc": "",
    "campaign_cid": "0000000000",
    "local_call_time": "24hours",
    "campaign_recording": "NEVER",
    "user_group": "---ALL---",
}
"""A campaign of VICIdial that dials by itself."""

LIST = {"list_id": 101, "list_name": "One", "campaign_id": "SALES", "active": "Y", "expiration_date": "2099-12-31"}


def vicidial(
    leads: Sequence[Row], *, campaigns: Sequence[Row] = ({},), lists: Sequence[Row] = ({},), **others: Sequence[Row]
) -> Tables:
    """Return tables of VICIdial, those of leads first as in a dump; rows say only what matters for a test."""
    lead = {"list_id": 101, "phone_code": "44", "phone_number": "", "status": "NEW", "called_count": 0, "alt_phone": ""}
    return {
        "vicidial_list": [{"lead_id": at, **lead, **one} for at, one in enumerate(leads, start=1)],
        "vicidial_campaigns": [{**CAMPAIGN, **one} for one in campaigns],
        "vicidial_lists": [{**LIST, **one} for one in lists],
        **{f"vicidial_{name}": rows for name, rows in others.items()},
    }


def as_mysqldump(tables: Tables, at_once: int = 10_000) -> str:
    """Return a dump of mysqldump: structures, and statements with many rows on a line each, without columns."""
    lines = ["-- MySQL dump 10.19", "/*!40101 SET NAMES utf8mb4 */;"]
    for name, rows in tables.items():
        columns = ",\n".join(f"  `{column}` text" for column in rows[0])
        lines += [
            f"DROP TABLE IF EXISTS `{name}`;",
            f"CREATE TABLE `{name}` (\n{columns}\n);",
            f"LOCK TABLES `{name}` WRITE;",
        ]
        for first in range(0, len(rows), at_once):
            lines.append(f"INSERT INTO `{name}` VALUES {','.join(map(_values, rows[first : first + at_once]))};")
        lines.append("UNLOCK TABLES;")
    return "\n".join(lines) + "\n"


def as_phpmyadmin(tables: Tables, at_once: int = 100) -> str:
    """Return a dump of phpMyAdmin: many statements for a table, each with its columns."""
    lines = ["-- phpMyAdmin SQL Dump", 'SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";']
    for name, rows in tables.items():
        for first in range(0, len(rows), at_once):
            columns = ", ".join(f"`{column}`" for column in rows[0])
            values = ",\n".join(map(_values, rows[first : first + at_once]))
            lines.append(f"INSERT INTO `{name}` ({columns}) VALUES\n{values};")
    return "\n".join(lines) + "\n"


def as_pg_dump(tables: Tables) -> str:
    """Return a dump of PostgreSQL's pg_dump: structures, and rows as lines with tabs."""
    lines = ["--", "-- PostgreSQL database dump", "--", "\\restrict x1'y", "SET client_encoding = 'UTF8';"]
    for name, rows in tables.items():
        columns = ",\n".join(f"    {column} text DEFAULT ''::text" for column in rows[0])
        lines += [f"CREATE TABLE public.{name} (\n{columns}\n);", f"ALTER TABLE public.{name} OWNER TO pbx;"]
        lines += [f"COPY public.{name} ({', '.join(rows[0])}) FROM stdin;"]
        lines += ["\t".join(map(_copied, row.values())) for row in rows]
        lines += ["\\.", "", ""]
    return "\n".join([*lines, "\\unrestrict x1'y", ""])


def _copied(value: object) -> str:
    text = "\\N" if value is None else str(value).replace("\\", "\\\\")
    return text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def as_settings(tables: Tables) -> str:
    """Return a dump with a statement for each row that sets its columns, as OSDial writes them."""
    return "".join(
        f"INSERT INTO {name} SET {','.join(f'{column}={_value(value)}' for column, value in row.items())};\n"
        for name, rows in tables.items()
        for row in rows
    )


def as_json(tables: Tables) -> str:
    """Return an export of phpMyAdmin in JSON."""
    parts: list[object] = [{"type": "header", "version": "5.2.1"}, {"type": "database", "name": "asterisk"}]
    parts += [
        {"type": "table", "name": name, "database": "asterisk", "data": [_texts(row) for row in rows]}
        for name, rows in tables.items()
    ]
    return json.dumps(parts)


def as_sheets(tables: Tables) -> dict[str, list[list[str]]]:
    """Return the tables as sheets of a workbook, each with its headings."""
    return {
        name: [list(rows[0]), *(["" if value is None else str(value) for value in row.values()] for row in rows)]
        for name, rows in tables.items()
    }


def _values(row: Row) -> str:
    return f"({','.join(map(_value, row.values()))})"


def _value(value: object) -> str:
    return str(value) if isinstance(value, int) else literal(None if value is None else str(value))


def _texts(row: Row) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in row.items()}


def loaded(
    path: Path, profile: str = "auto", options: ReadingOptions = DEFAULTS
) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the leads of an export that are loaded, as number, calling code, campaign and status; and the notes."""
    export = LeadExport(path, profile, options)
    lines = [line for chunk in export.chunks() for line in chunk.cells(range(4))]
    return lines, list(export.counts.sentences())
