"""The formats of hand codes that can be read, told apart by what is in a file."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from discourse.codes.coded import Coded, by_people
from discourse.errors import DataError
from discourse.posts.readers.formats import foreign
from discourse.posts.readers.intake import content

FORMATS: dict[str, str] = {
    "refi": "REFI-QDA projects (.qdpx)",
    "refi_codebook": "REFI-QDA codebooks (.qdc)",
    "inception_project": "INCEpTION projects (.zip)",
    "inception_xmi": "UIMA CAS XMI, as INCEpTION writes it (.xmi, .zip)",
    "inception_json": "UIMA CAS JSON, as INCEpTION writes it",
    "inception_tsv": "WebAnno TSV 3, as INCEpTION writes it",
    "label_studio": "Label Studio exports (JSON, JSON-MIN)",
    "qualcoder": "QualCoder projects (data.qda)",
    "qualcoder_tables": "QualCoder reports of codings (CSV, XLSX) and lists of codes",
    "taguette": "Taguette projects (.sqlite3)",
    "taguette_tables": "Taguette highlights and codebooks (CSV, XLSX)",
    "tables": "tables with a row a post or a row a code (CSV, XLSX, JSON, Parquet)",
}
"""What each module of this folder reads, for people. Asked in this order; plain tables come last, since the exports of
some programs are tables too."""


def read(path: str | Path) -> Coded:
    """Read a file of hand codes in whatever format its content is.

    Parameters
    ----------
    path : str or Path
        A file, or the folder of a QualCoder project.

    Returns
    -------
    Coded
        Of people alone, see `discourse.codes.coded.by_people`.

    Raises
    ------
    DataError
        The file can't be opened, is damaged, holds no codes, or is in a format that can't be read.

    Examples
    --------
    >>> coded = read("second_coder.csv")  # doctest: +SKIP
    >>> coded.codings[["source", "coder", "scheme", "code"]]  # doctest: +SKIP
    """
    name = str(path)
    if (Path(name) / "data.qda").is_file():  # QualCoder's projects are folders
        return read(Path(name) / "data.qda")
    if Path(name).is_dir():
        raise DataError(f"{name}: is a folder. Give the file that holds the codes.")
    data = content(name)
    if not data:
        raise DataError(f"{name}: the file is empty. Give a file with codes.")
    for module in map(_module, FORMATS):
        if module.recognises(data, name):
            return by_people(module.read(data, name))
    what = foreign(data)
    told = f"this is {what[0]}, from which no codes can be read" if what else "no format in which codes can be read"
    raise DataError(f"{name}: {told}. There are: {'; '.join(FORMATS.values())}.")


def _module(name: str) -> Any:
    """Give a reader, with its functions ``recognises(data, name)`` and ``read(data, name)``."""
    return import_module(f"discourse.codes.readers.{name}")
