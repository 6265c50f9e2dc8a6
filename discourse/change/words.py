"""The words of one language's posts: which posts hold which, the forms of a word together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from discourse.themes.forms import reading_form
from discourse.themes.stems import keys
from discourse.themes.terms import laid_out
from discourse.themes.tokens import fold, stop_words, unspaced
from discourse.themes.wordclass import VERB, word_class

COMMON = 0.3
"""Share of posts above which a word is too common to tell anything."""


@dataclass(frozen=True)
class Words:
    """Words of n posts in one language, verbs among them.

    Attributes
    ----------
    lang : str
    incidence : scipy.sparse.csr_array, shape (n, words)
        1 where a post holds the word.
    keys : list of str
        What the forms of each word have in common, for grouping only.
    spellings : list of dict
        For each word, how often it is written how: (spelling, whether inside a sentence) to number.
    """

    lang: str
    incidence: Any
    keys: list[str]
    spellings: list[dict[tuple[str, bool], int]]
    _shown: dict[int, str] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def rate(self) -> np.ndarray:
        """Share of the posts that hold each word, (words,): above 0, `COMMON` at the most."""
        return np.asarray(self.incidence.sum(axis=0), dtype="float64") / self.incidence.shape[0]

    def readable(self, word: int) -> str:
        """Show a word in a form and with the capitals that the posts have."""
        if word not in self._shown:
            self._shown[word] = self._readable(word)
        return self._shown[word]

    def _readable(self, word: int) -> str:
        spellings = self.spellings[word]
        forms: Counter[str] = Counter()
        capital = 0
        for (spelling, inside), times in spellings.items():
            forms[fold(spelling)] += times
            capital += inside * times * (1 if spelling != spelling.lower() else -1)
        if word_class(forms, self.lang) == VERB:
            form = min(forms, key=lambda form: (-forms[form], form))
        else:
            form = reading_form(forms, self.lang, stem=self.keys[word])
        written = Counter({spelling: times for (spelling, _), times in spellings.items() if fold(spelling) == form})
        best = max(written, key=lambda spelling: (written[spelling], spelling))
        return best if capital > 0 else best.lower()


def words(messages: Sequence[str], lang: str, cut: Sequence[bool], *, least: int = 5) -> Words:
    """Find the words of posts that are all in one language.

    Parameters
    ----------
    messages : sequence of str
        The n posts.
    lang : str
        ISO 639-1.
    cut : sequence of bool
        Whether each post ends within a word, which then counts for none.
    least : int
        Posts that must hold a word.

    Returns
    -------
    Words
        Without stop words (of languages for which there is a list: function words, and such as name nothing alone, like
        numbers and months), single letters, and words in more than `COMMON` of the posts.

    Examples
    --------
    >>> found = words(["the tariffs", "tariff", "a trade", "", "", "", ""], "en", [False] * 7, least=1)
    >>> [found.readable(word) for word in range(len(found.keys))]
    ['tariff', 'trade']
    """
    from scipy.sparse import csr_array

    surfaces, row, post, initial = laid_out(messages, lang, cut)
    folded = list(map(fold, surfaces))
    stop = stop_words(lang)
    empty = stop.function | stop.light
    told = {word for word in folded if word not in empty and (len(word) > 1 or unspaced(word))}
    key_of = keys(sorted(told), lang)
    names = sorted(set(key_of.values()))
    number_of = {name: at for at, name in enumerate(names)}
    number = np.array([number_of[key_of[word]] if word in told else -1 for word in folded], dtype="int64")
    place = np.flatnonzero(row >= 0)
    word = number[row[place]]
    place, word = place[word >= 0], word[word >= 0]
    pairs = np.unique(post[place] * len(names) + word)
    held, of = np.divmod(pairs, max(len(names), 1))
    counts = np.bincount(of, minlength=len(names))
    kept = np.flatnonzero((counts >= least) & (counts <= COMMON * len(messages)))
    new = np.full(len(names), -1)
    new[kept] = np.arange(len(kept))
    inside = new[of] >= 0
    at = (held[inside], new[of[inside]])
    incidence = csr_array((np.ones(len(at[0]), dtype="float32"), at), shape=(len(messages), len(kept)))
    spellings: list[dict[tuple[str, bool], int]] = [{} for _ in kept]
    seen, times = np.unique(2 * row[place] + ~initial[place], return_counts=True)
    for code, count in zip(seen.tolist(), times.tolist(), strict=True):
        surface, within = divmod(code, 2)
        if (to := new[number[surface]]) >= 0:
            spelling = (surfaces[surface], bool(within))
            spellings[to][spelling] = spellings[to].get(spelling, 0) + count
    return Words(lang, incidence, [names[at] for at in kept.tolist()], spellings)
