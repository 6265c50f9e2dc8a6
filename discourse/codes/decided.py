"""What was decided of each post where several people coded: one answer a post."""

from __future__ import annotations

import numpy as np

from discourse.codes.post_codes import PostCodes


def decided(codes: PostCodes, scheme: str, code: str, coder: str | None = None) -> np.ndarray:
    """Give each post one answer: that of the coder who coded most posts, and where that one did not, of the next.

    Parameters
    ----------
    codes : PostCodes
    scheme, code : str
    coder : str, optional
        The answers of this one alone.

    Returns
    -------
    numpy.ndarray, shape (n,), float64
        1 or 0, NaN for posts nobody coded.

    Raises
    ------
    UsageError
        See `PostCodes.outcome`.

    Examples
    --------
    >>> import pandas as pd
    >>> units = pd.DataFrame({"row": [0, 1, 1, 2], "coder": ["Anna", "Anna", "Bo", "Bo"], "scheme": [""] * 4})
    >>> given = pd.DataFrame({"row": [1, 2], "coder": ["Bo", "Bo"], "scheme": ["", ""], "code": ["UN", "UN"]})
    >>> both = PostCodes(np.array(["a", "b", "c", "d"]), units, given, given[["scheme", "code"]], pd.DataFrame())
    >>> decided(both, "", "UN").tolist()
    [0.0, 0.0, 1.0, nan]
    """
    if coder is not None:
        return codes.outcome(scheme, code, coder)
    found = answers(codes, scheme, code)
    first = np.argmax(~np.isnan(found), axis=0)
    return np.asarray(found[first, np.arange(found.shape[1])])


def answers(codes: PostCodes, scheme: str, code: str) -> np.ndarray:
    """Lay side by side what each coder said: (coders, n), 1, 0 or NaN; who coded most posts first.

    Raises
    ------
    UsageError
        When nobody coded the scheme.
    """
    known = codes.coders(scheme)
    return np.stack([codes.outcome(scheme, code, one) for one in known] or [codes.outcome(scheme, code)])
