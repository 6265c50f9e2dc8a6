"""How much can be seen with so many posts: the smallest change of a share, and how many codes a share needs."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal

_LEAST = 1e-6
"""Differences and widths below a millionth are mistakes, and overflow."""


def detectable_share(
    share: float,
    n_before: float,
    n_after: float,
    *,
    direction: Literal["rise", "fall"] = "rise",
    deff: float = 1.0,
    power: float = 0.8,
    alpha: float = 0.05,
) -> float:
    r"""Share that would have to be reached for a change to be seen: the minimum detectable effect of two shares.

    The smallest rise, or fall, from :math:`p_0` to :math:`p_1` which a two-sided test of the difference at level
    :math:`\alpha` finds with the probability `power`:

    .. math:: \Phi\left(\frac{|p_1 - p_0| - z_{1-\alpha/2}\, s_0}{s_1}\right) = \text{power},

    where :math:`s_0^2 = d\,\bar p (1 - \bar p)(1/n_0 + 1/n_1)` with the pooled share :math:`\bar p`, and
    :math:`s_1^2 = d\,(p_0(1 - p_0)/n_0 + p_1(1 - p_1)/n_1)`; :math:`d` is the design effect.

    Parameters
    ----------
    share : float
        Share before, above 0 and below 1 by a millionth at least.
    n_before, n_after : float
        Posts in each period, above 0.
    direction : {"rise", "fall"}
    deff : float
        Design effect, above 0: posts of one week are more alike than posts at random, so that `n` of them tell
        no more than ``n / deff`` independent ones. Below 1 for what varies less than yes or no.
    power : float
        Probability of seeing the change, above `alpha` and below 1.
    alpha : float
        Level of the two-sided test, above 0 and below 1.

    Returns
    -------
    float
        Share after, 0 to 1; NaN where even a change to all, or to none, would not be seen with this power.

    Raises
    ------
    ValueError
        A parameter is out of its range, infinite or NaN, or the direction is neither.

    Warns
    -----
    Nothing is said about small samples: with fewer than about 5 expected posts in either cell, before or after, the
    normal approximation is optimistic, and its numbers should not be shown. The power is that of this test alone;
    tests that rank a change among changes at other dates have less.

    References
    ----------
    Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and Proportions, 3rd ed.,
    chapter 4. Wiley. The design effect is Kish's (1965, Survey Sampling).

    Examples
    --------
    >>> round(detectable_share(0.07, 270, 270), 5)
    0.14444
    >>> round(detectable_share(0.07, 270, 270, deff=1.5), 5)
    0.16474
    >>> round(detectable_share(0.2, 270, 270, direction="fall"), 3)
    0.113
    """
    _check_test(deff, power, alpha)
    if not (_LEAST <= share <= 1 - _LEAST and 0 < n_before < math.inf and 0 < n_after < math.inf):
        raise ValueError(f"needs a share from {_LEAST} to 1 - {_LEAST}, and finite n_before and n_after above 0")
    if direction not in ("rise", "fall"):
        raise ValueError("direction must be 'rise' or 'fall'")
    if direction == "fall":
        rise = detectable_share(min(1 - share, 1 - _LEAST), n_before, n_after, deff=deff, power=power, alpha=alpha)
        return 1 - rise
    from scipy.optimize import brentq

    normal = NormalDist()
    z = normal.inv_cdf(1 - alpha / 2)

    def lacking(after: float) -> float:
        pooled = (share * n_before + after * n_after) / (n_before + n_after)
        null = math.sqrt(deff * pooled * (1 - pooled) * (1 / n_before + 1 / n_after))
        spread = math.sqrt(deff * (share * (1 - share) / n_before + after * (1 - after) / n_after))
        return normal.cdf((after - share - z * null) / spread) - power

    if lacking(1.0) < 0:
        return math.nan
    return float(brentq(lacking, share, 1.0, xtol=1e-12))


def posts_needed(before: float, after: float, *, deff: float = 1.0, power: float = 0.8, alpha: float = 0.05) -> int:
    """Count the posts that each of two periods of one size needs for a change of a share to be seen.

    The inverse of `detectable_share` for ``n_before == n_after``, in closed form.

    Parameters
    ----------
    before, after : float
        The two shares, 0 to 1, a millionth or more apart.
    deff, power, alpha : float
        As for `detectable_share`.

    Returns
    -------
    int
        Posts in each period, at least 1.

    Raises
    ------
    ValueError
        A parameter is out of its range, infinite or NaN.

    Examples
    --------
    >>> posts_needed(0.07, 0.14444)
    270
    """
    _check_test(deff, power, alpha)
    if not (0 <= before <= 1 and 0 <= after <= 1 and abs(after - before) >= _LEAST):
        raise ValueError(f"needs two shares from 0 to 1 that differ by {_LEAST} at least")
    normal = NormalDist()
    mean = (before + after) / 2
    null = normal.inv_cdf(1 - alpha / 2) * math.sqrt(2 * mean * (1 - mean))
    spread = normal.inv_cdf(power) * math.sqrt(before * (1 - before) + after * (1 - after))
    return max(1, math.ceil(deff * ((null + spread) / (after - before)) ** 2 - 1e-6))


def codes_needed(
    share: float, half_width: float, posts: float = math.inf, *, correlation: float = 0.0, level: float = 0.95
) -> int:
    r"""Count the posts to code by hand for a share that is known to plus or minus `half_width`.

    :math:`n_0 = z^2 p (1 - p)(1 - \rho^2) / w^2`, and with the finite population :math:`n = n_0 / (1 + n_0 / N)`.

    Parameters
    ----------
    share : float
        Expected share of the code, above 0 and below 1.
    half_width : float
        Half of the width of the interval, a millionth or more.
    posts : float
        Posts that the share is about, N; infinite where it is about the process behind them.
    correlation : float
        Between the codes and a machine's score for every post, -1 to 1; 0 where there is no score.
    level : float
        Of the interval, above 0 and below 1.

    Returns
    -------
    int
        Posts drawn at random to be coded, from 0 to `posts`. With fewer than about 10 posts that carry the code the
        interval is wider than the formula says.

    Raises
    ------
    ValueError
        A parameter is out of its range, infinite (but for `posts`) or NaN.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., sections 4.4 and 7.3 (regression on an auxiliary variable).

    Examples
    --------
    >>> codes_needed(0.10, 0.05, 270, correlation=0.6)
    67
    """
    _check_codes(share, posts, correlation, level)
    if not _LEAST <= half_width < math.inf:
        raise ValueError(f"half_width must be finite and at least {_LEAST}")
    n = _z(level) ** 2 * share * (1 - share) * (1 - correlation**2) / half_width**2
    return math.ceil(n / (1 + n / posts) - 1e-9)


def half_width(
    share: float, coded: float, posts: float = math.inf, *, correlation: float = 0.0, level: float = 0.95
) -> float:
    """Half of the width of the interval of a share, from so many posts coded by hand; the inverse of `codes_needed`.

    Parameters
    ----------
    share : float
        Expected share of the code, above 0 and below 1.
    coded : float
        Posts coded, drawn at random: above 0, finite, at most `posts`.
    posts, correlation, level : float
        As for `codes_needed`.

    Returns
    -------
    float
        0 where every post is coded.

    Raises
    ------
    ValueError
        A parameter is out of its range, infinite (but for `posts`) or NaN.

    Examples
    --------
    >>> round(half_width(0.10, 67, 270, correlation=0.6), 4)
    0.0498
    """
    _check_codes(share, posts, correlation, level)
    if not (0 < coded <= posts and coded < math.inf):
        raise ValueError("coded must lie above 0, be finite and at most posts")
    return _z(level) * math.sqrt(share * (1 - share) * (1 - correlation**2) * max(0.0, 1 / coded - 1 / posts))


def _check_test(deff: float, power: float, alpha: float) -> None:
    if not (0 < deff < math.inf and 0 < alpha < power < 1):
        raise ValueError("needs a finite deff above 0 and 0 < alpha < power < 1")


def _check_codes(share: float, posts: float, correlation: float, level: float) -> None:
    if not (0 < share < 1 and posts > 0 and -1 <= correlation <= 1 and 0 < level < 1):
        raise ValueError("needs 0 < share < 1, posts above 0, -1 <= correlation <= 1 and 0 < level < 1")


def _z(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)
