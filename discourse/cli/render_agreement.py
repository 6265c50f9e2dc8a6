"""What a person sees of agreement between coders: a row a code, and a line for each scheme as a whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from discourse.cli import console
from discourse.codes.compare.beside import FEWEST
from discourse.codes.compare.coders import CUSTOMARY, RELIABLE, TENTATIVE, WITHHELD
from discourse.codes.compare.matches import alone
from discourse.codes.compare.words import brief
from discourse.wording import counted

if TYPE_CHECKING:
    import pandas as pd

_ROWS = 25
_WORDS = {RELIABLE: "reliable", TENTATIVE: "for tentative conclusions"}


def agreement_tables(codes: pd.DataFrame, overall: pd.DataFrame) -> None:
    """Draw how far coders agree on each scheme and code; schemes of one code share a table."""
    single = alone(codes)
    for row in overall[~overall["scheme"].isin(single["scheme"])].to_dict("records"):
        _scheme(row)
        _codes(codes[codes["scheme"] == row["scheme"]])
        console.write()
    rest = codes[~codes["scheme"].isin([*overall["scheme"], *single["scheme"]])]
    for scheme, of in rest.groupby("scheme", sort=False):
        console.write_wrapped(
            f"{str(scheme) or 'Codes'}: none that all coders have, so that nothing is said of all together."
        )
        _codes(of, posts=True)
        console.write()
    if len(single) == 1:
        _one(single.to_dict("records")[0])
        console.write()
    elif len(single):
        coders = ", ".join(dict.fromkeys(one for who in single["coders"] for one in who.split("; ")))
        console.write_wrapped(f"{len(single):,} codes in a scheme of their own, judged by {coders}.")
        _codes(single, posts=True)
        console.write()
    least, some = CUSTOMARY
    console.write_wrapped(
        f"Customary for alpha (Krippendorff 2004): {least:g} or more is reliable, {some:g} or more allows tentative "
        "conclusions. Where a code is rare, alpha and kappa are low and AC1 is high for the same codings: read F1, "
        "agreement on the posts that have the code, beside them."
    )


def _scheme(row: dict[Any, Any]) -> None:
    name, posts = row["scheme"] or "Codes", counted(row["posts"], "post")
    if math.isnan(row["alpha"]):
        console.write_wrapped(f"{name}: {posts} judged twice, all alike or none; alpha says nothing.")
        return
    how = " with MASI distance" if row["distance"] == "MASI" else ""
    console.write_wrapped(
        f"{name}: {posts} judged by {row['coders'].replace('; ', ', ')}; {row['same']:.0%} coded the "
        f"same way. Alpha{how} {interval(row, 'alpha')}: {_WORDS.get(row['verdict'], 'not reliable')}."
    )


def _one(row: dict[Any, Any]) -> None:
    """Say in a line how far coders agree on a code that is all its scheme."""
    posts = f"{counted(row['posts'], 'post')} judged by {row['coders'].replace('; ', ', ')}"
    if row["verdict"] == WITHHELD:
        console.write_wrapped(f"{brief(row['code'])}: {posts}; withheld: {row['note']}.")
        return
    console.write_wrapped(
        f"{brief(row['code'])}: {posts}; {row['both']:,} of {row['either']:,} with the code have it from all. Alpha "
        f"{interval(row, 'alpha')}, AC1 {number(row['ac1'])}, F1 {interval(row, 'f1')}: "
        f"{_WORDS.get(row['verdict'], 'not reliable')}."
    )


def _codes(of: pd.DataFrame, *, posts: bool = False) -> None:
    """Draw a row a code, and say of how many nothing is said; with the posts judged where these differ by code."""
    known = of[of["verdict"] != WITHHELD].sort_values("alpha", ascending=False, kind="stable")
    if len(known):
        console.write()
        kappa = known["kappa"].notna().any()
        rows = [
            [
                brief(row["code"]),
                *([f"{row['posts']:,}"] if posts else []),
                f"{row['both']:,}/{row['either']:,}",
                interval(row, "alpha"),
                number(row["ac1"]),
                *([number(row["kappa"])] if kappa else []),
                interval(row, "f1"),
                row["verdict"],
            ]
            for row in known.head(_ROWS).to_dict("records")
        ]
        heads = [("code", "text"), *([("posts", "right")] if posts else []), ("all/any", "right")]
        heads += [("alpha [95 %]", "right"), ("AC1", "right"), *([("kappa", "right")] if kappa else [])]
        console.draw([*heads, ("F1 [95 %]", "right"), ("", "left")], rows)
        if len(known) > _ROWS:
            console.write(f"and {counted(len(known) - _ROWS, 'more code')} (--format csv shows all)")
    if few := len(of) - len(known):
        them = "it" if few == 1 else "them"
        console.write_wrapped(
            f"{counted(few, 'code')} withheld: too few of the posts judged twice have {them} ({FEWEST} are needed)."
        )


def number(value: float) -> str:
    """Write a coefficient with two digits; nothing for none.

    Examples
    --------
    >>> number(0.914), number(1.0), number(-0.02), number(-0.001)
    ('.91', '1.00', '-.02', '.00')
    """
    return "" if math.isnan(value) else f"{value:z.2f}".replace("0.", ".", 1)


def interval(row: dict[Any, Any], name: str) -> str:
    """Write a coefficient of a row with its interval."""
    ends = "" if math.isnan(row[f"{name}_low"]) else f" [{number(row[f'{name}_low'])}, {number(row[f'{name}_high'])}]"
    return number(row[name]) + ends
