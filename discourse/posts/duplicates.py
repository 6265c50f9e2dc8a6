"""Which posts repeat an earlier one, exactly or nearly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.posts.near import originals

EXACT, NEAR = "exact", "near"


def find(posts: pd.DataFrame, forms: list[str]) -> tuple[pd.DataFrame, int]:
    """Mark the posts that repeat an earlier post.

    Messages are compared by the rule of :mod:`discourse.posts.similarity`: links, handles, signatures, case,
    punctuation and emoji make no difference. Exact copies are found across languages, near ones within a language,
    both across accounts. Of posts that are alike the earliest is the original (of one moment, the first by its
    text); a post that is near to two originals is a copy of the one it is more like. No original is a copy.

    Parameters
    ----------
    posts : pandas.DataFrame
        ``post_id, lang, date`` of n posts, in any order: the same posts get the same answers.
    forms : list of n str
        Their messages in normal form.

    Returns
    -------
    tuple of (pandas.DataFrame, int)
        n rows: ``duplicate_of``, the post_id of the original, NA for an original; ``duplicate_kind``: "exact",
        "near" or NA. And for how many posts the search was cut short, so that near copies may be missing: 0 unless
        thousands of posts are made from one template.

    Examples
    --------
    >>> from discourse.posts.similarity import normals
    >>> posts = pd.DataFrame({"post_id": ["b", "a"], "lang": "ru",
    ...                       "date": pd.to_datetime(["2025-01-02", "2025-01-01"])})
    >>> find(posts, normals(["Снег идёт!", "СНЕГ ИДЁТ"]))[0]["duplicate_of"].tolist()
    ['a', nan]
    """
    forms, form_of = _distinct(forms)
    order = _in_time(posts, forms, form_of)
    # The forms in the order of their first posts, and that post of each.
    known, first = np.unique(form_of[order], return_index=True)
    by_time = np.argsort(first)
    known, holder = known[by_time], order[first[by_time]]
    groups, _ = pd.factorize(posts["lang"].iloc[holder])
    root, n_cut_short = originals([forms[form] for form in known.tolist()], groups)
    place = np.empty(len(forms), dtype=np.int64)
    place[known] = np.arange(len(known))
    place = place[form_of]
    original = holder[root[place]]
    copy = original != np.arange(len(posts))
    exact = holder[place] == original
    return (
        pd.DataFrame(
            {
                "duplicate_of": posts["post_id"].iloc[original].reset_index(drop=True).astype("str").where(copy),
                "duplicate_kind": pd.Series(np.where(exact, EXACT, NEAR), dtype="str").where(copy),
            }
        ),
        n_cut_short,
    )


def _distinct(forms: list[str]) -> tuple[list[str], np.ndarray]:
    """Return different forms, and the place of each post's form among them."""
    places: dict[str, int] = {}
    form_of = np.fromiter((places.setdefault(form, len(places)) for form in forms), dtype=np.int64, count=len(forms))
    return list(places), form_of


def _in_time(posts: pd.DataFrame, forms: list[str], form_of: np.ndarray) -> np.ndarray:
    """Places of posts by date (those without one last), form and id, so that the order of rows has no say."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array(forms, type=pa.large_string())
    rank = np.empty(len(forms), dtype=np.int64)
    rank[pc.array_sort_indices(texts).to_numpy()] = np.arange(len(forms))
    moments = posts["date"].to_numpy(dtype="datetime64[us]").astype(np.int64)
    moments = np.where(posts["date"].isna(), np.iinfo(np.int64).max, moments)
    keys = pa.table(
        {"moment": moments, "form": rank[form_of], "post_id": pa.array(posts["post_id"], type=pa.large_string())}
    )
    by = [("moment", "ascending"), ("form", "ascending"), ("post_id", "ascending")]
    return pc.sort_indices(keys, sort_keys=by).to_numpy().astype(np.int64)
