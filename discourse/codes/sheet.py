"""The coding sheet: posts in random order, a column a question with its answers to pick from, and what to go by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from discourse import tables
from discourse.codes.questions import Question
from discourse.codes.read_back import check_read_back
from discourse.codes.sheet_guide import codebook, how_to
from discourse.errors import UsageError

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FIXED = ("number", "sample", "post_id", "lang", "text")
HIDDEN = ("sample", "post_id")
"""What the sheet is read back by; identifiers may tell when a post is from."""
DATE, NOTE = "date", "note"
POSTS, CODEBOOK, HOW_TO, CHOICES = "posts", "codebook", "how to", "choices"
_LIST = 255
"""Characters of a list of answers that stands in the sheet itself, and of a hint."""
_TITLE = 32
_WIDTH = {"number": 9, "sample": 14, "post_id": 14, "lang": 6, DATE: 12, "text": 90, NOTE: 30}
_OF_CODEBOOK = {"code": 24, "definition": 60, "language": 10, "yes": 60, "no": 60}
_SHADE, _ASKED = "DDE3EA", "FFF7DB"


def blank(name: str, posts: pd.DataFrame, questions: Sequence[Question], *, show_date: bool = False) -> pd.DataFrame:
    """Lay out the posts of a coding sheet, with nothing filled in.

    Parameters
    ----------
    name : str
        Of the sample.
    posts : pandas.DataFrame
        ``post_id``, ``lang``, ``text``, ``date``, in the order of the sheet.
    questions : sequence of Question
    show_date : bool
        Whether coders see when a post is from. What they know of the time may color how they read it.

    Returns
    -------
    pandas.DataFrame
        ``number`` from 1, ``sample, post_id, lang``, ``date`` if wanted, ``text``, a column a question, and ``note``.

    Raises
    ------
    UsageError
        When two columns would have one heading, or a question could not be read back.
    """
    made = pd.DataFrame({"sample": name, "post_id": posts["post_id"], "lang": posts["lang"]})
    made.insert(0, "number", range(1, len(posts) + 1))
    if show_date:
        made[DATE] = posts["date"].dt.strftime("%Y-%m-%d")
    made["text"] = posts["text"]
    taken = {column.casefold() for column in (*FIXED, DATE, NOTE)}
    for question in questions:
        if question.header.casefold() in taken:
            raise UsageError(f"{question.header!r} would be the heading of two columns of the sheet; rename the code.")
        taken.add(question.header.casefold())
        made[question.header] = ""
    made[NOTE] = ""
    check_read_back(questions)
    return made.reset_index(drop=True)


def write_sheet(sheet: pd.DataFrame, questions: Sequence[Question], langs: Sequence[str], path: Path) -> int:
    """Write a coding sheet as a workbook: how to go about it and how much is left, the posts, and the codebook.

    Sample and identifiers are hidden; they are there to read the sheet back.

    Parameters
    ----------
    sheet : pandas.DataFrame
        As from `blank`; answers that are known already may stand in it.
    questions : sequence of Question
    langs : sequence of str
        Languages of the posts, the commonest first; examples in the codebook are in these.
    path : Path

    Returns
    -------
    int
        How many texts were cut, because a cell holds at most 32,767 characters.
    """
    from openpyxl import Workbook

    book = Workbook()
    guide, page = book.active, book.create_sheet(POSTS)
    guide.title = HOW_TO
    cut = _write(page, sheet, {**{question.header: 16 for question in questions}, **_WIDTH})
    for name in HIDDEN:
        page.column_dimensions[_letter(sheet, name)].hidden = True
    _colour(page, [sheet.columns.tolist().index(one.header) + 1 for one in questions], len(sheet))
    headers = [question.header for question in questions]
    lines = how_to(questions, POSTS, CODEBOOK, NOTE, begun=bool((sheet[headers] != "").any(axis=None)))
    _write(guide, lines, {"how to code": 100})
    _count(guide, {header: _letter(sheet, header) for header in headers}, len(sheet))
    _write(book.create_sheet(CODEBOOK), codebook(questions, langs), _OF_CODEBOOK)
    _choices(book, page, sheet, questions)
    book.active = page
    guide.sheet_view.tabSelected = False
    book.save(path)
    return cut


def _letter(sheet: pd.DataFrame, header: str) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(sheet.columns.tolist().index(header) + 1))


def _count(page: Worksheet, letters: dict[str, str], rows: int) -> None:
    """Below what stands on a page, count the posts that have no answer yet, column by column."""
    from openpyxl.styles import Font

    first = page.max_row + 2
    page.cell(first, 1, "Posts still to be coded").font = Font(bold=True)
    for row, (header, letter) in enumerate(letters.items(), first + 1):
        cell = page.cell(row, 1)
        cell.value = tables.xlsx_text(header)[0]
        cell.data_type = "s"
        page.cell(row, 2, f"=COUNTBLANK({POSTS}!${letter}$2:${letter}${rows + 1})")


def _write(page: Worksheet, table: pd.DataFrame, width: dict[str, int]) -> int:
    """Write a table to a page, every text as text and never as a formula; also count the texts that were cut.

    Printed, it is as wide as a sheet of paper, and its headings stand on each.
    """
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    cut = 0
    wrapped = Alignment(wrap_text=True, vertical="top")
    rows = [tuple(table.columns), *table.itertuples(index=False, name=None)]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = page.cell(number, column)
            cell.alignment = wrapped
            if isinstance(value, int):
                cell.value = value
                continue
            text, shortened = tables.xlsx_text("" if pd.isna(value) else str(value))
            cut += shortened
            if text:
                cell.value = text
                cell.data_type = "s"
    for column, name in enumerate(table.columns, 1):
        head = page.cell(1, column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_SHADE)
        page.column_dimensions[get_column_letter(column)].width = width.get(str(name), 16)
    page.freeze_panes, page.print_title_rows = "A2", "1:1"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    return cut


def _colour(page: Worksheet, columns: Sequence[int], rows: int) -> None:
    from openpyxl.styles import Border, PatternFill, Side

    line = Side(style="thin", color="CCCCCC")
    for column in columns:
        for row in range(2, rows + 2):
            cell = page.cell(row, column)
            cell.fill = PatternFill("solid", fgColor=_ASKED)
            cell.border = Border(left=line, right=line, top=line, bottom=line)


def _choices(book: Any, page: Worksheet, sheet: pd.DataFrame, questions: Sequence[Question]) -> None:
    """Let each cell to be filled in offer its answers, and refuse others; a hint tells the definition."""
    from openpyxl.utils import get_column_letter, quote_sheetname
    from openpyxl.worksheet.datavalidation import DataValidation

    lists: Worksheet | None = None
    for question in questions:
        inline = ",".join(question.options)
        formula = f'"{inline}"'
        if len(inline) > _LIST or any("," in one or '"' in one for one in question.options):
            lists = book.create_sheet(CHOICES) if lists is None else lists
            at = 1 if lists.cell(1, 1).value is None else lists.max_column + 1
            for row, text in enumerate((question.header, *question.options), 1):
                cell = lists.cell(row, at)
                cell.value = tables.xlsx_text(text)[0]
                cell.data_type = "s"
            letter = get_column_letter(at)
            formula = f"{quote_sheetname(CHOICES)}!${letter}$2:${letter}${len(question.options) + 1}"
        rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
        rule.errorTitle = "Not one of the answers"
        rule.error = _short(f"Pick from the list: {', '.join(question.options)}.", _LIST)
        if not question.single and question.answers[0].definition:
            rule.promptTitle = _short(question.header, _TITLE)
            rule.prompt = _short(question.answers[0].definition, _LIST)
            rule.showInputMessage = True
        letter = _letter(sheet, question.header)
        rule.add(f"{letter}2:{letter}{len(sheet) + 1}")
        page.add_data_validation(rule)


def _short(text: str, length: int) -> str:
    kept = tables.xlsx_text(" ".join(text.split()))[0]
    return kept if len(kept) <= length else kept[: length - 1].rstrip() + "…"
