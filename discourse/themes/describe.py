"""What the themes are about, in tables: labels, keywords, exemplars, languages, dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from discourse.config import LabelsSettings
from discourse.themes.canonical import Distinct
from discourse.themes.counts import count_themes
from discourse.themes.cut import cut_short
from discourse.themes.exemplars import exemplars as choose_exemplars
from discourse.themes.keywords import Vocabulary, choose, keywords_text
from discourse.themes.labels import label_themes
from discourse.themes.languages import language_mix, language_notes
from discourse.themes.tree_names import name_tree

if TYPE_CHECKING:
    from discourse.themes.find import Themes


@dataclass(frozen=True)
class Description:
    """Themes in words.

    Parameters
    ----------
    themes : DataFrame
        ``theme, label, keywords, n_posts, share, languages, first_date, last_date, exemplars, counterpart, note``;
        ``share`` is of all posts, noise among them; dates are days (``YYYY-MM-DD``).
    keywords : DataFrame
        ``theme, lang, rank, term, score, n_posts``.
    exemplars : DataFrame
        ``theme, rank, post_id, similarity``.
    languages : DataFrame
        ``theme, lang, n, share``.
    tree : DataFrame
        The hierarchy with a column ``label``, as :func:`discourse.themes.tree_names.name_tree` gives it.
    notes : list of str
    """

    themes: pd.DataFrame
    keywords: pd.DataFrame
    exemplars: pd.DataFrame
    languages: pd.DataFrame
    tree: pd.DataFrame
    notes: list[str]


def describe(
    posts: pd.DataFrame,
    vectors: np.ndarray,
    order: Distinct,
    themes: Themes,
    settings: LabelsSettings,
) -> Description:
    """Describe themes by their posts.

    Parameters
    ----------
    posts : DataFrame
        ``post_id, text, message, lang, date``, n rows.
    vectors : (m, d) float32
        Unit rows of the distinct posts.
    order : Distinct
        Words and exemplars come from distinct posts: a text that was posted often counts once.
    themes : Themes
    settings : LabelsSettings

    Returns
    -------
    Description
    """
    rows, labels, strength = order.rows, themes.labels, themes.strength
    langs = posts["lang"]
    messages = posts["message"].iloc[rows].tolist()
    mix = language_mix(labels, langs.tolist())
    cut = cut_short(posts["text"].tolist(), posts["message"].tolist())
    vocabulary = Vocabulary.of(messages, langs.iloc[rows].tolist(), cut[rows])
    words = choose(vocabulary, labels[rows], top=settings.keywords)
    names = label_themes(words, mix, reading_language=settings.reading_language).set_index("theme")
    central = choose_exemplars(vectors, labels[rows], strength[rows], lengths=[len(m) for m in messages])
    central = central.assign(post_id=posts["post_id"].iloc[rows].to_numpy()[central["row"].to_numpy()])
    central = central[["theme", "rank", "post_id", "similarity"]]
    tree = name_tree(
        themes.tree,
        themes.node[rows],
        langs.iloc[rows].tolist(),
        vocabulary,
        dict(zip(names.index, names["label"], strict=True)),
    )
    remarks = language_notes(labels, langs.tolist())
    table = []
    counts = count_themes(labels, posts)
    for theme in counts.index.tolist():
        table.append(
            {
                "theme": theme,
                "label": names.at[theme, "label"],
                "keywords": keywords_text(words[words["theme"] == theme], mix[mix["theme"] == theme]),
                **counts.loc[theme].to_dict(),
                "exemplars": "; ".join(central.loc[central["theme"] == theme, "post_id"]),
                "counterpart": names.at[theme, "counterpart"],
                "note": remarks.get(theme, ""),
            }
        )
    described = pd.DataFrame(table, columns=list(_COLUMNS)).astype(_COLUMNS)
    notes = [f"Theme {theme}: {remark}" for theme, remark in remarks.items()]
    return Description(described, words, central, mix, tree, notes)


_COLUMNS = {
    "theme": "int32",
    "label": "str",
    "keywords": "str",
    "n_posts": "int64",
    "share": "float64",
    "languages": "str",
    "first_date": "str",
    "last_date": "str",
    "exemplars": "str",
    "counterpart": "str",
    "note": "str",
}
