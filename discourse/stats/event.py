"""Did a share move at an event: the weeks after it against those before, ranked among all other dates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from discourse.stats.contrast import checked, contrast, paired
from discourse.stats.permutation import p_value
from discourse.stats.shift import TINY, Shift, exchanges
from discourse.stats.swing import swing


@dataclass(frozen=True)
class Effect:
    """What `event` found, one entry a label.

    Attributes
    ----------
    difference : numpy.ndarray, shape (labels,)
        Share after minus share before, within strata: -1 to 1.
    low, high : numpy.ndarray, shape (labels,)
        Ends of its 95 % interval, from the spread between weeks, `swing` and a quantile of t; NaN where a side has
        fewer than two weeks with posts.
    p : numpy.ndarray, shape (labels,)
        Two-sided p-value of exchanging the weeks of both windows, tempered by `swing`.
    swing : numpy.ndarray, shape (labels,)
        How many times as large scores are at other dates as those of weeks that don't hang together: 1 or more.
    score : numpy.ndarray, shape (labels,)
        `difference` in units of its chance error; NaN where `p` is.
    placebo_p : numpy.ndarray, shape (labels,)
        Rank of the size of the score among those at `placebo_starts`: at least
        `placebo_floor`. NaN where `p` is.
    placebo_floor : float
        ``1 / (1 + dates)``: what `placebo_p` can't go below.
    placebo_starts : numpy.ndarray, shape (dates,), int64
        Other weeks an event might have begun in, at least a window away from this one.
    placebos, placebo_scores : numpy.ndarray, shape (labels, dates)
        Differences there, as they are and in units of their chance errors; NaN where no stratum has posts on both
        sides.
    pretrend, pretrend_p : numpy.ndarray, shape (labels,)
        Difference and permutation p-value one window earlier; NaN where the weeks don't reach back so far.
    """

    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    swing: np.ndarray
    score: np.ndarray
    placebo_p: np.ndarray
    placebo_floor: float
    placebo_starts: np.ndarray
    placebos: np.ndarray
    placebo_scores: np.ndarray
    pretrend: np.ndarray
    pretrend_p: np.ndarray


def fits(weeks: int, at: int, *, window: int, gap: int) -> bool:
    """Tell whether both windows of an event in week `at` lie within so many weeks.

    Examples
    --------
    >>> fits(20, 10, window=8, gap=2), fits(20, 9, window=8, gap=2), fits(20, 13, window=8, gap=2)
    (True, False, False)
    """
    return window + gap <= at <= weeks - window


def event(
    hits: np.ndarray,
    posts: np.ndarray,
    at: int,
    *,
    window: int = 8,
    gap: int = 2,
    spread: np.ndarray | float = 1.0,
    permutations: int = 1_999,
    seed: int = 0,
) -> Effect:
    r"""Compare the weeks from an event on with those before, and ask whether another date would do as well.

    With the window :math:`h`, the gap :math:`g` and the event in week :math:`\tau`

    .. math:: E_\tau = \sum_l W_l \left( p_l[\tau, \tau + h) - p_l[\tau - g - h, \tau - g) \right)

    over strata :math:`l` with posts on both sides, weighted by their posts there. Two p-values go with it. One is the
    rank of the score :math:`|z_\tau|`, :math:`z = E / s`, among all :math:`|z_{\tau'}|` with
    :math:`|\tau' - \tau| \ge h`, where :math:`s` is what chance alone makes of so many posts,

    .. math:: s^2 = \bar p (1 - \bar p) \sum_l W_l^2 (1 / n_{0l} + 1 / n_{1l}), \qquad
              \bar p = (y_0 + y_1 + \tfrac12) / (n_0 + n_1 + 1).

    The other exchanges the weeks of both windows, each whole in all strata, and counts how often
    :math:`|T| \ge |T_\tau| / r`, with :math:`T` as in `discourse.stats.shift.shift` and the swing :math:`r` of the
    scores at the other dates (see `discourse.stats.swing.swing`). It asks whether chance would part these weeks so,
    the rank whether shares swing as much all the time.

    Parameters
    ----------
    hits : numpy.ndarray, shape (labels, weeks, strata)
        Posts that count, or sums of what each counts, by week, in order of time, and stratum, such as language.
    posts : numpy.ndarray, shape (weeks, strata)
        All posts. Strata with posts in fewer than two weeks of either window are left out.
    at : int
        The week that begins with the event, counted from 0.
    window, gap : int
        Weeks on each side, at least 2, and weeks before the event that are left out, for what is anticipated.
    spread : float or numpy.ndarray, shape (labels,)
        Variance of a post, as a part of that of yes or no: 1/3 for ranks from 0 to 1.
    permutations : int
        At least 1.
    seed : int

    Returns
    -------
    Effect

    Raises
    ------
    ValueError
        The arrays don't fit each other, the windows don't fit the weeks, or no stratum has posts in two weeks of
        each window.

    Notes
    -----
    Placebo differences overlap, so that there are fewer of them in effect than in number: with few dates a rank says
    little, and with fewer than 19 none can be .05. Differences of shares themselves are larger where a share is
    larger: ranked so, a trend upwards passes for an event at its end, and a fall is hard to see after a rise.
    Log-odds do the same the other way round, and the dates at which a rare label has one post on one side and none on
    the other are as extreme as any event. In units of chance errors all dates are alike.

    Exchanges alone take weeks for independent: where they hang together (AR .6), 10 % of labels have p <= .05 without
    any event, and 5 % with the swing. Each label has its own, since one that moves
    on another date must not hide what others do on this one.

    Placebo dates: Abadie, A., Diamond, A. and Hainmueller, J. (2015). Comparative politics and the synthetic control
    method. American Journal of Political Science 59(2).

    Examples
    --------
    >>> posts = np.full((60, 1), 20)
    >>> hits = np.where(np.arange(60) >= 40, 6, 2)[None, :, None] + np.arange(60)[None, :, None] % 2
    >>> found = event(hits, posts, 40)
    >>> round(float(found.difference[0]), 3), float(found.placebo_p[0]) == found.placebo_floor
    (0.2, True)
    """
    plan = _Plan(at, window, gap, permutations, seed)
    y, n = _held(hits, posts, plan)
    share = _shares(y, n)
    found = contrast(y, n, plan.starts(n), window=window, gap=gap)
    return _effect(plan, y, n, *found, share * (1 - share), np.broadcast_to(spread, len(y)))


def between(
    hits: np.ndarray,
    posts: np.ndarray,
    at: int,
    pairs: np.ndarray,
    *,
    window: int = 8,
    gap: int = 2,
    spread: np.ndarray | float = 1.0,
    permutations: int = 1_999,
    seed: int = 0,
) -> Effect:
    """Compare the effects of an event on two labels: did one move by more than the other.

    Weeks are exchanged for both labels at once, so that what binds them together (one gives way to the other, or
    the same posts have both) stays in.

    Parameters
    ----------
    hits, posts, at, window, gap, spread, permutations, seed
        As for `event`.
    pairs : numpy.ndarray, shape (pairs, 2), int
        Rows of `hits`.

    Returns
    -------
    Effect
        One entry a pair; every difference is that of the first label minus that of the second: -2 to 2.

    Raises
    ------
    ValueError
        As `event` does.

    Examples
    --------
    >>> posts = np.full((60, 1), 20)
    >>> rises, stays = np.where(np.arange(60) >= 40, 6, 2), np.full(60, 5)
    >>> hits = np.stack([rises, stays])[:, :, None] + np.arange(60)[None, :, None] % 2
    >>> float(between(hits, posts, 40, np.array([[0, 1]])).difference[0].round(3))
    0.2
    """
    plan = _Plan(at, window, gap, permutations, seed)
    y, n = _held(hits, posts, plan)
    one, other = np.asarray(pairs).T
    # A post counts 1 for the first label, 0 for the second and a half for both or neither: half the difference.
    halves = (y[one] - y[other] + n) / 2
    share = _shares(y, n)
    variance = (share[one] + share[other] - (share[one] - share[other]) ** 2) / 4
    found = paired(y, n, plan.starts(n), one, other, window=window, gap=gap)
    every = np.broadcast_to(spread, len(y))
    return _effect(plan, halves, n, *found, variance, (every[one] + every[other]) / 2, scale=2)


@dataclass(frozen=True)
class _Plan:
    """Where the windows lie, and how weeks are exchanged."""

    at: int
    window: int
    gap: int
    permutations: int
    seed: int

    @property
    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Weeks before and after."""
        end = self.at - self.gap
        return np.arange(end - self.window, end), np.arange(self.at, self.at + self.window)

    @property
    def earlier(self) -> _Plan:
        return replace(self, at=self.at - self.window)

    def fits(self, n: np.ndarray) -> bool:
        return fits(len(n), self.at, window=self.window, gap=self.gap)

    def held(self, n: np.ndarray) -> np.ndarray:
        """Tell which strata have posts in two weeks of each window, without which nothing is known of their spread."""
        before, after = ((n[side] > 0).sum(axis=0) for side in self.sides)
        return np.minimum(before, after) >= 2

    def starts(self, n: np.ndarray) -> np.ndarray:
        """List the week of the event, and then the others in which one might have begun."""
        every = np.arange(self.window + self.gap, len(n) - self.window + 1)
        return np.r_[self.at, every[np.abs(every - self.at) >= self.window]]

    def shift(self, y: np.ndarray, n: np.ndarray, swings: np.ndarray | float = 1.0) -> Shift:
        """Exchange the weeks of both windows, whole in all strata; all NaN where that can't be done."""
        held = self.held(n) if self.fits(n) else np.zeros(n.shape[1], dtype=bool)
        if not held.any():
            none = np.full(len(y), np.nan)
            return Shift(none, none, none, np.array([]))
        weeks, strata = np.concatenate(self.sides), int(held.sum())
        difference, variance, counted, found = exchanges(
            y[:, weeks][:, :, held].reshape(len(y), len(weeks) * strata),
            n[weeks][:, held].ravel(),
            np.repeat(weeks >= self.at, strata),
            np.tile(np.arange(strata), len(weeks)),
            self.permutations,
            self.seed,
            np.repeat(weeks, strata),
        )
        t = np.abs(difference) / np.sqrt(variance + TINY)
        p = np.where(counted, p_value(t[0] / swings, t[1:]), np.nan)
        return Shift(difference[0], swings * np.sqrt(variance[0]), p, found.strata, found.df)

    def quantile(self, n: np.ndarray) -> float:
        """Quantile of t for the weeks with posts in both windows, less one for each."""
        from scipy.special import stdtrit

        weeks = sum(int(n[side].any(axis=1).sum()) for side in self.sides)
        return float(stdtrit(weeks - 2, 0.975))


def _held(hits: np.ndarray, posts: np.ndarray, plan: _Plan) -> tuple[np.ndarray, np.ndarray]:
    """Check what was given, and keep the strata that can be compared."""
    y, n = checked(hits, posts)
    if plan.window < 2 or plan.gap < 0 or not plan.fits(n):
        where = f"{len(n)} weeks around week {plan.at}"
        raise ValueError(f"{plan.window} weeks on both sides and {plan.gap} between don't fit {where}")
    held = plan.held(n)
    if not held.any():
        raise ValueError("no stratum has posts in two weeks of each window")
    return y[:, :, held], n[:, held]


def _shares(y: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Shares by label and stratum over all weeks, 0 to 1 whatever posts count."""
    return np.clip(y.sum(axis=1) / n.sum(axis=0), 0, 1)


def _effect(
    plan: _Plan,
    y: np.ndarray,
    n: np.ndarray,
    differences: np.ndarray,
    errors: np.ndarray,
    variance: np.ndarray,
    spread: np.ndarray,
    scale: int = 1,
) -> Effect:
    """Test differences at an event (the first column) against those at other dates, and by exchanging weeks."""
    scores = differences / errors / np.sqrt(spread)[:, None]
    swings = swing(scores[:, 1:], y, n, variance * spread[:, None])
    found, earlier = plan.shift(y, n, swings), plan.earlier.shift(y, n)
    half = scale * plan.quantile(n) * found.error
    difference, score = differences[:, 0], np.where(np.isnan(found.p), np.nan, scores[:, 0])
    starts = plan.starts(n)[1:]
    return Effect(
        difference=difference,
        low=np.maximum(-scale, difference - half),
        high=np.minimum(scale, difference + half),
        p=found.p,
        swing=swings,
        score=score,
        placebo_p=p_value(np.abs(score), np.abs(scores[:, 1:]).T),
        placebo_floor=1 / (1 + len(starts)),
        placebo_starts=starts,
        placebos=differences[:, 1:],
        placebo_scores=scores[:, 1:],
        pretrend=scale * earlier.difference,
        pretrend_p=earlier.p,
    )
