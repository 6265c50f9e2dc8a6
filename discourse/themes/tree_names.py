"""Names for the groups of the hierarchy, so that it can be read: what each has that its neighbours don't."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.themes.keywords import Vocabulary, choose
from discourse.themes.labels import label_themes
from discourse.themes.languages import language_mix
from discourse.themes.noise import NOISE

_LARGEST = 0.6  # of the named group around it, or of all posts: a larger one differs too little
_WORDS = 5  # keywords that a name is made of, with some in store where names would be the same


def name_tree(
    tree: pd.DataFrame, node: np.ndarray, langs: Sequence[str], vocabulary: Vocabulary, labels: dict[int, str]
) -> pd.DataFrame:
    """Give each group of a hierarchy that is worth it a name.

    Parameters
    ----------
    tree
        Columns node, parent, kind and theme (`discourse.themes.cluster.Clustering`).
    node
        (n,) the smallest group each post is in.
    langs
        The n posts' main languages.
    vocabulary
        The n posts' terms.
    labels
        Theme to its label.

    Returns
    -------
    pandas.DataFrame
        The tree with a column label. Themes have theirs. A broader group is named by the keywords of its posts
        against those outside, a finer one by its keywords against the rest of its theme. The label is "" for
        groups that say nothing as such: the whole, what holds more than three fifths of the named group around it
        (or of all posts), and what is only left where one theme (or, in a theme, one finer group) was split off.
        A reader of the tree skips them.
    """
    shape = _Shape.of(tree, node)
    names = {int(g): labels[int(theme)] for g, theme in zip(tree["node"], tree["theme"], strict=True) if theme != NOISE}
    for groups, among in shape.comparisons():
        found = groups[node]
        words = choose(vocabulary, found, top=_WORDS, among=among[node])
        mix = language_mix(np.where(among[node], found, NOISE), langs)
        named = label_themes(words, mix, noun="group")
        names |= dict(zip(named["theme"].tolist(), named["label"].tolist(), strict=True))
    return tree.assign(label=pd.array([names.get(int(g), "") for g in tree["node"]], dtype="str"))


@dataclass(frozen=True)
class _Shape:
    """Which groups are named, and which of them lies in which.

    Attributes
    ----------
    parent, kind
        As in the tree, by group.
    above
        (g,) the nearest named group or theme that each lies in; -1 where there is none.
    named
        (g,) whether it gets a name of its own; themes have theirs already.
    """

    parent: list[int]
    kind: list[str]
    above: list[int]
    named: list[bool]

    @classmethod
    def of(cls, tree: pd.DataFrame, node: np.ndarray) -> _Shape:
        parent, kind = tree["parent"].tolist(), tree["kind"].tolist()
        held = np.bincount(node, minlength=len(parent))
        children: list[list[int]] = [[] for _ in parent]
        for g in range(len(parent) - 1, 0, -1):
            held[parent[g]] += held[g]
            children[parent[g]].append(g)
        above, named = [-1] * len(parent), [False] * len(parent)
        for g in range(1, len(parent)):
            up = parent[g]
            above[g] = up if named[up] or kind[up] == "theme" else above[up]
            only_left = any(not _splits(kind, children, other) for other in children[up] if other != g)
            match kind[g]:
                case "broader":
                    named[g] = not only_left and held[g] <= _LARGEST * (held[above[g]] if above[g] >= 0 else len(node))
                case "finer":
                    named[g] = not (only_left and children[g])
        return cls(parent, kind, above, named)

    def comparisons(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield what is to be told apart: for each group the named group it belongs to (or -1), and whether it counts.

        Broader groups are compared level by level with everything, finer ones with the rest of their theme or group.
        """
        level = [0] * len(self.parent)
        within: dict[int, list[int]] = {}
        for g, up in enumerate(self.above):
            level[g] = level[up] + 1 if up >= 0 else 0
            if self.named[g] and self.kind[g] == "finer":
                within.setdefault(up, []).append(g)
        broader = [g for g, named in enumerate(self.named) if named and self.kind[g] == "broader"]
        for depth in sorted({level[g] for g in broader}):
            chosen = [g for g in broader if level[g] == depth]
            yield self._belonging(chosen), np.ones(len(self.parent), dtype=bool)
        for up, groups in within.items():
            yield self._belonging(groups), self._belonging([up]) == up

    def _belonging(self, chosen: list[int]) -> np.ndarray:
        """Find which of the chosen groups each group is or lies in, or -1."""
        found = np.full(len(self.parent), NOISE, dtype=np.int64)
        found[chosen] = chosen
        for g, up in enumerate(self.parent):
            if found[g] == NOISE and up >= 0:
                found[g] = found[up]
        return found


def _splits(kind: list[str], children: list[list[int]], group: int) -> bool:
    """Tell whether a group splits into groups of its own kind; a theme's finer groups are its own matter."""
    return kind[group] != "theme" and bool(children[group])
