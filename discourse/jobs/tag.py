"""Codes by keyword for the posts of a run, as a labelling that lies beside its themes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse.errors import UsageError
from discourse.named import codebook
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "tags"
LABELS, SUMMARY, CODES = "labels.parquet", "summary.csv", "codes.csv"


@dataclass(frozen=True)
class Tagged:
    """What the tagger found.

    Attributes
    ----------
    name : str
        Name of the labelling within the run.
    labels : pandas.DataFrame
        One row a post and code: ``post_id, scheme, label, hits, keywords``.
    summary : pandas.DataFrame
        One row a code with keywords and a language: ``scheme, label, lang, n_posts, n_total, share``; ``lang`` is
        ``all`` for all posts. Codes without keywords are not counted: no post could have them.
    n_posts : int
        Posts looked at.
    unread : dict of str to int
        Languages without a keyword in the codebook, and their posts.
    """

    name: str
    labels: pd.DataFrame
    summary: pd.DataFrame
    n_posts: int
    unread: dict[str, int]


def tag(
    run: str | Path | Run | None = None, *, codebook: str | Path, name: str | None = None, replace: bool = False
) -> Tagged:
    """Give the posts of a run the codes of a codebook whose keywords they hold.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    codebook : path
        A YAML file (see `discourse.named.codebook.load`).
    name : str, optional
        What the labelling is called; the codebook's name by default.
    replace : bool
        Let it take the place of a labelling of that name.

    Returns
    -------
    Tagged
        As written to ``tags/NAME`` in the run.

    Raises
    ------
    UsageError
        When there is no such run, a labelling of that name, or no keyword in the codebook.
    DataError
        When the codebook is not right, naming file and line.

    Examples
    --------
    >>> found = discourse.tag(codebook="configs/codebooks/embassy.yaml")  # doctest: +SKIP
    >>> found.summary.query("lang == 'all' and scheme == 'tags'")  # doctest: +SKIP
    """
    from discourse import staging
    from discourse.named.codebook import load
    from discourse.named.tagger import tag as find

    run = open_run(run.path if isinstance(run, Run) else run)  # every post is tagged, copies too
    book = load(codebook)
    name = book.name if name is None else name
    staging.check_name(name)
    langs = {lang for scheme in book.schemes for code in scheme.codes for lang in code.keywords}
    if not langs:
        raise UsageError(f"{codebook}: no code has keywords, and the tagger goes by nothing else.")
    posts = run.posts
    facts: dict[str, Any] = {
        "codebook": {"file": str(codebook), "name": book.name, "sha256": staging.hash_file(Path(codebook))},
        "posts": len(posts),
    }
    with staging.added(run.path, f"{FOLDER}/{name}", facts, replace=replace) as staged:
        found = find(posts["text"].tolist(), posts["langs"].tolist(), book)
        found.insert(0, "post_id", posts["post_id"].to_numpy()[found.pop("row")])
        summary = _summary(found, posts, book)
        facts["tagged"] = int(found["post_id"].nunique())
        staged.write_table(LABELS, found)
        staged.write_table(CODES, _codes(book))
        staged.write_table(SUMMARY, summary)
    main = posts["lang"].value_counts()
    unread = {str(lang): int(n) for lang, n in main.items() if lang not in langs}
    return Tagged(name, found, summary, len(posts), unread)


def _codes(book: codebook.Codebook) -> pd.DataFrame:
    """List the codes with their definitions, so that a run tells what its labels mean."""
    import pandas as pd

    rows = [
        (scheme.name, code.name, code.definition, "; ".join(w for words in code.keywords.values() for w in words))
        for scheme in book.schemes
        for code in scheme.codes
    ]
    return pd.DataFrame(rows, columns=["scheme", "label", "definition", "keywords"])


def _summary(labels: pd.DataFrame, posts: pd.DataFrame, book: codebook.Codebook) -> pd.DataFrame:
    import pandas as pd

    held = labels.merge(posts[["post_id", "lang"]], on="post_id")
    totals = {"all": len(posts), **posts["lang"].value_counts().to_dict()}
    counted = held.groupby(["scheme", "label", "lang"]).size().to_dict()
    rows = []
    for scheme in book.schemes:
        for code in filter(lambda code: code.keywords, scheme.codes):
            by_lang = {lang: counted.get((scheme.name, code.name, lang), 0) for lang in totals if lang != "all"}
            for lang, total in totals.items():
                n = sum(by_lang.values()) if lang == "all" else by_lang[lang]
                rows.append((scheme.name, code.name, lang, n, total, n / total))
    return pd.DataFrame(rows, columns=["scheme", "label", "lang", "n_posts", "n_total", "share"])
