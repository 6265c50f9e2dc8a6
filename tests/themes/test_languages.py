"""Language mix and the warning of a theme that is only a language."""

from __future__ import annotations

import numpy as np

from discourse.themes.languages import language_mix, language_notes


def test_the_mix_counts_posts_and_leaves_noise_out():
    mix = language_mix(np.array([1, 1, 1, 0, -1]), ["kk", "ru", "ru", "en", "en"])
    assert mix.values.tolist() == [[0, "en", 1, 1.0], [1, "ru", 2, 2 / 3], [1, "kk", 1, 1 / 3]]
    assert language_mix(np.array([-1]), ["en"]).empty


def test_a_theme_that_is_only_a_language_is_told():
    labels = np.array([0] * 40 + [1] * 40 + [2] * 20)
    notes = language_notes(labels, ["ru"] * 80 + ["kk"] * 20)
    assert list(notes) == [2]
    assert "100%" in notes[2]


def test_noise_counts_among_the_posts_of_a_language():
    labels = np.array([0] * 40 + [1] * 40 + [2] * 10 + [-1] * 10)
    assert not language_notes(labels, ["ru"] * 80 + ["kk"] * 20)


def test_no_warning_for_the_commonest_language_one_language_or_a_handful():
    assert not language_notes(np.zeros(30, int), ["ru"] * 30)
    assert not language_notes(np.array([0] * 30 + [1] * 5), ["ru"] * 30 + ["kk"] * 5)
    assert not language_notes(np.array([0] * 30 + [1] * 20), ["ru"] * 33 + ["kk"] * 17)


def test_a_language_spread_over_themes_is_fine():
    labels = np.tile([0, 1, 2], 30)
    assert not language_notes(labels, ["ru"] * 60 + ["kk"] * 30)
