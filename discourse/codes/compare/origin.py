"""Where posts, themes and codes come from, in sentences: what a reader of results has to know of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.codes.compare.beside import Beside, Scheme
from discourse.codes.compare.words import percent, quoted, whose
from discourse.codes.drawn import Drawn, open_drawn, samples
from discourse.config import KEEP
from discourse.errors import DataError
from discourse.run import Run
from discourse.themes.noise import NOISE
from discourse.wording import counted

ALL, SAMPLE, UNKNOWN = "all", "sample", "unknown"
_SOME = 0.99
"""Part of all posts from which the coded ones are taken for all of them."""
_LANGUAGES = 5
_DIGITS = 12
"""Of a hash or a revision."""


@dataclass(frozen=True)
class Standing:
    """What the coded posts of a scheme stand for.

    Attributes
    ----------
    scheme : str
    kind : {"all", "sample", "unknown"}
        All posts of the corpus (or but for one in a hundred), a sample of known probabilities, or nobody knows.
    told : str
        Which posts they are.
    """

    scheme: str
    kind: str
    told: str


def standings(run: Run, beside: Beside) -> list[Standing]:
    """Tell of each scheme by itself what its coded posts stand for.

    Parameters
    ----------
    run : Run
    beside : Beside
        Of the same posts.

    Returns
    -------
    list of Standing
        One a scheme of ``beside``, in order.
    """
    drawn = [open_drawn(run, name) for name in samples(run)]
    return [_standing(beside, scheme, drawn) for scheme in beside.schemes]


def _standing(beside: Beside, scheme: Scheme, drawn: list[Drawn]) -> Standing:
    n, m = len(beside.posts), len(scheme.rows)
    if m >= _SOME * n:
        return Standing(scheme.name, ALL, f"all {n:,} posts" if m == n else f"all {n:,} posts but {n - m:,}")
    coded = np.zeros(n, dtype=bool)
    coded[scheme.rows] = True
    for one in drawn:
        if _is_of(one, coded):
            frame = int((one.period != "").sum())
            of = "" if frame == n else f", of which {frame:,} could be drawn"
            return Standing(scheme.name, SAMPLE, f"{m:,} of {n:,} posts{of}, by random sample “{one.name}”")
    return Standing(scheme.name, UNKNOWN, f"{m:,} of {n:,} posts")


def _is_of(drawn: Drawn, coded: np.ndarray) -> bool:
    """Tell whether the coded posts are a sample, or the first posts of its sheet: passing over some is choosing."""
    if (drawn.order[coded] == 0).any():
        return False
    try:
        drawn.of(coded)
    except DataError:
        return False
    return True


def coders_of(beside: Beside, scheme: Scheme) -> list[str]:
    """Name who coded posts of a scheme, with how many where there are several."""
    if beside.coder is not None:
        return [whose(beside.coder)]
    names = beside.codes.coders(scheme.name)
    if len(names) == 1:
        return [whose(names[0])]
    units = beside.codes.units
    posts = units.loc[units["scheme"] == scheme.name, "coder"].value_counts()
    return [f"{whose(name)} ({counted(int(posts[name]), 'post')})" for name in names]


def corpus(run: Run) -> str:
    """Say in a sentence which posts they are: how many, of when, in which languages."""
    posts = run.posts
    dates = posts["date"].dropna()
    when = "without dates" if dates.empty else f"of {dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}"
    langs = posts["lang"].fillna("unknown").value_counts()
    told = [f"{lang} {percent(n / len(posts))}" for lang, n in langs.head(_LANGUAGES).items()]
    more = f", {len(langs) - _LANGUAGES:,} more" if len(langs) > _LANGUAGES else ""
    left = "" if run.duplicates == KEEP else "; posts that repeat an earlier one are left out"
    return f"The corpus is {counted(len(posts), 'post')} {when} ({', '.join(told)}{more}{left})."


def themes(run: Run) -> str:
    """Say in sentences how the themes of a run were found."""
    manifest, asked, used = run.manifest, run.settings.themes, run.manifest["themes"]
    encoder = manifest["encoder"]
    revision = str(encoder["revision"] or "").removeprefix("sha256:")[:_DIGITS]
    model = f"the encoder {encoder['name']} ({f'revision {revision}, ' if revision else ''}{encoder['dimension']:,} "
    n_themes = counted(int(manifest["counts"]["themes"]), "theme")
    noise = int((run.assignments["theme"] == NOISE).sum())
    parts = [
        f"Themes were found by discourse {manifest['discourse']} without regard to codes: {model}dimensions) turned "
        f"{used['distinct_posts']:,} distinct posts into vectors, of which UMAP ({used['neighbors']} nearest "
        f"neighbours, {used['components']} dimensions) and HDBSCAN (at least {used['min_size']} posts a theme, "
        f"granularity {asked.granularity:g}; seed {asked.seed}) made {n_themes}."
    ]
    if asked.assign_noise:
        parts.append("Posts outside all themes were put into the nearest.")
    if edits := len(run.edits):
        shown = counted(len(run.themes), "theme")
        parts.append(f"The themes were edited by hand afterwards ({counted(edits, 'edit')}); {shown} are shown.")
    parts.append(f"{counted(noise, 'post is', 'posts are')} in no theme." if noise else "Every post is in a theme.")
    return " ".join(parts)


def tags(run: Run, on: str) -> str:
    """Say in a sentence where codes by keyword come from; ``on`` is ``tags:NAME`` or ``tags:NAME/SCHEME``."""
    name, _, scheme = on.partition(":")[2].partition("/")
    book = run.manifest["added"][f"tags/{name}"]["codebook"]
    part = f", scheme {quoted(scheme)}" if scheme else ""
    return (
        f"Labels are codes that discourse gave by keywords (tags “{name}”{part}; codebook “{book['name']}”, SHA-256 "
        f"{book['sha256'][:_DIGITS]})."
    )


def labels(run: Run, on: str) -> str:
    """Say in a sentence where other labels come from; ``on`` is ``codes:COLUMN``."""
    return f"Labels are the codes in the posts' own column {quoted(on.partition(':')[2])}."
