"""What a person sees of a sample to be coded: how many posts of each period, and how many may have the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discourse.cli import console

if TYPE_CHECKING:
    from discourse.jobs.sample import SampleResult

_ROWS = 24


def sample_table(found: SampleResult) -> None:
    """Draw a row a period, and one for all of them."""
    table = found.periods
    known = table["positives"].notna().all()
    columns = [("period", "left"), ("posts", "right"), ("to code", "right")]
    columns += [("with the code, about", "right")] if known else []
    shown = table.head(_ROWS).to_dict("records")
    total = {"period": "all", **table[["posts", "to_code", "positives"]].sum().to_dict()}
    rows = [
        [str(row["period"]), f"{row['posts']:,.0f}", f"{row['to_code']:,.0f}"]
        + ([f"{row['positives']:,.0f}"] if known else [])
        for row in [*shown, total]
    ]
    console.draw(columns, rows)
    if len(table) > _ROWS:
        console.write_wrapped(f"{len(table) - _ROWS:,} more periods are in the run.")
