"""What a correction rests on, gathered for its methods section: the draw, the coders, and how far they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from discourse import __version__
from discourse.jobs.coded_sample import CodedSample
from discourse.jobs.material import Material

if TYPE_CHECKING:
    import pandas as pd

    from discourse.change.correction_methods import Setting
    from discourse.codes.post_codes import PostCodes


def setting(
    asked: Material,
    hand: PostCodes,
    chosen: Sequence[tuple[str, str, str]],
    drawn: CodedSample,
    periods: pd.DataFrame,
    facts: Mapping[str, Any],
) -> Setting:
    """Gather it.

    Parameters
    ----------
    asked : Material
        The posts that shares are about.
    hand : PostCodes
    chosen : sequence of (str, str, str)
        Scheme, code and id of what is corrected.
    drawn : CodedSample
    periods : pandas.DataFrame
        ``period, first, last``.
    facts : mapping
        What was asked.
    """
    import numpy as np

    from discourse.change.correction_methods import Setting

    weights = [1 / of[asked.rows] for of in drawn.probability.values()]
    coder = facts["coder"]
    days = asked.posts["date"].dt.strftime("%Y-%m-%d")
    headers = {one["concept"]: one["header"] for one in drawn.facts.get("codes", ())}
    return Setting(
        version=__version__,
        encoder=str(asked.run.manifest["encoder"]["name"]),
        posts=len(asked.posts),
        first=str(days.min()),
        last=str(days.max()),
        periods=[_in_words(row, bool(facts["cuts"])) for row in periods.to_dict("records")],
        asked=[*facts["where"], *(f"{end} {facts[end]}" for end in ("since", "until") if facts[end])],
        sample=drawn.name or "",
        drawn=drawn.facts,
        scores=[headers[name] for name in drawn.facts.get("scores", ())],
        strata=_strata(asked, drawn.name),
        weights=(float(np.nanmin(weights)), float(np.nanmax(weights))),
        coders=_coders(hand, chosen, coder),
        alone=coder is not None,
        agreement=_agreement(hand, chosen, facts["seed"]),
        seed=facts["seed"],
        permutations=facts["permutations"],
    )


def _in_words(period: Mapping[Any, Any], cut: bool) -> str:
    """Name a period, with its days where it is none of the calendar."""
    days = f" ({period['first']:%Y-%m-%d} to {period['last']:%Y-%m-%d})" if cut else ""
    return f"“{period['period']}”{days}"


def _strata(asked: Material, name: str | None) -> pd.DataFrame:
    """Count the posts that the sample was drawn from, and those drawn, by its periods in order of time."""
    import pandas as pd

    from discourse.codes.drawn import FOLDER, FRAME, SAMPLE

    if name is None:
        return pd.DataFrame(columns=["period", "posts", "drawn"])
    frame, taken = (asked.run.table(f"{FOLDER}/{name}/{file}") for file in (FRAME, SAMPLE))
    date = asked.run.posts.set_index("post_id")["date"]
    counts = frame.assign(date=frame["post_id"].map(date)).groupby("period").agg(
        posts=("post_id", "size"), date=("date", "min")
    )  # fmt: skip
    counts["drawn"] = taken.groupby("period").size().reindex(counts.index, fill_value=0)
    return counts.sort_values("date").reset_index()[["period", "posts", "drawn"]]


def _coders(hand: PostCodes, chosen: Sequence[tuple[str, str, str]], coder: str | None) -> list[tuple[str, int]]:
    """Count the posts of each coder, who coded most first."""
    units = hand.units[hand.units["scheme"].isin([scheme for scheme, _, _ in chosen])]
    counts = units.drop_duplicates(["row", "coder"])["coder"].value_counts()
    named = sorted(counts.index, key=lambda one: (-counts[one], one))
    return [(str(one), int(counts[one])) for one in named if coder in (None, one)]


def _agreement(hand: PostCodes, chosen: Sequence[tuple[str, str, str]], seed: int) -> pd.DataFrame:
    """Measure how far coders agree on each code, among posts that two of them coded."""
    import pandas as pd

    from discourse.codes.compare.coders import by_code

    names = pd.DataFrame(chosen, columns=["scheme", "code", "label_id"])
    found = names.merge(by_code(hand, seed=seed), on=["scheme", "code"])
    return found[found["posts"] > 0].reset_index(drop=True)
