"""Posts to code by hand: a random sample of a run's posts with known probabilities, and the sheet to code it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import staging, tables
from discourse.config import KEEP
from discourse.errors import UsageError, named
from discourse.jobs.codes import hand_codes
from discourse.jobs.material import Material, material, named_after
from discourse.jobs.sample_files import copy, sheet_files, sheet_name
from discourse.jobs.sample_plan import Plan, plan
from discourse.jobs.sample_questions import questions
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.codes.questions import Question

PERIODS = ("quarter", "month", "week", "year")
_DOUBLE, _NAMED, _CODERS = 50, 8, 20


@dataclass(frozen=True)
class SampleResult:
    """What `sample` drew.

    Attributes
    ----------
    name : str
        Name of the sample within the run.
    sheets : list of Path
        The coding sheets, the first coder's first.
    periods : pandas.DataFrame
        One row a period: ``period``, ``posts``, ``to_code``, and ``positives``, how many of these are likely to have
        the rarest code (NaN where nothing is known of shares).
    notes : list of str
        How it was drawn, and what to expect of it, in sentences.
    """

    name: str
    sheets: list[Path]
    periods: pd.DataFrame
    notes: list[str] = field(default_factory=list)


def sample(
    run: str | Path | Run | None = None,
    *,
    concepts: Sequence[str] = (),
    n: int | None = None,
    half_width: float | None = None,
    share: float | None = None,
    codebook: str | Path | None = None,
    scheme: str | None = None,
    codes: Sequence[str | Path] = (),
    period: str = "quarter",
    cuts: Sequence[str] = (),
    where: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    show_date: bool = False,
    coders: int = 1,
    double: int | None = None,
    seed: int = 0,
    name: str | None = None,
    replace: bool = False,
    duplicates: str = KEEP,
    out: str | Path | None = None,
) -> SampleResult:
    """Draw posts to code by hand, and write the sheet to code them in.

    Each period gives the same number of posts, small ones all of theirs. Within a period, posts on which a concept's
    score leaves most doubt are drawn more often, with probabilities that are kept; without scores, all alike.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    concepts : sequence of str
        What is asked of each post, yes or no: concepts, by name or label, or codes of the codebook.
    n : int, optional
        Posts in all; or give `half_width`.
    half_width : float, optional
        Code so many that each period's share is known to plus or minus this, by the codes alone.
    share : float, optional
        About how common the codes are, 0 to 1. Where scores are calibrated they tell it.
    codebook : path, optional
        A file of concepts or a codebook, which defines what is asked; the run's concepts by default.
    scheme : str, optional
        A scheme of the codebook, to be coded as a whole.
    codes : sequence of path
        Files of hand codes, such as a sheet that was filled in before: posts that are drawn again have their answers in
        the new sheet. A larger sample by the same seed holds most of the smaller one.
    period : {"quarter", "month", "week", "year"}
        Periods, each of which is a sample of its own.
    cuts : sequence of str
        ``DATE`` or ``NAME=DATE``: periods between these days in place of calendar ones.
    where, since, until
        Which posts are drawn from (see `discourse.jobs.material.material`).
    show_date : bool
        Let coders see when a post is from.
    coders : int
        How many sheets to write. The first holds all posts; the others its beginning, for intercoder agreement.
    double : int, optional
        How many posts the other coders code too; 50 by default.
    seed : int
    name : str, optional
        What the sample is called; made from what is asked by default.
    replace : bool
        Let it take the place of a sample of that name, and of the files.
    duplicates : {"keep", "drop"}
        Whether posts that repeat an earlier one are drawn, as posts of their own.
    out : path, optional
        A folder for the sheet, which is made if it is not there, or a file (.xlsx or .csv); the current folder by
        default.

    Returns
    -------
    SampleResult
        As written to ``samples/NAME`` in the run: ``sample.parquet``, ``frame.parquet`` (all posts that could have been
        drawn, with their probabilities) and the sheets.

    Raises
    ------
    UsageError
        When something is asked for that isn't there, a number is out of range, or a file is in the way.
    DataError
        When no dated post is left, or a file of definitions is not right.

    Examples
    --------
    >>> drawn = discourse.sample(concepts=["Global South"], n=300)  # doctest: +SKIP
    >>> drawn.sheets  # doctest: +SKIP
    [PosixPath('Global-South.xlsx')]
    """
    from discourse.codes.drawn import FOLDER, corpus_hash

    _check(n, half_width, share, period, cuts, coders, double)
    run = open_run(run.path if isinstance(run, Run) else run, duplicates=duplicates)
    asked_of = questions(run, concepts, codebook, scheme)
    if name is None:
        more = len(asked_of) - 1
        name = named_after([asked_of[0].header, *([f"and {more} more"] if more else [])], {}, {})
    staging.check_name(name)
    files = sheet_files(out, name, coders, run, replace=replace, read=codes)
    known, notes = _known(run, codes, asked_of)
    asked = material(run, where=where, since=since, until=until)
    planned = plan(asked, asked_of, n=n, half_width=half_width, share=share, period=period, cuts=cuts)
    size = int(planned.sizes.sum())
    doubled = 0 if coders == 1 else min(size, _DOUBLE if double is None else double)
    facts: dict[str, Any] = {
        **{key: asked.facts[key] for key in ("where", "since", "until", "duplicates", "posts")},
        "codes": [
            {
                "header": one.header,
                "concept": one.concept,
                "answers": [answer.name for answer in one.answers],
                "single": one.single,
            }
            for one in asked_of
        ],
        "codebook": None if codebook is None else staging.named_file(codebook),
        "scheme": scheme,
        "answers": [staging.named_file(file) for file in codes],
        "period": period,
        "cuts": list(cuts),
        "half_width": half_width,
        "share": share,
        "scores": planned.scored,
        "show_date": show_date,
        "coders": coders,
        "double": doubled,
        "seed": seed,
        "n": size,
        "corpus": corpus_hash(run.table("posts.parquet")),
    }
    if double is not None and double > size:
        notes.append(f"--double {double:,}: the sample has {size:,} posts, and every coder codes all of them.")
    folder = f"{FOLDER}/{name}"
    with staging.added(run.path, folder, facts, replace=replace) as staged:
        notes += _write(staged, name, asked, planned, asked_of, known, facts)
    for number, file in enumerate(files):
        copy(run.path / folder / f"{sheet_name(number)}{file.suffix.lower()}", file)
    return SampleResult(name, files, planned.table, [*asked.notes, *planned.notes, *notes])


def _check(
    n: int | None,
    half_width: float | None,
    share: float | None,
    period: str,
    cuts: Sequence[str],
    coders: int,
    double: int | None,
) -> None:
    """Refuse early what can't be drawn.

    Raises
    ------
    UsageError
    """
    if (n is None) == (half_width is None):
        raise UsageError("How many posts? Give --n 300; or --half-width 0.05, which works it out: one of the two.")
    if n is not None and n < 1:
        raise UsageError(f"--n {n}: must be 1 or more.")
    for flag, value in (("half-width", half_width), ("share", share)):
        if value is not None and not 0 < value < 1:
            raise UsageError(f"--{flag} {value}: must lie above 0 and below 1; 5 points are 0.05.")
    if period not in PERIODS:
        raise UsageError(f"--period {period}: is not one of {', '.join(PERIODS)}.")
    if cuts and period != "quarter":
        raise UsageError("--cut makes periods of its own; leave out --period.")
    if not 1 <= coders <= _CODERS:
        raise UsageError(f"--coders {coders}: must be 1 to {_CODERS}.")
    if double is not None and double < 1:
        raise UsageError(f"--double {double}: must be 1 or more.")
    if double is not None and coders == 1:
        raise UsageError("--double says how many posts a second coder codes too; add --coders 2.")


def _write(
    staged: staging.Staging,
    name: str,
    asked: Material,
    planned: Plan,
    asked_of: Sequence[Question],
    known: Mapping[str, np.ndarray],
    facts: dict[str, Any],
) -> list[str]:
    """Draw the sample and write it with its sheets; return what is to be said."""
    import numpy as np
    import pandas as pd

    from discourse.codes.drawn import FRAME, SAMPLE
    from discourse.codes.sampling import drawn
    from discourse.codes.sheet import blank, write_sheet

    posts = asked.posts
    by_name = np.argsort(posts["post_id"].to_numpy(dtype=object).astype("str"), kind="stable")  # whatever their order
    found = drawn(planned.period[by_name], planned.sizes, planned.uncertainty[by_name], seed=facts["seed"])
    frame = pd.DataFrame(
        {
            "post_id": posts["post_id"].to_numpy()[by_name],
            "period": planned.table["period"].to_numpy()[planned.period[by_name]],
            "probability": found.probability,
        }
    )
    staged.write_table(FRAME, frame)
    taken = np.flatnonzero(found.order > 0)
    taken = taken[np.argsort(found.order[taken])]
    staged.write_table(
        SAMPLE, frame.iloc[taken][["post_id", "probability", "period"]].assign(order=np.arange(1, len(taken) + 1))
    )
    to_code = posts.iloc[by_name[taken]]
    sheet = blank(name, to_code, asked_of, show_date=facts["show_date"])
    langs = to_code["lang"].value_counts().index.tolist()
    cut = 0
    answers = {header: values[asked.rows[by_name[taken]]] for header, values in known.items()}
    for number in range(facts["coders"]):
        part = sheet.assign(**answers) if number == 0 else sheet.head(facts["double"])  # others judge by themselves
        cut += write_sheet(part, asked_of, langs, staged.path / f"{sheet_name(number)}.xlsx")
        tables.write_csv(part, staged.path / f"{sheet_name(number)}.csv", for_spreadsheet=True)
    notes = [*_coded_already(answers, len(taken), len(asked_of))]
    notes += [
        f"Each coded post stands for {1 / found.probability[taken].max():.1f} to "
        f"{1 / found.probability[taken].min():.1f} posts."
    ]
    if copies := int(to_code["duplicate_of"].notna().sum()):
        which = "post to code repeats" if copies == 1 else "posts to code repeat"
        notes.append(f"{copies:,} {which} an earlier one; --duplicates drop draws from originals alone.")
    if cut:
        notes.append(f"{cut:,} texts longer than a cell can hold were cut; see sheet.csv in the run for the whole.")
    return notes


def _known(
    run: Run, codes: Sequence[str | Path], asked_of: Sequence[Question]
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Find the answers that the run's posts have already, and say how these codes were matched.

    Raises
    ------
    UsageError
        The files answer none of the questions.
    DataError
        See `discourse.jobs.codes.hand_codes`.
    """
    from discourse.codes.carried import carried
    from discourse.codes.compare.words import brief

    if not codes:
        return {}, []
    hand = hand_codes(run, files=codes)
    found = carried(hand, asked_of)
    if not found:
        there = dict.fromkeys(scheme or code for scheme, code in hand.codes[["scheme", "code"]].itertuples(index=False))
        raise UsageError(
            f"--codes: no column is called {' or '.join(brief(one.header) for one in asked_of[:_NAMED])}; there are: "
            f"{named([brief(one) for one in there], _NAMED)}. Codes are taken over where columns have the same name."
        )
    return found, hand.notes


def _coded_already(answers: Mapping[str, np.ndarray], drawn: int, questions: int) -> list[str]:
    """Say how many of the posts drawn are coded already."""
    import numpy as np

    if not answers:
        return []
    times = np.sum([values != "" for values in answers.values()], axis=0)
    part = int(((times > 0) & (times < questions)).sum())
    return [
        f"{int((times == questions).sum()):,} of {drawn:,} posts are coded already"
        + (f", and {part:,} in part." if part else ".")
    ]
