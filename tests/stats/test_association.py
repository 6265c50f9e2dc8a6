from __future__ import annotations

import numpy as np
import pytest

from discourse.stats.association import adjusted_mutual_information, explained


def test_a_table_of_two_themes():
    found = explained(np.array([[8, 1]]), np.array([10, 10]), np.array([[[4, 5]]]))
    assert found.information[0] == pytest.approx(0.3973, abs=5e-5)
    assert found.u()[0] == pytest.approx(0.4002, abs=5e-5)


def test_six_posts():
    assert adjusted_mutual_information(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])) == pytest.approx(
        0.2988, abs=5e-5
    )
    assert np.isnan(adjusted_mutual_information(np.array([]), np.array([])))


def test_all_and_nothing():
    posts, chance = np.array([10, 10, 0]), np.array([[[5, 5, 0], [5, 5, 0]]])
    found = explained(np.array([[10, 0, 0], [5, 5, 0]]), posts, chance)
    assert np.allclose(found.u(), [1, 0])
    assert np.allclose(found.adjusted(), [1, 0])
    assert found.together() == (0.5, 0.5)
    nobody = explained(np.zeros((1, 3)), posts, np.zeros((1, 1, 3)))
    assert np.isnan(nobody.u()[0]) and np.isnan(nobody.together()[0])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError):
        explained(np.array([[11, 0]]), np.array([10, 10]), np.zeros((1, 1, 2)))
