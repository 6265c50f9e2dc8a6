"""What is true of the sample corpus: how every post was written, and every change that was planted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from discourse.stats.shift import shift

CONCEPTS = {
    "global_south": "global_south",
    "anti_us_trade": "anti_us_trade",
    "insurgent_multilateralism": "insurgent",
    "incumbent_multilateralism": "incumbent",
    "security_sovereignty": "security",
    "belt_and_road": "bri",
    "people_to_people": "people",
    "wolf_warrior": "wolf",
}
"""Concept to the mark of the bodies that hold it."""

AXES = {
    "multilateralism": ("insurgent", "incumbent"),
    "global_south_role": ("member", "protector"),
    "tone": ("conciliatory", "confrontational"),
}
"""Axis to the marks of its two poles."""

WINDOW, GAP = 8, 2
"""Weeks on each side of an event, and weeks left out before it."""
_SIMULATIONS = 400
_PERMUTATIONS = 399
_LEVEL = 0.05


def of_posts(posts: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Say of every post which concepts it holds (0 or 1) and where it stands on each axis (-1, 0, 1)."""
    both = pd.concat([posts, others], ignore_index=True)
    marks = [set(cell.split(";")) for cell in both["marks"]]
    found = {"id": both["id"]}
    found |= {name: [int(mark in held) for held in marks] for name, mark in CONCEPTS.items()}
    found |= {
        f"axis_{name}": [int(high in held) - int(low in held) for held in marks] for name, (low, high) in AXES.items()
    }
    return pd.DataFrame(found | {"duplicate_of": both["duplicate_of"].fillna(""), "body": both["body"]})


def of_shifts(posts: pd.DataFrame, planted: list[dict[str, Any]]) -> pd.DataFrame:
    """Count every planted change, and say how surely the test that should see it does, and what it should say."""
    return pd.DataFrame([_told(posts, said, seed) for seed, said in enumerate(planted)])


def _told(posts: pd.DataFrame, said: dict[str, Any], seed: int) -> dict[str, Any]:
    if "where" in said:
        posts = posts[holds(posts, "tag", said["where"])]
    hit = holds(posts, said["kind"], said["label"])
    day = posts["date"].to_numpy(dtype="datetime64[D]")
    rng = np.random.default_rng(seed)
    if said["test"] == "shift":
        block = blocks(day, said["blocks"])
        sides = [between(day, said["from"]), between(day, said["to"])]
        power = _power_of_shift(hit, block, sides, rng)
    else:
        date = np.datetime64(said["date"])
        week = (day - date).astype(int) // 7
        sides = [(week >= -GAP - WINDOW) & (week < -GAP), (week >= 0) & (week < WINDOW)]
        fits = date + 7 * WINDOW <= day.max() + 1
        power = _power_of_event(hit, week, rng) if fits else 0.0
        said = said | {"from": _range(day[sides[0]]), "to": _range(day[sides[1]]), "blocks": "week"}
    before, after = sides
    return {
        "name": said["name"],
        "kind": said["kind"],
        "label": said["label"],
        "where": f"tags={said['where']}" if "where" in said else "",
        "test": said["test"],
        "from": said["from"],
        "to": said["to"],
        "date": said.get("date", ""),
        "blocks": said["blocks"],
        "n_from": int(before.sum()),
        "n_to": int(after.sum()),
        "hits_from": int(hit[before].sum()),
        "hits_to": int(hit[after].sum()),
        "share_from": round(float(hit[before].mean()), 4),
        "share_to": round(float(hit[after].mean()), 4),
        "power": round(power, 2),
        "verdict": said["verdict"],
        "note": said["note"],
    }


def holds(posts: pd.DataFrame, kind: str, label: str) -> np.ndarray:
    """Tell which posts have a label (any of several, parted by semicolons) of a kind: (posts,) bool."""
    column = {"tag": "tags", "dimension": "dimension", "subcategory": "subcategory"}.get(kind, "marks")
    names = set(label.split(";"))
    wanted = {CONCEPTS[name] for name in names} if kind == "concept" else names
    return np.array([not wanted.isdisjoint(cell.split(";")) for cell in posts[column]])


def between(day: np.ndarray, period: str) -> np.ndarray:
    """Tell which days lie in a quarter (2024Q1) or a range (2024-01-02..2024-02-01): (posts,) bool."""
    if ".." in period:
        first, last = map(np.datetime64, period.split(".."))
        return np.asarray((day >= first) & (day <= last))
    year, quarter = map(int, period.split("Q"))
    months = day.astype("datetime64[M]").astype(int)
    return np.asarray(months // 3 == (year - 1970) * 4 + quarter - 1)


def blocks(day: np.ndarray, size: str) -> np.ndarray:
    """Give each day its number, or that of its week from Monday to Sunday: (posts,) int."""
    number = day.astype(int)
    return number if size == "day" else (number + 3) // 7


def _power_of_shift(hit: np.ndarray, block: np.ndarray, sides: list[np.ndarray], rng: np.random.Generator) -> float:
    """Draw blocks of each period again, and count how often the test of the difference is significant."""
    cells = [_counts(hit[side], block[side]) for side in sides]
    found = 0
    for _ in range(_SIMULATIONS):
        (y0, n0), (y1, n1) = (_again(*cell, rng) for cell in cells)
        later = np.arange(len(n0) + len(n1)) >= len(n0)
        seed = int(rng.integers(2**31))
        p = shift(np.r_[y0, y1], np.r_[n0, n1], later, permutations=_PERMUTATIONS, seed=seed).p[0]
        found += bool(p <= _LEVEL)
    return found / _SIMULATIONS


def _power_of_event(hit: np.ndarray, week: np.ndarray, rng: np.random.Generator) -> float:
    """Draw the weeks of both windows again; an effect has to be larger than those at other dates, too."""
    first, last = week.min() + 1, week.max() - 1  # whole weeks
    y, n = (np.array([part[week == w].sum() for w in range(first, last + 1)]) for part in (hit, np.ones_like(week)))
    zero = -first

    def sides(start: int) -> list[tuple[np.ndarray, np.ndarray]]:
        windows = slice(start - GAP - WINDOW, start - GAP), slice(start, start + WINDOW)
        return [(y[window], n[window]) for window in windows]

    starts = range(GAP + WINDOW, len(n) - WINDOW + 1)
    other = [_effect(*sides(start)) for start in starts if abs(start - zero) >= WINDOW]
    found = 0
    for _ in range(_SIMULATIONS):
        (y0, n0), (y1, n1) = drawn = [_again(*side, rng) for side in sides(zero)]
        effect = _effect(*drawn)
        rank = (1 + sum(effect <= placebo for placebo in other)) / (1 + len(other))
        later = np.arange(2 * WINDOW) >= WINDOW
        seed = int(rng.integers(2**31))
        p = shift(np.r_[y0, y1], np.r_[n0, n1], later, permutations=_PERMUTATIONS, seed=seed).p[0]
        found += bool(p <= _LEVEL and rank <= _LEVEL)
    return found / _SIMULATIONS


def _effect(before: tuple[np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray]) -> float:
    """Size of the difference between the shares of two windows, each given as hits and posts of its weeks."""
    (y0, n0), (y1, n1) = before, after
    return float(abs(y1.sum() / n1.sum() - y0.sum() / n0.sum()))


def _counts(hit: np.ndarray, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    number = np.unique(block, return_inverse=True)[1]
    return np.bincount(number, hit), np.bincount(number)


def _again(y: np.ndarray, n: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    drawn = rng.integers(0, len(n), len(n))
    return y[drawn], n[drawn]


def _range(days: np.ndarray) -> str:
    return f"{days.min()}..{days.max()}" if len(days) else ""
