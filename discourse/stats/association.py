"""How much groups tell about codes: Theil's U, and adjusted mutual information for posts with one code each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Explained:
    """What groups tell about codes, one entry a code.

    Attributes
    ----------
    information, entropy, chance : numpy.ndarray, shape (codes,)
        Bits a post: what the group tells of the code, what there is to tell, and what would be told by chance.
    """

    information: np.ndarray
    entropy: np.ndarray
    chance: np.ndarray

    def u(self) -> np.ndarray:
        """Theil's U of each code, 0 to 1: information over entropy; NaN where there is nothing to tell."""
        return _ratio(self.information, self.entropy)

    def adjusted(self) -> np.ndarray:
        """U of each code beyond chance, at most 1 and 0 on average where codes and groups have nothing in common."""
        return _ratio(self.information - self.chance, self.entropy - self.chance)

    def together(self) -> tuple[float, float]:
        """U of all codes, and the same beyond chance: bits told of all, over bits there are to tell."""
        told, there, chance = self.information.sum(), self.entropy.sum(), self.chance.sum()
        return float(_ratio(told, there)), float(_ratio(told - chance, there - chance))


def explained(hits: np.ndarray, posts: np.ndarray, permuted: np.ndarray) -> Explained:
    r"""Measure how much groups of posts tell about codes, each of which a post has or has not.

    With the share :math:`p` of posts that have a code, the share :math:`p_g` within group :math:`g`, :math:`n_g` of
    :math:`n` posts, and :math:`h(p) = -p \log_2 p - (1 - p) \log_2 (1 - p)`:

    .. math:: H = h(p), \quad I = h(p) - \sum_g \frac{n_g}{n} h(p_g), \quad U = \frac{I}{H}, \quad
              U_{adj} = \frac{I - \bar I}{H - \bar I}

    with the mean :math:`\bar I` over codes that were given to posts at random.

    Parameters
    ----------
    hits : numpy.ndarray, shape (codes, groups)
        Posts of each group that have the code.
    posts : numpy.ndarray, shape (groups,)
        Posts of each group; those in none are one more group.
    permuted : numpy.ndarray, shape (draws, codes, groups)
        Hits of codes given at random (see `discourse.stats.mapping.shuffled`).

    Returns
    -------
    Explained

    Raises
    ------
    ValueError
        The counts don't fit each other.

    References
    ----------
    Theil, H. (1970). On the estimation of relationships involving qualitative variables. American Journal of Sociology
    76(1). For the adjustment: Vinh, N. X., Epps, J. and Bailey, J. (2010). Information theoretic measures for
    clusterings comparison. Journal of Machine Learning Research 11.

    Examples
    --------
    >>> found = explained(np.array([[8, 1]]), np.array([10, 10]), np.array([[[4, 5]]]))
    >>> found.information.round(4).tolist(), found.u().round(4).tolist()
    ([0.3973], [0.4002])
    """
    y, n, drawn = (np.asarray(given, dtype="float64") for given in (hits, posts, permuted))
    if y.ndim != 2 or y.shape[1:] != n.shape or drawn.shape[1:] != y.shape or (y < 0).any() or (y > n).any():
        raise ValueError("needs hits from 0 to posts for each code and group, and as many at random")
    share = y.sum(axis=1) / n.sum()
    entropy = _bits(share)
    return Explained(_told(y, n, entropy), entropy, _told(drawn, n, entropy).mean(axis=0))


def adjusted_mutual_information(groups: np.ndarray, codes: np.ndarray) -> float:
    """Measure mutual information of groups and codes beyond chance, for posts that have one of each.

    Parameters
    ----------
    groups, codes : numpy.ndarray, shape (posts,)
        Posts in no group are one more group.

    Returns
    -------
    float
        1 where groups and codes are the same but for their names, 0 on average where they have nothing in common; NaN
        without posts.

    References
    ----------
    Vinh, N. X., Epps, J. and Bailey, J. (2010). Information theoretic measures for clusterings comparison. Journal of
    Machine Learning Research 11.

    Examples
    --------
    >>> round(adjusted_mutual_information(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])), 4)
    0.2988
    """
    from sklearn.metrics import adjusted_mutual_info_score

    return float(adjusted_mutual_info_score(codes, groups)) if len(codes) else float("nan")


def _told(hits: np.ndarray, posts: np.ndarray, entropy: np.ndarray) -> np.ndarray:
    held = posts > 0
    within = _bits(hits[..., held] / posts[held]) @ (posts[held] / posts.sum())
    return np.asarray(entropy - within)


def _bits(share: np.ndarray) -> np.ndarray:
    from scipy.special import entr

    return np.asarray((entr(share) + entr(1 - share)) / np.log(2))


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    known = np.asarray(whole) > 1e-12
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=known)
