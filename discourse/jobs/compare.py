"""Themes of a run beside the codes that people gave its posts: how well they agree, and where they don't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import staging
from discourse.config import KEEP
from discourse.errors import DataError, UsageError
from discourse.jobs.blocks import blocks
from discourse.jobs.drift import PERIODS
from discourse.jobs.labellings import THEMES, labelling
from discourse.jobs.material import USUAL, answered, named_after
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.codes.compare.beside import Beside
    from discourse.codes.post_codes import PostCodes

FOLDER = "compare"
_USUAL = {"complete": False, "coder": None, "period": "quarter", "cuts": [], "duplicates": KEEP, "seed": USUAL["seed"]}


@dataclass(frozen=True)
class CompareResult:
    """What `compare` found; docs/compare.md tells the columns of the tables.

    Attributes
    ----------
    name : str
        Name of the results within the run.
    tables : dict of str to pandas.DataFrame
        By the name of their file: ``codes``, ``themes``, ``table``, ``overall``, ``agreement``, ``agreement_codes``,
        ``disagreements``, ``invariance``, ``rates``, ``trends``, ``unmatched``.
    methods : str
        The same in words, as Markdown.
    what : str
        What was compared with codes: ``themes``, or ``labels``.
    notes : list of str
        How posts were matched, and what was left out, in sentences.
    """

    name: str
    tables: dict[str, pd.DataFrame]
    methods: str
    what: str = THEMES
    notes: list[str] = field(default_factory=list)


def compare(
    run: str | Path | Run | None = None,
    *,
    codes: Sequence[str | Path] = (),
    columns: Sequence[str] = (),
    on: str = THEMES,
    coder: str | None = None,
    complete: bool = False,
    period: str = "quarter",
    cuts: Sequence[str] = (),
    name: str | None = None,
    replace: bool = False,
    seed: int = 0,
    duplicates: str = KEEP,
) -> CompareResult:
    """Compare the themes of a run with codes that people gave its posts.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    codes : sequence of path
        Files of hand codes (see docs/codes.md).
    columns : sequence of str
        Columns of the posts that hold codes. With neither files nor columns, those that look like codes.
    on : str
        What is compared with them: ``themes``, ``tags:NAME`` or ``codes:COLUMN``.
    coder : str, optional
        Whose codes count; by default those of the coder who coded most posts, and where that one did not, of the next.
    complete : bool
        Every post of a source or table that a coder worked on counts as coded.
    period : {"quarter", "month", "week", "year"}
        Between which recall is compared.
    cuts : sequence of str
        ``DATE`` or ``NAME=DATE``: periods between these days in place of calendar ones.
    name : str, optional
        What the results are called; made from what was asked by default, and then the same question asked again takes
        the place of the old answer.
    replace : bool
        Let them take the place of other results of that name.
    seed : int
    duplicates : {"keep", "drop"}
        Whether posts that repeat an earlier one count.

    Returns
    -------
    CompareResult
        As written to ``compare/NAME`` in the run.

    Raises
    ------
    UsageError
        When something is asked for that isn't there.
    DataError
        When a file can't be read, or no post is coded.

    Examples
    --------
    >>> found = discourse.compare(columns=["tags"])  # doctest: +SKIP
    >>> found.tables["codes"][["code", "labels", "precision", "recall", "f1", "verdict"]]  # doctest: +SKIP
    """
    from discourse.codes.compare.methods import methods
    from discourse.codes.compare.origin import standings
    from discourse.jobs.codes import hand_codes
    from discourse.posts.periods import days

    if period not in PERIODS:
        raise UsageError(f"--period {period}: is not one of {', '.join(PERIODS)}.")
    if cuts and period != "quarter":
        raise UsageError("--cut makes periods of its own; leave out --period.")
    if name is not None:
        staging.check_name(name)
    run = open_run(run.path if isinstance(run, Run) else run, duplicates=duplicates)
    if (cuts or period != "quarter") and run.posts["date"].isna().all():
        raise UsageError(f"{run.path}: no post has a date, so there are no periods; leave out --period and --cut.")
    given = hand_codes(run, files=codes, columns=columns, complete=complete)
    facts: dict[str, Any] = {
        "on": on,
        "codes": [staging.named_file(file) for file in codes],
        "columns": list(columns),
        "complete": complete,
        "coder": coder,
        "period": period,
        "cuts": list(cuts),
        "seed": seed,
        "duplicates": duplicates,
        "posts": len(run.posts),
    }
    if name is None:
        parts = [*(Path(file).stem for file in codes), *columns, *([] if on == THEMES else [on])]
        name = named_after(parts or ["columns"], facts, _USUAL)
    day, (block, unit) = days(run.posts["date"]), blocks(run)
    beside = _beside(run, on, given, coder, day, block)
    if not beside.schemes:
        raise DataError(f"{run.path}: no post of the run has been coded by hand.")
    folder = f"{FOLDER}/{name}"
    with staging.added(run.path, folder, facts, replace=replace or answered(run, folder, facts)) as staged:
        tables, notes = _tables(run, beside, day, period, cuts, seed)
        what = THEMES if on == THEMES else "labels"
        text = methods(
            beside,
            tables,
            what=what,
            material=_material(run, on, what),
            standings=standings(run, beside),
            unit=unit,
            seed=seed,
        )
        for table, rows in tables.items():
            staged.write_table(f"{table}.csv", rows)
        (staged.path / "methods.md").write_text(text, encoding="utf-8")
        facts["schemes"] = [scheme.name for scheme in beside.schemes]
        facts["coded"] = int(max(len(scheme.rows) for scheme in beside.schemes))
    return CompareResult(name, tables, text, what, [*given.notes, *notes])


def _beside(run: Run, on: str, codes: PostCodes, coder: str | None, day: np.ndarray, block: np.ndarray) -> Beside:
    """Lay the machine's labels beside the codes."""
    import numpy as np
    import pandas as pd

    from discourse.change.labelling import NOISE
    from discourse.codes.compare.beside import Beside, cells

    every = labelling(run, on)
    if not every.counted.all():
        raise UsageError(
            f"--on {on}: these are estimates for every post, which none has or has not; compare "
            "themes, tags:NAME or codes:COLUMN."
        )
    found = every.only(np.flatnonzero(every.labels["kind"] != NOISE).tolist())
    if found.labels.empty:
        raise DataError(f"{run.path}: {on} has no label that could be compared.")
    cell, member = cells(found.row, found.column, found.n_posts, len(found.labels))
    posts = run.posts[["post_id", "lang", "text"]].reset_index(drop=True).assign(day=day.astype("datetime64[s]"))
    posts["lang"] = pd.Series(posts["lang"].to_numpy(dtype=object)).fillna("").astype("str")
    return Beside(found.labels, cell, member, posts, block, codes, coder)


def _tables(
    run: Run, beside: Beside, day: np.ndarray, period: str, cuts: Sequence[str], seed: int
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    import numpy as np

    from discourse.change import calendar
    from discourse.change.frame import Frame
    from discourse.codes.compare import coders, matches
    from discourse.codes.compare.disagreements import disagreements
    from discourse.codes.compare.over_time import over_time

    agreed = coders.by_code(beside.codes, seed=seed)
    codes, overall, found = matches.matches(beside, agreed, seed=seed)
    tables = {
        "codes": codes,
        "themes": matches.themes(beside, found, codes),
        "table": matches.table(beside),
        "overall": overall,
        "agreement": coders.by_scheme(beside.codes, seed=seed),
        "agreement_codes": agreed,
        "disagreements": disagreements(beside),
        "unmatched": beside.codes.unmatched,
    }
    notes = []
    dated = ~np.isnat(day)
    when, names = np.full(len(day), -1), list[str]()
    pairs: list[tuple[int, int]] = []
    if dated.any():
        table = calendar.periods(day[dated], period, cuts)  # type: ignore[arg-type]
        listed, pairs = calendar.chosen(table, day[dated], day[dated], None, None)
        frame = Frame(day, beside.posts["lang"].to_numpy(), listed, pairs)
        names = listed["period"].astype("str").tolist()
        for at in range(len(names)):
            when[frame.inside(at)] = at
    if undated := int((~dated).sum()):
        notes.append(f"{undated:,} posts have no date and are in no period.")
    tables["invariance"], tables["rates"], tables["trends"] = over_time(beside, found, names, when, pairs, seed=seed)
    return tables, notes


def _material(run: Run, on: str, what: str) -> str:
    """Say which posts and labels were compared, and by which version."""
    from discourse import __version__
    from discourse.codes.compare import origin

    if on == THEMES:
        labels = origin.themes(run)
    else:
        labels = origin.tags(run, on) if on.startswith("tags:") else origin.labels(run, on)
    return (
        f"{origin.corpus(run)} {labels} {what.capitalize()} were compared with hand codes by discourse {__version__}."
    )
