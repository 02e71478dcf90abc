"""Data tables as CSV files, as import jobs take and export jobs give them: one header line, one line a row.

The columns stand under their names; an import also knows them by their titles (assumed).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, Final

from understudy.architect_api.row import KEY, columns

SYNTAX: Final = "flows.datatables.syntax.error"
TRUE: Final = ("true", "1", "yes")
FALSE: Final = ("false", "0", "no")
WHOLE: Final = re.compile(r"[+-]?[0-9]{1,19}")
NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?")
BITS: Final = 63  # of a whole number: a larger one is none in JSON here


class TableFileError(ValueError):
    """The file can't be read at all; the text says why."""


def write(schema: Any, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as CSV, the key first."""
    listed = list(rows)
    names = list(columns(schema)) or list(dict.fromkeys(name for row in listed for name in row))
    names = [KEY, *[name for name in names if name != KEY]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    for row in listed:
        writer.writerow([_text(row.get(name)) for name in names])
    return text.getvalue().encode("utf-8")


def read(schema: Any, data: bytes) -> list[dict[str, Any]]:
    """The rows of a CSV with their values in the types of the columns; a value that doesn't fit stays a text, which the
    row's own check then refuses. Raises ``TableFileError``."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableFileError(f"the file is not CSV in UTF-8: {error}") from error
    if not lines:
        raise TableFileError("the file is empty")
    names = _names(schema, lines[0])
    rows = []
    for line in lines[1:]:
        if line:
            pairs = zip(names, line, strict=False)
            known = columns(schema)
            rows.append({name: _value(known.get(name, {}), text) for name, text in pairs if text or name == KEY})
    return rows


def _names(schema: Any, header: list[str]) -> list[str]:
    known = columns(schema)
    titles = {str(about.get("title", "")).casefold(): name for name, about in known.items()}
    names = [cell if cell in known or not known else titles.get(cell.casefold(), cell) for cell in header]
    if KEY not in names:
        raise TableFileError(f"the header has no column {KEY!r}")
    unknown = [name for name in names if known and name not in known]
    if unknown:
        raise TableFileError(f"the header has {unknown[0]!r}, which is not a column of the table")
    if len(set(names)) < len(names):
        raise TableFileError("the header has a column twice")
    return names


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(about: Mapping[str, Any], text: str) -> Any:
    type_ = about.get("type")
    folded = text.strip().casefold()
    if type_ == "integer" and WHOLE.fullmatch(folded):
        whole = int(folded)
        return whole if whole.bit_length() <= BITS else text
    if type_ == "number" and NUMBER.fullmatch(folded):
        number = float(folded)
        return number if isfinite(number) else text
    if type_ == "boolean" and folded in (*TRUE, *FALSE):
        return folded in TRUE
    return text
