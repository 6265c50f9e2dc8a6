"""A codebook as a table: codes and what they mean."""

from __future__ import annotations

import pandas as pd

from discourse.codes.cells import texts
from discourse.codes.coded import CODES
from discourse.posts.columns import plain

_NAMES = {
    "code": "code|label|name|код|метка|название|атауы|代码|编码|标签|名称",
    "definition": "definition|description|определение|описание|анықтама|сипаттама|定义|说明|描述|تعريف|وصف",
    "scheme": "scheme|variable|схема|переменная|сызба|айнымалы|变量|方案",
    "parent": "parent|parent code|category|родитель|категория|санат|类别|上级",
}


def is_codebook(values: pd.DataFrame) -> bool:
    """Tell by its headings whether a table is a codebook: it has codes, definitions, and no posts.

    Examples
    --------
    >>> is_codebook(pd.DataFrame({"Code": ["UN"], "Definition": ["United Nations"]}))
    True
    """
    found = _columns(values)
    posts = {"text", "post id", "id", "document"} & {plain(header) for header in values.columns}
    return "code" in found and "definition" in found and not posts


def codebook(values: pd.DataFrame) -> pd.DataFrame:
    """Read a codebook: ``scheme, code, parent, definition``, each code of a scheme once.

    Examples
    --------
    >>> codebook(pd.DataFrame({"Code": ["UN"], "Definition": ["United Nations"]})).iloc[0].tolist()
    ['', 'UN', '', 'United Nations']
    """
    found = _columns(values)
    none = pd.Series("", index=range(len(values)), dtype="str")
    rows = pd.DataFrame({name: texts(values[found[name]]) if name in found else none for name in CODES})
    return rows[rows["code"] != ""].drop_duplicates(["scheme", "code"]).astype(CODES).reset_index(drop=True)


def _columns(values: pd.DataFrame) -> dict[str, str]:
    """Headings by what they hold."""
    called = {plain(header): header for header in values.columns}
    found = {
        role: next((called[name] for name in names.split("|") if name in called), "") for role, names in _NAMES.items()
    }
    return {role: header for role, header in found.items() if header}
