"""The coding sheet: posts in random order, a column a question with its answers to pick from, and the codebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from discourse import tables
from discourse.codes.questions import NONE, Question
from discourse.errors import UsageError
from discourse.named.by_language import ByLanguage

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FIXED = ("sample", "post_id", "lang", "text")
DATE, NOTE = "date", "note"
POSTS, CODEBOOK, HOW_TO, CHOICES = "posts", "codebook", "how to", "choices"
_EXAMPLES = 3
"""Examples of a code in each language."""
_LIST = 255
"""Characters of a list of answers that stands in the sheet itself, and of a hint."""
_TITLE = 32
_WIDTH = {"sample": 14, "post_id": 14, "lang": 6, DATE: 12, "text": 90, NOTE: 30}
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
        ``sample, post_id, lang``, ``date`` if wanted, ``text``, a column a question, and ``note``.

    Raises
    ------
    UsageError
        When two columns would have one heading.
    """
    made = pd.DataFrame({"sample": name, "post_id": posts["post_id"], "lang": posts["lang"]})
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
    return made.reset_index(drop=True)


def write_sheet(sheet: pd.DataFrame, questions: Sequence[Question], langs: Sequence[str], path: Path) -> int:
    """Write a coding sheet as a workbook: the posts, the codebook, and how to go about it.

    Parameters
    ----------
    sheet : pandas.DataFrame
        As from `blank`.
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
    page = book.active
    page.title = POSTS
    cut = _write(page, sheet, {**{question.header: 16 for question in questions}, **_WIDTH})
    _colour(page, [_at(sheet, question) for question in questions], len(sheet))
    _write(
        book.create_sheet(CODEBOOK), _codebook(questions, langs), {"code": 24, "definition": 60, "yes": 60, "no": 60}
    )
    _write(book.create_sheet(HOW_TO), _how_to(questions), {"how to code": 100})
    _choices(book, page, sheet, questions)
    book.save(path)
    return cut


def _write(page: Worksheet, table: pd.DataFrame, width: dict[str, int]) -> int:
    """Write a table to a page, every text as text and never as a formula; also count the texts that were cut."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    cut = 0
    wrapped = Alignment(wrap_text=True, vertical="top")
    rows = [tuple(table.columns), *table.itertuples(index=False, name=None)]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = page.cell(number, column)
            cell.alignment = wrapped
            text, shortened = tables.xlsx_text("" if pd.isna(value) else str(value))
            cut += shortened
            if text:
                cell.value = text
                cell.data_type = "s"
    for column, name in enumerate(table.columns, 1):
        head = page.cell(1, column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_SHADE)
        page.column_dimensions[get_column_letter(column)].width = width.get(str(name), 16)
    page.freeze_panes = "A2"
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
        letter = get_column_letter(_at(sheet, question))
        rule.add(f"{letter}2:{letter}{len(sheet) + 1}")
        page.add_data_validation(rule)


def _codebook(questions: Sequence[Question], langs: Sequence[str]) -> pd.DataFrame:
    """List every code with its definition, and what has it and what doesn't, in the languages of the posts."""
    rows = [
        (
            question.header if question.single else "",
            answer.name,
            answer.definition,
            _quoted(answer.examples, langs),
            _quoted(answer.contrast, langs),
        )
        for question in questions
        for answer in question.answers
    ]
    made = pd.DataFrame(rows, columns=["scheme", "code", "definition", "yes", "no"])
    return made.drop(columns=[column for column in ("yes", "no") if (made[column] == "").all()])


def _quoted(texts: ByLanguage, langs: Sequence[str]) -> str:
    known = [lang for lang in langs if lang in texts] or list(texts)
    return "\n".join(f"{lang}: {text}" for lang in known for text in texts[lang][:_EXAMPLES])


def _how_to(questions: Sequence[Question]) -> pd.DataFrame:
    lines = [
        f"Read each post whole. Then answer in every coloured column of the sheet {POSTS}: a list opens in each cell.",
        f"What counts, and what does not, stands in the sheet {CODEBOOK}. What is not defined there, agree on before "
        "you begin.",
        "Leave no cell empty: an empty cell means that the post was not coded. If in doubt, decide, and say why under "
        f"{NOTE}.",
    ]
    if any(question.single for question in questions):
        lines.append(f"Where none of the codes applies, pick {NONE}.")
    lines += [
        "Go from the top to the bottom and pass no post over. The order is random: if you stop early, what is above is "
        "still a sample.",
        "Don't look up when a post is from. Judge what it says, and not what you know of the time.",
        "Several coders work each by themselves, and talk about posts when all are done.",
        f"Leave the columns {', '.join(FIXED[:2])} and the rows as they are. Columns of your own may be added on the "
        "right.",
    ]
    return pd.DataFrame({"how to code": lines})


def _at(sheet: pd.DataFrame, question: Question) -> int:
    """Return the number of a question's column, from 1."""
    return sheet.columns.tolist().index(question.header) + 1


def _short(text: str, length: int) -> str:
    kept = tables.xlsx_text(" ".join(text.split()))[0]
    return kept if len(kept) <= length else kept[: length - 1].rstrip() + "…"
