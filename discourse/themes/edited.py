"""The tables of a run as a researcher's edits leave them; numbers and posts stay, what is said of themes follows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.themes.counts import COUNTS, count_themes
from discourse.themes.edits import State
from discourse.themes.keywords import keywords_text
from discourse.themes.languages import language_notes
from discourse.themes.noise import NOISE


def theme_of(labels: np.ndarray, state: State) -> np.ndarray:
    """Give the theme that each post is in now.

    Parameters
    ----------
    labels : (n,) int
        Theme of each post as it was found; -1 is noise.
    state : State

    Returns
    -------
    (n,) ndarray of the same type
        Posts of merged themes are in the one that stays; those of hidden themes stay in them.

    Examples
    --------
    >>> theme_of(np.array([0, 1, 2, -1]), State({0: (0, 2), 1: (1,)})).tolist()
    [0, 1, 0, -1]
    """
    found = np.asarray(labels)
    now = np.arange(max(found.max(initial=NOISE), *state.merged, *state.parts, NOISE) + 2, dtype=found.dtype)
    now[NOISE] = NOISE  # the last place
    for part, theme in state.merged.items():
        now[part] = theme
    return now[found]


def themes(table: pd.DataFrame, state: State, words: pd.DataFrame, mix: pd.DataFrame) -> pd.DataFrame:
    """List the themes there are now, hidden ones left out, with the counts of their largest part.

    Parameters
    ----------
    table : DataFrame
        Themes as they were found (`discourse.themes.describe.Description`).
    state : State
    words, mix : DataFrame
        Keywords and languages of the themes there are now.

    Returns
    -------
    DataFrame
        As `table`. A merged theme has the label of its largest part, unless a name was given; `recounted` counts it.
    """
    found = table.set_index("theme", drop=False)
    order = _by_size(table, state)
    rows = []
    for theme in sorted(set(state.parts) - state.hidden):
        first, *others = order[theme]
        row = {**found.loc[first].to_dict(), "theme": theme}
        if others:
            row["keywords"] = keywords_text(words[words["theme"] == theme], mix[mix["theme"] == theme])
            row["exemplars"] = "; ".join(filter(None, found.loc[order[theme], "exemplars"]))
        if theme in state.names:
            row |= {"label": state.names[theme], "counterpart": ""}
        rows.append(row)
    listed = pd.DataFrame(rows, columns=table.columns).astype(table.dtypes.to_dict())
    return listed.sort_values(["n_posts", "theme"], ascending=[False, True], ignore_index=True)


def recounted(table: pd.DataFrame, labels: np.ndarray, posts: pd.DataFrame) -> pd.DataFrame:
    """Count the posts of each theme anew, and say which may be only a language.

    Parameters
    ----------
    table : DataFrame
        Themes.
    labels : (n,) int
        Theme of each post now.
    posts : DataFrame
        ``lang, date`` of the n posts.
    """
    counts = count_themes(labels, posts).reindex(table["theme"])
    notes = language_notes(labels, posts["lang"].tolist())
    table = table.assign(**{name: counts[name].to_numpy() for name in COUNTS})
    table["note"] = pd.array([notes.get(theme, "") for theme in table["theme"].tolist()], dtype="str")
    return table.sort_values(["n_posts", "theme"], ascending=[False, True], ignore_index=True)


def label_of(table: pd.DataFrame, state: State) -> dict[int, str]:
    """Say what each theme is called, hidden ones too, from the table of themes as they were found."""
    found: dict[int, str] = dict(zip(table["theme"].tolist(), table["label"].tolist(), strict=True))
    return {theme: state.names.get(theme, found[parts[0]]) for theme, parts in _by_size(table, state).items()}


def ranked(table: pd.DataFrame, state: State, sizes: pd.DataFrame, within: list[str], what: str) -> pd.DataFrame:
    """Join the ranked lists of merged themes, the largest part's first, and leave those of hidden themes out.

    Parameters
    ----------
    table : DataFrame
        ``theme, rank`` and more: keywords, or exemplars.
    state : State
    sizes : DataFrame
        Themes as they were found: ``theme, n_posts``.
    within : list of str
        Columns that part a theme's lists from each other, such as ``lang``.
    what : str
        The column that is ranked; a merged theme has each value once, in upper or lower case.
    """
    place = {part: at for parts in _by_size(sizes, state).values() for at, part in enumerate(parts)}
    lists = ["theme", *within]
    found = table.assign(
        theme=theme_of(table["theme"].to_numpy(), state),
        place=table["theme"].map(place),
        key=table[what].str.casefold(),
    )
    found = found[~found["theme"].isin(state.hidden)].sort_values([*lists, "place", "rank"])
    found = found.drop_duplicates([*lists, "key"]).reset_index(drop=True)
    found["rank"] = found.groupby(lists).cumcount() + 1
    return found.drop(columns=["place", "key"])


def tree(table: pd.DataFrame, state: State, label: dict[int, str]) -> pd.DataFrame:
    """Say what the themes in a hierarchy are called now; both nodes of a merged theme bear its number and label.

    Hidden themes have no label, by which a reader of the tree passes them over.
    """
    now = theme_of(table["theme"].to_numpy(), state)
    shown = {theme: "" if theme in state.hidden else name for theme, name in label.items()}
    named = [shown.get(theme, group) for theme, group in zip(now.tolist(), table["label"].tolist(), strict=True)]
    return table.assign(theme=now, label=pd.array(named, dtype="str"))


def _by_size(table: pd.DataFrame, state: State) -> dict[int, list[int]]:
    """List the parts of each theme, the largest first."""
    n = dict(zip(table["theme"].tolist(), table["n_posts"].tolist(), strict=True))
    return {theme: sorted(parts, key=lambda part: (-n[part], part)) for theme, parts in state.parts.items()}
