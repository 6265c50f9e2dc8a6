"""The hierarchy behind the themes: a density tree, condensed to groups that are large and lasting enough.

HDBSCAN arranges posts in a hierarchy by density. As the density rises from nothing, groups lose posts and split.
Here a split counts only where both sides are large enough and last long enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CONTRAST = 1.2
"""A side of a split must hold together at this many times the density of the split. Below, the splits of random
directions, which have no themes, would count (measured on vectors without structure)."""

LARGE = 0.5
"""In a group of more than this share of all posts, any split of that contrast counts."""

_SHORTEST = 1e-6


@dataclass(frozen=True)
class DensityTree:
    """Groups of posts and the range of densities over which each exists; a density is 1 / distance.

    Groups are numbered from 0, the whole; every group's number is larger than its parent's.

    Attributes
    ----------
    parent : ndarray of shape (g,), int
        The group each split off from; -1 for the whole.
    birth, death : ndarray of shape (g,), float
        Densities at which it split off, and at which it splits or falls apart.
    size : ndarray of shape (g,), int
        Posts at its birth.
    node : ndarray of shape (g,), int
        Its node in the hierarchy at its birth, which names it whatever else counts.
    home : ndarray of shape (n,), int
        The last group each post was in.
    left : ndarray of shape (n,), float
        The density at which it left that group, or at which that group fell apart.
    """

    parent: np.ndarray
    birth: np.ndarray
    death: np.ndarray
    size: np.ndarray
    node: np.ndarray
    home: np.ndarray
    left: np.ndarray


def condense(merges: np.ndarray, min_size: int, *, contrast: float = CONTRAST, lasting: float = 1.0) -> DensityTree:
    """Keep the splits of a single-linkage hierarchy that a person would call splits.

    A side of a split counts when `min_size` of its posts hold together at `contrast` times the density of the
    split, and, measured in ratios of densities, for at least `lasting` times as long after the split as the
    group lasted before it. The second condition is waived in a group with more than half of all posts, as a
    theme with most of a corpus in it tells little. Where both sides count, the group splits; where one does,
    the group goes on as that side and the other's posts have left it; where none does, it stays one group.

    Plain condensing (Campello, Moulavi and Sander 2013) is ``contrast=1, lasting=0``; choosing the leaves of a
    tree so simplified takes the place of choosing by excess of mass, which can jump from dozens of themes to
    two as `min_size` grows by a little.

    The number of leaves never rises with `min_size`. A side that counts at a larger `min_size` counts at a
    smaller one, too: it holds fewer posts together for longer, and its group, with more splits before it, is
    no older. And a node around one that counts is denser at heart, splits off earlier, and so counts itself.

    Parameters
    ----------
    merges : ndarray of shape (n - 1, 4)
        Single-linkage tree as scipy lays it out: two nodes, their distance, posts in both; ascending distances.
    min_size : int
        Fewest posts of a group, at least 2.
    contrast : float
        At least 1.
    lasting : float
        At least 0.

    Returns
    -------
    DensityTree
    """
    n = len(merges) + 1
    children = merges[:, :2].astype(np.int64).tolist()
    shortest = max(_SHORTEST * float(merges[-1, 2]), np.finfo(float).tiny)
    density = (1.0 / np.maximum(merges[:, 2], shortest)).tolist()
    sizes = np.concatenate([np.ones(n, np.int64), merges[:, 3].astype(np.int64)]).tolist()
    peak = _peaks(children, density, sizes, min_size)
    whole_since = max(d for d, size in zip(density, sizes[n:], strict=True) if size > n / 2)

    def counts(node: int, split: int, group: int) -> bool:
        needed = contrast
        if sizes[n + split] <= LARGE * n:
            since = birth[group] if group else whole_since
            needed = max(contrast, (density[split] / since) ** lasting)
        return bool(sizes[node] >= min_size and peak[node] >= needed * density[split])

    parent, birth, death, born_as = [-1], [0.0], [0.0], [2 * n - 2]
    group = [0] * (2 * n - 1)
    left: list[float | None] = [None] * (2 * n - 1)
    for merge in range(n - 2, -1, -1):
        node, here = n + merge, group[n + merge]
        if left[node] is not None:
            for child in children[merge]:
                group[child], left[child] = here, left[node]
            continue
        death[here] = max(death[here], density[merge])
        counting = [child for child in children[merge] if counts(child, merge, here)]
        for child in children[merge]:
            group[child] = here
            if len(counting) == 2:
                group[child] = len(parent)
                parent.append(here)
                birth.append(density[merge])
                death.append(density[merge])
                born_as.append(child)
            elif child not in counting and (counting or sizes[child] < min_size):
                left[child] = density[merge]
    return DensityTree(
        parent=np.array(parent),
        birth=np.array(birth),
        death=np.array(death),
        size=np.array([sizes[node] for node in born_as]),
        node=np.array(born_as),
        home=np.array(group[:n]),
        left=np.array(left[:n], dtype=float),
    )


def _peaks(children: list[list[int]], density: list[float], sizes: list[int], min_size: int) -> list[float]:
    """Give the highest density at which each node still holds `min_size` posts together; 0 where it never does."""
    n = len(density) + 1
    peak = [0.0] * (2 * n - 1)
    for merge, (one, other) in enumerate(children):
        if sizes[n + merge] >= min_size:
            peak[n + merge] = max(peak[one], peak[other]) or density[merge]
    return peak


def leaves(tree: DensityTree) -> np.ndarray:
    """Say which groups don't split: ndarray of shape (g,), bool."""
    found = np.ones(len(tree.parent), dtype=bool)
    found[tree.parent[1:]] = False
    return found


def posts_below(parent: np.ndarray, node: np.ndarray) -> np.ndarray:
    """Count the posts of each group of a tree, those of the groups within it among them.

    Parameters
    ----------
    parent : ndarray of shape (g,), int
        The group each lies in, with a smaller number; -1 for the whole.
    node : ndarray of shape (n,), int
        The smallest group each post is in.

    Returns
    -------
    ndarray of shape (g,), int64

    Examples
    --------
    >>> posts_below(np.array([-1, 0, 0]), np.array([0, 1, 1, 2])).tolist()
    [4, 2, 1]
    """
    counts = np.bincount(node, minlength=len(parent)).astype(np.int64)
    for group in range(len(parent) - 1, 0, -1):
        counts[parent[group]] += counts[group]
    return counts
