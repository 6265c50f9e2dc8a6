"""A second coder: reads the same posts with the same codebook, and not always to the same end."""

from __future__ import annotations

import numpy as np
import pandas as pd

_CONFUSED = {
    "dimension": {"Global": "Bilateral", "Bilateral": "Global", "Domestic": "Other", "Other": "Domestic"},
    "subcategory": {
        "trade": "transport and logistics",
        "transport and logistics": "trade",
        "energy": "trade",
        "education": "other",
        "tourism and cross-border flow": "official statements and visits",
        "other": "official statements and visits",
        "official statements and visits": "other",
    },
    "topics": {
        "diplomacy": "politics",
        "politics": "diplomacy",
        "technology": "economy",
        "economy": "politics",
        "society": "culture",
        "culture": "society",
        "transport": "economy",
        "tourism": "culture",
        "security": "politics",
        "energy": "economy",
        "environment": "technology",
        "education": "culture",
    },
}
_RATES = {"dimension": 0.06, "subcategory": 0.12, "topics": 0.12}
_OVERLOOKED = 0.12
"""Chance that a tag other than the first is not given."""
_ADDED = {
    "trade": "investment", "visits": "forums", "Global South": "development", "tariffs": "trade",
    "technology": "science", "culture": "tourism", "tourism": "culture", "security": "United States",
    "aid": "Global South", "transport": "infrastructure",
}  # fmt: skip
_ADDITION = 0.08


def second_coder(posts: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Code a random `n` posts again: columns id, dimension, topics, subcategory, tags."""
    drawn = posts.iloc[np.sort(rng.choice(len(posts), n, replace=False))]
    return pd.DataFrame([_coded(row, rng) for row in drawn.to_dict("records")])


def _coded(row: dict[str, str], rng: np.random.Generator) -> dict[str, str]:
    coded = {"id": row["id"]}
    for code in ("dimension", "subcategory"):
        given = row[code]
        coded[code] = _CONFUSED[code].get(given, given) if rng.random() < _RATES[code] else given
    # A subcategory goes with one dimension only.
    if coded["dimension"] != "Bilateral":
        coded["subcategory"] = ""
    elif row["dimension"] != "Bilateral":
        coded["subcategory"] = "other"
    topics = [
        _CONFUSED["topics"].get(topic, topic) if rng.random() < _RATES["topics"] else topic
        for topic in row["topics"].split(";")
    ]
    first, *others = row["tags"].split(";")
    tags = [first, *(tag for tag in others if rng.random() >= _OVERLOOKED)]
    tags += [_ADDED[tag] for tag in tags if tag in _ADDED and rng.random() < _ADDITION]
    coded["topics"] = ";".join(dict.fromkeys(topics))
    coded["tags"] = ";".join(dict.fromkeys(tags))
    return {code: coded[code] for code in ("id", "dimension", "topics", "subcategory", "tags")}
