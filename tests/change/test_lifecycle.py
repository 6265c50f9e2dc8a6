from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.change.lifecycle import COLUMNS, lifecycle
from discourse.change.shifts import FELL, NOTHING, ROSE, WITHHELD

PERIODS = ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]


def prevalence(counts, totals=(100, 100, 100, 100), *, by="", label_id="0"):
    rows = [
        ("theme", label_id, "a", by, period, n, total, n / total if total else np.nan, 0.0, 0.1, "")
        for period, n, total in zip(PERIODS, counts, totals, strict=True)
    ]
    names = ["kind", "label_id", "label", "by", "period", "n", "n_total", "share", "low", "high", "note"]
    return pd.DataFrame(rows, columns=names)


def shifts(*rows, by="", label_id="0"):
    names = ["by", "label_id", "from", "to", "share_from", "share_to", "verdict"]
    return pd.DataFrame([(by, label_id, *row) for row in rows], columns=names)


def status(*args):
    return lifecycle(*args)["status"].tolist()


@pytest.mark.parametrize(
    ("counts", "totals", "found"),
    [
        ((9, 9, 9, 9), (100,) * 4, ["present"] * 4),
        ((0, 2, 3, 0), (100,) * 4, ["not yet seen", "rare", "present", "not seen any more"]),
        ((3, 0, 0, 1), (100,) * 4, ["present", "not seen", "not seen", "rare"]),
        ((0, 0, 0, 0), (100,) * 4, ["not seen"] * 4),
        ((5, 0, 5, 0), (100, 0, 100, 0), ["present", "no posts", "present", "no posts"]),
    ],
)
def test_what_was_seen_and_when(counts, totals, found):
    table = lifecycle(prevalence(counts, totals), shifts())
    assert table.columns.tolist() == COLUMNS
    assert table["status"].tolist() == found


@pytest.mark.parametrize(
    ("verdict", "before", "now", "found"),
    [
        (ROSE, 0.1, 0.151, "emerging"),
        (ROSE, 0.1, 0.149, "present"),
        (FELL, 0.151, 0.1, "declining"),
        (FELL, 0.15, 0.101, "present"),
        (NOTHING, 0.1, 0.9, "present"),
        (WITHHELD, 0.1, 0.9, "withheld"),
    ],
)
def test_a_change_must_be_sure_and_large(verdict, before, now, found):
    told = shifts(("2024Q1", "2024Q2", before, now, verdict))
    assert status(prevalence((9, 9, 9, 9)), told) == ["present", found, "present", "present"]


def test_only_neighbours_count():
    told = shifts(("2024Q1", "2024Q4", 0.01, 0.5, ROSE), ("2023", "2024Q2", 0.01, 0.5, ROSE))
    assert status(prevalence((9, 9, 9, 9)), told) == ["present"] * 4


def test_what_is_withheld_in_one_place_is_told_in_another():
    told = shifts(("2024Q1", "2024Q2", 0.1, 0.3, ROSE), ("2024Q3", "2024Q4", 0.1, 0.1, WITHHELD))
    assert status(prevalence((9, 9, 9, 9)), told) == ["present", "emerging", "present", "withheld"]
    other = pd.concat([told, shifts(("2024Q1", "2024Q2", 0.1, 0.1, WITHHELD), by="b")])
    shares = pd.concat([prevalence((9, 9, 9, 9)), prevalence((9, 9, 9, 9), by="b")], ignore_index=True)
    found = lifecycle(shares, other)
    assert found.loc[found["by"] == "", "status"].tolist() == ["present", "emerging", "present", "withheld"]
    assert found.loc[found["by"] == "b", "status"].tolist() == ["present", "withheld", "present", "present"]


def test_a_label_that_fell_to_nothing_is_gone():
    told = shifts(("2024Q3", "2024Q4", 0.2, 0.0, FELL))
    assert status(prevalence((20, 20, 20, 0)), told)[-1] == "not seen any more"


def test_the_chance_of_having_seen_what_was_not_there():
    table = lifecycle(prevalence((5, 0, 10, 0), (100, 50, 100, 3)), shifts())
    assert table["seen_probability"].isna().tolist() == [True, False, True, False]
    assert table["seen_probability"].iloc[[1, 3]].tolist() == pytest.approx([1 - 0.9**50, 1 - 0.9**3])


def test_each_group_of_posts_has_its_own_life():
    shares = pd.concat([prevalence((0, 9, 9, 9)), prevalence((9, 9, 0, 0), by="b")], ignore_index=True)
    found = lifecycle(shares, shifts(("2024Q1", "2024Q2", 0, 0.1, ROSE)))
    assert found["status"].tolist() == [
        *("not yet seen", "emerging", "present", "present"),
        *("present", "present", "not seen any more", "not seen any more"),
    ]


def test_labels_may_come_period_by_period():
    one, other = prevalence((9, 9, 9, 9), label_id="0"), prevalence((0, 0, 3, 3), label_id="1")
    table = pd.concat([one, other]).sort_values("period", kind="stable")
    found = lifecycle(table, shifts()).set_index(["label_id", "period"])["status"]
    assert found["0"].tolist() == ["present"] * 4
    assert found["1"].tolist() == ["not yet seen", "not yet seen", "present", "present"]
