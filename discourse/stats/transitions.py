"""What became of groups from one period to the next: which lasted, split, merged, ended or began."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LASTS, SPLITS, MERGES, ENDS, BEGINS, UNCLEAR = "lasts", "splits", "merges", "ends", "begins", "unclear"


@dataclass(frozen=True)
class Transitions:
    """What became of A groups of the earlier period, and where B groups of the later one come from.

    Attributes
    ----------
    before : list of str, A long
        "lasts", "splits", "merges", "ends" or "unclear".
    after : list of str, B long
        "begins", or what became of the group or groups it goes back to: "lasts", "splits", "merges"; else "unclear".
    into : list of tuple of int, A long
        The later groups that each goes on in; none where it ends or is unclear.
    out_of : list of tuple of int, B long
        The earlier groups that each goes back to.
    """

    before: list[str]
    after: list[str]
    into: list[tuple[int, ...]]
    out_of: list[tuple[int, ...]]


def transitions(forth: np.ndarray, back: np.ndarray, *, shift: float = 0.0) -> Transitions:
    r"""Name what became of groups, from the shares of their posts that either period's fit assigns to the other's.

    With :math:`f(A \to B)` the share of A's posts that the later fit puts into B, and :math:`g(B \to A)` the share of
    B's posts that the earlier fit puts into A, a group

    - lasts, if :math:`f, g \ge .5` and each is the other's largest share;
    - splits into two or more B with :math:`f \ge .25, g \ge .5` that take :math:`\sum f \ge .5`;
    - merges, the mirror image: B is made of two or more A with :math:`g \ge .25, f \ge .5` and :math:`\sum g \ge .5`;
    - ends, if :math:`\sum_B f(A \to B) < .25`; begins, if :math:`\sum_A g(B \to A) < .25`.

    Splits and merges come before lasting. What is none of this is unclear.

    Parameters
    ----------
    forth : numpy.ndarray, shape (A, B)
        :math:`f`, 0 to 1; rows sum to at most 1, the rest fits nowhere.
    back : numpy.ndarray, shape (B, A)
        :math:`g`.
    shift : float
        Added to all thresholds, to see what hangs on them.

    Returns
    -------
    Transitions

    Notes
    -----
    The thresholds are conventions: a group near one of them changes its name with the next sample of posts. Trust what
    most resampled fits agree on.

    References
    ----------
    Spiliopoulou, M., Ntoutsi, I., Theodoridis, Y. and Schult, R. (2006). MONIC: modeling and monitoring cluster
    transitions. Proceedings of the 12th ACM SIGKDD Conference.

    Examples
    --------
    >>> found = transitions(np.array([[0.9, 0.0], [0.1, 0.0]]), np.array([[0.8, 0.1], [0.0, 0.1]]))
    >>> found.before, found.after
    (['lasts', 'ends'], ['lasts', 'begins'])
    """
    most, some = 0.5 + shift, 0.25 + shift
    earlier, later = forth.shape
    before, after = [UNCLEAR] * earlier, [UNCLEAR] * later
    into: list[set[int]] = [set() for _ in range(earlier)]
    out_of: list[set[int]] = [set() for _ in range(later)]

    def join(name: str, ones: list[int], others: list[int]) -> None:
        for one in ones:
            before[one] = name
            into[one].update(others)
        for other in others:
            after[other] = name
            out_of[other].update(ones)

    for one in range(earlier if later else 0):
        other = int(forth[one].argmax())
        if back[other].argmax() == one and min(forth[one, other], back[other, one]) >= most:
            join(LASTS, [one], [other])
    for one in range(earlier):
        parts = np.flatnonzero((forth[one] >= some) & (back[:, one] >= most)).tolist()
        if len(parts) > 1 and forth[one, parts].sum() >= most:
            join(SPLITS, [one], parts)
    for other in range(later):
        parts = np.flatnonzero((back[other] >= some) & (forth[:, other] >= most)).tolist()
        if len(parts) > 1 and back[other, parts].sum() >= most:
            join(MERGES, parts, [other])
    for one in range(earlier):
        if forth[one].sum() < some and not into[one]:
            before[one] = ENDS
    for other in range(later):
        if back[other].sum() < some and not out_of[other]:
            after[other] = BEGINS
    return Transitions(before, after, [tuple(sorted(s)) for s in into], [tuple(sorted(s)) for s in out_of])
