"""CSV files of CrowdTangle, for Instagram accounts and for Facebook pages and groups."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from discourse.posts.readers import delimited
from discourse.posts.readers.export import headings
from discourse.posts.readers.rows import Rows

SUFFIXES = (".csv",)

_EVERYWHERE = {"Post Created", "Type", "URL", "Likes", "Comments"}
_INSTAGRAM = {"Account", "User Name", "Description"}
_PAGES = ("Page Name", "Group Name")
_THOUSANDS = r"\s*-?\d{1,3}(?:,\d{3})+\s*"


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the headings are those of a CrowdTangle file."""
    found = headings(data)
    return found >= _EVERYWHERE and (found >= _INSTAGRAM or ("Message" in found and any(n in found for n in _PAGES)))


def read(data: bytes, file: str) -> Rows:
    """Read a CrowdTangle file: any CSV, with columns that are known.

    The text of an Instagram post is its ``Description``, that of a Facebook post its ``Message``; what was
    written on an image or under a link is kept beside it and is no part of the text. ``Post Created`` names its
    time zone. Numbers with commas between the thousands become plain numbers.

    Raises
    ------
    DataError
        As for any delimited text.
    """
    rows = delimited.read(data, file)
    page = next((name for name in _PAGES if name in rows.values), "")
    roles = {"date": "Post Created", "text": "Message" if page else "Description", "author": page or "User Name"}
    values = rows.values.copy()
    for header in values.columns:
        if header not in roles.values():
            values[header] = _without_commas(values[header])
    there = {role: header for role, header in roles.items() if header in values}
    return replace(rows, values=values, format="crowdtangle", roles=there, origin="CrowdTangle export")


def _without_commas(column: pd.Series) -> pd.Series:
    """Numbers of a column without the commas between thousands, where it holds nothing but numbers."""
    grouped = column.str.fullmatch(_THOUSANDS)
    if not grouped.any() or not (grouped | column.str.fullmatch(r"\s*|-?\d+(?:\.\d+)?")).all():
        return column
    return column.str.strip().str.replace(",", "", regex=False)
