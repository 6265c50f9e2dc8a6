"""How many posts each theme holds, in which languages, and when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.themes.languages import language_mix

COUNTS = ("n_posts", "share", "languages", "first_date", "last_date")


def count_themes(labels: np.ndarray, posts: pd.DataFrame) -> pd.DataFrame:
    """Count the posts of each theme.

    Parameters
    ----------
    labels : (n,) int
        Theme of each post; -1 is noise.
    posts : DataFrame
        ``lang, date`` of the n posts.

    Returns
    -------
    DataFrame
        A row a theme, in order, indexed by its number: ``n_posts``; ``share`` (0 to 1, of all n posts, noise among
        them); ``languages`` ("ru 82%; kk 18%"); ``first_date, last_date`` (``YYYY-MM-DD``, NA without dates).

    Examples
    --------
    >>> posts = pd.DataFrame({"lang": ["ru", "kk"], "date": pd.to_datetime(["2025-01-02", None])})
    >>> count_themes(np.array([0, 0]), posts)["languages"].tolist()
    ['kk 50%; ru 50%']
    """
    labels = np.asarray(labels)
    themed = np.flatnonzero(labels >= 0)
    days = posts["date"].dt.strftime("%Y-%m-%d").astype("str").iloc[themed]
    by_theme = days.groupby(labels[themed])
    mix = language_mix(labels, posts["lang"].tolist())
    n = by_theme.size()
    languages = {theme: languages_text(of) for theme, of in mix.groupby("theme")}
    return pd.DataFrame(
        {
            "n_posts": n.astype("int64"),
            "share": n / max(1, len(labels)),
            "languages": pd.Series(languages, index=n.index, dtype="str"),
            "first_date": by_theme.min().astype("str"),
            "last_date": by_theme.max().astype("str"),
        }
    )


def languages_text(mix: pd.DataFrame, *, least: float = 0.01) -> str:
    """Say a language mix in short: ``ru 82%; kk 18%``; languages below a hundredth are left out."""
    rows = mix.sort_values(["n", "lang"], ascending=[False, True])
    return "; ".join(
        f"{lang} {share:.0%}" for lang, share in zip(rows["lang"], rows["share"], strict=True) if share >= least
    )
