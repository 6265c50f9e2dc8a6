"""What a person sees of agreement between coders: a row a code, and a line for each scheme as a whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from discourse.cli import console
from discourse.codes.compare.coders import CUSTOMARY, RELIABLE, TENTATIVE, WITHHELD

if TYPE_CHECKING:
    import pandas as pd

_ROWS = 25


def agreement_tables(codes: pd.DataFrame, overall: pd.DataFrame) -> None:
    """Draw how far coders agree on each scheme and code."""
    for row in overall.to_dict("records"):
        of = codes[codes["scheme"] == row["scheme"]]
        _scheme(row)
        known = of[of["verdict"] != WITHHELD].sort_values("alpha", ascending=False, kind="stable")
        if len(known):
            console.write()
            _codes(known)
        if few := int((of["verdict"] == WITHHELD).sum()):
            console.write_wrapped(f"{few} codes withheld: too few of the posts judged twice have them (10 are needed).")
        console.write()
    least, some = CUSTOMARY
    console.write_wrapped(
        f"Customary for alpha (Krippendorff 2004): {least:g} or more is reliable, {some:g} or more allows tentative "
        "conclusions. Where a code is rare, alpha and kappa are low and AC1 is high for the same codings: read F1, "
        "agreement on the posts that have the code, beside them."
    )


def _scheme(row: dict[Any, Any]) -> None:
    name = row["scheme"] or "Codes"
    if math.isnan(row["alpha"]):
        console.write_wrapped(f"{name}: {row['posts']:,} posts judged twice, all alike or none; alpha says nothing.")
        return
    how = " with MASI distance" if row["distance"] == "MASI" else ""
    words = {RELIABLE: "reliable", TENTATIVE: "for tentative conclusions"}
    console.write_wrapped(
        f"{name}: {row['posts']:,} posts judged by {row['coders'].replace('; ', ', ')}; {row['same']:.0%} coded the "
        f"same way. Alpha{how} {interval(row, 'alpha')}: {words.get(row['verdict'], 'not reliable')}."
    )


def _codes(known: pd.DataFrame) -> None:
    kappa = known["kappa"].notna().any()
    rows = [
        [
            row["code"],
            f"{row['both']:,}/{row['either']:,}",
            interval(row, "alpha"),
            number(row["ac1"]),
            *([number(row["kappa"])] if kappa else []),
            interval(row, "f1"),
            row["verdict"],
        ]
        for row in known.head(_ROWS).to_dict("records")
    ]
    more = [("kappa", "right")] if kappa else []
    heads = [("code", "text"), ("all/any", "right"), ("alpha [95 %]", "right"), ("AC1", "right"), *more]
    console.draw([*heads, ("F1 [95 %]", "right"), ("", "left")], rows)
    if len(known) > _ROWS:
        console.write(f"and {len(known) - _ROWS} more codes (--format csv shows all)")


def number(value: float) -> str:
    """Write a coefficient with two digits; nothing for none.

    Examples
    --------
    >>> number(0.914), number(1.0), number(-0.02)
    ('.91', '1.00', '-.02')
    """
    return "" if math.isnan(value) else f"{value:.2f}".replace("0.", ".", 1)


def interval(row: dict[Any, Any], name: str) -> str:
    """Write a coefficient of a row with its interval."""
    ends = "" if math.isnan(row[f"{name}_low"]) else f" [{number(row[f'{name}_low'])}, {number(row[f'{name}_high'])}]"
    return number(row[name]) + ends
