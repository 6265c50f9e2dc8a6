import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from discourse.stats.transitions import transitions


def shares(rows):
    return np.array(rows, dtype=float)


def test_a_split_and_its_mirror_image_a_merge():
    whole, parts = shares([[0.5, 0.4, 0.0]]), shares([[0.9], [0.8], [0.1]])
    split = transitions(whole, parts)
    assert (split.before, split.into) == (["splits"], [(0, 1)])
    assert (split.after, split.out_of) == (["splits", "splits", "begins"], [(0,), (0,), ()])
    merge = transitions(parts, whole)
    assert (merge.before, merge.after) == (["merges", "merges", "ends"], ["merges"])
    assert (merge.into, merge.out_of) == ([(0,), (0,), ()], [(0, 1)])


def test_what_is_between_the_thresholds_is_unclear():
    found = transitions(shares([[0.4]]), shares([[0.4]]))
    assert (found.before, found.after) == (["unclear"], ["unclear"])
    assert transitions(shares([[0.55]]), shares([[0.55]]), shift=0.1).before == ["unclear"]
    assert transitions(shares([[0.45]]), shares([[0.45]]), shift=-0.1).before == ["lasts"]


def test_with_nothing_on_one_side_all_ends_or_begins():
    found = transitions(np.zeros((2, 0)), np.zeros((0, 2)))
    assert (found.before, found.after) == (["ends", "ends"], [])
    assert transitions(np.zeros((0, 2)), np.zeros((2, 0))).after == ["begins", "begins"]


tables = st.integers(0, 2**32 - 1).map(
    lambda seed: (lambda r: (r.dirichlet(np.full(4, 0.3), 3)[:, :3], r.dirichlet(np.full(4, 0.3), 3)[:, :3]))(
        np.random.default_rng(seed)
    )
)


@given(tables)
def test_time_turned_round_swaps_the_names(made):
    forth, back = made
    found, turned = transitions(forth, back), transitions(back, forth)
    swap = {"lasts": "lasts", "ends": "begins", "begins": "ends", "unclear": "unclear"}
    assert [swap.get(name) for name in found.before if name in swap] == [
        name for name, was in zip(turned.after, found.before, strict=True) if was in swap
    ]
    assert all((name in ("ends", "unclear")) == (not into) for name, into in zip(found.before, found.into, strict=True))
    for one, into in enumerate(found.into):
        assert all(one in found.out_of[other] for other in into)
