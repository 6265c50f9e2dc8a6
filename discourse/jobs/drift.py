"""What moved between periods, when, and how sure: themes, codes or tags of a run, kept beside its themes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import staging
from discourse.config import KEEP
from discourse.errors import DataError, UsageError
from discourse.jobs import trust as doubts
from discourse.jobs.labellings import column
from discourse.jobs.material import USUAL, Material, answered, material, named_after
from discourse.jobs.trust import FITS, Trust, trust
from discourse.progress import Progress, silent
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.change.frame import Frame
    from discourse.change.labelling import Labelling

FOLDER = "drift"
PERIODS = ("quarter", "month", "week", "year")
_GROUPS = 20
"""Values of --by that are compared, the commonest."""
_FACTORS = ("author", "platform")
_USUAL = {**USUAL, "block": None, "semantic": False, "lexical": False}


@dataclass(frozen=True)
class DriftResult:
    """What `drift` found; docs/drift.md tells the columns of the tables.

    Attributes
    ----------
    name : str
        Name of the results within the run.
    tables : dict of str to pandas.DataFrame
        By the name of their file: ``prevalence``, ``shifts``, ``omnibus``, ``composition``, ``authors``,
        ``lifecycle``, ``pitfalls``; ``specifications`` where stability was run, and ``semantic``, ``examples``,
        ``lexical`` where asked for.
    notes : list of str
        What was left out, in sentences.
    """

    name: str
    tables: dict[str, pd.DataFrame]
    notes: list[str] = field(default_factory=list)


def drift(
    run: str | Path | Run | None = None,
    *,
    period: str = "quarter",
    cuts: Sequence[str] = (),
    earlier: str | None = None,
    later: str | None = None,
    since: str | None = None,
    until: str | None = None,
    block: str | None = None,
    by: str | None = None,
    on: Sequence[str] = ("themes",),
    where: Sequence[str] = (),
    groups: Sequence[str] = (),
    only: Sequence[str] = (),
    semantic: bool = False,
    lexical: bool = False,
    figures: bool = False,
    name: str | None = None,
    replace: bool = False,
    seed: int = 0,
    permutations: int = 1_999,
    duplicates: str = KEEP,
    progress: Progress = silent,
) -> DriftResult:
    """Ask which themes, codes or tags grew or shrank between periods, and how sure that is.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    period : {"quarter", "month", "week", "year"}
    cuts : sequence of str
        ``DATE`` or ``NAME=DATE``: periods between these days in place of calendar ones.
    earlier, later : str, optional
        The two periods compared, ``--from`` and ``--to``: ``2024Q1``, ``2024``, ``2024-10-01..2025-01-19``. By default
        each period is compared with the next, and the first whole one with the last.
    since, until : str, optional
        First and last day, month, quarter or year of posts.
    block : {"week", "day", "author"} or str, optional
        What is exchanged whole: weeks by default, days where a period has fewer than eight weeks with posts; or a
        column, such as one that names threads.
    by : str, optional
        A column (``account``, ``lang``, ``platform`` ...) whose values are compared side by side.
    on, where, groups, only
        Which labels and posts (see `discourse.jobs.material.material`).
    semantic, lexical : bool
        Also ask whether what is said under each label changed, and which words came and went.
    figures : bool
        Draw prevalence, shifts and life-cycle (see `discourse.report.figures.draw_drift`).
    name : str, optional
        What the results are called; made from what was asked by default, and then the same question asked again takes
        the place of the old answer.
    replace : bool
        Let them take the place of other results of that name.
    seed, permutations : int
        Of the exchanges of blocks.
    duplicates : {"keep", "drop"}
        Whether posts that repeat an earlier one count.
    progress : callable

    Returns
    -------
    DriftResult
        As written to ``drift/NAME`` in the run.

    Raises
    ------
    UsageError
        When something is asked for that isn't there.
    DataError
        When no dated post with a label is left.

    Examples
    --------
    >>> found = discourse.drift(on=["codes:tags"], earlier="2024Q1", later="2025Q1")  # doctest: +SKIP
    >>> found.tables["shifts"][["label", "difference", "low", "high", "q", "verdict"]]  # doctest: +SKIP
    """
    if figures:
        from discourse.report import check

        check()
    if period not in PERIODS:
        raise UsageError(f"--period {period}: is not one of {', '.join(PERIODS)}.")
    if cuts and period != "quarter":
        raise UsageError("--cut makes periods of its own; leave out --period.")
    if permutations < 1:
        raise UsageError("permutations must be 1 or more.")
    if name is not None:
        staging.check_name(name)
    run = open_run(run.path if isinstance(run, Run) else run, duplicates=duplicates)
    asked = material(run, on=on, where=where, groups=groups, only=only, since=since, until=until)
    if (semantic or lexical) and not asked.labelling.counted.all():
        raise UsageError(
            "--semantic and --lexical ask what the posts under a label say, and every post is under a concept to some "
            "degree. Ask it of themes, codes or tags, or of some posts with --where."
        )
    frame = _frame(asked, period, cuts, earlier, later, block)
    told = {"period": period, "cuts": list(cuts), "from": earlier, "to": later, "block": block, "by": by}
    facts: dict[str, Any] = {**asked.facts, **told, "semantic": semantic, "lexical": lexical}
    facts |= {"seed": seed, "permutations": permutations}
    name = _name(facts) if name is None else name
    folder = f"{FOLDER}/{name}"
    with staging.added(run.path, folder, facts, replace=replace or answered(run, folder, facts)) as staged:
        tables, notes = _tables(run, asked, frame, facts, progress)
        for table, rows in tables.items():
            staged.write_table(f"{table}.csv", rows)
        if figures:
            from discourse.report import draw_drift

            drawn = draw_drift(staged.folder("figures"), tables["prevalence"], tables["shifts"], tables["lifecycle"])
            notes += drawn.notes
    return DriftResult(name, tables, notes)


def _frame(
    asked: Material, period: str, cuts: Sequence[str], earlier: str | None, later: str | None, block: str | None
) -> Frame:
    """Lay out the time of the posts asked about."""
    import numpy as np
    import pandas as pd

    from discourse.change import calendar
    from discourse.change.frame import Frame
    from discourse.posts.periods import days

    day = days(asked.posts["date"])
    listed = calendar.periods(asked.covered, period, cuts)  # type: ignore[arg-type]
    periods, pairs = calendar.chosen(listed, asked.covered, day, earlier, later)
    keys = None
    if block not in (None, "week", "day"):
        values = column(asked.run, str(block)).iloc[asked.rows]
        if values.isna().all():
            raise UsageError(f"--block {block}: the column is empty.")
        keys, _ = pd.factorize(values.astype("str").where(values.notna(), ""), sort=True)
        keys = np.asarray(keys, dtype="int64")
    return Frame(day, asked.posts["lang"].to_numpy(dtype=object).astype("str"), periods, pairs, block, keys)


def _tables(
    run: Run, asked: Material, frame: Frame, facts: dict[str, Any], progress: Progress
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    import pandas as pd

    from discourse.change import lifecycle, pitfalls, prevalence, reasons, shifts

    drawn = {"permutations": facts["permutations"], "seed": facts["seed"]}
    labels, trusted = asked.labelling.labels, trust(run)
    withheld = doubts.withheld(trusted, labels)
    notes = [*asked.notes, *doubts.notes(trusted, labels)]
    parts, left = _parts(asked, frame, facts["by"])
    notes += left
    shares, compared, composition, authors = [], [], [], []
    for at, (group, rows, labelling, of) in enumerate(parts):
        progress("periods", at, len(parts))
        shares.append(prevalence.prevalence(labelling, of, by=group))
        factors = _factors(asked, rows)
        for pair in shifts.pairs(labelling, of, by=group):
            compared.append(pair)
            composition.append(reasons.compositions(labelling, pair, factors))
            if "author" in factors:
                authors.append(reasons.dominated(labelling, pair, factors["author"]))
    progress("periods", len(parts), len(parts))
    if not compared:
        raise DataError(f"{run.path}: the posts asked about lie in one period; nothing can be compared.")
    tables = {"prevalence": pd.concat(shares, ignore_index=True)}
    tables["shifts"], family = shifts.shifts(compared, withheld, **drawn)
    tables["omnibus"] = shifts.omnibus(compared, tables["shifts"], **drawn)
    tables["composition"] = pd.concat(composition, ignore_index=True)
    tables["authors"] = pd.concat(authors, ignore_index=True) if authors else pd.DataFrame(columns=reasons.AUTHORS)
    tables["lifecycle"] = lifecycle.lifecycle(tables["prevalence"], tables["shifts"])
    told = (tables[one] for one in ("prevalence", "shifts", "composition", "authors"))
    tables["pitfalls"] = pitfalls.pitfalls(
        compared, *told, family=family, copies=int(asked.posts["duplicate_of"].notna().sum())
    )
    facts |= {"family": family, "blocks": sorted({pair.side.unit for pair in compared})}
    if (fits := _fits(run, asked, trusted)) is not None:
        from discourse.change.specifications import specifications

        tables["specifications"] = specifications(asked.labelling, frame, fits, tables["shifts"], seed=facts["seed"])
    if facts["semantic"]:
        tables["semantic"], tables["examples"] = _semantic(run, asked, frame, withheld, drawn, progress)
    if facts["lexical"]:
        tables["lexical"] = _lexical(asked, frame, withheld, facts["seed"], progress)
    return tables, notes


def _parts(
    asked: Material, frame: Frame, by: str | None
) -> tuple[list[tuple[str, np.ndarray, Labelling, Frame]], list[str]]:
    """Divide the posts by the values of a column; all of them come first, as ""."""
    import numpy as np

    every = [("", np.arange(len(asked.posts)), asked.labelling, frame)]
    if by is None:
        return every, []
    values = column(asked.run, by).iloc[asked.rows].reset_index(drop=True)
    counts = values.dropna().astype("str").value_counts()
    names = counts.index[:_GROUPS].tolist()
    if len(names) < 2:
        raise UsageError(f"--by {by}: has {len(names)} value among these posts; nothing can be compared.")
    texts = values.astype("str").where(values.notna(), "").to_numpy()
    for name in names:
        rows = np.flatnonzero(texts == name)
        narrow = dataclasses.replace(
            frame,
            day=frame.day[rows],
            lang=frame.lang[rows],
            keys=None if frame.keys is None else frame.keys[rows],
        )
        every.append((name, rows, asked.labelling.narrowed(rows), narrow))
    left = [f"--by {by}: the {_GROUPS} commonest of {len(counts):,} values are shown."] if len(counts) > _GROUPS else []
    return every, left


def _factors(asked: Material, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return what may have changed its mix: language, and author and platform where the posts have them."""
    stored = asked.run.manifest.get("stored", {})
    found = {"lang": asked.posts["lang"]}
    for factor in _FACTORS:
        header = factor if factor in asked.posts else stored.get(factor)
        if header in asked.posts:
            found[factor] = asked.posts[header]
    return {
        factor: values.iloc[rows]
        .astype("str")
        .where(values.iloc[rows].notna(), "")
        .to_numpy(dtype=object)
        .astype("str")
        for factor, values in found.items()
    }


def _fits(run: Run, asked: Material, trusted: Trust) -> np.ndarray | None:
    """Themes of the posts asked about in the multiverse of fits, where stability was run and themes are asked about."""
    import pandas as pd

    if trusted.found is None or not asked.labelling.exclusive:
        return None
    table = run.table(FITS)
    names = [name for name in table.columns if name.startswith("multiverse-")]
    if not names:
        return None
    rows = pd.Index(table["post_id"]).get_indexer(pd.Index(asked.posts["post_id"]))
    fits: np.ndarray = table[names].to_numpy()[rows]
    return fits


def _semantic(
    run: Run,
    asked: Material,
    frame: Frame,
    withheld: list[str],
    drawn: dict[str, int],
    progress: Progress,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    from discourse.change.semantic import semantic
    from discourse.change.verdicts import WITHHELD

    progress("meaning", 0, 1)
    vectors = run.embeddings
    vectors = vectors if len(asked.rows) == len(vectors) else vectors[asked.rows]
    table, examples = semantic(vectors, asked.labelling, frame, asked.posts["post_id"].to_numpy(), **drawn)
    quiet = dict(zip(asked.labelling.labels["label_id"], withheld, strict=True))
    hidden = table["label_id"].map(quiet).fillna("")
    table["verdict"] = table["verdict"].mask(hidden != "", WITHHELD)
    table["note"] = table["note"].mask(hidden != "", hidden)
    shown = examples[~examples["label_id"].isin([one for one, reason in quiet.items() if reason])]
    progress("meaning", 1, 1)
    posts = asked.posts[["post_id", "date", "lang", "text"]].assign(date=asked.posts["date"].dt.strftime("%Y-%m-%d"))
    return table, shown.merge(posts, on="post_id", how="left")


def _lexical(asked: Material, frame: Frame, withheld: list[str], seed: int, progress: Progress) -> pd.DataFrame:
    from discourse.change.lexical import lexical

    progress("words", 0, 1)
    table = lexical(asked.posts["text"].tolist(), asked.posts["message"].tolist(), asked.labelling, frame, seed=seed)
    hidden = [one for one, reason in zip(asked.labelling.labels["label_id"], withheld, strict=True) if reason]
    progress("words", 1, 1)
    return table[~table["label_id"].isin(hidden)].reset_index(drop=True)


def _name(facts: dict[str, Any]) -> str:
    """Name an analysis after what was asked: ``themes-quarter``, ``codes-tags-2024Q1-2025Q1``."""
    ends = [one for one in (facts["from"], facts["to"]) if one]
    times = ends or facts["cuts"] or [facts["period"]]
    parts = [*facts["on"], *(f"by-{by}" for by in (facts["by"],) if by), *facts["where"], *times]
    return named_after(parts, facts, _USUAL)
