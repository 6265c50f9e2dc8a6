"""Figures of an analysis: from its tables to SVG and PNG files."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.change.labelling import SCORES
from discourse.report import alluvial, fonts, forest, frames, paper, placebo, prevalence_lines, words

if TYPE_CHECKING:
    import pandas as pd

    from discourse.change.events import Event


@dataclass(frozen=True)
class Drawn:
    """What was drawn.

    Attributes
    ----------
    files : list of Path
        An SVG and a PNG for each figure.
    notes : list of str
        Which figures were not drawn and why, and characters that no installed font has.
    """

    files: list[Path]
    notes: list[str]


def draw_drift(
    folder: Path,
    prevalence: pd.DataFrame,
    shifts: pd.DataFrame,
    lifecycle: pd.DataFrame,
    events: Sequence[Event] = (),
) -> Drawn:
    """Draw prevalence by period, shifts and the life-cycle of labels, for all posts.

    Parameters
    ----------
    folder : Path
        Where the files go: ``prevalence``, ``shifts``, ``lifecycle``, each as ``.svg`` and ``.png``.
    prevalence, shifts, lifecycle : pandas.DataFrame
        The tables that ``discourse drift`` writes. Shifts are drawn for the two periods that lie furthest apart.
    events : sequence of Event
        Marked on the prevalence, where the names of periods tell their dates.

    Returns
    -------
    Drawn
        The same tables give the same bytes, with the same fonts and matplotlib.

    Raises
    ------
    UsageError
        When matplotlib is not installed.
    """
    paper.check()
    shares = frames.of_all_posts(frames.tidy(prevalence))
    moves = frames.of_all_posts(frames.tidy(shifts))
    life = frames.of_all_posts(frames.tidy(lifecycle))
    periods = list(dict.fromkeys(shares["period"]))
    pair = frames.widest(moves, periods)
    used = shares.drop_duplicates("period")
    atlas = _Atlas(folder)
    with paper.style():
        if not (shares["n"] > 0).any():
            atlas.skip("prevalence", "no label has posts")
        else:
            atlas.add("prevalence", prevalence_lines.draw(shares, moves, events))
        if pair is None:
            atlas.skip("shifts", "no two periods were compared")
        elif (between := moves[(moves["from"] == pair[0]) & (moves["to"] == pair[1])])["difference"].isna().all():
            atlas.skip("shifts", "no difference could be measured")
        else:
            atlas.add("shifts", _forest(between, shares, pair))
        if len(shares) and shares["kind"].isin(SCORES).all():
            atlas.skip("lifecycle", "scores have no life-cycle: every post has some of each")
        elif life.empty or not (shares["n"] > 0).any() or (used["n_total"] > 0).sum() < 2:
            atlas.skip("lifecycle", "a life-cycle needs two periods with posts")
        else:
            atlas.add("lifecycle", alluvial.draw(shares, life))
    outside = [event.name for event in events if frames.place(event.date, periods) is None]
    return atlas.drawn(
        [f"Not marked, in no period whose name tells its dates: {', '.join(outside)}."] if outside else []
    )


def draw_event(folder: Path, effects: pd.DataFrame, placebos: pd.DataFrame) -> Drawn:
    """Draw, for each event, the effects with their intervals, and each effect among those at placebo dates.

    Parameters
    ----------
    folder : Path
        Where the files go: ``effects-2025-01-20`` and ``placebos-2025-01-20``, each as ``.svg`` and ``.png``; of
        several events of one day the second has ``-2`` at its end, and so on.
    effects, placebos : pandas.DataFrame
        The tables that ``discourse event`` writes.

    Returns
    -------
    Drawn

    Raises
    ------
    UsageError
        When matplotlib is not installed.
    """
    paper.check()
    every = frames.tidy(effects)
    dates = frames.tidy(placebos)
    atlas = _Atlas(folder)
    if every.empty:
        atlas.skip("effects", "no label could be examined")
    with paper.style():
        for _, rows in every.groupby(["date", "event"]):
            event, day = rows["event"].iloc[0], _day(rows["date"].iloc[0])
            if rows["difference"].isna().all():
                atlas.skip(f"effects-{day}", "no difference could be measured")
                continue
            of = day if event == day else f"{words.cut(event, 60)}, {day}"
            atlas.add(f"effects-{day}", _effects(rows, of))
            own = dates[dates["event"] == event]
            if own["difference"].isna().all():
                atlas.skip(f"placebos-{day}", "there is no date to compare with")
            else:
                atlas.add(f"placebos-{day}", placebo.draw(rows, own, of))
    return atlas.drawn([])


class _Atlas:
    """Figures of one folder, saved as they come."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[Path] = []
        self._notes: list[str] = []
        self._missing: set[str] = set()

    def add(self, name: str, page: paper.Page) -> None:
        same = sum(path.suffix == ".svg" and path.stem.startswith(name) for path in self._files)
        paths, missing = page.save(self._folder, f"{name}-{same + 1}" if same else name)
        self._files += paths
        self._missing |= set(missing)

    def skip(self, name: str, reason: str) -> None:
        self._notes.append(f"No figure {name}: {reason}.")

    def drawn(self, notes: Sequence[str]) -> Drawn:
        missing = "".join(sorted(self._missing))
        return Drawn(self._files, [*self._notes, *notes, *([fonts.advice(missing)] if missing else [])])


def _forest(rows: pd.DataFrame, shares: pd.DataFrame, pair: tuple[str, str]) -> paper.Page:
    first, second = pair
    posts = shares.drop_duplicates("period").set_index("period")["n_total"]
    wording = forest.Wording(
        f"Change in the prevalence of {frames.named(rows['kind'].tolist())}",
        f"{first} (n = {posts[first]:,.0f} posts) to {second} (n = {posts[second]:,.0f})",
        "share, %",
    )
    return forest.draw(rows, wording)


def _effects(rows: pd.DataFrame, of: str) -> paper.Page:
    before, after = rows["n_total_before"].max(), rows["n_total_after"].max()
    wording = forest.Wording(
        f"Prevalence of {frames.named(rows['kind'].tolist())} before and after an event",
        f"{of}: before (n = {before:,.0f} posts) and after (n = {after:,.0f})",
        "share, %",
    )
    return forest.draw(rows.assign(share_from=rows["share_before"], share_to=rows["share_after"]), wording)


def _day(date: str) -> str:
    return datetime.date.fromisoformat(date[:10]).isoformat()
