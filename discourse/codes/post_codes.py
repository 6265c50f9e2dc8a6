"""Hand codes laid on posts: who coded which post, and with what."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from discourse.errors import UsageError

POSTS = "posts"
"""The coder of codes that stand in columns of the posts themselves."""


@dataclass(frozen=True)
class PostCodes:
    """Hand codes of n posts.

    Attributes
    ----------
    post_ids : numpy.ndarray of str, shape (n,)
    units : pandas.DataFrame
        One row a post that a coder coded, for each scheme: ``row`` (0 to n - 1), ``coder``, ``scheme``. Within it,
        codes not given were decided against; posts that are not in it were not coded.
    given : pandas.DataFrame
        One row a code given: ``row``, ``coder``, ``scheme``, ``code``, each once.
    codes : pandas.DataFrame
        ``scheme``, ``code``, ``definition``: every code, those given most often first within a scheme.
    unmatched : pandas.DataFrame
        What could not be laid on a post: ``file``, ``source``, ``text`` (its beginning), ``reason``.
    notes : list of str
        How posts were matched, and what was passed over, in sentences.
    asked : dict
        By coder and scheme, the codes that could be given, where that is known: others were not decided against.
    """

    post_ids: np.ndarray
    units: pd.DataFrame
    given: pd.DataFrame
    codes: pd.DataFrame
    unmatched: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    asked: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def coders(self, scheme: str | None = None) -> list[str]:
        """List the coders, those who coded most posts first; of one scheme, or of all."""
        units = self.units if scheme is None else self.units[self.units["scheme"] == scheme]
        counts = units.drop_duplicates(["row", "coder"])["coder"].value_counts()
        return sorted(counts.index, key=lambda one: (-counts[one], one))

    def outcome(self, scheme: str, code: str, coder: str | None = None) -> np.ndarray:
        """Tell of each post whether it has a code: 1 or 0, NaN where the coder did not code it.

        Parameters
        ----------
        scheme, code : str
        coder : str, optional
            The one who coded most posts in the scheme by default.

        Returns
        -------
        numpy.ndarray, shape (n,), float64

        Raises
        ------
        UsageError
            When there is no such coder, or nobody coded the scheme.
        """
        known = self.coders(scheme)
        if not known:
            raise UsageError(f"nobody coded {scheme!r}.")
        if coder is not None and coder not in known:
            raise UsageError(f"{coder!r} is no coder of {scheme!r}; there are: {', '.join(known)}.")
        who = known[0] if coder is None else coder
        found = np.full(len(self.post_ids), np.nan)
        for table, value in ((self.units, 0.0), (self.given, 1.0)):
            held = (table["coder"] == who) & (table["scheme"] == scheme)
            if value:
                held &= table["code"] == code
            found[table.loc[held, "row"].to_numpy()] = value
        return found
