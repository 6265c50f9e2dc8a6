"""An event's differences beside those at dates when nothing is said to have happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discourse.report import paper, rows, words

if TYPE_CHECKING:
    import pandas as pd


def draw(effects: pd.DataFrame, placebos: pd.DataFrame, about: str) -> paper.Page:
    """Draw, for one event, each label's difference among its differences at placebo dates, sorted by difference.

    Parameters
    ----------
    effects : pandas.DataFrame
        At least one row: ``label_id``, ``label``, ``difference``, ``placebo_p``, ``placebo_floor``, ``verdict``.
    placebos : pandas.DataFrame
        ``label_id``, ``date``, ``difference``.
    about : str
        Which event.

    Returns
    -------
    Page
    """
    shown = rows.largest(effects)
    left_out = f"; the {len(shown)} largest differences of {len(effects)}" if len(shown) < len(effects) else ""
    by_label = {label: differences.dropna() for label, differences in placebos.groupby("label_id")["difference"]}
    own = [by_label.get(label, placebos["difference"].iloc[:0]) for label in shown["label_id"]]
    floor = shown["placebo_floor"].dropna()
    said = [rows.told(shown["verdict"]), "Grey: the same difference at every date where both windows have room."]
    if len(floor):
        said.append(
            "p: rank of the difference, in standard errors, among those at these dates; with so few it can't be "
            f"below {words.probability(floor.min())}."
        )
    page, axes = rows.sheet(
        ("An event's differences among those at other dates", about + left_out, " ".join(said)),
        shown["label"].tolist(),
        [
            ("dates", 5.2, [str(len(differences) or "") for differences in own]),
            ("difference", 6.1, [rows.difference(row) for row in shown.to_dict("records")]),
            ("placebo p", 6.85, [words.probability(p) for p in shown["placebo_p"]]),
        ],
        rows.limits(shown["difference"], *own),
    )
    for y, (row, differences) in enumerate(zip(shown.to_dict("records"), own, strict=True)):
        axes.hlines(y, *axes.get_xlim(), color=paper.PALE, linewidth=0.4, zorder=0)
        axes.plot(differences, [y] * len(differences), "|", ms=6, mew=0.7, color=paper.GREY, alpha=0.65, zorder=3)
        if row["difference"] == row["difference"]:
            rows.mark(axes, y, row["difference"], row["verdict"])
    return page
