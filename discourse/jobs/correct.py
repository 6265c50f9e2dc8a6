"""Shares of codes in each period, from a drawn sample that was coded by hand and a machine's score for every post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import staging
from discourse.config import KEEP
from discourse.errors import DataError, UsageError, named
from discourse.jobs.coded_sample import CodedSample, coded_sample
from discourse.jobs.codes import hand_codes
from discourse.jobs.correct_methods import setting
from discourse.jobs.correct_periods import around, corrected, frame_of
from discourse.jobs.drift import PERIODS
from discourse.jobs.labellings import CODE, CORRECTED, OUTCOMES
from discourse.jobs.material import Material, answered, material, named_after
from discourse.progress import Progress, silent
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.change.events import Event
    from discourse.codes.correction import Correction, Scored
    from discourse.codes.post_codes import PostCodes

METHODS, UNMATCHED = "methods.md", "unmatched.csv"
AGREED = 0.67
"""Krippendorff's alpha below which the share is that of one coder."""
LONGEST = 52
"""Weeks of the longest window and gap."""
_USUAL: dict[str, Any] = {
    **dict.fromkeys(("since", "until", "coder")),
    "only": [],
    "scores": [],
    "events": [],
    "duplicates": KEEP,
    "seed": 0,
    "window": 8,
    "gap": 2,
}


@dataclass(frozen=True)
class CorrectResult:
    """What `correct` found; docs/correct.md tells the columns of the tables.

    Attributes
    ----------
    name : str
        Name of the results within the run.
    tables : dict of str to pandas.DataFrame
        By the name of their file: ``coding``, ``prevalence``, ``shifts``; ``effects`` where events were asked about.
    methods : str
        What was done and found, in words for a methods section, as Markdown.
    go_on : list of str
        Flags with which `discourse drift` asks about these shares in the same posts and periods; none where every code
        is withheld in some period.
    notes : list of str
        What was left out and what to keep in mind, in sentences.
    """

    name: str
    tables: dict[str, pd.DataFrame]
    methods: str
    go_on: list[str]
    notes: list[str] = field(default_factory=list)


def correct(
    run: str | Path | Run | None = None,
    *,
    codes: Sequence[str | Path],
    sample: str | None = None,
    only: Sequence[str] = (),
    coder: str | None = None,
    scores: Sequence[str] = (),
    cross_fitted: bool = False,
    period: str | None = None,
    cuts: Sequence[str] = (),
    earlier: str | None = None,
    later: str | None = None,
    date: str | None = None,
    events: str | Path | None = None,
    window: int | None = None,
    gap: int | None = None,
    where: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    name: str | None = None,
    replace: bool = False,
    seed: int = 0,
    permutations: int = 1_999,
    duplicates: str = KEEP,
    progress: Progress = silent,
) -> CorrectResult:
    """Estimate how common codes are in each period, from a coded sample and a machine's score for every post.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    codes : sequence of path
        The coding sheet, filled in; or several, one a coder.
    sample : str, optional
        The sample the sheet is of; its column ``sample`` tells by default. Without one, every post must be coded.
    only : sequence of str
        Codes to correct, several parted by semicolons; all of the sheet by default.
    coder : str, optional
        Take the codes of one coder alone. By default each post has those of the coder who coded most, or else of the
        next.
    scores : sequence of str
        ``COLUMN`` or ``CODE=COLUMN``: a column of the posts with probabilities, 0 to 1, in place of those that are
        learned here from the codes.
    cross_fitted : bool
        That these were not learned from the same codes, or out of fold.
    period : {"quarter", "month", "week", "year"}, optional
        Those of the sample by default.
    cuts, earlier, later, since, until, where
        As for `discourse.drift`.
    date, events, window, gap
        As for `discourse.event`: also compare the weeks before and after events.
    name : str, optional
        What the results are called; made from what was asked by default.
    replace : bool
        Let them take the place of results of that name.
    seed : int
        Of folds and of exchanges.
    permutations : int
    duplicates : {"keep", "drop"}
    progress : callable

    Returns
    -------
    CorrectResult
        As written to ``corrected/NAME`` in the run.

    Raises
    ------
    UsageError
        When something is asked for that isn't there; for scores that are not said to be cross-fitted.
    DataError
        When nothing says how the coded posts were chosen, or none of them was drawn.

    Examples
    --------
    >>> found = discourse.correct(codes=["half.xlsx"], cuts=["2025-01-20"])  # doctest: +SKIP
    >>> found.tables["coding"][["label", "period", "naive", "corrected", "low", "high"]]  # doctest: +SKIP
    """
    import numpy as np
    import pandas as pd

    from discourse.change.correction_methods import methods
    from discourse.change.corrections import corrected_shifts
    from discourse.codes import correction as of_code
    from discourse.codes.decided import decided

    if date is None and events is None and (window, gap) != (None, None):
        raise UsageError("--window and --gap are weeks around an event; add --date or --events.")
    window, gap = (_USUAL[key] if value is None else value for key, value in (("window", window), ("gap", gap)))
    _check(codes, scores, cross_fitted, period, cuts, window, gap, permutations, name)
    listed = _events(date, events)
    run = open_run(run.path if isinstance(run, Run) else run, duplicates=duplicates)
    asked = material(run, where=where, since=since, until=until)
    hand = hand_codes(run, files=codes)
    chosen = _chosen(hand, only)
    answers = {label_id: decided(hand, scheme, code, coder) for scheme, code, label_id in chosen}
    coded = {scheme: ~np.isnan(answers[label_id]) for scheme, _, label_id in chosen}
    drawn = coded_sample(asked, coded, codes, sample)
    if period is None and not cuts:
        period, cuts = drawn.facts.get("period") or "quarter", drawn.facts.get("cuts", ())
    main = frame_of(asked, period or "quarter", cuts, earlier, later)
    facts: dict[str, Any] = {
        **{key: asked.facts[key] for key in ("where", "since", "until", "duplicates", "posts")},
        "codes": [staging.named_file(file) for file in codes],
        "sample": drawn.name,
        "only": list(only),
        "coder": coder,
        "scores": list(scores),
        "period": period,
        "cuts": list(cuts),
        "from": earlier,
        "to": later,
        "events": [{"date": one.date.isoformat(), "name": one.name} for one in listed],
        "window": window,
        "gap": gap,
        "seed": seed,
        "permutations": permutations,
    }
    name = _name(facts) if name is None else name
    folder = f"{CORRECTED}/{name}"
    notes = [*asked.notes, *hand.notes, *drawn.notes, *_agreed(hand, chosen, drawn, coder)]
    notes += _unmatched(hand, folder)
    with staging.added(run.path, folder, facts, replace=replace or answered(run, folder, facts)) as staged:
        scored = _scored(run, chosen, answers, drawn, scores, seed, progress)
        found = corrected(scored, drawn, asked, main)
        names = main.periods["period"].astype(str).tolist()
        random = {"permutations": permutations, "seed": seed}
        tables = {
            "coding": pd.concat([of_code.coding(one, names) for one in found.corrections], ignore_index=True),
            "prevalence": pd.concat([of_code.prevalence(one, names) for one in found.corrections], ignore_index=True),
            "shifts": corrected_shifts([found], **random),
        }
        if listed:
            compared = [around(one, scored, drawn, asked, window, gap) for one in listed]
            tables["effects"] = corrected_shifts([one for one, _ in compared if one is not None], **random)
            notes += [reason for _, reason in compared if reason]
        for table, rows in tables.items():
            staged.write_table(f"{table}.csv", rows)
        if len(hand.unmatched):
            staged.write_table(UNMATCHED, hand.unmatched)
        text = methods(setting(asked, hand, chosen, drawn, main.periods, facts), tables)
        (staged.path / METHODS).write_text(text, encoding="utf-8")
        schemes = [scheme for scheme, _ in scored]
        whole = [
            (one, drawn.probability[scheme])
            for one, scheme in zip(found.corrections, schemes, strict=True)
            if one.told.all()
        ]
        staged.write_table(OUTCOMES, _outcomes(asked, whole))
        facts["labels"] = {one.scored.label_id: one.scored.label for one, _ in whole}
    if left := [one.scored.label for one in found.corrections if not one.told.all()]:
        notes.append(f"Left out of drift --on {CORRECTED}:{name}, since a period is withheld: {', '.join(left)}.")
    return CorrectResult(name, tables, text, _go_on(name, facts) if whole else [], notes)


def _go_on(name: str, facts: Mapping[str, Any]) -> list[str]:
    """Write the flags that ask `discourse drift` about corrected shares in the same posts and periods."""
    flags = ["--on", f"{CORRECTED}:{name}"]
    for flag, values in (("cut", facts["cuts"]), ("where", facts["where"])):
        flags += [word for value in values for word in (f"--{flag}", value)]
    for flag, usual in (("period", "quarter"), ("from", None), ("to", None), ("since", None), ("until", None)):
        if not (flag == "period" and facts["cuts"]) and facts[flag] not in (None, usual):
            flags += [f"--{flag}", facts[flag]]
    return flags + (["--duplicates", facts["duplicates"]] if facts["duplicates"] != KEEP else [])


def _check(
    codes: Sequence[str | Path],
    scores: Sequence[str],
    cross_fitted: bool,
    period: str | None,
    cuts: Sequence[str],
    window: int,
    gap: int,
    permutations: int,
    name: str | None,
) -> None:
    """Refuse early what can't be answered.

    Raises
    ------
    UsageError
    """
    if not codes:
        raise UsageError("Which codes? Give --codes with the coding sheet, filled in. discourse sample makes one.")
    if scores and not cross_fitted:
        raise UsageError(
            "--scores: a score that was learned from the same codes knows them by heart, and its error on them tells "
            "nothing. If it was not, or if each coded post's score comes from a model that has not seen its code, add "
            "--cross-fitted. Without --scores, one is learned here, out of fold."
        )
    if cross_fitted and not scores:
        raise UsageError("--cross-fitted is said of --scores. What is learned here is always cross-fitted.")
    if period is not None and period not in PERIODS:
        raise UsageError(f"--period {period}: is not one of {', '.join(PERIODS)}.")
    if cuts and period is not None:
        raise UsageError("--cut makes periods of its own; leave out --period.")
    if not (1 <= window <= LONGEST and 0 <= gap <= LONGEST):
        raise UsageError(f"--window takes 1 to {LONGEST} weeks and --gap 0 to {LONGEST}, not {window} and {gap}.")
    if permutations < 1:
        raise UsageError("--permutations must be 1 or more.")
    if name is not None:
        staging.check_name(name)


def _chosen(hand: PostCodes, only: Sequence[str]) -> list[tuple[str, str, str]]:
    """List the codes to correct: scheme, code, and the id that tells codes of several schemes apart."""
    every = [
        (scheme, code, code if scheme in ("", code) else f"{scheme}:{code}")
        for scheme, code in zip(hand.codes["scheme"], hand.codes["code"], strict=True)
        if hand.coders(scheme)
    ]
    if not every:
        raise DataError("No post of the run is coded. Fill in the sheet, and give it again.")
    names = [name.strip() for names in only for name in names.split(";")]
    for name in names:
        if not any(name in one[1:] for one in every):
            raise UsageError(f"--only {name}: is none of the codes {named([one[2] for one in every])}.")
    return [one for one in every if not names or not {one[1], one[2]}.isdisjoint(names)]


def _scored(
    run: Run,
    chosen: Sequence[tuple[str, str, str]],
    answers: Mapping[str, np.ndarray],
    drawn: CodedSample,
    scores: Sequence[str],
    seed: int,
    progress: Progress,
) -> list[tuple[str, Scored]]:
    """Give each code, with its scheme, a probability for every post of the run."""
    import numpy as np

    from discourse.codes.correction import Scored
    from discourse.jobs.scored import COLUMN, given, learned
    from discourse.named.centred import centred
    from discourse.posts.periods import days, weeks

    dated = run.posts["date"].notna().to_numpy()
    block = np.full(len(dated), -1)  # posts without a date are a block of their own
    block[dated] = weeks(days(run.posts["date"][dated]))
    vectors = centred(run.embeddings, run.posts["lang"].to_numpy(dtype=object).astype("str")).vectors
    own = given(run, scores, [label_id for _, _, label_id in chosen])
    made = []
    for at, (scheme, code, label_id) in enumerate(chosen):
        progress("codes", at, len(chosen))
        values, weight = answers[label_id], 1 / drawn.probability[scheme]
        if label_id in own:
            one = Scored(label_id, code, values, own[label_id], COLUMN)
        else:
            weight = np.where(np.isnan(weight), np.nanmean(weight), weight)
            one = learned(run, vectors, label_id, code, values, weight, block, seed=seed)
        made.append((scheme, one))
    progress("codes", len(chosen), len(chosen))
    return made


def _outcomes(asked: Material, codes: Sequence[tuple[Correction, np.ndarray]]) -> pd.DataFrame:
    """Lay out what each post asked about counts for each code, and the codes of drawn posts that stand behind it."""
    import numpy as np
    import pandas as pd

    columns = {one.scored.label_id: one.found.outcome for one, _ in codes}
    for one, probability in codes:
        columns[f"{CODE}{one.scored.label_id}"] = np.where(np.isnan(probability[asked.rows]), np.nan, one.scored.code)
    return pd.DataFrame({"post_id": asked.posts["post_id"].to_numpy(), **columns})


def _agreed(
    hand: PostCodes, chosen: Sequence[tuple[str, str, str]], drawn: CodedSample, coder: str | None
) -> list[str]:
    """Say where answers are those of several coders, and warn where these disagree."""
    import numpy as np

    from discourse.codes.decided import answers
    from discourse.stats.agreement import agreement

    notes: dict[str, None] = {}
    for scheme, code, label_id in chosen:
        coders = hand.coders(scheme)
        if len(coders) < 2:
            continue
        said = answers(hand, scheme, code)
        known = ~np.isnan(said) & ~np.isnan(drawn.probability[scheme])
        used = np.bincount(np.argmax(known, axis=0)[known.any(axis=0)], minlength=len(coders))
        if coder is None and (used > 0).sum() > 1:
            whose = ", ".join(f"{n:,} by {one}" for one, n in zip(coders, used.tolist(), strict=True) if n)
            notes[f"Answers are those of several coders: {whose}. --coder NAME takes those of one alone."] = None
        found = agreement(said, resamples=1)
        if found.posts and found.alpha.value < AGREED:
            notes[
                f"{label_id}: coders disagree (Krippendorff's alpha {found.alpha.value:.2f} on {found.posts:,} posts "
                f"coded twice, and {AGREED} is the least): another coder would find another share."
            ] = None
    return list(notes)


def _unmatched(hand: PostCodes, folder: str) -> list[str]:
    """Name the first text that is no post, and where the others stand."""
    if hand.unmatched.empty:
        return []
    first = hand.unmatched.iloc[0]
    return [
        f"Not laid on a post, and so left out: {len(hand.unmatched):,} (the first: {first['file']}, {first['source']}: "
        f"{first['reason']}). They are listed in {folder}/{UNMATCHED}."
    ]


def _events(date: str | None, events: str | Path | None) -> tuple[Event, ...]:
    from discourse.jobs.event import named_events

    return () if date is None and events is None else named_events(date, events)


def _name(facts: dict[str, Any]) -> str:
    """Name results after what was asked: ``half-quarter``, ``codes-before-2025-01-20``."""
    ends = [one for one in (facts["from"], facts["to"]) if one]
    times = ends or facts["cuts"] or [facts["period"] or "quarter"]
    files = [Path(one["file"]).stem for one in facts["codes"]]
    return named_after([facts["sample"] or files[0], *facts["where"], *times], facts, _USUAL)
