"""The hierarchy behind the themes: a density tree, condensed to groups that are large and lasting enough.

HDBSCAN arranges posts in a hierarchy by density. As the density rises from nothing, groups lose posts and split.
Here a split counts only where both sides are large enough and last long enough.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

CONTRAST = 1.5
"""A side of a split must hold together at this many times the density of the split. From 1.2 on, the splits of random
directions, which have no themes, don't count (measured on vectors without structure); somewhat more leaves out
splits that don't agree with what people tell apart (measured on crisis tweets)."""

LARGE = 0.5
"""In a group of more than this share of all posts, any split of that contrast counts."""

CLOSE = 0.2
"""A theme's posts hold on to it at this share of the density at which half of them do, or more. At smaller shares
posts scattered between themes are in them, at larger ones posts that people count among a theme's are left out."""

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
        Its posts, those of the groups within it among them.
    node : ndarray of shape (g,), int
        Its node in the hierarchy at its birth, which names it whatever else counts.
    home : ndarray of shape (n,), int
        The last group each post was in.
    left : ndarray of shape (n,), float
        The density at which it left that group, or at which that group fell apart.
    tie : ndarray of shape (n,), int
        The post that it, alone or with others, was tied to as it left.
    """

    parent: np.ndarray
    birth: np.ndarray
    death: np.ndarray
    size: np.ndarray
    node: np.ndarray
    home: np.ndarray
    left: np.ndarray
    tie: np.ndarray


def condense(
    merges: np.ndarray, ends: np.ndarray, min_size: int, *, contrast: float = CONTRAST, lasting: float = 1.0
) -> DensityTree:
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
    ends : ndarray of shape (n - 1, 2), int
        For each merge the edge of the minimum spanning tree behind it: a post of the one node and one of the other.
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
    tie = [-1] * (2 * n - 1)
    joined = ends.astype(np.int64).tolist()
    for merge in range(n - 2, -1, -1):
        node, here = n + merge, group[n + merge]
        if left[node] is not None:
            for child in children[merge]:
                group[child], left[child], tie[child] = here, left[node], tie[node]
            continue
        death[here] = max(death[here], density[merge])
        counting = [child for child in children[merge] if counts(child, merge, here)]
        for side, child in enumerate(children[merge]):
            group[child] = here
            if len(counting) == 2:
                group[child] = len(parent)
                parent.append(here)
                birth.append(density[merge])
                death.append(density[merge])
                born_as.append(child)
            elif child not in counting and (counting or sizes[child] < min_size):
                left[child], tie[child] = density[merge], joined[merge][1 - side]
    return DensityTree(
        parent=np.array(parent),
        birth=np.array(birth),
        death=np.array(death),
        size=np.array([sizes[node] for node in born_as]),
        node=np.array(born_as),
        home=np.array(group[:n]),
        left=np.array(left[:n], dtype=float),
        tie=np.array(tie[:n]),
    )


def _peaks(children: list[list[int]], density: list[float], sizes: list[int], min_size: int) -> list[float]:
    """Give the highest density at which each node still holds `min_size` posts together; 0 where it never does."""
    n = len(density) + 1
    peak = [0.0] * (2 * n - 1)
    for merge, (one, other) in enumerate(children):
        if sizes[n + merge] >= min_size:
            peak[n + merge] = max(peak[one], peak[other]) or density[merge]
    return peak


def gather(tree: DensityTree) -> DensityTree:
    """Decide which posts belong to the groups that don't split, by how closely they hold on to them.

    Groups are born at a split and die at their heart. Both leave a person wondering: a post may have left just
    before the split, near as it is to one side, and another, scattered far around, may leave just after it. So
    each post follows its ties, which lead by way of posts that stayed longer to one of the groups that don't split,
    and belongs to it when it held on at `CLOSE` times the median density of that group's posts, or more.

    Parameters
    ----------
    tree : DensityTree
        As :func:`condense` gives it.

    Returns
    -------
    DensityTree
        With another `home` for such posts, and the `size` that follows; posts that belong nowhere stay in a group
        that splits. No group has fewer posts than `condense` was told: those at its heart are above the median. A
        whole that doesn't split keeps all its posts.
    """
    theme = leaves(tree)
    if theme[0]:
        return tree
    end = np.where(theme[tree.home], np.arange(len(tree.tie)), tree.tie)
    while not theme[tree.home[end]].all():
        end = end[end]
    nearest = tree.home[end]
    typical = np.zeros(len(theme))
    for group in np.flatnonzero(theme):
        typical[group] = np.median(tree.left[tree.home == group])
    elsewhere = np.where(theme[tree.home], tree.parent[tree.home], tree.home)
    home = np.where(tree.left >= CLOSE * typical[nearest], nearest, elsewhere)
    return replace(tree, home=home, size=posts_below(tree.parent, home))


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
