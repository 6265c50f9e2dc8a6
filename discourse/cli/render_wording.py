"""What a person sees of meaning and wording: which labels moved, grew broader or narrower, and which words tell so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discourse.change.verdicts import NOT_ESTIMABLE, NOTHING, WITHHELD
from discourse.cli import console

if TYPE_CHECKING:
    import pandas as pd

_ROWS = 20
"""Labels shown of a pair of periods."""

_TABLES = 12
"""Lists of words shown."""

_WORDS = 8
"""Words of each direction in a list."""

_NOTHING_SEEN = (NOTHING, NOT_ESTIMABLE, WITHHELD)
_HEADS = [
    *(("", "text"), ("posts", "right"), ("drift", "right"), ("noise", "right"), ("nearest", "right")),
    *(("spread", "right"), ("", "left")),
]


def semantic_table(table: pd.DataFrame) -> None:
    """Draw for each pair of periods the labels that changed; of a single pair, the others below them."""
    tested = table[table["drift_p"].notna() | table["spread_p"].notna()]
    if tested.empty:
        console.write("Meaning: nothing can be compared, there are too few posts in too few weeks.")
        return
    seen = ~tested["verdict"].isin(_NOTHING_SEEN)
    order = tested.assign(unseen=~seen, least=tested[["drift_q", "spread_q"]].min(axis=1))
    order = order.sort_values(["unseen", "least"], kind="stable")
    pairs = list(order.groupby(["from", "to"], sort=False))
    for (before, now), part in pairs:
        shown = (part if len(pairs) == 1 else part[~part["unseen"]]).head(_ROWS)
        if not shown.empty:
            console.write(f"Meaning, {before} → {now}")
            console.draw(_HEADS, [_semantic_row(row) for row in shown.to_dict("records")])
            console.write()
    notes = [f"Meaning: {int(seen.sum()):,} of {len(tested):,} comparisons show a change"]
    if left := len(table) - len(tested):
        notes.append(f"{left:,} more have too few posts or weeks")
    notes.append(
        "drift up to the noise is none; nearest is drift as a share of the way to the most similar other label"
    )
    console.write_wrapped("; ".join(notes) + ".", lines=3)


def _semantic_row(row: dict[Any, Any]) -> list[str]:
    fraction = row["fraction"]
    return [
        _named(row),
        f"{row['n_from']:,} → {row['n_to']:,}",
        _number(row["drift"], ".3f"),
        _number(row["floor"], ".3f"),
        _number(fraction, ".0%"),
        _number(row["spread"], "+.3f"),
        row["verdict"],
    ]


def lexical_table(table: pd.DataFrame) -> None:
    """Write the words that came and went, a list for each label, language and pair in which some are no chance."""
    if table.empty:
        console.write("Words: nothing can be compared, there are too few posts in too few weeks.")
        return
    lists = list(table.groupby(["from", "to", "label_id", "lang"], sort=False))
    telling = sorted((part for _, part in lists if part["claimed"].any()), key=_rank)
    if not telling:
        console.write(f"Words: none of {len(lists):,} lists has a word that came or went beyond chance.")
        return
    for part in telling[:_TABLES]:
        head = part.iloc[0].to_dict()
        counts = f"{head['n_from']:,} → {head['n_to']:,} posts"
        title = f"{_named(head)} · {head['lang']} · {head['from']} → {head['to']} · {counts}"
        console.write_wrapped(title, lines=2)
        for direction in ("came", "went"):
            words = [_word(row) for row in part[part["direction"] == direction].head(_WORDS).to_dict("records")]
            if words:
                console.write_wrapped(f"{direction}: {', '.join(words)}", indent="  ", lines=3)
    notes = [f"{len(telling):,} of {len(lists):,} lists have words that are more than chance, marked *"]
    if len(telling) > _TABLES:
        notes.append(f"the first {_TABLES} are shown")
    notes.append("the numbers are posts that hold the word, before and after")
    console.write_wrapped("; ".join(notes) + ".", indent=" ", lines=3)


def _rank(part: pd.DataFrame) -> tuple[float, int, float]:
    """Put the lists first that have the surest claim, the most of them, the largest z."""
    return float(part["q"].iloc[0]), -int(part["claimed"].sum()), -float(part["z"].abs().max())


def _word(row: dict[Any, Any]) -> str:
    mark = "*" if row["claimed"] else ""
    return f"{row['word']}{mark} {row['posts_from']:,}→{row['posts_to']:,}"


def _named(row: dict[Any, Any]) -> str:
    by = row.get("by", "")
    return f"{row['label']} ({by})" if by else str(row["label"])


def _number(value: float, form: str) -> str:
    return "" if value != value else format(value, form)
