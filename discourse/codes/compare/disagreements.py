"""The posts on which people and machine disagree most: those to read first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.codes.compare.beside import FEWEST, Beside, Scheme

COLUMNS = ["rank", "bits", "post_id", "date", "lang", "label", "label_id", "codes", "fits", "fits_id", "why", "text"]
_PRIOR = 5.0
"""Posts that every label is taken to have had already, with as many codes as all posts."""
_LEAST = 3.0
"""Bits from which a post is listed: its codes are eight times as likely elsewhere."""
_MOST = 500
_REASONS = 3


def disagreements(beside: Beside) -> pd.DataFrame:
    r"""List the posts whose codes would put them under another label than the machine did.

    With the share :math:`p_{cg}` of the coded posts under label :math:`g` that have code :math:`c`, drawn a little
    towards that of all posts, and :math:`y_c` for the codes of a post, its codes have the likelihood
    :math:`\sum_c \log_2 (p_{cg}^{y_c} (1 - p_{cg})^{1 - y_c})` under each label. A post is as much of a disagreement as
    the label that fits its codes best is likelier than its own, in bits. For its own label only posts of other weeks
    count.

    Parameters
    ----------
    beside : Beside

    Returns
    -------
    pandas.DataFrame
        ``rank, bits, post_id, date, lang, label, label_id`` (the machine's), ``codes`` (people's), ``fits, fits_id``
        (the label that the codes fit best), ``why`` (the codes that say so most, given or missing), ``text``. At most
        500 posts, of three bits or more; only codes that ten posts have, and labels that ten coded posts have, count.

    Notes
    -----
    An order in which to read, and no measure: codes are taken to be independent of each other, which they are not.
    """
    n, n_cells = len(beside.posts), beside.member.shape[1]
    own, other = np.zeros(n), np.zeros((n, n_cells), dtype="float32")
    parts = [_rates(scheme, n_cells) for scheme in beside.schemes]
    for scheme, (rate, rate_own) in zip(beside.schemes, parts, strict=True):
        own[scheme.rows] += _bits(scheme.given, rate_own).sum(axis=0)
        given, without = scheme.given.T.astype("float32"), np.log2(1 - rate)
        other[scheme.rows] += given @ (np.log2(rate) - without).astype("float32") + without.sum(axis=0)
        other[scheme.rows, scheme.groups.cell] = -np.inf
    large = np.bincount(beside.cell[_coded(beside)], minlength=n_cells) >= FEWEST
    other[:, ~large] = -np.inf
    best = other.argmax(axis=1)
    bits = np.where(np.isfinite(other.max(axis=1)), other.max(axis=1) - own, 0.0)
    order = np.lexsort((beside.posts["post_id"].to_numpy(dtype=object).astype("str"), -bits))
    chosen = order[bits[order] >= _LEAST][:_MOST]
    codes, why = _told(beside, parts, chosen, best)
    names = [beside.named(np.flatnonzero(beside.member[:, one]).tolist()) for one in range(n_cells)]
    posts = beside.posts.iloc[chosen]
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(chosen) + 1),
            "bits": bits[chosen],
            "post_id": posts["post_id"].to_numpy(),
            "date": posts["day"].dt.strftime("%Y-%m-%d").to_numpy(),
            "lang": posts["lang"].to_numpy(),
            "label": [names[one][1] or "(in none)" for one in beside.cell[chosen]],
            "label_id": [names[one][0] for one in beside.cell[chosen]],
            "codes": codes,
            "fits": [names[one][1] or "(in none)" for one in best[chosen]],
            "fits_id": [names[one][0] for one in best[chosen]],
            "why": why,
            "text": posts["text"].to_numpy(),
        },
        columns=COLUMNS,
    )


def _rates(scheme: Scheme, n_cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Share of posts with each code: by cell, and for each post among those of its cell in other weeks.

    Shapes (codes, cells) and (codes, posts); a half everywhere for codes that don't count.
    """
    cell = scheme.groups.cell
    week = np.unique(np.c_[cell, scheme.groups.block], axis=0, return_inverse=True)[1].ravel()
    posts = np.bincount(cell, minlength=n_cells)
    posts_elsewhere = posts[cell] - np.bincount(week)[week]
    rate, rate_own = np.full((len(scheme.codes), n_cells), 0.5), np.full(scheme.given.shape, 0.5)
    for at, held in enumerate(scheme.given):
        if not FEWEST <= held.sum() < len(held):
            continue
        hits = np.bincount(cell, held, n_cells)
        elsewhere = hits[cell] - np.bincount(week, held)[week]
        prior = _PRIOR * held.mean()
        rate[at] = (hits + prior) / (posts + _PRIOR)
        rate_own[at] = (elsewhere + prior) / (posts_elsewhere + _PRIOR)
    return rate, rate_own


def _bits(held: np.ndarray, rate: np.ndarray) -> np.ndarray:
    return np.asarray(np.log2(np.where(held, rate, 1 - rate)))


def _coded(beside: Beside) -> np.ndarray:
    return np.unique(np.concatenate([scheme.rows for scheme in beside.schemes]))


def _told(
    beside: Beside, parts: list[tuple[np.ndarray, np.ndarray]], chosen: np.ndarray, best: np.ndarray
) -> tuple[list[str], list[str]]:
    """Name the codes of some posts, and those that speak most for the other label."""
    place = np.full(len(beside.posts), -1)
    place[chosen] = np.arange(len(chosen))
    codes: list[dict[str, None]] = [{} for _ in chosen]
    gains: list[list[tuple[float, str, str]]] = [[] for _ in chosen]
    for scheme, (rate, rate_own) in zip(beside.schemes, parts, strict=True):
        inside = np.flatnonzero(place[scheme.rows] >= 0)
        fits = best[scheme.rows[inside]]
        for at, name in enumerate(scheme.codes):
            held, here, there = scheme.given[at, inside], rate_own[at, inside], rate[at, fits]
            gain = _bits(held, there) - _bits(held, here)
            for turn, one in enumerate(place[scheme.rows[inside]]):
                if held[turn]:
                    codes[one][name] = None
                if gain[turn] > 0:
                    sign = "" if held[turn] else "not "
                    rates = f"({here[turn]:.0%} here, {there[turn]:.0%} there)"
                    gains[one].append((gain[turn], f"{sign}{name}", rates))
    return ["; ".join(one) for one in codes], [_reasons(some) for some in gains]


def _reasons(gains: list[tuple[float, str, str]]) -> str:
    """Name the codes that speak most for the other label; one that is in several schemes once."""
    told: dict[str, str] = {}
    for _, name, rates in sorted(gains, key=lambda one: -one[0]):
        told.setdefault(name, rates)
    return "; ".join(f"{name} {rates}" for name, rates in list(told.items())[:_REASONS])
